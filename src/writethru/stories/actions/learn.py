"""Learning: what the desk has decided becomes what the engine files and folds by, and can be taken back.

Studying reads and decides nothing; keeping writes one row, in one transaction. So whatever ends it in between, the desk
goes on with what was in use before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

import storytext
from storytext.grouping import Place, places
from storytext.learning import Try, best, followed, least_score, shifts, tries
from storytext.likeness import Pairs, pairs_of
from writethru.stories.actions.lease import LANE, wait_for_lease
from writethru.stories.actions.verdicts import Told, folds_seen, verdicts_on
from writethru.stories.actions.window import Window
from writethru.stories.learned import Learned, as_data, learned
from writethru.stories.models import Learning

# Decisions on filing from which on weights are learned. By `evals/learning.py` fifty may still do harm: googlenews TS
# falls from .926 to .920 then; with a hundred no set falls.
FEWEST_DECISIONS = 100


class NothingToTakeBack(Exception):
    """Nothing that was learned is in use: the engine goes by what ships."""


class LearnedMeanwhile(Exception):
    """Something else has come into use since the study: what it was compared with is not what would be replaced."""


@dataclass(frozen=True)
class Study:
    """What the decisions say, and what they would make of what is in use.

    `folds` are by source how many an editor has seen, and how many of them stand; `followed` is how well the groups by
    what is in use and by what is new follow the decisions; `shifts` how much more each measure counts.
    """

    told: Told
    folds: Mapping[int, tuple[int, int]]
    old: Learned
    new: Learned
    followed: tuple[float, float]
    shifts: Mapping[str, float]
    reports: Sequence[storytext.Filed]
    pairs: Pairs

    @property
    def decisions(self) -> int:
        """Return how many decisions on filing say something of the reports at hand."""
        return sum(self.told.counts.values())

    @property
    def is_new(self) -> bool:
        """Return whether there is anything to keep."""
        return (self.new.weights, self.new.least_scores) != (self.old.weights, self.old.least_scores)


def study(*, background: Mapping[str, float], heed: Callable[[Try], object] = lambda tried: None) -> Study:
    """Return what the desk's decisions teach, having written nothing; `heed` is told of all weights that are tried.

    What is in use stays where none follows the decisions better, and where there are too few of them.
    """
    reports, old = Window().read(), learned()
    told, seen = verdicts_on(reports), folds_seen()
    pairs = pairs_of([one.profile for one in reports], background=background)
    decided = {verdict.report for verdict in told.verdicts}
    found = in_use = Try(old.weights, None, followed(reports, pairs, decided, weights=old.weights))
    if sum(told.counts.values()) >= FEWEST_DECISIONS:
        found = best([in_use, *_heeded(tries(reports, pairs, told.verdicts), heed)])
    return Study(
        told=told,
        folds={source: (len(folds), sum(right for _, right in folds)) for source, folds in sorted(seen.items())},
        old=old,
        new=Learned(old.number, found.weights, _least_scores(seen)),
        followed=(in_use.followed, found.followed),
        shifts=shifts(pairs, old.weights, found.weights),
        reports=reports,
        pairs=pairs,
    )


def _heeded(tried: Iterator[Try], heed: Callable[[Try], object]) -> Iterator[Try]:
    for one in tried:
        heed(one)
        yield one


def _least_scores(seen: Mapping[int, Sequence[tuple[float, bool]]]) -> dict[int, float]:
    """Return the sources that are asked about first, each with the score from which on it isn't."""
    return {source: least for source, folds in sorted(seen.items()) if (least := least_score(folds))}


@dataclass(frozen=True, slots=True)
class Difference:
    """A report at hand that would be elsewhere: None is alone, and a place without a story is a new one."""

    report: int
    old: Place | None
    new: Place | None


def differences(of: Study) -> list[Difference]:
    """Return what would have gone otherwise, oldest first, had all reports at hand been grouped by what is new."""
    both = [places(of.reports, of.pairs, weights=one.weights) for one in (of.old, of.new)]
    return [
        Difference(int(one.report), old, new)
        for one, old, new in zip(of.reports, *both, strict=True)
        if (old is None) != (new is None) or (old and new and old.story != new.story)
    ]


@transaction.atomic
def keep(of: Study, *, now: datetime) -> Learning:
    """Put what a study found in use, and return its row. Raises LearnedMeanwhile."""
    wait_for_lease(LANE)  # one at a time
    before = Learning.objects.filter(in_use=True).first()
    if (before.number if before else 0) != of.old.number:
        raise LearnedMeanwhile
    Learning.objects.filter(in_use=True).update(in_use=False)
    return Learning.objects.create(
        number=(Learning.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        made_at=now,
        decisions=dict(of.told.counts),
        weights=as_data(of.new.weights),
        least_scores={str(source): score for source, score in of.new.least_scores.items()},
        followed=[round(share, 4) for share in of.followed],
        instead_of=before,
        in_use=True,
    )


@transaction.atomic
def go_back() -> Learning | None:
    """Put in use what was before the learning that is, and return it; None is what ships. Raises NothingToTakeBack."""
    wait_for_lease(LANE)
    last = Learning.objects.select_related("instead_of").filter(in_use=True).first()
    if last is None:
        raise NothingToTakeBack
    Learning.objects.filter(pk=last.pk).update(in_use=False)
    if last.instead_of:
        Learning.objects.filter(pk=last.instead_of.pk).update(in_use=True)
    return last.instead_of
