"""Proposals: what the engine suggests where it is not sure enough to act, and what an editor makes of it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from writethru.stories.actions.embargo import heed_bounds
from writethru.stories.actions.file import file_report
from writethru.stories.actions.lease import LANE, wait_for_lease
from writethru.stories.actions.standing import add_take, is_kill
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Proposal, Report, ReportState, Story

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`


class AlreadyDecided(Exception):
    """Somebody has accepted or spiked this proposal already."""


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

    Raises AlreadyDecided, and AlreadyPublished where a published report would be folded away.
    """
    wait_for_lease(LANE)  # no take is folded into a report that is on its way into another
    _decide(proposal, status=Proposal.Status.ACCEPTED, user=user, now=now)
    both = ReportState.objects.select_for_update().filter(pk__in=[proposal.report_id, proposal.into_id])
    list(both.order_by("pk"))  # nor is one of the two published meanwhile
    report = Report.objects.select_related("state", "state__item", "state__current").get(pk=proposal.report_id)
    if proposal.story:
        file_report(report, story=proposal.story, user=user, now=now, because=proposal.because, score=proposal.score)
        return report
    if report.state.current:
        raise AlreadyPublished(report.pk)
    into = Report.objects.select_related("state", "state__item", "state__current").get(pk=proposal.into_id)
    for fold in report.folds.select_related("item__source").order_by("item"):
        fold.report, fold.kind = into, fold.Kind.TAKE
        fold.score, fold.because = proposal.score, proposal.because
        fold.save(update_fields=["report", "kind", "score", "because"])
        if is_kill(fold.item):
            withdraw_report(into, user=user, now=now, because=[["kill", fold.item.wire_id]])
        else:
            add_take(into, fold.item)
            heed_bounds(into, fold.item, now=now)
    for entry in report.entries.select_related("story"):
        file_report(into, story=entry.story, user=entry.by, now=now, because=entry.because, score=entry.score)
    ReportState.objects.filter(pk=report.pk).update(item=None)
    # The proposal goes with the report that is no more; the fold carries its score and its reasons on.
    report.delete()
    return into


@transaction.atomic
def spike_proposal(proposal: Proposal, *, user: User | None, now: datetime) -> None:
    """Set `proposal` aside: it is not made again for the same two. Raises AlreadyDecided."""
    _decide(proposal, status=Proposal.Status.SPIKED, user=user, now=now)


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
        defaults={
            "kind": Proposal.Kind.FOLD if into else Proposal.Kind.FILE,
            "score": score,
            "because": because,
            "made_at": now,
        },
    )
    return proposal


def _decide(proposal: Proposal, *, status: str, user: User | None, now: datetime) -> None:
    undecided = Proposal.objects.filter(pk=proposal.pk, status=Proposal.Status.OPEN)
    if not undecided.update(status=status, decided_at=now, by=user):
        raise AlreadyDecided(proposal.pk)
