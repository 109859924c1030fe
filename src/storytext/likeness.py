"""How likely it is that two reports belong into one story: a dozen measures of a pair, and a weight for each.

The pairs are those of reports that are among each other's nearest, either way. What is measured is how near they are,
by all their terms, by names, figures and openings; how near that is beside their other neighbours; and how many
neighbours they share. Longer texts say more, so the measures count differently by length. The weights were learned
by logistic regression from clustered news of five kinds (`evals/train_filing.py` gives them again). It is wrong
between two events with one cast: two recalls of one maker, two market days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from storytext.nearest import Floats, Ints, Neighbours, neighbours, rarity, weigh
from storytext.profiles import Profile


@dataclass(frozen=True)
class Pairs:
    """Pairs of reports (places in the list given) and what is measured of each, a row a pair."""

    a: Ints
    b: Ints
    measures: npt.NDArray[np.float64]


def pairs_of(profiles: Sequence[Profile], *, background: Mapping[str, float]) -> Pairs:
    """Return the pairs of reports that may be of one story, with their measures."""
    rare = rarity([one.terms for one in profiles], background=background)
    terms = weigh(profiles, rare=rare)
    near = neighbours(terms)
    size, width = near.places.shape
    mine = np.repeat(np.arange(size), width)
    told = near.near.ravel() > 0
    mine, other, score = mine[told], near.places.ravel()[told], near.near.ravel()[told]
    code = np.minimum(mine, other) * size + np.maximum(mine, other)
    found, first, times = np.unique(code, return_index=True, return_counts=True)
    a, b = found // max(size, 1), found % max(size, 1)
    return Pairs(a, b, _measures(profiles, rare, near, a, b, score[first], times == 2))


def _measures(profiles, rare, near: Neighbours, a: Ints, b: Ints, score: Floats, mutual) -> npt.NDArray[np.float64]:
    names, figures, opening = (weigh(profiles, rare=rare, kind=kind) for kind in ("names", "numbers", "opening"))
    words_near = weigh(
        [replace(one, terms={t: n for t, n in one.terms.items() if " " not in t}) for one in profiles], rare=rare
    ).cosines(a, b)
    lengths = np.log1p([one.length for one in profiles])
    shorter, longer = np.minimum(lengths[a], lengths[b]), np.maximum(lengths[a], lengths[b])
    sets = [frozenset(row.tolist()) for row in near.places]
    shared = np.fromiter((len(sets[i] & sets[j]) for i, j in zip(a, b)), float, len(a)) / max(near.places.shape[1], 1)
    named = np.array([bool(one.names) for one in profiles])
    counted = np.array([bool(one.numbers) for one in profiles])
    low, high = np.minimum(near.closest[a], near.closest[b]), np.maximum(near.closest[a], near.closest[b])
    usual_low, usual = np.minimum(near.usual[a], near.usual[b]), np.maximum(near.usual[a], near.usual[b])
    unnamed, uncounted = ~(named[a] & named[b]), ~(counted[a] & counted[b])
    names_near, opening_near = names.cosines(a, b), opening.cosines(a, b)
    words = [frozenset(t for t in one.terms if " " not in t) for one in profiles]
    weight = [sum(rare[t] for t in w) for w in words]
    told = np.zeros((len(a), 3))
    for at, (i, j) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        both = sorted((rare[t] for t in words[i] & words[j]), reverse=True)
        told[at] = sum(both) / max(min(weight[i], weight[j]), 1e-6), sum(both[:3]), len(both)
    held, best, many = told.T
    stands_out = score / np.maximum(high, 0.01)
    columns = [
        score,
        np.sqrt(score),
        shared,
        mutual,
        score / np.maximum(low, 0.01),
        stands_out,
        score / np.maximum(usual, 0.01),
        usual_low,
        usual,
        shorter,
        longer,
        unnamed,
        names_near,
        uncounted,
        figures.cosines(a, b),
        opening_near,
        held,
        best / 30,
        np.log1p(many),
        score * shorter,
        shared * shorter,
        best / 30 * shorter,
        shorter * shorter,
        stands_out * shorter,
        words_near,
        words_near * shorter,
        held * shorter,
        shared * stands_out,
        names_near * shorter,
        opening_near * shorter,
    ]
    return np.column_stack([np.asarray(c, float) for c in columns])


def likenesses(pairs: Pairs) -> npt.NDArray[np.float64]:
    raise NotImplementedError
