"""Groups of reports that hang together: the engine suggests to open a story, and an editor may file them all there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from writethru.stories.models import Proposal
from writethru.stories.queries import reports_editable_by, unfiled_reports

# Reports of one group that the desk shows, and files at one key: a screen of 700 KB in a second. The others of a larger
# one are proposed for the story as soon as it is open.
MOST_TOGETHER = 300


@dataclass(frozen=True, slots=True)
class Together:
    """A proposal to open a story, and those of its reports that are in none so far, the most central first."""

    proposal: Proposal
    reports: tuple[int, ...]


def groups_by_report(proposals: Iterable[Proposal], *, user: Any) -> dict[int, Together]:
    """Return for each report the group that it is in by these proposals, where `user` may file all of the group."""
    members = {one: [one.report_id, *one.others] for one in proposals}
    may_file = _may_file({pk for ids in members.values() for pk in ids}, user=user) if members else {}
    groups: dict[int, Together] = {}
    for proposal, ids in members.items():
        free = tuple(pk for pk in ids if pk in may_file)
        if len(free) > 1 and all(may_file[pk] for pk in free):
            shown = free[:MOST_TOGETHER]
            groups |= dict.fromkeys(shown, Together(proposal, shown))
    return groups


def _may_file(reports: set[int], *, user: Any) -> dict[int, bool]:
    """Return those of these reports that are in no story, each with whether `user` may file it."""
    may = Exists(reports_editable_by(user).filter(pk=OuterRef("pk")))
    return dict(unfiled_reports().filter(pk__in=reports).annotate(may=may).values_list("pk", "may"))
