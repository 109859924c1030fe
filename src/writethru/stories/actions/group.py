"""Grouping: what waits is compared with all that is at hand, and the desk is told what belongs where."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import Truncator

import storytext
from writethru.lib.html import text
from writethru.stories.actions.cuttings import as_take
from writethru.stories.actions.lease import LANE, wait_for_lease
from writethru.stories.actions.move import movable_entries, propose_moves, told_moves, wanted_moves
from writethru.stories.actions.window import Window
from writethru.stories.drafts import headline_of
from writethru.stories.learned import Learned, learned
from writethru.stories.models import Proposal, Report, Story
from writethru.stories.queries import unfiled_reports

TITLE_WORDS = 8
SPELT = ("names_shared", "words_shared")
CHUNK = 100  # reports whose texts are read at once
Told = dict[str, list[list[Any]]]  # why each report belongs where it does, as rows hold it


def group_reports(window: Window, *, background: Mapping[str, float], now: datetime) -> None:
    """Propose a story for each report that belongs into one; take back what was proposed and holds no more.

    Comparing takes seconds, and so does wording why, so both are done before the transaction: what an editor has
    decided meanwhile is left alone, and nobody waits for the lane longer than it takes to write the rows that differ.
    """
    reports = window.read()
    lessons = learned()
    groups = storytext.group(reports, background=background, weights=lessons.weights)
    moving = [int(filing.report) for group in groups for filing in group.moves]
    moves = wanted_moves(groups, movable_entries(moving))
    opening = [filings[0].report for (_out_of, to), filings in moves.items() if to is None]
    titles = {str(pk): _title(report) for pk, report in _with_takes([int(pk) for pk in opening]).items()}
    told = _told([*told_moves(moves), *(filing for group in groups for filing in _to_tell(group))])
    with transaction.atomic():
        wait_for_lease(LANE)
        ids = [int(filing.report) for group in groups for filing in group.filings]
        free = set(unfiled_reports().filter(pk__in=ids).values_list("pk", flat=True))
        _propose_stories([group for group in groups if group.story is None], free, told, by=lessons, now=now)
        _propose_filings([group for group in groups if group.story is not None], free, told, by=lessons, now=now)
        propose_moves(moves, told, titles, by=lessons, now=now)
        if reports:
            _take_back(groups, since=int(reports[0].report))


def _to_tell(group: storytext.Group) -> Sequence[storytext.Filing]:
    """Return the filings whose reasons an editor sees: of a new story those of the report in the middle of it."""
    return group.filings if group.story is not None else group.filings[:1]


def _propose_filings(
    groups: Iterable[storytext.Group], free: Collection[int], told: Told, *, by: Learned, now: datetime
) -> None:
    wanted = {
        (int(filing.report), int(group.story)): filing
        for group in groups
        if group.story is not None
        for filing in group.filings
        if int(filing.report) in free and filing.report in told
    }
    there = set(Story.objects.filter(pk__in={story for _report, story in wanted}).values_list("pk", flat=True))
    of_them = Proposal.objects.filter(report__in=[report for report, _story in wanted], story__in=there)
    known = {(one.report_id, one.story_id): one for one in of_them}
    made, more = list[Proposal](), list[Proposal]()
    for (report, story), filing in wanted.items():
        why = {"score": filing.score, "because": told[filing.report]}
        one = known.get((report, story))
        if one is None and story in there:
            why |= {"learning": by.number, "made_at": now}
            made.append(Proposal(kind=Proposal.Kind.FILE, report_id=report, story_id=story, **why))
        elif one and one.status == Proposal.Status.OPEN and one.because != why["because"]:  # more speaks for it by now
            one.score, one.because, one.learning = why["score"], why["because"], by.number
            more.append(one)
    Proposal.objects.bulk_create(made, batch_size=CHUNK)
    Proposal.objects.bulk_update(more, ["score", "because", "learning"], batch_size=CHUNK)


def _take_back(groups: Iterable[storytext.Group], *, since: int) -> None:
    """Delete what was proposed for reports since this one and holds no more: they are in no group now, or another."""
    holding = {(int(filing.report), group.story) for group in groups for filing in group.filings}
    by_grouping = Proposal.objects.filter(because__0__0="hangs_together", report__gte=since)
    open_ones = by_grouping.filter(kind=Proposal.Kind.FILE, status=Proposal.Status.OPEN)
    past = [
        pk
        for pk, report, story in open_ones.values_list("pk", "report", "story")
        if (report, str(story)) not in holding
    ]
    Proposal.objects.filter(pk__in=past).delete()


def _propose_stories(
    groups: Iterable[storytext.Group], free: Collection[int], told: Told, *, by: Learned, now: datetime
) -> None:
    """Propose a story for all reports of each group; one proposed for some of them before becomes it."""
    proposed = Proposal.objects.filter(kind=Proposal.Kind.STORY)
    spiked = proposed.filter(status=Proposal.Status.SPIKED).values_list("report", "others")
    asunder = [{report, *others} for report, others in spiked]  # what an editor has said is not one story
    open_ones = list(proposed.filter(status=Proposal.Status.OPEN).order_by("pk"))
    standing = list[int]()
    for group in groups:
        filings = [filing for filing in group.filings if int(filing.report) in free]
        ids = {int(filing.report) for filing in filings}
        if len(ids) < storytext.FEWEST or any(one.issuperset(ids) for one in asunder):
            continue
        still = next((one for one in open_ones if one.report_id in ids and one.pk not in standing), None)
        standing.append(_propose_story(filings, still, told, by=by, now=now))
    proposed.filter(status=Proposal.Status.OPEN).exclude(pk__in=standing).delete()


def _propose_story(
    filings: Sequence[storytext.Filing], still: Proposal | None, told: Told, *, by: Learned, now: datetime
) -> int:
    first, *others = (int(filing.report) for filing in filings)
    because = told.get(filings[0].report) or _told(filings[:1])[filings[0].report]
    why = {"report_id": first, "others": others, "score": filings[0].score, "because": because, "learning": by.number}
    if still is None:
        title = _title_of(first)
        return Proposal.objects.create(kind=Proposal.Kind.STORY, title=title, made_at=now, **why).pk
    if any(getattr(still, name) != value for name, value in why.items()):
        Proposal.objects.filter(pk=still.pk).update(**why)
    return still.pk


def _with_takes(ids: Collection[int]) -> dict[int, Report]:
    """Return these reports, as far as they are there, with what stands of the wire's, but for the bytes received."""
    return Report.objects.select_related("state__item").defer("html", "state__item__raw").in_bulk(ids)


