"""Which reports are nearest to each: the cosine of their weighted terms, and the few nearest of every one.

A term weighs the more, the fewer of the reports at hand have it, so that what is in every report of a wire ("said",
"percent") or of a season weighs next to nothing, in any language. Lists of neighbours make the comparison fair: a
report on markets is fairly near to a hundred others, and near to the one on the same crash only if it stands out
among them. It is wrong where the reports at hand are few, for then every word is rare.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from storytext.profiles import Profile

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEIGHBOURS = 20
FEWEST_NEIGHBOURS = 5
FEW = 3  # where there are few reports, only a third of them are neighbours: else all would be alike in that
CLOSEST = 5
PAIR_WEIGHT = 0.5  # of two words in a row, beside each of them
STRANGE = 8.0  # rarity of a word that the background does not know
LEAST_RARE = 1.386  # rarity; what has no more is in every report, and weighs nothing
# Steps of some 10 ns that comparing all with all may take. No gold set takes more than 17 million (5,832 reports); four
# thousand that are all the same would take six thousand million, and are no story.
MOST_STEPS = 500_000_000


@dataclass(frozen=True)
class Vectors:
    """Weighted terms of each report, as rows of a sparse matrix of unit length, and its columns turned round."""

    starts: Ints
    columns: Ints
    weights: Floats
    postings: tuple[Ints, Ints, Floats]

    @property
    def width(self) -> int:
        """Return how many columns there are."""
        return len(self.postings[0]) - 1

    def row(self, at: int) -> tuple[Ints, Floats]:
        """Return the columns of one report and their weights."""
        part = slice(self.starts[at], self.starts[at + 1])
        return self.columns[part], self.weights[part]

    def near(self, at: int) -> Floats:
        """Return the cosine (0 to 1) of one report with every report."""
        starts, rows, weights = self.postings
        columns, mine = self.row(at)
        lengths = starts[columns + 1] - starts[columns]
        total = int(lengths.sum())
        size = len(self.starts) - 1
        if not total:
            return np.zeros(size, np.float32)
        offsets = np.repeat(starts[columns] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        places = offsets + np.arange(total)
        scores = np.bincount(rows[places], weights[places] * np.repeat(mine, lengths), minlength=size)
        return scores.astype(np.float32)

    def cosines(self, a: Ints, b: Ints) -> Floats:
        """Return the cosine of each pair of reports."""
        return np.fromiter((self._cosine(i, j) for i, j in zip(a, b, strict=True)), np.float32, len(a))

    def _cosine(self, i: int, j: int) -> float:
        mine, weights = self.row(i)
        theirs, others = self.row(j)
        _, at, there = np.intersect1d(mine, theirs, assume_unique=True, return_indices=True)
        return float(weights[at] @ others[there])


@dataclass(frozen=True)
class Neighbours:
    """The nearest of each report, nearest first: their places and how near, and how near the closest few are."""

    places: Ints
    near: Floats
    closest: Floats


def rarity(groups: Sequence[Iterable[str]], *, background: Mapping[str, float]) -> dict[str, float]:
    """Return for each term of the groups how telling it is: the logarithm of how few of the groups have it.

    Half of it comes from a background (how rare a word is in the language, 0 to 8); a word not in it is rare.
    """
    rare: dict[str, float] = dict(Counter(chain.from_iterable(groups)))
    size = len(groups)
    for term, count in rare.items():  # each in its place: a second table of a million terms is 80 MB
        rare[term] = (float(np.log((size + 1) / (count + 0.5))) + _usual(term, background)) / 2
    return rare


def _usual(term: str, background: Mapping[str, float]) -> float:
    words = term.split(" ")
    return sum(background.get(word, STRANGE) for word in words) / len(words)


def weigh(profiles: Sequence[Profile], *, rare: Mapping[str, float], kind: str = "terms") -> Vectors:
    """Return the vectors of one kind of the profiles' words: "terms" or "opening"."""
    index: dict[str, int] = {}
    starts, columns, weights = [0], array("q"), array("d")
    for one in profiles:
        counts = getattr(one, kind)
        row = []
        for term in counts:
            weight = rare.get(term, 0.0)
            if weight <= LEAST_RARE:
                continue
            times = counts[term] if kind == "terms" else 1
            pair = PAIR_WEIGHT if " " in term else 1.0
            row.append((index.setdefault(term, len(index)), weight * pair * (1 + float(np.log(times)))))
        row.sort()
        length = float(np.sqrt(sum(weight * weight for _, weight in row))) or 1.0
        columns.extend(column for column, _ in row)
        weights.extend(weight / length for _, weight in row)
        starts.append(len(columns))
    return _vectors(starts, columns, weights, width=len(index))


def _vectors(starts: list[int], columns: "array[int]", weights: "array[float]", *, width: int) -> Vectors:
    begin, column, weight = np.array(starts), np.array(columns, np.int64), np.array(weights, np.float32)
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(begin))
    held = np.bincount(column, minlength=width)
    order = np.argsort(column, kind="stable")
    compared = _is_compared(held)
    order = order[compared[column[order]]]
    ends = np.concatenate(([0], np.cumsum(held * compared)))
    return Vectors(begin, column, weight, (ends, rows[order], weight[order]))


def _is_compared(held: Ints) -> Flags:
    """Return of each term, by how many reports have it, whether it is looked up: the rarest are, as time allows."""
    rarest = np.sort(held)
    told = int(np.searchsorted(np.cumsum(rarest**2), MOST_STEPS, side="right"))
    return held < rarest[told] if told < len(rarest) else np.ones(len(held), np.bool_)


def neighbours(vectors: Vectors) -> Neighbours:
    """Return the nearest of every report."""
    size = len(vectors.starts) - 1
    width = max(min(NEIGHBOURS, max(FEWEST_NEIGHBOURS, size // FEW), size - 1), 0)
    places, near = np.zeros((size, width), np.int64), np.zeros((size, width), np.float32)
    for at in range(size):
        scores = vectors.near(at)
        scores[at] = -1.0
        found = np.argpartition(-scores, width - 1)[:width] if width else np.zeros(0, np.int64)
        found = found[np.lexsort((found, -scores[found]))]
        places[at], near[at] = found, scores[found]
    closest = near[:, :CLOSEST].mean(axis=1) if width else np.zeros(size, np.float32)
    return Neighbours(places, near, closest)
