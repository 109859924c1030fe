"""Proposals: what the engine suggests where it is not sure enough to act, and what an editor makes of it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from writethru.stories.actions.decisions import Kind, as_rows, note_decision
from writethru.stories.actions.embargo import heed_bounds
from writethru.stories.actions.file import open_story, put_entry
from writethru.stories.actions.lease import LANE, wait_for_lease
from writethru.stories.actions.standing import add_take, is_kill
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Apart, Proposal, Report, ReportState, Section, Story
from writethru.stories.queries import reports_told_apart, unfiled_reports

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`


class AlreadyDecided(Exception):
    """Somebody has accepted or spiked this proposal already."""


class OfAnotherKind(Exception):
    """This proposal is accepted by another action: to fold or file, open a story, or move."""


class AlreadyPublished(Exception):
    """A report that readers have can't be folded into another one: its permalink is for life."""


def propose_fold(report: Report, *, into: Report, score: float, because: list[list[Any]], now: datetime) -> Proposal:
    """Suggest that `report` holds takes of `into`."""
    return _propose(report, into=into, story=None, score=score, because=because, now=now)


def propose_filing(report: Report, *, story: Story, score: float, because: list[list[Any]], now: datetime) -> Proposal:
    """Suggest that `report` belongs into `story`."""
    return _propose(report, into=None, story=story, score=score, because=because, now=now)


@transaction.atomic
def accept_proposal(proposal: Proposal, *, user: User | None, now: datetime) -> Report:
    """Do what `proposal` suggests and return the report that its takes are in now.

    Raises AlreadyDecided, AlreadyPublished where a published report would be folded away, and OfAnotherKind where it
    suggests neither to fold nor to file.
    """
    check_kind(proposal, Proposal.Kind.FOLD, Proposal.Kind.FILE)
    wait_for_lease(LANE)  # no take is folded into a report that is on its way into another
    decide(proposal, status=Proposal.Status.ACCEPTED, user=user, now=now)
    both = ReportState.objects.select_for_update().filter(pk__in=[proposal.report_id, proposal.into_id])
    list(both.order_by("pk"))  # nor is one of the two published meanwhile
    report = Report.objects.select_related("state", "state__item", "state__current").get(pk=proposal.report_id)
    if proposal.story:
        why = proposal.because
        entry, new = put_entry(report, story=proposal.story, user=user, now=now, because=why, score=proposal.score)
        undo = {"entry": entry.pk if new else None, "proposal": proposal.pk}
        note_decision(Kind.FILE, report=report, story=proposal.story, user=user, now=now, before=undo)
        return report
    if report.state.current:
        raise AlreadyPublished(report.pk)
    into = Report.objects.select_related("state", "state__item", "state__current").get(pk=proposal.into_id)
    return fold_away(report, into=into, score=proposal.score, because=proposal.because, user=user, now=now)


@transaction.atomic
def accept_story_proposal(
    proposal: Proposal,
    *,
    title: str,
    section: Section | None,
    user: User | None,
    now: datetime,
    seen: Collection[int] | None = None,
) -> Story:
    """Open the story that `proposal` suggests, under `title`, and file into it all its reports that are in none yet.

    Of these only the ones that the editor has `seen` (None: all), for others may have come to it meanwhile.
    Raises AlreadyDecided, also where none is left, NoSection, and OfAnotherKind. A story of that title that is there
    already is taken as it is.
    """
    check_kind(proposal, Proposal.Kind.STORY)
    wait_for_lease(LANE)  # no report of it is folded away meanwhile, nor the proposal made anew
    decide(proposal, status=Proposal.Status.ACCEPTED, user=user, now=now)
    is_known = Story.objects.filter(title__iexact=title).exists()
    story = open_story(title, section=section, user=user, now=now)
    proposal.refresh_from_db()
    ids = {proposal.report_id, *proposal.others}
    reports = unfiled_reports().filter(pk__in=ids if seen is None else ids & set(seen)).order_by("pk")
    why, score = proposal.because, proposal.score
    entries = [put_entry(report, story=story, user=user, now=now, because=why, score=score)[0].pk for report in reports]
    if not entries:
        raise AlreadyDecided(proposal.pk)
    undo = {"entries": entries, "proposal": proposal.pk}
    kind = Kind.FILE if is_known else Kind.OPEN
    note_decision(kind, report=proposal.report, story=story, user=user, now=now, before=undo)
    return story


