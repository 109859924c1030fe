"""Grouping: what waits is compared with all that is at hand, and the desk is told what belongs where."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import Truncator

import storytext
from writethru.lib.html import text
from writethru.stories.actions.lease import LANE, wait_for_lease
from writethru.stories.actions.propose import propose_filing
from writethru.stories.actions.standing import as_take
from writethru.stories.actions.window import Window
from writethru.stories.drafts import headline_of
from writethru.stories.models import Proposal, Report, Story
from writethru.stories.queries import unfiled_reports

TITLE_WORDS = 8
SPELT = ("names_shared", "words_shared")


def group_reports(window: Window, *, background: Mapping[str, float], now: datetime) -> None:
    """Propose a story for each report that belongs into one; take back what was proposed and holds no more.

    Comparing takes seconds, so it is done before the transaction: what an editor has decided meanwhile is left alone.
    """
    groups = storytext.group(window.read(), background=background)
    with transaction.atomic():
        wait_for_lease(LANE)
        standing = [_propose_story(*_waiting(group), now=now) for group in groups if group.story is None]
        Proposal.objects.filter(kind=Proposal.Kind.STORY, status=Proposal.Status.OPEN).exclude(pk__in=standing).delete()
        for group in groups:
            if group.story is not None:
                _propose_filings(group, now=now)


def _propose_filings(group: storytext.Group, *, now: datetime) -> None:
    if story := Story.objects.filter(pk=group.story).first():
        filings, found = _waiting(group)
        for filing in filings:
            report = found[int(filing.report)]
            why = _as_data(filing, report)
            made = propose_filing(report, story=story, score=filing.score, because=why, now=now)
            if made.because != why and made.status == Proposal.Status.OPEN:  # more speaks for it by now
                Proposal.objects.filter(pk=made.pk).update(score=filing.score, because=why)


def _waiting(group: storytext.Group) -> tuple[list[storytext.Filing], dict[int, Report]]:
    """Return the filings of reports that are still in no story, and these reports."""
    ids = [int(filing.report) for filing in group.filings]
    found = unfiled_reports().select_related("state__item").in_bulk(ids)
    return [filing for filing in group.filings if int(filing.report) in found], found


def _propose_story(filings: Sequence[storytext.Filing], found: Mapping[int, Report], *, now: datetime) -> int | None:
    """Propose one story for all of these, and return the proposal; one made for some of them before becomes it."""
    if len(filings) < storytext.FEWEST:
        return None
    first, *others = filings
    ids = [int(filing.report) for filing in filings]
    if any(set(ids) <= one for one in _told_asunder()):
        return None
    open_ones = Proposal.objects.filter(kind=Proposal.Kind.STORY, status=Proposal.Status.OPEN, report__in=ids)
    still = open_ones.order_by("pk").first()
    report = found[int(first.report)]
    proposal = still or Proposal(kind=Proposal.Kind.STORY, title=_title(report), made_at=now)
    proposal.report, proposal.others = report, [int(filing.report) for filing in others]
    proposal.score, proposal.because = first.score, _as_data(first, report)
    proposal.save()
    return proposal.pk


def _told_asunder() -> Iterator[set[int]]:
    """Yield the reports of each group that an editor has said is not one story."""
    spiked = Proposal.objects.filter(kind=Proposal.Kind.STORY, status=Proposal.Status.SPIKED)
    yield from ({report, *others} for report, others in spiked.values_list("report", "others"))


def _title(report: Report) -> str:
    """Return what the story may be called: the headline of the report in the middle of it, or how its text begins."""
    item = report.state.item
    headline, html = (headline_of(item), item.html) if item else (report.headline, report.html)
    return (headline or Truncator(text(html)).words(TITLE_WORDS))[:255]


def _as_data(filing: storytext.Filing, report: Report) -> list[list[Any]]:
    """Return the reasons as rows hold them, words spelt as in the report, and what the nearest report is called."""
    because: list[list[Any]] = [[reason.code, reason.value] for reason in filing.because]
    if report.state.item:
        take = as_take(report.state.item)
        for reason in because:
            if reason[0] in SPELT:
                reason[1] = ", ".join(storytext.spell(take, reason[1].split(", ")))
    nearest = Report.objects.select_related("state__item").filter(pk=filing.nearest).first()
    return [*because, ["nearest", _title(nearest)]] if nearest else because
