"""What other apps ask of the wire."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from writethru.wire.models import Item, Source

LOOK_BACK = timedelta(days=3)
OUT_OF_ORDER = 500  # items that can come while one is being committed


def items_awaiting_fold(*, since: datetime | None) -> QuerySet[Item]:
    """Return the items that no fold has decided on, oldest id first, of all that came since the lane last ran.

    Looks back three days more: ids commit out of order. With no `since`, all are looked through.
    """
    waiting = Item.objects.filter(fold=None).order_by("pk")
    return waiting.filter(received_at__gte=since - LOOK_BACK) if since else waiting


def items_newly_come(*, after: int) -> QuerySet[Item]:
    """Return of the items that came since `after`, and just before it, those that no fold has decided on."""
    return Item.objects.filter(fold=None, pk__gt=after - OUT_OF_ORDER).order_by("pk")


def source_at(address: str) -> Source | None:
    """Return the source with that address."""
    return Source.objects.filter(address=address).first() if address else None


def standing_of(source: Source) -> str:
    """Return how a source stands: "paused", "new", "gone", "failing" or "answering"."""
    state = getattr(source, "state", None)
    if state and state.is_gone:
        return "gone"
    if not source.is_polled:
        return "paused"
    if state is None or state.fetched_at is None:
        return "new"
    return "failing" if state.failures else "answering"


def source_named(name: str) -> Source | None:
    """Return the source with that name."""
    return Source.objects.filter(name__iexact=name).first()
