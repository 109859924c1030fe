"""Which reports hang together, from how likely each pair is of one story.

First communities are found by moving each report to where it is tied more strongly than chance would have it
(modularity, by Louvain's method: Blondel and others, 2008), at a resolution that finds too many rather than too few.
Then two of them are joined where a fair part of all ties of the smaller one lead to the other: that is a measure that
does not grow with the size of a story, as modularity does, so a story of four hundred reports stays one beside
stories of five. Of a small one a greater part must, for there a few ties are a great part soon; and of two large ones,
for there to be wrong costs most. It is wrong where two stories share most of their cast. Who hangs on to a community by
a word or two leaves it later (see `belonging`).
"""

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

Ties = list[dict[int, float]]  # of each report: to whom it is tied, and how strongly

# A high resolution leaves crumbs of few stories that nothing joins again (a third of uci: F1 .50 with 20, .83 with 4),
# a low one joins of many for good what should stay apart. So it grows with how many there may be, by a twelfth.
STORIES = 12
LEAST_RESOLUTION, MOST_RESOLUTION = 1.0, 20.0
JOINED = 0.04  # share of the ties of the smaller one;
JOINED_REPORTS = 2.0  # or where that is small, all ties of so many of its reports, but not
MOST_JOINED = 0.3  # more than this share
# Where both are large, more: one wrong join is thousands of wrong pairs. [S] of those of 55 reports and more that share
# less than a twelfth, 3 of 14 were right; T rises by .02, whole and in draws of three quarters.
LARGE = 50
MOST_JOINED_OF_LARGE = 0.08


def tie(size: int, pairs: Iterable[tuple[int, int, float]]) -> Ties:
    """Return the ties of `size` reports from their pairs, each given once."""
    ties: Ties = [{} for _ in range(size)]
    for a, b, strength in pairs:
        ties[a][b] = ties[b][a] = strength
    return ties


def communities(ties: Ties) -> list[int]:
    """Return for each report the number of its community; who is tied to nobody is alone in one."""
    label = list(range(len(ties)))
    level = [dict(one) for one in ties]
    resolution = min(max(_stories(ties) / STORIES, LEAST_RESOLUTION), MOST_RESOLUTION)
    while True:
        moved = _move(level, resolution)
        numbers = {old: new for new, old in enumerate(dict.fromkeys(moved))}
        moved = [numbers[one] for one in moved]
        label = [moved[one] for one in label]
        if len(numbers) == len(level):
            return label
        level = _gather(level, moved, len(numbers))


def _stories(ties: Ties) -> float:
    """Return how many stories the reports would be if each were tied to all others of its own and to nobody else."""
    degrees = [degree for one in ties if (degree := sum(one.values())) > 0]
    return len(degrees) ** 2 / sum(degrees) if degrees else 0.0


def _move(ties: Ties, resolution: float) -> list[int]:
    """Move each to the community where it gains most, in order, until none gains (each move gains, so that ends)."""
    degree = [sum(one.values()) + one.get(at, 0.0) for at, one in enumerate(ties)]
    total = sum(degree) or 1.0
    where, held = list(range(len(ties))), list(degree)
    moves = len(ties)
    while moves:
        moves = 0
        for at, one in enumerate(ties):
            here, pull = where[at], dict[int, float]()
            for other, strength in one.items():
                if other != at:
                    pull[where[other]] = pull.get(where[other], 0.0) + strength
            held[here] -= degree[at]
            share = resolution * degree[at] / total
            best, most = here, pull.get(here, 0.0) - share * held[here]
            for there, strength in pull.items():
                gain = strength - share * held[there]
                if gain > most + 1e-9:
                    best, most = there, gain
            held[best] += degree[at]
            where[at] = best
            moves += best != here
    return where


def _gather(ties: Ties, label: Sequence[int], size: int) -> Ties:
    """Return the ties between communities; a community's own ties are its tie to itself."""
    level: Ties = [{} for _ in range(size)]
    for at, one in enumerate(ties):
        mine = level[label[at]]
        for other, strength in one.items():
            to = label[other]
            mine[to] = mine.get(to, 0.0) + (strength if to != label[at] or other == at else strength / 2)
    return level


def join(ties: Ties, label: Sequence[int]) -> list[int]:
    """Join communities, those first that are joined most closely, and return each report's."""
    cross = _gather(ties, label, max(label, default=-1) + 1)
    volume = [sum(one.values()) + one.pop(at, 0.0) for at, one in enumerate(cross)]
    size = [0] * len(cross)
    for one in label:
        size[one] += 1
    into = list(range(len(cross)))
    heap = [(-_joined(cross, volume, size, a, b), a, b) for a, one in enumerate(cross) for b in one if a < b]
    heap = [entry for entry in heap if -entry[0] > 1]
    heapify(heap)
    while heap:
        close, a, b = heappop(heap)
        if into[a] != a or into[b] != b or _joined(cross, volume, size, a, b) != -close:
            continue
        into[b] = a
        volume[a] += volume[b]
        size[a] += size[b]
        for other, strength in cross[b].items():
            del cross[other][b]
            if other != a:
                cross[a][other] = cross[other][a] = cross[a].get(other, 0.0) + strength
        for other in cross[a]:
            if (again := _joined(cross, volume, size, a, other)) > 1:
                heappush(heap, (-again, min(a, other), max(a, other)))
    return [_last(into, one) for one in label]


def _joined(cross: Ties, volume: Sequence[float], size: Sequence[int], a: int, b: int) -> float:
    """Return how closely two communities are joined, beside how closely they have to be."""
    share, reports = cross[a].get(b, 0.0) / min(volume[a], volume[b]), min(size[a], size[b])
    of_large = min(JOINED * max(reports / LARGE, 1.0), MOST_JOINED_OF_LARGE)
    return share / max(of_large, min(JOINED_REPORTS / reports, MOST_JOINED))


def _last(into: Sequence[int], one: int) -> int:
    while into[one] != one:
        one = into[one]
    return one