def fold_away(
    report: Report, *, into: Report, score: float, because: list[list[Any]], user: User | None, now: datetime
) -> Report:
    """Make the takes of `report`, which readers don't have, takes of `into`, and return that.

    The caller holds the lane and both reports. `report` is no more; its decision holds what it was.
    """
    before = _as_it_was(report, into=into)
    for fold in report.folds.select_related("item__source").order_by("item"):
        fold.report, fold.kind = into, fold.Kind.TAKE
        fold.score, fold.because = score, because
        fold.by = user
        fold.save(update_fields=["report", "kind", "score", "because", "by"])
        if is_kill(fold.item):
            withdraw_report(into, user=user, now=now, because=[["kill", fold.item.wire_id]])
        else:
            add_take(into, fold.item)
            heed_bounds(into, fold.item, now=now)
    for entry in report.entries.select_related("story"):
        moved, new = put_entry(
            into, story=entry.story, user=entry.by, now=now, because=entry.because, score=entry.score
        )
        before["entries"] += [moved.pk] if new else []
    _hand_on(report, into=into)
    ReportState.objects.filter(pk=report.pk).update(item=None)
    # The proposal goes with the report that is no more; the fold carries its score and its reasons on.
    report.delete()
    note_decision(Kind.FOLD, report=into, user=user, now=now, before=before)
    return into


def _as_it_was(report: Report, *, into: Report) -> dict[str, Any]:
    """Return what it takes to have `report` back: its rows, its takes with their reasons."""
    toward = Proposal.objects.filter(Q(report=report) | Q(into=report)).order_by("pk")
    open_again = [_reopened(proposal) if proposal.into_id == into.pk else proposal for proposal in toward]
    apart = Apart.objects.filter(Q(report=report) | Q(other=report)).order_by("pk")
    drafts = report.revisions.order_by("pk")
    rows = [*drafts, report, report.state, *report.entries.order_by("pk"), *open_again, *apart]
    folds = report.folds.order_by("item").values_list("item", "kind", "score", "because", "by")
    return {"report": report.pk, "rows": as_rows(rows), "folds": [list(fold) for fold in folds], "entries": []}


def _reopened(proposal: Proposal) -> Proposal:
    proposal.status, proposal.decided_at, proposal.by = Proposal.Status.OPEN, None, None
    return proposal


def _hand_on(report: Report, *, into: Report) -> None:
    """Let what was said of `report` beside others be said of `into`, where it isn't said of that already."""
    of_into = Proposal.objects.filter(into=into).values("report")
    others = Proposal.objects.filter(into=report, status=Proposal.Status.OPEN).exclude(report=into)
    others.exclude(report__in=list(of_into.values_list("report", flat=True))).update(into=into)
    of_many = report.proposals.filter(kind__in=[Proposal.Kind.STORY, Proposal.Kind.MOVE])
    for asunder in of_many.filter(status=Proposal.Status.SPIKED):
        # It stays one of them, should it be brought back.
        asunder.report, asunder.others = into, [*asunder.others, report.pk]
        asunder.save(update_fields=["report", "others"])
    told = reports_told_apart(report.pk) - {into.pk}
    Apart.objects.bulk_create([Apart(report=into, other_id=other) for other in told], ignore_conflicts=True)


@transaction.atomic
def spike_proposal(proposal: Proposal, *, user: User | None, now: datetime) -> None:
    """Set `proposal` aside: it is not made again for the same two, or the same group. Raises AlreadyDecided.

    A fold that is spiked tells the two reports apart for the engine too.
    """
    wait_for_lease(LANE)  # a group that is made anew meanwhile would be open again
    decide(proposal, status=Proposal.Status.SPIKED, user=user, now=now)
    undo: dict[str, Any] = {"proposal": proposal.pk}
    if proposal.into_id:
        pair, new = Apart.objects.get_or_create(report=proposal.report, other_id=proposal.into_id)
        undo["apart"] = pair.pk if new else None
    note_decision(
        _SPIKED[Proposal.Kind(proposal.kind)],
        report=proposal.report,
        story=proposal.out_of or proposal.story,
        user=user,
        now=now,
        before=undo,
    )


_SPIKED = {
    Proposal.Kind.FOLD: Kind.APART,
    Proposal.Kind.FILE: Kind.ELSEWHERE,
    Proposal.Kind.STORY: Kind.ASUNDER,
    Proposal.Kind.MOVE: Kind.STAY,
}


def _propose(
    report: Report,
    *,
    into: Report | None,
    story: Story | None,
    score: float,
    because: list[list[Any]],
    now: datetime,
) -> Proposal:
    proposal, _ = Proposal.objects.get_or_create(
        report=report,
        into=into,
        story=story,
        kind=Proposal.Kind.FOLD if into else Proposal.Kind.FILE,
        defaults={
            "score": score,
            "because": because,
            "made_at": now,
        },
    )
    return proposal


def check_kind(proposal: Proposal, *kinds: str) -> None:
    """Raise OfAnotherKind unless `proposal` is of one of these kinds."""
    if proposal.kind not in kinds:
        raise OfAnotherKind(proposal.kind)


def decide(proposal: Proposal, *, status: str, user: User | None, now: datetime) -> None:
    """Mark `proposal` as accepted or spiked. Raises AlreadyDecided."""
    undecided = Proposal.objects.filter(pk=proposal.pk, status=Proposal.Status.OPEN)
    if not undecided.update(status=status, decided_at=now, by=user):
        raise AlreadyDecided(proposal.pk)
