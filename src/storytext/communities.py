"""Which reports hang together, from how likely each pair is of one story.

First communities are found by moving each report to where it is tied more strongly than chance would have it
(modularity, by Louvain's method: Blondel and others, 2008), at a resolution that finds too many rather than too few.
Then two of them are joined where a fair part of all ties of the smaller one lead to the other: that is a measure that
does not grow with the size of a story, as modularity does, so a story of four hundred reports stays one beside
stories of five. Last, who is tied far more weakly than the others of its community leaves it: one-off reports hang on
to the fringe of a large story by a word or two. It is wrong where two stories share most of their cast.
"""

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from statistics import median

Ties = list[dict[int, float]]  # of each report: to whom it is tied, and how strongly

RESOLUTION = 4.0
JOINED = 0.04
FEWEST_TIES = 6.0  # [S] what one-off reports have is less; so a community has at least
NEARLY_ALL = 0.9  # [S] of the others of a small community: each must be tied to so many of them
FAIR_SHARE = 0.3


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
    while True:
        moved = _move(level)
        numbers = {old: new for new, old in enumerate(dict.fromkeys(moved))}
        moved = [numbers[one] for one in moved]
        label = [moved[one] for one in label]
        if len(numbers) == len(level):
            return label
        level = _gather(level, moved, len(numbers))


def _move(ties: Ties) -> list[int]:
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
            share = RESOLUTION * degree[at] / total
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
    into = list(range(len(cross)))
    heap = [(-_joined(cross, volume, a, b), a, b) for a, one in enumerate(cross) for b in one if a < b]
    heap = [entry for entry in heap if -entry[0] > JOINED]
    heapify(heap)
    while heap:
        close, a, b = heappop(heap)
        if into[a] != a or into[b] != b or _joined(cross, volume, a, b) != -close:
            continue
        into[b] = a
        volume[a] += volume[b]
        for other, strength in cross[b].items():
            del cross[other][b]
            if other != a:
                cross[a][other] = cross[other][a] = cross[a].get(other, 0.0) + strength
        for other in cross[a]:
            if (again := _joined(cross, volume, a, other)) > JOINED:
                heappush(heap, (-again, min(a, other), max(a, other)))
    return [_last(into, one) for one in label]


def _joined(cross: Ties, volume: Sequence[float], a: int, b: int) -> float:
    return cross[a].get(b, 0.0) / min(volume[a], volume[b])


def _last(into: Sequence[int], one: int) -> int:
    while into[one] != one:
        one = into[one]
    return one


def held_by(ties: Ties, label: Sequence[int | None]) -> list[float]:
    """Return how strongly each report is tied to the others of its community, all ties together."""
    return [
        sum(strength for other, strength in one.items() if label[at] is not None and label[other] == label[at])
        for at, one in enumerate(ties)
    ]


def let_go(ties: Ties, label: Sequence[int | None], *, fewest: int) -> list[int | None]:
    """Return each report's community, or None for one that is tied too weakly to the others of it.

    They leave one by one, the weakest first: who is left may well hang together. Less than `fewest` are no community.
    """
    members: dict[int, list[int]] = {}
    for at, one in enumerate(label):
        if one is not None:
            members.setdefault(one, []).append(at)
    held = held_by(ties, label)
    kept: list[int | None] = [None] * len(label)
    for one, places in members.items():
        stay = _stay(ties, {at: held[at] for at in places})
        for at in stay if len(stay) >= fewest else ():
            kept[at] = one
    return kept


def _stay(ties: Ties, held: dict[int, float]) -> list[int]:
    """Return who stays of a community, of which `held` says how strongly each is tied to the others."""
    while len(held) > 1:
        weakest = min(held, key=lambda at: (held[at], at))
        if held[weakest] >= _least(list(held.values())):
            break
        del held[weakest]
        for other, strength in ties[weakest].items():
            if other in held:
                held[other] -= strength
    return list(held)


def _least(strengths: Sequence[float]) -> float:
    return max(min(FEWEST_TIES, NEARLY_ALL * (len(strengths) - 1)), FAIR_SHARE * median(strengths))
