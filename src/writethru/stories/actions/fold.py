"""The folding lane: each item is put into the report that it is a take of, or begins a new one.

Whoever holds the lease `folding` folds, items in order of id, the decision and the index in one transaction: two takes
that arrive together never become two reports. What waits is folded some at a time in one transaction, for a commit
waits for the disk longer than an item takes: what is killed in between is folded whole the next time.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

import storytext
from writethru.lib.prepared import prepared
from writethru.lib.process import no_collecting
from writethru.stories.actions.cuttings import Cuttings
from writethru.stories.actions.decide import Decided, Memory, begun_with, decide, number_of
from writethru.stories.actions.embargo import end_embargo, heed_bounds, is_held_back
from writethru.stories.actions.file import file_report
from writethru.stories.actions.fresh import sort_in
from writethru.stories.actions.index import Keyed, note_keys
from writethru.stories.actions.lease import LANE, LeaseLost, give_up_lease, hold_lease, take_lease
from writethru.stories.actions.photos import want_photos
from writethru.stories.actions.propose import propose_filing, propose_fold
from writethru.stories.actions.publish import publish_version
from writethru.stories.actions.standing import add_take, begin_reports, is_kill, would_undo_an_editor
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.drafts import headline_of
from writethru.stories.models import Fold, Proposal, Report, ReportState, Story
from writethru.wire.models import Item, Source
from writethru.wire.queries import items_awaiting_fold, items_newly_come

log = logging.getLogger(__name__)

LEASE_SECONDS = 60
BATCH = 50  # items in one transaction
LOOK_BACK_EVERY = timedelta(minutes=1)
BATCH_SECONDS = 0.25  # and no longer, for an editor's decision waits for its end
MOST_AT_ONCE = 10_000


class Lane:
    """What a process that folds again and again keeps from one time to the next."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.looked_back_at = datetime.min.replace(tzinfo=UTC)


def fold_waiting(*, claimed_by: str, lane: Lane | None = None) -> int | None:
    """Fold every item that waits, in order of id; return how many, or None while another process holds the lane."""
    lane = lane or Lane()
    folded, passed_over = 0, set[int]()
    while take_lease(LANE, claimed_by=claimed_by, seconds=LEASE_SECONDS):
        try:
            while ids := _waiting(lane, passed_over)[:MOST_AT_ONCE]:
                folded += _fold_all(ids, passed_over, claimed_by=claimed_by, lane=lane)
        except LeaseLost:
            return None
        finally:
            give_up_lease(LANE, claimed_by=claimed_by)
        # Whoever came with an item while the lane was held has gone again: look once more now that it is free.
        if not _waiting(lane, passed_over):
            return folded
    return None


def _waiting(lane: Lane, passed_over: set[int]) -> list[int]:
    """Return the items that wait, in order of id; those that were late to come once in a minute."""
    newest, now = Fold.objects.order_by("-pk").values_list("pk", "folded_at").first(), timezone.now()
    if newest is None or now - lane.looked_back_at >= LOOK_BACK_EVERY:
        lane.looked_back_at = now
        found = items_awaiting_fold(since=min(newest[1], now) if newest else None)
    else:
        found = items_newly_come(after=newest[0])
    return [pk for pk in found.values_list("pk", flat=True) if pk not in passed_over]


def _fold_all(ids: Sequence[int], passed_over: set[int], *, claimed_by: str, lane: Lane) -> int:
    folded, at = 0, 0
    while batch := _items(ids[at : at + BATCH]):
        try:
            done = _fold_batch(batch, claimed_by=claimed_by, lane=lane)
            folded += done
        except (LeaseLost, OperationalError, InterfaceError):
            raise
        except Exception:  # one of them stumbles, and none of them is folded yet: each by itself
            log.info("Items %s to %s are folded one by one", batch[0].pk, batch[-1].pk)
            folded += sum(_fold_or_pass_over(item, passed_over, claimed_by=claimed_by, lane=lane) for item in batch)
            done = len(batch)
        at += done
        lane.memory.cuttings.trim()
        sort_in(lane.memory.fresh, claimed_by=claimed_by, seconds=LEASE_SECONDS)
    return folded


def _items(ids: Sequence[int]) -> list[Item]:
    return list(Item.objects.filter(pk__in=ids).select_related("source").defer("raw").order_by("pk"))


