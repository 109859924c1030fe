"""What a newsroom's own decisions teach: other weights for what its reports have in common.

An editor who files a report says that it is of one story with those that are there, and of none with those of another
story; who takes it out, or refuses it, says that it is not. Of each such decision the pairs that the engine measures
(`likeness`) are lessons, and the weights are fitted anew to them, from the shipped ones as a prior (`regression`).

How strongly the prior should hold depends on the wire: where copy is unlike that of the gold sets, little; where it is
alike, much. So several holds are tried, the reports at hand are grouped with each, and those weights are taken whose
groups follow the decisions best: the shipped ones, if none does better. What belongs where (`belonging`) is not
learned: two hundred decisions are too few for it, for those that take out of groups the engine joined wrongly teach
that nothing belongs anywhere. It is wrong where editors disagree, and about news that is unlike what they decided on.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from storytext.grouping import Filed, places
from storytext.likeness import Pairs
from storytext.regression import Numbers, Weights, fit
from storytext.weights import SHIPPED

# What a squared move of a weight costs, measures on one scale, where a decision that is got wrong costs about one.
# By `evals/learning.py`, with 200 decisions: 25 serves articles best (ecbplus), 400 titles (googlenews T).
HOLDS = (800.0, 400.0, 200.0, 100.0, 50.0, 25.0)

LEAST_SPREAD = 1e-6  # of a measure; what spreads less is the same for all pairs, but for rounding

# What is known of folds before a source has shown any: of 45 read by hand 44 were right (docs/decisions/0003).
FOLDS_READ, FOLDS_RIGHT = 45, 44
TRUSTED = 0.95  # share of a source's folds that are right, from which it is folded at once; by the above two are undone
NEVER = 2.0  # no fold scores so much


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an editor has said of a report: that it is of one story with these others, or of none with any of them.

    It may be among them itself, which says nothing: so all that is said of one story shares its set.

    `counts` is its share of a decision, where one key decided on several reports.
    """

    report: str
    others: frozenset[str]
    together: bool
    counts: float = 1.0


@dataclass(frozen=True, slots=True)
class Try:
    """Weights, how strongly the shipped ones held them (None: these are the shipped ones), and how they do.

    `followed` is the harmonic mean (0 to 1) of how many of the pairs of decided reports that the engine puts together
    editors have in one story, and of how many of those that editors have there it puts together.
    """

    weights: Weights
    hold: float | None
    followed: float


def tries(
    reports: Sequence[Filed], pairs: Pairs, verdicts: Sequence[Verdict], *, shipped: Weights = SHIPPED
) -> Iterator[Try]:
    """Yield the shipped weights, then those that the verdicts make of them, the strongest hold first.

    `reports` are those at hand, as editors have filed them by now, and `pairs` theirs (`likeness.pairs_of`).
    """
    decided = {verdict.report for verdict in verdicts}
    measures, right, counts = lessons(reports, pairs, verdicts)
    spread = pairs.measures.std(axis=0) if len(pairs.a) else np.ones(pairs.measures.shape[1])
    spread[spread < LEAST_SPREAD] = 1.0
    yield Try(shipped, None, followed(reports, pairs, decided, weights=shipped))
    for hold in HOLDS if len(right) else ():
        held = np.full(len(spread) + 1, hold)
        learned = fit(measures, right, counts, prior=shipped.pairs, spread=spread, hold=held)
        weights = Weights(learned, shipped.claims)
        yield Try(weights, hold, followed(reports, pairs, decided, weights=weights))


def shifts(pairs: Pairs, before: Weights, after: Weights) -> dict[str, float]:
    """Return for each kind of measure how much more it counts than before: below 0 less, 1 much.

    A measure that counts by the length as well (`_long`) is told with the one that it is of.
    """
    moved = [after.pairs.weights[name] - weight for name, weight in before.pairs.weights.items()]
    told: dict[str, float] = {}
    for kind in dict.fromkeys(name.split("_")[0] for name in before.pairs.weights):
        columns = [at for at, name in enumerate(before.pairs.weights) if name.split("_")[0] == kind]
        odds = pairs.measures[:, columns] @ np.array([moved[at] for at in columns])
        plain = pairs.measures[:, columns[0]]
        with_it = float(np.mean((odds - odds.mean()) * (plain - plain.mean()))) if len(odds) else 0.0
        told[kind] = float(np.copysign(odds.std(), with_it)) if with_it else 0.0
    return told


def best(tried: Iterable[Try]) -> Try:
    """Return the weights that follow the decisions best; of several that do, those that moved least."""
    return max(tried, key=lambda one: one.followed)


def lessons(reports: Sequence[Filed], pairs: Pairs, verdicts: Sequence[Verdict]) -> tuple[Numbers, Numbers, Numbers]:
    """Return the measures of the pairs that the verdicts tell of, which are right, and how much each counts.

    A verdict counts as much as another, however many pairs it tells of.
    """
    beside: dict[str, list[tuple[int, Filed]]] = {}
    for row, (a, b) in enumerate(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)):
        beside.setdefault(reports[a].report, []).append((row, reports[b]))
        beside.setdefault(reports[b].report, []).append((row, reports[a]))
    rows, right, counts = list[int](), list[float](), list[float]()
    for verdict in verdicts:
        told = [*_told(verdict, beside.get(verdict.report, []))]
        rows += [row for row, _ in told]
        right += [float(is_right) for _, is_right in told]
        counts += [verdict.counts / len(told) for _ in told]
    return pairs.measures[rows], np.array(right), np.array(counts)


def _told(verdict: Verdict, beside: Iterable[tuple[int, Filed]]) -> Iterator[tuple[int, bool]]:
    """Yield the pairs of a report that a verdict tells of, and whether they are of one story."""
    for row, other in beside:
        if other.report in verdict.others:
            yield row, verdict.together
        elif verdict.together and other.story is not None:
            yield row, False


def followed(reports: Sequence[Filed], pairs: Pairs, decided: set[str], *, weights: Weights) -> float:
    """Return how well the engine's groups of the reports that editors have decided on are the editors' own (see Try).

    A report that they have left in no story is of none with those that are in one; of two such nothing is known.
    """
    found = places(reports, pairs, weights=weights)
    there = [
        (one.story, place.group if place else None)
        for one, place in zip(reports, found, strict=True)
        if one.report in decided
    ]
    right = _pairs_alike(both for both in there if None not in both)
    unknown = _pairs_alike(group for story, group in there if story is None and group is not None)
    told = _pairs_alike(group for _, group in there if group is not None) - unknown
    true = _pairs_alike(story for story, _ in there if story is not None)
    return 2 * right / ((told + true) or 1)


def _pairs_alike(labels: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


def least_score(folds: Iterable[tuple[float, bool]]) -> float:
    """Return from which score on a source's takes are folded at once; below, an editor is asked first.

    `folds` are scores of folds that editors have seen, and whether they let them stand. It is 0 while the source is
    trusted, else the least of these scores from which on it is, and `NEVER` where there is none.
    """
    seen = sorted(folds, reverse=True)
    if _is_trusted(right for _, right in seen):
        return 0.0
    scores = sorted({score for score, _ in seen})
    return next((least for least in scores if _is_trusted(right for score, right in seen if score >= least)), NEVER)


def _is_trusted(right: Iterable[bool]) -> bool:
    seen = [*right]
    return (sum(seen) + FOLDS_RIGHT) / (len(seen) + FOLDS_READ) >= TRUSTED
