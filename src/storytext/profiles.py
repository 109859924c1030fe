"""What a report is about, as counts: the words by which reports of one story are found.

A term is a word cut to its first letters, or two such words in a row; in a script without spaces it is two characters
in a row. Names, figures and the opening are kept apart, for two reports of one event share them where they share
little else. Nothing here weighs a term: how telling it is depends on the other reports (see `nearest`). It is wrong
where a language bends its words at the front, and where one word means two things.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from sys import intern

from storytext.model import Take
from storytext.runs import is_spaceless
from storytext.words import Reading, Sentence, number_of, read

TERM_LETTERS = 7
MOST_WORDS = 400  # of a text; a longer one says what it is about before
OPENING_WORDS = 30


@dataclass(frozen=True, slots=True)
class Profile:
    """The terms of a report with how often each stands in it, its names, its figures and the terms of its opening.

    `spelt` gives names and pairs of words as they stand in the report.
    """

    terms: Mapping[str, int]
    names: frozenset[str]
    numbers: frozenset[str]
    opening: frozenset[str]
    spelt: Mapping[str, str]

    @property
    def length(self) -> int:
        """Return how many different words it has."""
        return sum(" " not in term for term in self.terms)


def profile(take: Take) -> Profile:
    """Return what the take is about."""
    reading = read(take)
    told = [*islice(chain.from_iterable(map(_words_in, _sentences(reading))), MOST_WORDS)]
    words = [intern(word) for word, _ in told]
    pairs = [intern(f"{a} {b}") for a, b in pairwise(words)]
    names = {_cut(word) for sentence in _sentences(reading) for word in sentence.name_words}
    spelt = {pair: f"{a} {b}" for pair, ((_, a), (_, b)) in zip(pairs, pairwise(told), strict=True)}
    return Profile(
        terms=Counter(words + pairs),
        names=frozenset(names),
        numbers=frozenset(filter(None, map(number_of, set(words)))),
        opening=frozenset(words[:OPENING_WORDS]),
        spelt=spelt | {word: surface for word, surface in told if word in names},
    )


def _sentences(reading: Reading) -> tuple[Sentence, ...]:
    return (reading.headline, *reading.sentences) if reading.take.text else (reading.headline,)


def _words_in(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """Yield the words of a sentence, as compared and as written."""
    for place, (word, surface) in enumerate(zip(sentence.words, sentence.surface, strict=True)):
        if not is_spaceless(word):
            plain = word.removesuffix("'s").removesuffix("’s")
            yield _cut(plain), surface[: len(plain)]
        elif place + 1 < len(sentence.words) and is_spaceless(sentence.words[place + 1]):
            pair = word + sentence.words[place + 1]
            yield pair, pair


def _cut(word: str) -> str:
    word = word[:TERM_LETTERS]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
