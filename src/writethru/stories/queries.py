"""Reads that more than one caller needs. `published_reports()` is the only door to what readers may see."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from writethru.stories.models import Bake, Fold, Report, ReportState, Shingle
from writethru.wire.models import Item

CANDIDATES = 20
SLUGLINE_WITHIN = timedelta(days=3)


def published_reports() -> QuerySet[Report]:
    """Return the reports that readers may see now, with their state and current version."""
    return Report.objects.filter(state__in=ReportState.objects.public()).select_related("state", "state__current")


def fold_candidates(item: Item, *, keys: Sequence[int]) -> list[Fold]:
    """Return takes that `item` may be a later sending of, each with its report: by id, by slugline, by shared words."""
    same_id = Q(source=item.source_id, wire_id__in=[item.wire_id, *filter(None, [item.evolved_from])])
    if item.slugline:
        window = (item.dated_at - SLUGLINE_WITHIN, item.dated_at + SLUGLINE_WITHIN)
        same_id |= Q(source=item.source_id, slugline=item.slugline, dated_at__range=window)
    by_name = Item.objects.filter(same_id).order_by("-pk").values_list("pk", flat=True)[:CANDIDATES]
    by_words = (
        Shingle.objects.filter(key__in=keys)
        .values("item")
        .annotate(shared=Count("key"))
        .order_by("-shared", "-item")
        .values_list("item", flat=True)[:CANDIDATES]
    )
    found = {*by_name, *by_words} - {item.pk}
    return list(Fold.objects.filter(item__in=found).select_related("item", "item__source").order_by("item"))


def pages_due(*, now: datetime) -> bool:
    """Return whether a page waits to be baked, or is being baked; one that failed waits for its next try."""
    due = Q(done__lt=F("asked")) & (Q(next_try_at=None) | Q(next_try_at__lte=now))
    return Bake.objects.filter(due).exists()
