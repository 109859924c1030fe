"""How likely it is that two reports belong into one story: what is measured of a pair, and a weight for each measure.

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

from storytext.nearest import Ints, Neighbours, neighbours, rarity, weigh
from storytext.profiles import Profile
from storytext.weights import CONSTANT, WEIGHTS

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MEASURES = (
    "near",
    "near_root",
    "near_long",
    "words_near",
    "words_near_long",
    "shared",
    "shared_long",
    "shared_and_outstanding",
    "mutual",
    "beside_lower",
    "beside_higher",
    "beside_higher_long",
    "beside_usual",
    "usual_lower",
    "usual_higher",
    "shorter",
    "shorter_squared",
    "longer",
    "unnamed",
    "names",
    "names_long",
    "uncounted",
    "numbers",
    "opening",
    "opening_long",
    "held",
    "held_long",
    "best",
    "best_long",
    "many",
)
LEAST = 0.01  # a cosine below it divides nothing
BEST_WORDS = 3
BEST_SCALE = 30.0  # about what the three rarest words in common weigh together


@dataclass(frozen=True)
class Pairs:
    """Pairs of reports (places in the list given) and what is measured of each: a row a pair, a column a measure."""

    a: Ints
    b: Ints
    measures: Numbers


def likenesses(pairs: Pairs) -> Numbers:
    """Return for each pair how likely (0 to 1) the two are of one story."""
    weights = np.array([WEIGHTS[name] for name in MEASURES])
    odds = pairs.measures @ weights + CONSTANT
    return np.asarray(np.exp(-np.logaddexp(0, -odds)), np.float64)


def pairs_of(profiles: Sequence[Profile], *, background: Mapping[str, float]) -> Pairs:
    """Return the pairs of reports that may be of one story, with their measures."""
    rare = rarity([one.terms for one in profiles], background=background)
    near = neighbours(weigh(profiles, rare=rare))
    size, width = near.places.shape
    mine = np.repeat(np.arange(size), width)
    told = near.near.ravel() > 0
    mine, other, score = mine[told], near.places.ravel()[told], near.near.ravel()[told]
    code = np.minimum(mine, other) * size + np.maximum(mine, other)
    found, first, times = np.unique(code, return_index=True, return_counts=True)
    a, b = found // max(size, 1), found % max(size, 1)
    measured = {
        **_by_neighbours(near, a, b, score[first].astype(np.float64), mutual=times == 2),
        **_by_kind(profiles, rare, a, b),
        **_by_words(profiles, rare, a, b),
    }
    measured |= _by_length(profiles, measured, a, b)
    return Pairs(a, b, np.column_stack([measured[name] for name in MEASURES]).astype(np.float64))


def _by_neighbours(near: Neighbours, a: Ints, b: Ints, score: Numbers, *, mutual: Flags) -> dict[str, Numbers]:
    """Return how near the two are, beside how near each is to its other neighbours."""
    lower, higher = np.minimum(near.closest[a], near.closest[b]), np.maximum(near.closest[a], near.closest[b])
    usual_lower, usual_higher = np.minimum(near.usual[a], near.usual[b]), np.maximum(near.usual[a], near.usual[b])
    sets = [frozenset(row.tolist()) for row in near.places]
    common = [len(sets[i] & sets[j]) for i, j in zip(a.tolist(), b.tolist(), strict=True)]
    shared = np.array(common, np.float64) / max(near.places.shape[1], 1)
    outstanding = score / np.maximum(higher, LEAST)
    return {
        "near": score,
        "near_root": np.sqrt(score),
        "shared": shared,
        "mutual": mutual.astype(np.float64),
        "beside_lower": score / np.maximum(lower, LEAST),
        "beside_higher": outstanding,
        "beside_usual": score / np.maximum(usual_higher, LEAST),
        "usual_lower": usual_lower.astype(np.float64),
        "usual_higher": usual_higher.astype(np.float64),
        "shared_and_outstanding": shared * outstanding,
    }


def _by_kind(profiles: Sequence[Profile], rare: Mapping[str, float], a: Ints, b: Ints) -> dict[str, Numbers]:
    """Return how near the two are by one kind of their words alone, and whether a kind is missing."""
    named = np.array([bool(one.names) for one in profiles], np.bool_)
    counted = np.array([bool(one.numbers) for one in profiles], np.bool_)
    alone = [replace(one, terms={term: one.terms[term] for term in one.words}) for one in profiles]

    def near(of: Sequence[Profile], kind: str) -> Numbers:
        return weigh(of, rare=rare, kind=kind).cosines(a, b).astype(np.float64)

    return {
        "words_near": near(alone, "terms"),
        "names": near(profiles, "names"),
        "numbers": near(profiles, "numbers"),
        "opening": near(profiles, "opening"),
        "unnamed": (~(named[a] & named[b])).astype(np.float64),
        "uncounted": (~(counted[a] & counted[b])).astype(np.float64),
    }


def _by_words(profiles: Sequence[Profile], rare: Mapping[str, float], a: Ints, b: Ints) -> dict[str, Numbers]:
    """Return what the words in common weigh: beside all words of the one that has less, the rarest, how many."""
    words = [frozenset(one.words) for one in profiles]
    weight = [sum(rare[word] for word in sorted(one)) for one in words]
    held, best, many = np.zeros((3, len(a)))
    for at, (i, j) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        both = sorted((rare[word] for word in words[i] & words[j]), reverse=True)
        held[at] = sum(both) / (min(weight[i], weight[j]) or 1.0)
        best[at], many[at] = sum(both[:BEST_WORDS]) / BEST_SCALE, np.log1p(len(both))
    return {"held": held, "best": best, "many": many}


def _by_length(profiles: Sequence[Profile], measured: Mapping[str, Numbers], a: Ints, b: Ints) -> dict[str, Numbers]:
    """Return how long the two are, and the measures that count differently by the length of the shorter."""
    lengths = np.log1p([one.length for one in profiles])
    shorter = np.minimum(lengths[a], lengths[b])
    longs = [name for name in MEASURES if name.endswith("_long")]
    return {
        "shorter": shorter,
        "shorter_squared": shorter * shorter,
        "longer": np.maximum(lengths[a], lengths[b]),
        **{name: measured[name.removesuffix("_long")] * shorter for name in longs},
    }
