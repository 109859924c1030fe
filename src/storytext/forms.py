"""Which reports are one form filled in again: tides, closing prices, dividends, the weather.

They share nearly all their words, day after day, and are no story: what is new in them is the figures and names alone.
So each text has a frame, its pairs of words in a row with every figure, name and day left blank; two are of one form
where their frames are alike and what fills them is not. It is wrong with the legs of a race told in the same words each
day, which an editor would call a story; a headline alone has too few words to tell.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol
from zlib import crc32

import numpy as np
import numpy.typing as npt

from storytext.lists import MONTHS, WEEKDAYS
from storytext.runs import is_spaceless
from storytext.words import Reading, Sentence, looks_like_name, number_of, stands_alone

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Filled(Protocol):
    """What a text's form is told from: its frame, and the figures and names that fill it."""

    @property
    def frame(self) -> tuple[int, ...]: ...
    @property
    def numbers(self) -> frozenset[str]: ...
    @property
    def names(self) -> frozenset[str]: ...


# [W] of 479 tables of the made-up wire 401 have two others so near, of 907 one-offs and stories 38, of which 25 are the
# legs of a race. Of the 160,000 pairs of one story in the gold sets three are so near, all the same text twice.
ALIKE = 0.6  # share of the larger frame
FEWEST_PAIRS = 8  # in a frame
FEWEST_FILLED = 2  # figures, or figures and names
MOST_KEPT = 0.5  # share of them that may be the same; in a correction more are
FEWEST_OTHERS = 2  # of a report that is a form; one other may be chance, so only those two are parted

MOST_WORDS = 100  # of a text that its frame is made of
FIGURE, NAME, STOP = "#", "@", "."
BLANK = frozenset((FIGURE, NAME, STOP))


def frame(reading: Reading) -> tuple[int, ...]:
    """Return the frame of a text, as hashes in order; a headline alone has none."""
    if reading.is_headline:
        return ()
    words = list[str]()
    for sentence in reading.sentences:
        for word in _blanked(sentence):
            if not (words and word in BLANK and word == words[-1]):
                words.append(word)
        words.append(STOP)
        if len(words) > MOST_WORDS:
            break
    pairs = {(a, b) for a, b in pairwise(words[:MOST_WORDS]) if not (a in BLANK and b in BLANK)}
    return tuple(sorted(crc32(f"{a} {b}".encode()) for a, b in pairs))


def _blanked(sentence: Sentence) -> list[str]:
    first = int(stands_alone(sentence.surface))
    return [
        FIGURE if number_of(word) else NAME if _is_blank(word, surface, capital_says=at >= first) else word
        for at, (word, surface) in enumerate(zip(sentence.words, sentence.surface, strict=True))
    ]


def _is_blank(word: str, surface: str, *, capital_says: bool) -> bool:
    is_name = looks_like_name(surface) and (capital_says or is_spaceless(word))
    return is_name or word in WEEKDAYS or word in MONTHS


def untied(profiles: Sequence[Filled], a: Ints, b: Ints) -> Flags:
    """Return for each pair of texts whether nothing ties them: they are of one form, or one is a form."""
    frames = [frozenset(one.frame) for one in profiles]
    pairs = zip(a.tolist(), b.tolist(), strict=True)
    alike = np.array([_are_alike(frames[i], frames[j]) and _differ(profiles[i], profiles[j]) for i, j in pairs], bool)
    others = np.bincount(np.concatenate((a[alike], b[alike])), minlength=len(profiles))
    form = others >= FEWEST_OTHERS
    return np.asarray(alike | form[a] | form[b], np.bool_)


def _are_alike(a: frozenset[int], b: frozenset[int]) -> bool:
    fewest, most = sorted((len(a), len(b)))
    return fewest >= FEWEST_PAIRS and len(a & b) >= ALIKE * most


def _differ(a: Filled, b: Filled) -> bool:
    """Return whether other figures stand in the two, or where there are hardly any, other figures and names."""
    for mine, theirs in ((a.numbers, b.numbers), (a.numbers | a.names, b.numbers | b.names)):
        fewest = min(len(mine), len(theirs))
        if fewest >= FEWEST_FILLED:
            return len(mine & theirs) <= MOST_KEPT * fewest
    return False
