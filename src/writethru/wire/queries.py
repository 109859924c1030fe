"""What other apps ask of the wire."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from writethru.wire.models import Item, Source

FOLD_WITHIN = timedelta(days=3)


def items_awaiting_fold(*, now: datetime) -> QuerySet[Item]:
    """Return the items that no fold has decided on, oldest id first. Looks back three days: ids commit out of order."""
    return Item.objects.filter(fold=None, received_at__gte=now - FOLD_WITHIN).select_related("source").order_by("pk")


def source_named(name: str) -> Source | None:
    """Return the source with that name."""
    return Source.objects.filter(name__iexact=name).first()
