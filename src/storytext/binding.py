"""What binds a group of reports: a story is told in many words, a town or a firm in two.

All that is reported of one town hangs together by its name, above all where no list of a language knows it. So of each
group it is asked how near its reports are to each other but for the two words that bind it most. It is wrong with
headlines of three or four words, where there may be nothing else; so of them less is asked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from storytext.nearest import LEAST_RARE
from storytext.profiles import Profile

SAMPLE = 80  # reports of a group that are compared
STRONGEST = 2  # words that don't count
# Mean cosine without these words. [W] groups of all that is told of a town have .014 to .030, of 74 stories the least
# .078; googlenews TS: three stories of 73 below .04; uci .03 and more; ecbplus .15. With .028 TS loses a story of 113.
BOUND = 0.025
BOUND_BY_A_WORD = 0.002  # so much for each word of the reports' mean length, where that is less: titles have four


def is_bound(profiles: Sequence[Profile], rare: Mapping[str, float]) -> bool:
    """Return whether more than two words hold these reports together."""
    total, own = Counter[str](), Counter[str]()
    sample = profiles[:SAMPLE]
    for one in sample:
        weights = {word: rare[word] for word in one.words if rare[word] > LEAST_RARE}
        length = sum(weight**2 for weight in weights.values()) ** 0.5
        for word, weight in weights.items():
            total[word] += weight / length
            own[word] += (weight / length) ** 2
    binding = sorted((total[word] ** 2 - own[word] for word in total), reverse=True)
    words = sum(one.length for one in sample) / len(sample)
    pairs = len(sample) * (len(sample) - 1)
    return sum(binding[STRONGEST:]) / pairs >= min(BOUND, BOUND_BY_A_WORD * words)
