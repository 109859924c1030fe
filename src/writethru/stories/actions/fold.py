"""The folding lane: each item is put into the report that it is a take of, or begins a new one.

Whoever holds the lease `folding` folds, items in order of id, the decision and the index in one transaction: two takes
that arrive together never become two reports. What waits is folded some at a time in one transaction, for a commit
waits for the disk longer than an item takes: what is killed in between is folded whole the next time.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

import storytext
from writethru.lib.prepared import prepared
from writethru.stories.actions.cuttings import Cuttings
from writethru.stories.actions.embargo import end_embargo, heed_bounds, is_held_back
from writethru.stories.actions.file import file_report
from writethru.stories.actions.index import find_candidates, note_keys
from writethru.stories.actions.lease import LANE, LeaseLost, give_up_lease, hold_lease, take_lease
from writethru.stories.actions.photos import want_photos
from writethru.stories.actions.propose import propose_filing, propose_fold
from writethru.stories.actions.publish import publish_version
from writethru.stories.actions.standing import add_take, begin_report, is_kill, would_undo_an_editor
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Fold, Proposal, Report, ReportState, Story
from writethru.stories.queries import reports_told_apart
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
        self.cuttings = Cuttings()
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
        lane.cuttings.trim()
    return folded


def _items(ids: Sequence[int]) -> list[Item]:
    return list(Item.objects.filter(pk__in=ids).select_related("source").defer("raw").order_by("pk"))


def _fold_batch(items: Sequence[Item], *, claimed_by: str, lane: Lane) -> int:
    """Fold items in one transaction, for as long as an editor may wait; return how many of them."""
    until = monotonic() + BATCH_SECONDS
    with transaction.atomic():
        hold_lease(LANE, claimed_by=claimed_by, seconds=LEASE_SECONDS)
        done = 0
        while done < len(items) and monotonic() < until:
            _fold(items[done], cuttings=lane.cuttings, now=timezone.now())
            done += 1
    return done


def _fold_or_pass_over(item: Item, passed_over: set[int], *, claimed_by: str, lane: Lane) -> bool:
    """Fold an item; one that the engine stumbles over begins a report of its own, so that an editor sees it."""
    try:
        fold_item(item, claimed_by=claimed_by, now=timezone.now(), cuttings=lane.cuttings)
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
            _tie(item, unread, of=None, keys=(), now=timezone.now())
    except (LeaseLost, OperationalError, InterfaceError):
        raise
    except Exception:  # the sweep tries it again
        log.exception("Item %s can't even begin a report", item.pk)
        passed_over.add(item.pk)
        return False
    return True


def fold_item(item: Item, *, claimed_by: str, now: datetime, cuttings: Cuttings | None = None) -> Fold:
    """Fold one item and return the tie. The caller holds the lane; raises LeaseLost if it no longer does.

    Where the engine is not sure, the item begins a report of its own and the desk gets a proposal. A source bound to a
    story has its reports filed there; a trusted source is published as it is filed, but for what the engine is not
    sure of, and for what would undo an editor's published words: that waits for the merge. A kill withdraws at once;
    one of a report that has not come yet waits at the desk, and holds when it comes.
    """
    with transaction.atomic():
        hold_lease(LANE, claimed_by=claimed_by, seconds=LEASE_SECONDS)
        return _fold(item, cuttings=cuttings or Cuttings(), now=now)


def _fold(item: Item, *, cuttings: Cuttings, now: datetime) -> Fold:
    """Decide and write in the transaction that holds the lease: no editor folds a report away in between."""
    take = cuttings.take(item)
    keys = storytext.index_keys(take, reader=cuttings.reading)
    found = find_candidates(item, keys=keys)
    known = cuttings.candidates(found.items)
    decision = storytext.fold(take, known, reader=cuttings.reading)
    decision = _told_apart(take, decision, known) or decision
    return _tie(item, decision, of=_report(decision.of), keys=found.keys, now=now)


def _told_apart(
    take: storytext.Take, decision: storytext.Fold, known: list[storytext.Candidate]
) -> storytext.Fold | None:
    """Return by the text alone which of two reports the take is of, where an editor has told them apart.

    An editor took a take out of a report although the wire gave both one name: that name can't tell them apart for
    the next take either.
    """
    if not (named := {reason.code for reason in decision.because} & {"same_id", "evolved_from"}) or not decision.of:
        return None
    told_apart = {str(pk) for pk in reports_told_apart(int(decision.of))}
    if not told_apart & {candidate.report for candidate in known}:
        return None
    unnamed = replace(take, wire_id="", evolved_from="")
    those = [candidate for candidate in known if candidate.report in told_apart | {decision.of}]
    text = storytext.fold(unnamed, those)
    if text.kind != "same" or text.of == decision.of:
        return None
    return replace(text, because=(storytext.Reason("told_apart", min(named)), *text.because))


def _tie(item: Item, decision: storytext.Fold, *, of: Report | None, keys: Sequence[int], now: datetime) -> Fold:
    because: list[list[Any]] = [[reason.code, reason.value] for reason in decision.because]
    report = of if of and decision.kind == "same" else begin_report(item)
    note_keys(item, keys=keys)
    fold = Fold.objects.create(
        item=item,
        report=report,
        kind=Fold.Kind.TAKE if report == of else Fold.Kind.FIRST,
        score=decision.score,
        because=because,
        folded_at=now,
    )
    # A kill may come before what it kills.
    if report == of and (is_kill(item) or (report.state.item and is_kill(report.state.item))):
        withdraw_report(report, user=None, now=now, because=[["kill", item.wire_id]])
        return fold
    if report == of:
        add_take(report, item)
    elif of and decision.kind == "probably":
        propose_fold(report, into=of, score=decision.score, because=because, now=now)
    elif of and decision.kind == "follow_up":
        for story in Story.objects.filter(entries__report=of):
            propose_filing(report, story=story, score=decision.score, because=because, now=now)
    heed_bounds(report, item, now=now)
    if report.state.item_id == item.pk:
        want_photos(item.photos, now=now)  # already now: what waits at the desk is judged with its picture
    may_publish = decision.kind != "probably" and not is_kill(item)
    _carry_on(report, source=item.source, may_publish=may_publish, now=now)
    return fold


def end_embargoes(*, now: datetime) -> None:
    """Let the reports whose embargo has ended go on: show them again, or publish what would have been by itself."""
    for pk in list(ReportState.objects.filter(public_from__lte=now).values_list("pk", flat=True)):
        with transaction.atomic():
            report = _report(str(pk))
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


def _report(pk: str | None) -> Report | None:
    """Return a report with its state, which stays locked: whoever publishes it meanwhile waits for the new take."""
    if pk is None or not ReportState.objects.select_for_update().filter(pk=pk).values_list("pk"):
        return None
    return _whole_report(report=int(pk))[0]


@prepared
def _whole_report(*, report: Any) -> QuerySet[Report]:
    whole = Report.objects.select_related("state", "state__item", "state__current").defer("state__item__raw")
    return whole.filter(pk=report)


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
