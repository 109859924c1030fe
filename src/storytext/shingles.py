"""Which takes are worth a second look: keys of word runs, made so that a short take finds the long one that holds it.

The database indexes a bounded sample of a take's word runs: every run of the opening, where a flash and its report
meet, and of the rest those with the lowest numbers, so that two takes that share text sample the same runs. It finds
nothing where a report was told wholly anew: there only names and figures are shared, so pairs of the lead's names and
figures make a few keys of their own, and so do pairs of the headline's words: a flash, often no more than a headline,
and its report share under a tenth of their runs, but the firm's name and one or two words more of the headline.
"""

from collections.abc import Callable
from itertools import combinations, islice
from zlib import crc32

from storytext.model import Take
from storytext.runs import key, runs
from storytext.words import Reading, read

OPENING_RUNS = 32  # about the first two sentences
SAMPLED_RUNS = 24  # of the rest; a trim to 40 % of 400 words still shares some 10; with 64 nothing more is found (0008)
NAME_KEYS = 12  # the pairs of five names
# Of 93 Reuters flashes with their reports, read by hand, 75 found each other without these keys, 89 with; of the
# versions of BBC headlines .64 and .94. Neighbours further apart (3, 6) and more keys (18, 24) found no more.
HEADLINE_KEYS = 12
HEADLINE_APART = 2  # a word makes a pair with the next and the next but one
MOST_MARKS = 40  # bounds the work on a lead that is a list of thousands


def index_keys(take: Take, *, reader: Callable[[Take], Reading] = read) -> tuple[int, ...]:
    """Return the keys that the database is to index for a take: at most 80 numbers of 63 bits, ascending."""
    reading = reader(take)
    found = runs(reading.words)
    opening, rest = found[:OPENING_RUNS], sorted(found[OPENING_RUNS:])[:SAMPLED_RUNS]
    return tuple(sorted({*opening, *rest, *_name_keys(reading), *_headline_keys(reading)}))


def _name_keys(reading: Reading) -> list[int]:
    marks = [" ".join(sorted(name)) for name in reading.lead_names]
    marks += [word for word in reading.lead.words if word[0].isdigit() and len(word) > 1]
    pairs = (pair for pair in combinations(marks[:MOST_MARKS], 2) if pair[0] != pair[1])
    return _pair_keys("names", list(islice(pairs, NAME_KEYS)))


def _headline_keys(reading: Reading) -> list[int]:
    marks = (reading.headline if reading.headline.words else reading.lead).marks  # a flash may have no headline
    pairs = [pair for apart in range(1, HEADLINE_APART + 1) for pair in zip(marks, marks[apart:], strict=False)]
    return _pair_keys("headline", pairs[:HEADLINE_KEYS])


def _pair_keys(kind: str, pairs: list[tuple[str, str]]) -> list[int]:
    """Return a key for each pair in either order."""
    return [key([crc32(word.encode()) for word in (kind, *sorted(pair))]) for pair in pairs]
