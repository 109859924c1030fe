"""Word runs as numbers: the smallest piece of text by which two takes are known to share words.

A run is three words in a row (six characters in a spaceless script), hashed from the CRCs of its words, so that it is
the same in every process and on every machine. A run of a few short words ("in the same") is on every page and is
left out. Two different runs share a number once in about four thousand million pairs, which no decision notices.
"""

import re
from zlib import crc32

RUN_WORDS = 3
RUN_CHARACTERS = 6
ENOUGH_WORDS = 60  # to see which script a text is in
FEWEST_LETTERS = 10  # "of the year" has 9; a run with a figure is never common

# Thai, Lao, Burmese, Khmer, kana and Han: no spaces between words.
SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_SPACELESS_ONE = re.compile(rf"[{SPACELESS}]")
_MASK = (1 << 63) - 1
_FACTORS = (
    0x2545F4914F6CDD1D,
    0x1B03738712FAD5C9,
    0x369DEA0F31A53F85,
    0x106689D45497FDB5,
    0x27BB2EE687B0B0FD,
    0x4C957F2D8A3B1E67,
)


def is_spaceless(word: str) -> bool:
    """Return whether the word is one character of a script without spaces."""
    return len(word) == 1 and _SPACELESS_ONE.match(word) is not None


def run_length(words: tuple[str, ...]) -> int:
    """Return how many words make a run in the script that most of the words are in."""
    return RUN_CHARACTERS if sum(map(is_spaceless, words[:ENOUGH_WORDS])) * 2 > len(words[:ENOUGH_WORDS]) else RUN_WORDS


def runs(words: tuple[str, ...]) -> list[int]:
    """Return a key of 63 bits for each run of words, in order, each once. A text shorter than a run is one run."""
    hashes = {word: crc32(word.encode()) for word in set(words)}
    coded = [hashes[word] for word in words]
    size = run_length(words)
    if len(words) < size:
        return [key(coded)] if coded else []
    if size == RUN_CHARACTERS:
        return list(dict.fromkeys(key(coded[at : at + size]) for at in range(len(coded) - size + 1)))
    a, b, c = _FACTORS[:3]
    lengths = [FEWEST_LETTERS if word[0].isdigit() else len(word) for word in words]
    return list(
        dict.fromkeys(
            (coded[at] * a + coded[at + 1] * b + coded[at + 2] * c) & _MASK
            for at in range(len(coded) - 2)
            if lengths[at] + lengths[at + 1] + lengths[at + 2] >= FEWEST_LETTERS
        )
    )


def key(coded: list[int]) -> int:
    """Return one key of 63 bits for up to six hashes in order."""
    return sum(code * factor for code, factor in zip(coded, _FACTORS, strict=False)) & _MASK