def _fold_batch(items: Sequence[Item], *, claimed_by: str, lane: Lane) -> int:
    """Fold items in one transaction, for as long as an editor may wait; return how many of them."""
    until = monotonic() + BATCH_SECONDS
    with no_collecting(), transaction.atomic():
        hold_lease(LANE, claimed_by=claimed_by, seconds=LEASE_SECONDS)
        decided = decide(items, memory=lane.memory, is_over=lambda: monotonic() > until)
        return len(_tie(decided, cuttings=lane.memory.cuttings, now=timezone.now()))


def _fold_or_pass_over(item: Item, passed_over: set[int], *, claimed_by: str, lane: Lane) -> bool:
    """Fold an item; one that the engine stumbles over begins a report of its own, so that an editor sees it."""
    try:
        fold_item(item, claimed_by=claimed_by, now=timezone.now(), memory=lane.memory)
    except (LeaseLost, OperationalError, InterfaceError):
        raise
    except Exception as error:  # one bad item must not hold up the rest
        log.exception("Item %s can't be folded", item.pk)
        return _fold_unread(item, error, passed_over, claimed_by=claimed_by)
    return True


def _fold_unread(item: Item, error: Exception, passed_over: set[int], *, claimed_by: str) -> bool:
    unread = storytext.Fold("new", None, 0.0, (storytext.Reason("not_compared", type(error).__name__),))
    try:
        with transaction.atomic():
            hold_lease(LANE, claimed_by=claimed_by, seconds=LEASE_SECONDS)
            _tie([Decided(item, unread, ())], cuttings=Cuttings(), now=timezone.now())
    except (LeaseLost, OperationalError, InterfaceError):
        raise
    except Exception:  # the sweep tries it again
        log.exception("Item %s can't even begin a report", item.pk)
        passed_over.add(item.pk)
        return False
    return True


def fold_item(item: Item, *, claimed_by: str, now: datetime, memory: Memory | None = None) -> Fold:
    """Fold one item and return the tie. The caller holds the lane; raises LeaseLost if it no longer does.

    Where the engine is not sure, the item begins a report of its own and the desk gets a proposal. A source bound to a
    story has its reports filed there; a trusted source is published as it is filed, but for what the engine is not
    sure of, and for what would undo an editor's published words: that waits for the merge. A kill withdraws at once;
    one of a report that has not come yet waits at the desk, and holds when it comes.
    """
    memory = memory or Memory()
    with transaction.atomic():
        hold_lease(LANE, claimed_by=claimed_by, seconds=LEASE_SECONDS)
        (fold,) = _tie(decide([item], memory=memory), cuttings=memory.cuttings, now=now)
        return fold


def _tie(decided: Sequence[Decided], *, cuttings: Cuttings, now: datetime) -> list[Fold]:
    """Write what was decided, in the transaction that holds the lease: no editor folds a report away in between.

    Reports begin, ties and keys are noted for all items together; what follows from each comes in their order.
    """
    reports: dict[str | None, Report] = {str(report.pk): report for report in _locked_reports(decided)}
    begins = [one.item for one in decided if not _is_of_a_report(one, reports)]
    reports |= {begun_with(item): report for item, report in zip(begins, begin_reports(begins), strict=True)}
    folds = [_fold_of(one, reports, now=now) for one in decided]
    Fold.objects.bulk_create(folds)
    note_keys([Keyed(one.item, one.keys) for one in decided])
    for one, fold in zip(decided, folds, strict=True):
        _follow_through(one, fold, of=reports.get(one.fold.of), cuttings=cuttings, now=now)
    return folds


def _is_of_a_report(one: Decided, reports: Mapping[str | None, Report]) -> bool:
    """Return whether the item is a take of a report that is there, or begins before it in the same transaction."""
    return one.fold.kind == "same" and (one.fold.of in reports or number_of(one.fold.of) is None)


def _fold_of(one: Decided, reports: Mapping[str | None, Report], *, now: datetime) -> Fold:
    own = reports.get(begun_with(one.item))
    return Fold(
        item=one.item,
        report=own or reports[one.fold.of],
        kind=Fold.Kind.FIRST if own else Fold.Kind.TAKE,
        score=one.fold.score,
        because=[[reason.code, reason.value] for reason in one.fold.because],
        folded_at=now,
    )


