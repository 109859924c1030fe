"""The folding lane: each item is put into the report that it is a take of, or begins a new one.

Whoever holds the lease `folding` folds, items in order of id, the decision and the index in one transaction: two takes
that arrive together never become two reports.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

import storytext
from writethru.lib.html import text
from writethru.stories.actions.file import file_report
from writethru.stories.actions.lease import give_up_lease, hold_lease, take_lease
from writethru.stories.actions.publish import publish_version
from writethru.stories.models import Fold, Report, ReportState, Shingle, Story
from writethru.stories.queries import fold_candidates
from writethru.wire.models import Item, Source
from writethru.wire.queries import items_awaiting_fold

LANE = "folding"
LEASE_SECONDS = 60
BATCH = 200


def fold_waiting(*, claimed_by: str) -> int | None:
    """Fold every item that waits, in order of id; return how many, or None while another process holds the lane."""
    if not take_lease(LANE, claimed_by=claimed_by, now=timezone.now(), seconds=LEASE_SECONDS):
        return None
    folded = 0
    try:
        while batch := list(items_awaiting_fold(now=timezone.now())[:BATCH]):
            for item in batch:
                fold_item(item, claimed_by=claimed_by, now=timezone.now())
            folded += len(batch)
    finally:
        give_up_lease(LANE, claimed_by=claimed_by)
    return folded


@transaction.atomic
def fold_item(item: Item, *, claimed_by: str, now: datetime) -> Fold:
    """Fold one item and return the tie. The caller holds the lane; raises LeaseLost if it no longer does.

    A source bound to a story has its reports filed there; a trusted source is published as it is filed.
    """
    hold_lease(LANE, claimed_by=claimed_by, now=now, seconds=LEASE_SECONDS)
    take = as_take(item)
    keys = storytext.index_keys(take)
    candidates = fold_candidates(item, keys=keys)
    decision = storytext.fold(
        take, [storytext.Candidate(str(fold.report_id), as_take(fold.item)) for fold in candidates]
    )
    if decision.kind == "same" and decision.of is not None:
        report = Report.objects.select_related("state", "state__item").get(pk=decision.of)
        _add_take(report, item)
    else:
        report = _begin_report(item)
    Shingle.objects.bulk_create([Shingle(key=key, item=item) for key in keys])
    fold = Fold.objects.create(
        item=item,
        report=report,
        kind=Fold.Kind.TAKE if decision.kind == "same" else Fold.Kind.FIRST,
        score=decision.score,
        because=[[reason.code, reason.value] for reason in decision.because],
        folded_at=now,
    )
    _carry_on(report, source=item.source, now=now)
    return fold


def as_take(item: Item) -> storytext.Take:
    """Return an item as the engine sees it."""
    return storytext.Take(
        id=str(item.pk),
        source=str(item.source_id),
        wire_id=item.wire_id,
        headline=item.headline,
        text=text(item.html),
        dated_at=item.dated_at.timestamp(),
        version=item.version,
        evolved_from=item.evolved_from,
        slugline=item.slugline,
        language=item.language,
    )


def _begin_report(item: Item) -> Report:
    report = Report.objects.create(source=item.source, live=False)
    ReportState.objects.create(report=report, dated_at=item.dated_at)
    _let_stand(report, item)
    return report


def _add_take(report: Report, item: Item) -> None:
    state = report.state
    if state.item is None or storytext.choose(as_take(state.item), as_take(item)).kind == "replace":
        _let_stand(report, item)
    if state.current is None and item.dated_at < state.dated_at:
        state.dated_at = item.dated_at
        state.save(update_fields=["dated_at"])
        report.entries.update(dated_at=item.dated_at)


def _let_stand(report: Report, item: Item) -> None:
    """Make the text of `item` the one to publish. A draft that an editor has begun is left alone."""
    ReportState.objects.filter(pk=report.pk).update(item=item)
    report.state.item = item
    if report.latest_revision_id:
        return
    report.headline, report.html, report.credit, report.language = item.headline, item.html, item.credit, item.language
    report.based_on = report.state.current.number if report.state.current else 0
    report.save(update_fields=["headline", "html", "credit", "language", "based_on"])


def _carry_on(report: Report, *, source: Source, now: datetime) -> None:
    story = Story.objects.filter(pk=source.feeds_id).first() if source.feeds_id else None
    if story and source.trust != Source.Trust.LOW:
        file_report(report, story=story, because=[["bound_source", source.name]], user=None, now=now)
    status = report.state.status
    first = status == ReportState.Status.WAITING and story
    if source.trust == Source.Trust.TRUSTED and (first or status == ReportState.Status.PUBLISHED):
        publish_version(report, user=None, now=now)


def reports_of(items: Iterable[Item]) -> list[Report]:
    """Return the reports that these items were folded into, oldest first."""
    found = Report.objects.filter(folds__item__in=[item.pk for item in items]).distinct()
    return list(found.select_related("state", "state__item", "state__current").order_by(F("state__dated_at"), "pk"))
