"""Words that are all over: the town of a local paper, an agency's name, the word of a season.

No list of a language knows them, so they would be the most telling of all; but the reports that have such a word have
nothing else in common. So for each word that many reports have, these are compared by their other words, and where they
are no nearer to each other than strangers are, the word is told down (Salton and others, 1975, measured so how well a
term discriminates). It is wrong with a story that is told in other words each time.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from storytext.nearest import LEAST_RARE, Ints
from storytext.profiles import Profile

Numbers = npt.NDArray[np.float64]

MANY = 16  # reports that have the word; of fewer the mean says little
LEAST = 1e-9  # of a squared length; what is less is rounding
SAMPLE = 40  # of them that are compared
# Mean cosine, by their other words, of the reports that have a word; above it nothing is told down. [W] towns of the
# made-up wire .02 to .06, words of its stories .1 to .5; googlenews "reuters" .02, uci "snowden" .08. With .08 T
# loses .03.
GATHERED = 0.06


def told_down(profiles: Sequence[Profile], rare: Mapping[str, float]) -> dict[str, float]:
    """Return how telling each term is when the words that are all over are told down."""
    index: dict[str, int] = {}
    rows = list[tuple[list[int], list[float]]]()
    holders: dict[str, list[int]] = {}
    for at, one in enumerate(profiles):
        words = [word for word in one.words if rare[word] > LEAST_RARE]
        rows.append(([index.setdefault(word, len(index)) for word in words], [rare[word] for word in words]))
        for word in words:
            holders.setdefault(word, []).append(at)
    columns = [np.array(one, np.int64) for one, _ in rows]
    weights = [np.array(one, np.float64) for _, one in rows]
    told = dict(rare)
    total = np.zeros(len(index))
    for word, places in holders.items():
        if len(places) >= MANY:
            sample = [places[at * len(places) // SAMPLE] for at in range(SAMPLE)] if len(places) > SAMPLE else places
            near = _nearness(index[word], rare[word], [(columns[at], weights[at]) for at in sample], total)
            told[word] *= min(1.0, near / GATHERED) ** 0.5
    return told


def _nearness(word: int, weight: float, rows: Sequence[tuple[Ints, Numbers]], total: Numbers) -> float:
    """Return the mean cosine of pairs of the rows without one word. `total` is all zeros, before and after."""
    others = 0
    for columns, weights in rows:
        if (length := float(weights @ weights) - weight**2) > LEAST:
            total[columns] += weights / length**0.5
            others += 1
    total[word] = 0.0
    found = np.unique(np.concatenate([columns for columns, _ in rows]))
    both = float(total[found] @ total[found]) - others
    total[found] = 0.0
    return max(0.0, both) / (len(rows) * (len(rows) - 1))
