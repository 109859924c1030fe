"""The folding lane: each item is put into the report that it is a take of, or begins a new one.

Whoever holds the lease `folding` folds, items in order of id, the decision and the index in one transaction: two takes
that arrive together never become two reports.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

import storytext
from writethru.stories.actions.file import file_report
from writethru.stories.actions.lease import LeaseLost, give_up_lease, hold_lease, take_lease
from writethru.stories.actions.photos import want_photos
from writethru.stories.actions.propose import propose_filing, propose_fold
from writethru.stories.actions.publish import publish_version
from writethru.stories.actions.standing import add_take, as_take, let_stand, marks_on
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Fold, Report, ReportState, Shingle, Story
from writethru.stories.queries import fold_candidates
from writethru.wire.models import Item, Source
from writethru.wire.queries import items_awaiting_fold

log = logging.getLogger(__name__)

LANE = "folding"
LEASE_SECONDS = 60
BATCH = 200


def fold_waiting(*, claimed_by: str) -> int | None:
    """Fold every item that waits, in order of id; return how many, or None while another process holds the lane."""
    if not take_lease(LANE, claimed_by=claimed_by, seconds=LEASE_SECONDS):
        return None
    folded = 0
    try:
        while batch := list(items_awaiting_fold(now=timezone.now())[:BATCH]):
            for item in batch:
                _fold_whatever_comes(item, claimed_by=claimed_by)
            folded += len(batch)
    finally:
        give_up_lease(LANE, claimed_by=claimed_by)
    return folded


def fold_item(item: Item, *, claimed_by: str, now: datetime) -> Fold:
    """Fold one item and return the tie. The caller holds the lane; raises LeaseLost if it no longer does.

    Where the engine is not sure, the item begins a report of its own and the desk gets a proposal. A source bound to a
    story has its reports filed there; a trusted source is published as it is filed. A kill withdraws at once.
    """
    # Deciding takes longer than writing, so it is done before the transaction. Nobody else folds meanwhile: the lease
    # is checked again inside it. An editor may fold away the very report that was decided on; then we decide again.
    while True:
        keys, decision = _decide(item)
        with transaction.atomic():
            hold_lease(LANE, claimed_by=claimed_by, seconds=LEASE_SECONDS)
            of = _report(decision.of)
            if decision.of is None or of is not None:
                return _tie(item, decision, of=of, keys=keys, now=now)


def _fold_whatever_comes(item: Item, *, claimed_by: str) -> None:
    """Fold an item; one that the engine stumbles over begins a report of its own, and holds nobody else up."""
    try:
        fold_item(item, claimed_by=claimed_by, now=timezone.now())
    except (LeaseLost, DatabaseError):
        raise
    except Exception as error:  # whatever a wire sends, the lane goes on
        log.exception("Item %s can't be compared", item.pk)
        undecided = storytext.Fold("new", None, 0.0, (storytext.Reason("not_compared", type(error).__name__),))
        with transaction.atomic():
            hold_lease(LANE, claimed_by=claimed_by, seconds=LEASE_SECONDS)
            _tie(item, undecided, of=None, keys=(), now=timezone.now())


def _decide(item: Item) -> tuple[Sequence[int], storytext.Fold]:
    take = as_take(item)
    keys = storytext.index_keys(take)
    known = [storytext.Candidate(str(of.report_id), as_take(of.item)) for of in fold_candidates(item, keys=keys)]
    return keys, storytext.fold(take, known)


def _tie(item: Item, decision: storytext.Fold, *, of: Report | None, keys: Sequence[int], now: datetime) -> Fold:
    because: list[list[Any]] = [[reason.code, reason.value] for reason in decision.because]
    report = of if of and decision.kind == "same" else _begin_report(item)
    Shingle.objects.bulk_create([Shingle(key=key, item=item) for key in keys])
    fold = Fold.objects.create(
        item=item,
        report=report,
        kind=Fold.Kind.TAKE if report == of else Fold.Kind.FIRST,
        score=decision.score,
        because=because,
        folded_at=now,
    )
    if report == of and "kill" in marks_on(item) and item.source.trust != Source.Trust.LOW:
        withdraw_report(report, user=None, now=now, because=[["kill", item.wire_id]])
        return fold
    if report == of:
        add_take(report, item)
    elif of and decision.kind == "probably":
        propose_fold(report, into=of, score=decision.score, because=because, now=now)
    elif of and decision.kind == "follow_up":
        for story in Story.objects.filter(entries__report=of):
            propose_filing(report, story=story, score=decision.score, because=because, now=now)
    if report.state.item_id == item.pk:
        want_photos(item.photos, now=now)  # already now: what waits at the desk is judged with its picture
    _carry_on(report, source=item.source, now=now)
    return fold


def reports_of(items: Iterable[Item]) -> list[Report]:
    """Return the reports that these items were folded into, oldest first."""
    ids = [item.pk for item in items]
    found: dict[int, Report] = {}
    for start in range(0, len(ids), 500):
        folded = Report.objects.filter(folds__item__in=ids[start : start + 500])
        found.update((report.pk, report) for report in folded.select_related("state__item", "state__current"))
    return sorted(found.values(), key=lambda report: (report.state.dated_at, report.pk))


def _report(pk: str | None) -> Report | None:
    """Return a report, its state locked against an editor's decision until the transaction ends."""
    if pk is None or ReportState.objects.select_for_update().filter(pk=pk).first() is None:
        return None
    return Report.objects.select_related("state", "state__item", "state__current").get(pk=pk)


def _begin_report(item: Item) -> Report:
    report = Report.objects.create(source=item.source, live=False)
    ReportState.objects.create(report=report, dated_at=item.dated_at)
    let_stand(report, item)
    return report


def _carry_on(report: Report, *, source: Source, now: datetime) -> None:
    """File and publish by itself what the source's settings let the engine file and publish."""
    story = Story.objects.filter(pk=source.feeds_id).first() if source.feeds_id else None
    if story and source.trust != Source.Trust.LOW:
        file_report(report, story=story, because=[["bound_source", source.name]], user=None, now=now)
    status = report.state.status
    first = status == ReportState.Status.WAITING and story
    if source.trust == Source.Trust.TRUSTED and (first or status == ReportState.Status.PUBLISHED):
        publish_version(report, user=None, now=now)