def _title_of(report: int) -> str:
    found = _with_takes([report]).get(report)
    return _title(found) if found else ""


def _title(report: Report) -> str:
    """Return what the story may be called: the headline of the report in the middle of it, or how its text begins."""
    item = report.state.item
    headline, html = (headline_of(item), item.html) if item else (report.headline, report.html)
    return (headline or Truncator(text(html)).words(TITLE_WORDS))[:255]


def _told(filings: Sequence[storytext.Filing]) -> dict[str, list[list[Any]]]:
    """Return for each report that is there the reasons of its filing as rows hold them."""
    told = {}
    for start in range(0, len(filings), CHUNK):
        chunk = filings[start : start + CHUNK]
        found = _with_takes({int(pk) for filing in chunk for pk in (filing.report, filing.nearest)})
        told |= {one.report: _as_data(one, found) for one in chunk if int(one.report) in found}
    return told


def _as_data(filing: storytext.Filing, found: Mapping[int, Report]) -> list[list[Any]]:
    """Return the reasons, words spelt as in the report, and what the nearest report is called."""
    because: list[list[Any]] = [[reason.code, reason.value] for reason in filing.because]
    item, nearest = found[int(filing.report)].state.item, found.get(int(filing.nearest))
    if item:
        take = as_take(item)
        for reason in because:
            if reason[0] in SPELT:
                reason[1] = ", ".join(storytext.spell(take, reason[1].split(", ")))
    return [*because, ["nearest", _title(nearest)]] if nearest else because
