"""Deciding: what each of some items is to the reports that we have, and to those that the items before it begin.

Nothing is written here. What the database has to say is asked for all items at once; then one is decided on after the
other, just as if the one before had been written. A report that is yet to begin goes by a name until then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import storytext
from writethru.stories.actions.cuttings import Cuttings
from writethru.stories.actions.fresh import Fresh
from writethru.stories.actions.index import Keyed, find_candidates
from writethru.stories.actions.standing import is_kill
from writethru.stories.learned import Learned, learned
from writethru.stories.queries import reports_told_apart
from writethru.wire.models import Item

_YET_TO_BEGIN = "yet to begin: "
ASKED_FIRST = "asked_first"  # the reason of what would be folded at once from another source


@dataclass(frozen=True, slots=True)
class Decided:
    """An item, what it is to which report, and the keys that are worth noting of it."""

    item: Item
    fold: storytext.Fold
    keys: tuple[int, ...]


class Memory:
    """What a process that decides again and again keeps from one time to the next."""

    def __init__(self) -> None:
        self.cuttings, self.fresh = Cuttings(), Fresh()


def decide(items: Sequence[Item], *, memory: Memory, is_over: Callable[[], bool] = lambda: False) -> list[Decided]:
    """Return what is decided of each item, in order; of the first ones at least one, when the time `is_over`."""
    cuttings = memory.cuttings
    takes = [cuttings.take(item) for item in items]
    keyed = [
        Keyed(item, storytext.index_keys(take, reader=cuttings.reading))
        for item, take in zip(items, takes, strict=True)
    ]
    found = find_candidates(keyed, fresh=memory.fresh)
    reports = cuttings.reports({pk for one in found for pk in one.items})
    lessons = learned()
    decided = list[Decided]()
    for item, take, one in zip(items, takes, found, strict=True):
        known = cuttings.candidates(one.items, reports)
        decision = storytext.fold(take, known, reader=cuttings.reading)
        decision = _asked_first(item, _told_apart(take, decision, known) or decision, lessons)
        decided.append(Decided(item, decision, one.keys))
        of = decision.of if decision.kind == "same" else None
        reports[item.pk] = of or begun_with(item)
        if is_over():
            break
    return decided


def begun_with(item: Item) -> str:
    """Return what the report goes by that begins with `item`, until it has a number."""
    return f"{_YET_TO_BEGIN}{item.pk}"


def number_of(report: str | None) -> int | None:
    """Return the number of a report that is there, or None."""
    return None if report is None or report.startswith(_YET_TO_BEGIN) else int(report)


def _told_apart(
    take: storytext.Take, decision: storytext.Fold, known: Sequence[storytext.Candidate]
) -> storytext.Fold | None:
    """Return by the text alone which of two reports the take is of, where an editor has told them apart.

    An editor took a take out of a report although the wire gave both one name: that name can't tell them apart for
    the next take either.
    """
    named = {reason.code for reason in decision.because} & {"same_id", "evolved_from"}
    report = number_of(decision.of)
    if not named or report is None:
        return None
    told_apart = {str(pk) for pk in reports_told_apart(report)}
    if not told_apart & {candidate.report for candidate in known}:
        return None
    unnamed = replace(take, wire_id="", evolved_from="")
    those = [candidate for candidate in known if candidate.report in told_apart | {decision.of}]
    text = storytext.fold(unnamed, those)
    if text.kind != "same" or text.of == decision.of:
        return None
    return replace(text, because=(storytext.Reason("told_apart", min(named)), *text.because))


def _asked_first(item: Item, decision: storytext.Fold, lessons: Learned) -> storytext.Fold:
    """Return the decision as a proposal where editors have undone too many folds of this source that scored so low.

    A kill is never asked about.
    """
    least = lessons.least_scores.get(item.source_id, 0.0)
    if decision.kind != "same" or decision.score >= least or is_kill(item):
        return decision
    because = (storytext.Reason(ASKED_FIRST, lessons.number), *decision.because)
    return replace(decision, kind="probably", because=because)
