"""Moves as an editor sees them: reports that hang together with another story, or make one of their own."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from writethru.stories.models import Entry, Proposal, Report, Section, Story
from writethru.stories.queries import sections_editable_by, stories_editable_by
from writethru.stories.together import MOST_TOGETHER

MOST_MOVES = 12  # at one look; the next come up as these are decided
BEGINNING = 400  # characters of a report without a headline, to call it by


@dataclass(frozen=True, slots=True)
class Moving:
    """A proposal to move, with those of its reports that are still there to move, the most central first.

    `filed` is how many reports the story that they lie in holds; `section` is where that stands, if a story may be
    opened there. The reports carry `start`, the beginning of their text, and no text.
    """

    proposal: Proposal
    reports: tuple[Report, ...]
    filed: int
    section: int | None

    @property
    def is_all(self) -> bool:
        """Return whether it leaves the story that they lie in empty."""
        return len(self.reports) >= self.filed

    @property
    def ids(self) -> list[int]:
        """Return the reports' ids: what an editor who looks at it has seen."""
        return [report.pk for report in self.reports]


def moves_awaiting_desk(*, user: Any, story: Story | None = None, report: int | None = None) -> list[Moving]:
    """Return the moves that `user` may make, the likeliest first; out of or into `story` where told.

    They may change both stories; a part asks for a section that they may open a story in. Those that name `report`
    come before the others. As many queries for one as for twelve.
    """
    found = _open_moves(user)
    if story is not None:
        found = found.filter(Q(out_of=story) | Q(story=story))
    moves = list(found.order_by("-score", "pk")[:MOST_MOVES])
    named = sorted(moves, key=lambda move: report not in (move.report_id, *move.others))
    return _with_reports(named, user=user)


def move_awaiting_desk(proposal_id: int, *, user: Any) -> Moving | None:
    """Return one move; None if `user` may not make it, or nothing of it is left."""
    return next(iter(_with_reports(list(_open_moves(user).filter(pk=proposal_id)), user=user)), None)


def sections_to_open_in(user: Any) -> QuerySet[Section]:
    """Return the sections that `user` may open a story in: readers see it as soon as it is open."""
    may_publish = sections_editable_by(user, may="publish")
    return sections_editable_by(user, may="add").filter(pk__in=may_publish.values("pk"))


def _open_moves(user: Any) -> QuerySet[Proposal]:
    found = Proposal.objects.filter(kind=Proposal.Kind.MOVE, status=Proposal.Status.OPEN)
    if not user.is_superuser:
        mine = stories_editable_by(user).values("pk")
        found = found.filter(Q(story=None) | Q(story__in=mine), out_of__in=mine)
    return found.select_related("story", "out_of")


def _with_reports(moves: list[Proposal], *, user: Any) -> list[Moving]:
    """Return these moves as they can be made now: a key moment stays, and what has left the story is not moved."""
    if not moves:
        return []
    named = {pk for move in moves for pk in (move.report_id, *move.others)}
    stories = {move.out_of_id for move in moves}
    movable = Entry.objects.filter(story__in=stories, report__in=named, is_key=False)
    there = set(movable.values_list("story", "report"))
    counted = Entry.objects.filter(story__in=stories).order_by().values_list("story").annotate(n=Count("pk"))
    filed, reports = dict(counted), _as_listed(named)
    sections = list(sections_to_open_in(user)) if any(move.story_id is None for move in moves) else []
    told = []
    for move in moves:
        left = [reports[pk] for pk in (move.report_id, *move.others) if (move.out_of_id, pk) in there]
        if left and (move.story_id or sections):
            home = next((one.pk for one in sections if _stands_in(move.out_of, one)), None)
            told.append(Moving(move, tuple(left[:MOST_TOGETHER]), filed[move.out_of_id], home))
    return told


def _stands_in(story: Story | None, section: Section) -> bool:
    return story is not None and story.path.startswith(section.path)


def _as_listed(ids: Collection[int]) -> dict[int, Report]:
    reports = Report.objects.filter(pk__in=ids).select_related("state").defer("html")
    return {report.pk: report for report in reports.annotate(start=Left("html", BEGINNING))}
