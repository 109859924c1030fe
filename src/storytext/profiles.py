"""What a report is about, as counts: the words by which reports of one story are found.

A term is a word cut to its first letters, or two such words in a row; in a script without spaces it is two characters
in a row. Names, figures and the opening are kept apart, for two reports of one event share them where they share
little else. Nothing here weighs a term: how telling it is depends on the other reports (see `nearest`). It is wrong
where a language bends its words at the front, and where one word means two things.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from storytext.model import Take
from storytext.runs import is_spaceless
from storytext.words import Reading, Sentence, number_of, read

TERM_LETTERS = 7
MOST_WORDS = 1200  # of a text; a longer one says what it is about before
OPENING_WORDS = 30
PLAIN_ENDINGS = ("'s", "’s")


@dataclass(frozen=True, slots=True)
class Profile:
    """The terms of a report with how often each stands in it, its names, its figures and the terms of its opening."""

    terms: Mapping[str, int]
    names: frozenset[str]
    numbers: frozenset[str]
    opening: frozenset[str]

    @property
    def words(self) -> list[str]:
        """Return its different words, without the pairs of them."""
        return [term for term in self.terms if " " not in term]

    @property
    def length(self) -> int:
        """Return how many different words it has."""
        return len(self.words)


def profile(take: Take) -> Profile:
    """Return what the take is about."""
    reading = read(take)
    words = [term for sentence in _sentences(reading) for term in _words_in(sentence)][:MOST_WORDS]
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    return Profile(
        terms=Counter(words + pairs),
        names=frozenset(cut(word) for sentence in _sentences(reading) for word in sentence.name_words),
        numbers=frozenset(filter(None, map(number_of, set(words)))),
        opening=frozenset(words[:OPENING_WORDS]),
    )


def _sentences(reading: Reading) -> tuple[Sentence, ...]:
    return (reading.headline, *reading.sentences) if reading.take.text else (reading.headline,)


def _words_in(sentence: Sentence) -> Iterator[str]:
    words = [word.removesuffix(PLAIN_ENDINGS[0]).removesuffix(PLAIN_ENDINGS[1]) for word in sentence.words]
    for place, word in enumerate(words):
        if not is_spaceless(word):
            yield cut(word)
        elif place + 1 < len(words) and is_spaceless(words[place + 1]):
            yield word + words[place + 1]


def cut(word: str) -> str:
    """Return the word without the ending of a plural or a verb."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 6 and word.endswith("ing"):
        word = word[:-3]
    elif len(word) > 5 and word.endswith("ed"):
        word = word[:-2]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word
