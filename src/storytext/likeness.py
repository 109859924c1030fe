"""How likely it is that two reports belong into one story: what is measured of a pair, and a weight for each measure.

The pairs are those of reports that are among each other's nearest, either way. What is measured is how near they are,
by all their terms and by their openings; how near that is beside their other neighbours; how many neighbours they
share; and what the words in common weigh. Longer texts say more, so some measures count once more by the length of the
shorter (`_long`). The weights were learned by logistic regression from clustered news of five kinds
(`evals/train_filing.py` gives them again); of thirty measures tried these were kept, for without the others nothing is
lost on stories not seen, and much is won on kinds of text not seen. It is wrong between two events with one cast: two
recalls of one maker, two market days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from storytext.forms import untied
from storytext.nearest import Flags, Ints, Neighbours, Vectors, neighbours, rarity, weigh
from storytext.profiles import Profile
from storytext.scatter import told_down

Numbers = npt.NDArray[np.float64]

MEASURES = (
    "near_root",
    "near_long",
    "shared",
    "shared_long",
    "mutual",
    "beside_higher",
    "beside_higher_long",
    "uncounted",
    "opening",
    "opening_long",
    "held",
    "best",
    "many",
)
LEAST = 0.01  # a cosine below it divides nothing
BEST_WORDS = 3
BEST_SCALE = 30.0  # about what the three rarest words in common weigh together


@dataclass(frozen=True)
class Pairs:
    """Pairs of reports (places in the list given) and what is measured of each: a row a pair, a column a measure.

    `rare` is how telling each term of all the reports is, `vectors` are the reports' terms, so weighed.
    """

    a: Ints
    b: Ints
    measures: Numbers
    rare: Mapping[str, float]
    vectors: Vectors


def pairs_of(profiles: Sequence[Profile], *, background: Mapping[str, float]) -> Pairs:
    """Return the pairs of reports that may be of one story, with their measures."""
    rare = told_down(profiles, rarity([one.terms for one in profiles], background=background))
    vectors = weigh(profiles, rare=rare)
    near = neighbours(vectors)
    size, width = near.places.shape
    mine = np.repeat(np.arange(size), width)
    told = near.near.ravel() > 0
    mine, other, score = mine[told], near.places.ravel()[told], near.near.ravel()[told]
    code = np.minimum(mine, other) * size + np.maximum(mine, other)
    found, first, times = np.unique(code, return_index=True, return_counts=True)
    a, b = found // max(size, 1), found % max(size, 1)
    kept = ~untied(profiles, a, b)
    a, b, first, times = a[kept], b[kept], first[kept], times[kept]
    cosine = score[first].astype(np.float64)
    measured = {
        "near_root": np.sqrt(cosine),
        **_by_neighbours(near, a, b, cosine, mutual=times == 2),
        **_by_words(profiles, rare, a, b),
        "opening": weigh(profiles, rare=rare, kind="opening").cosines(a, b).astype(np.float64),
        "uncounted": _uncounted(profiles, a, b),
    }
    lengths = np.log1p([one.length for one in profiles])
    shorter = np.minimum(lengths[a], lengths[b])
    for name in ("near", "shared", "beside_higher", "opening"):
        measured[f"{name}_long"] = measured.get(name, cosine) * shorter
    return Pairs(a, b, np.column_stack([measured[name] for name in MEASURES]), rare, vectors)


def _by_neighbours(near: Neighbours, a: Ints, b: Ints, cosine: Numbers, *, mutual: Flags) -> dict[str, Numbers]:
    """Return how many neighbours the two share, and how near they are beside the closest of the one that has closer."""
    sets = [frozenset(row[near > 0].tolist()) for row, near in zip(near.places, near.near, strict=True)]
    common = [len(sets[i] & sets[j]) for i, j in zip(a.tolist(), b.tolist(), strict=True)]
    higher = np.maximum(near.closest[a], near.closest[b])
    return {
        "shared": np.array(common, np.float64) / max(near.places.shape[1], 1),
        "mutual": mutual.astype(np.float64),
        "beside_higher": cosine / np.maximum(higher, LEAST),
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


def _uncounted(profiles: Sequence[Profile], a: Ints, b: Ints) -> Numbers:
    """Return whether one of the two has no figure."""
    counted = np.array([bool(one.numbers) for one in profiles], np.bool_)
    return (~(counted[a] & counted[b])).astype(np.float64)