def _follow_through(one: Decided, fold: Fold, *, of: Report | None, cuttings: Cuttings, now: datetime) -> None:
    """Do what follows from a tie: let the fuller text stand, tell the desk, kill, hold back, publish."""
    item, report, state = one.item, fold.report, fold.report.state
    is_take = fold.kind == Fold.Kind.TAKE
    # A kill may come before what it kills.
    if is_take and (is_kill(item) or (state.item and is_kill(state.item))):
        withdraw_report(report, user=None, now=now, because=[["kill", item.wire_id]])
        return
    if is_take:
        add_take(report, item, cuttings=cuttings)
    elif of and one.fold.kind == "probably":
        propose_fold(report, into=of, score=fold.score, because=fold.because, now=now)
    elif of and one.fold.kind == "follow_up":
        because = [*fold.because, ["nearest", headline_of(of.state.item)]] if of.state.item else fold.because
        for story in Story.objects.filter(entries__report=of):
            propose_filing(report, story=story, score=fold.score, because=because, now=now)
    heed_bounds(report, item, now=now)
    if report.state.item_id == item.pk:
        want_photos(item.photos, now=now)  # already now: what waits at the desk is judged with its picture
    may_publish = one.fold.kind != "probably" and not is_kill(item)
    _carry_on(report, source=item.source, may_publish=may_publish, now=now)


def end_embargoes(*, now: datetime) -> None:
    """Let the reports whose embargo has ended go on: show them again, or publish what would have been by itself."""
    for pk in list(ReportState.objects.filter(public_from__lte=now).values_list("pk", flat=True)):
        with transaction.atomic():
            report = next(iter(_locked([pk])), None)
            if report is None or report.state.public_from is None or report.state.public_from > now:
                continue
            end_embargo(report, now=now)
            if report.source:
                unsure = report.proposals.filter(kind=Proposal.Kind.FOLD, status=Proposal.Status.OPEN).exists()
                may_publish = not unsure and report.state.item is not None and not is_kill(report.state.item)
                _carry_on(report, source=report.source, may_publish=may_publish, now=now)


def reports_of(items: Iterable[Item]) -> list[Report]:
    """Return the reports that these items were folded into, oldest first."""
    ids = [item.pk for item in items]
    found: dict[int, Report] = {}
    for start in range(0, len(ids), 500):
        folded = Report.objects.filter(folds__item__in=ids[start : start + 500])
        found.update((report.pk, report) for report in folded.select_related("state__item", "state__current"))
    return sorted(found.values(), key=lambda report: (report.state.dated_at, report.pk))


def _locked_reports(decided: Sequence[Decided]) -> list[Report]:
    """Return the reports that these items are takes of, or may be, with their states, which stay locked."""
    numbers = {number_of(one.fold.of) for one in decided}
    return _locked([pk for pk in numbers if pk is not None])


def _locked(reports: list[int]) -> list[Report]:
    """Return reports with their states, which stay locked: whoever publishes one meanwhile waits for the new take."""
    states = ReportState.objects.select_for_update().filter(pk__in=reports).order_by("pk") if reports else ()
    there = [state.pk for state in states]
    return _whole_reports(reports=there) if there else []


@prepared
def _whole_reports(*, reports: Any) -> QuerySet[Report]:
    whole = Report.objects.select_related("state", "state__item", "state__current").defer("state__item__raw")
    return whole.filter(pk__in=reports)


def _carry_on(report: Report, *, source: Source, may_publish: bool, now: datetime) -> None:
    """File and publish by itself what the source's settings let the engine file and publish."""
    story = Story.objects.filter(pk=source.feeds_id).first() if source.feeds_id else None
    if story and source.trust != Source.Trust.LOW:
        file_report(report, story=story, because=[["bound_source", source.name]], user=None, now=now)
    status = report.state.status
    first = status == ReportState.Status.WAITING and story
    may_publish &= source.trust == Source.Trust.TRUSTED and not is_held_back(report.state, now=now)
    may_publish &= not would_undo_an_editor(report.state)
    if may_publish and (first or status == ReportState.Status.PUBLISHED):
        publish_version(report, user=None, now=now)
