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


@dataclass(frozen=True)
class Measured:
    """A figure with the bounds within which it lies 95 times of 100, and of how many it was measured."""

    figure: float
    low: float
    high: float
    size: int

    def __str__(self) -> str:
        return f"{self.figure:.3f} ({self.low:.3f}-{self.high:.3f})"


def share(count: int, size: int) -> Measured:
    """Return how large a part of `size` the count is."""
    return Measured(count / (size or 1), *wilson(count, size), size)


@dataclass(frozen=True)
class Spread:
    """Precision, recall and F1 of a grouping, each with its bounds, and the draws of F1 that these came from."""

    precision: Measured
    recall: Measured
    f1: Measured
    draws: tuple[float, ...]


def spread(rates: Rates, drawn: Sequence[Rates], *, size: int) -> Spread:
    """Return the rates with bounds from those of the draws."""
    sides = ([one.precision for one in drawn], [one.recall for one in drawn], [one.f1 for one in drawn])
    figures = (rates.precision, rates.recall, rates.f1)
    told = [Measured(figure, *bounds(side), size) for figure, side in zip(figures, sides, strict=True)]
    return Spread(told[0], told[1], told[2], tuple(sides[2]))


def bounds(drawn: Sequence[float]) -> tuple[float, float]:
    """Return the bounds within which 95 of 100 of the draws lie."""
    in_order, out = sorted(drawn), round(len(drawn) * (1 - WIDTH) / 2)
    return in_order[out], in_order[-out - 1]


def interval(gold: Sequence[Hashable], found: Sequence[Hashable], *, seed: int = 0) -> tuple[float, float]:
    """Return the bounds of pairwise F1 within which 95 of 100 draws of as many stories (with repeats) lie."""
    return bounds([one.f1 for one in pairwise_draws(gold, found, seed=seed)])


def over_pairs(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Spread:
    """Return pairwise precision, recall and F1 with their bounds."""
    return spread(pairwise(gold, found), pairwise_draws(gold, found), size=len(gold))


def over_reports(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Spread:
    """Return BCubed precision, recall and F1 with their bounds."""
    return spread(bcubed(gold, found), bcubed_draws(gold, found), size=len(gold))


def pairwise_draws(gold: Sequence[Hashable], found: Sequence[Hashable], *, seed: int = 0) -> list[Rates]:
    """Return the rates over pairs in each draw of as many stories as there are, with repeats."""
    both = _by_story(gold, found)
    stories, dice, rates = list(both), random.Random(seed), []
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
        rates.append(Rates(right / told if told else 1.0, right / true if true else 1.0))
    return rates


def bcubed_draws(gold: Sequence[Hashable], found: Sequence[Hashable], *, seed: int = 0) -> list[Rates]:
    """Return the rates over reports in each draw of stories: each report counts as it does in the whole."""
    both, sizes = _by_story(gold, found), Counter(found)
    sums = [
        (
            sum(count * count / sizes[group] for group, count in groups.items()),
            sum(count * count for count in groups.values()) / sum(groups.values()),
            sum(groups.values()),
        )
        for groups in both.values()
    ]
    dice, rates = random.Random(seed), []
    for _ in range(RESAMPLES):
        right, found_again, size = map(sum, zip(*dice.choices(sums, k=len(sums)), strict=True))
        rates.append(Rates(right / size, found_again / size))
    return rates


def _by_story(gold: Sequence[Hashable], found: Sequence[Hashable]) -> dict[Hashable, dict[Hashable, int]]:
    """Return how many reports of each story are in each group."""
    both: dict[Hashable, dict[Hashable, int]] = {}
    for (story, group), count in Counter(zip(gold, found, strict=True)).items():
        both.setdefault(story, {})[group] = count
    return both


def _within_copies(drawn: Sequence[Hashable], both: dict[Hashable, dict[Hashable, int]]) -> int:
    """Return the pairs between copies of one story in one group."""
    times = Counter(drawn)
    return sum(_pairs(copies) * count * count for story, copies in times.items() for count in both[story].values())


def wilson(count: float, size: float) -> tuple[float, float]:
    """Return the bounds of a rate within which it lies 95 times of 100 (Wilson, 1927)."""
    z, size = 1.96, size or 1
    rate = count / size
    middle, reach = rate + z * z / (2 * size), z * sqrt(rate * (1 - rate) / size + z * z / (4 * size * size))
    low, high = (middle - reach) / (1 + z * z / size), (middle + reach) / (1 + z * z / size)
    return max(low, 0.0), min(high, 1.0)
