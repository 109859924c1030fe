"""How well a grouping agrees with the gold one: over pairs, over reports (BCubed), and in numbers of groups."""

import random
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

RESAMPLES = 200  # of stories, for an interval
WIDTH = 0.95


@dataclass(frozen=True)
class Rates:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / ((self.precision + self.recall) or 1.0)


def pairwise(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Rates:
    """Return how many of the pairs put together belong together, and how many of those that do were."""
    both = sum(map(_pairs, Counter(zip(gold, found, strict=True)).values()))
    told, true = (sum(map(_pairs, Counter(one).values())) for one in (found, gold))
    return Rates(both / told if told else 1.0, both / true if true else 1.0)


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def bcubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Rates:
    """Return the means over reports of the share of its group that is right, and of its story that is there."""
    both, groups, stories = Counter(zip(gold, found, strict=True)), Counter(found), Counter(gold)
    size = len(gold) or 1
    return Rates(
        sum(count * count / groups[group] for (_, group), count in both.items()) / size,
        sum(count * count / stories[story] for (story, _), count in both.items()) / size,
    )


def interval(gold: Sequence[Hashable], found: Sequence[Hashable], *, seed: int = 0) -> tuple[float, float]:
    """Return the bounds of pairwise F1 within which 95 of 100 draws of as many stories (with repeats) lie."""
    both: dict[Hashable, dict[Hashable, int]] = {}
    for (story, group), count in Counter(zip(gold, found, strict=True)).items():
        both.setdefault(story, {})[group] = count
    stories, dice, scores = list(both), random.Random(seed), []
    for _ in range(RESAMPLES):
        drawn = dice.choices(stories, k=len(stories))
        groups: Counter[Hashable] = Counter()
        for story in drawn:
            groups.update(both[story])
        right = sum(_pairs(count) for story in drawn for count in both[story].values())
        true = sum(_pairs(sum(both[story].values())) for story in drawn)
        # A story drawn twice is two stories, and its groups are two as well, so its own copies are no error.
        twice = _within_copies(drawn, both)
        told = sum(map(_pairs, groups.values())) - twice
        scores.append(Rates(right / told if told else 1.0, right / true if true else 1.0).f1)
    scores.sort()
    out = round(RESAMPLES * (1 - WIDTH) / 2)
    return scores[out], scores[-out - 1]


def _within_copies(drawn: Sequence[Hashable], both: dict[Hashable, dict[Hashable, int]]) -> int:
    """Return the pairs between copies of one story in one group."""
    times = Counter(drawn)
    return sum(_pairs(copies) * count * count for story, copies in times.items() for count in both[story].values())


def wilson(count: float, size: float) -> tuple[float, float]:
    """Return the bounds of a rate within which it lies 95 times of 100 (Wilson, 1927)."""
    z, size = 1.96, size or 1
    rate = count / size
    middle, reach = rate + z * z / (2 * size), z * sqrt(rate * (1 - rate) / size + z * z / (4 * size * size))
    return (middle - reach) / (1 + z * z / size), (middle + reach) / (1 + z * z / size)
