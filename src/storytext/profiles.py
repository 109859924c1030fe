"""What a report is about, as counts: the words by which reports of one story are found.

A term is a word without its ending, or two such words in a row; in a script without spaces it is two characters
in a row, in Japanese two kanji, or a whole run of katakana, for hiragana are what endings and small words are
elsewhere. Names, figures and the opening are kept apart, for two reports of one event share them where they share
little else. Nothing here weighs a term: how telling it is depends on the other reports (see `nearest`). It is wrong
where a language bends its words at the front, and where one word means two things.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from sys import intern

from storytext.forms import frame
from storytext.model import Take
from storytext.runs import is_spaceless
from storytext.words import Reading, Sentence, number_of, read

# What a run of characters without spaces is cut into: katakana, kanji (a lone katakana among them is one of them, as in
# 霧ケ谷), and any other script but hiragana, which parts the words of Japanese.
_KATAKANA, _KANJI = "\u30a1-\u30fe", "\u3400-\u9fff\u3005"
_PARTS = re.compile(
    rf"[{_KATAKANA}]{{2,}}|(?:[{_KANJI}](?:[{_KATAKANA}](?![{_KATAKANA}]))?)+|[^\u3040-\u30ff{_KANJI}]+"
)
_IS_KATAKANA = re.compile(f"[{_KATAKANA}]{{2}}")
# Cities, days and their kin in Japanese and Chinese: as titles, they say which kind and never which, and a pair that
# ends in one tells a name again. Made-up wire: of 52 one-offs that are no template 21 were filed with all this, now 7.
_KINDS = frozenset("市県町村区郡日月年人午前後約者")

MOST_WORDS = 400  # of a text; a longer one says what it is about before
LONGEST_WORD = 40  # letters; what is longer is no word, and the desk tells words as reasons
OPENING_WORDS = 30


@dataclass(frozen=True, slots=True)
class Profile:
    """The terms of a report with how often each stands in it, its names, its figures, the terms of its opening, and
    what is left of its text without names and figures (see `forms`).
    """

    terms: Mapping[str, int]
    names: frozenset[str]
    numbers: frozenset[str]
    opening: frozenset[str]
    frame: tuple[int, ...] = ()

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
    words = [word for word, _ in _told(reading)]
    return Profile(
        terms=Counter([*words, *(intern(f"{a} {b}") for a, b in pairwise(words) if not _overlap(a, b))]),
        names=frozenset(cut(word)[:LONGEST_WORD] for sentence in _sentences(reading) for word in sentence.name_words),
        numbers=frozenset(filter(None, map(number_of, set(words)))),
        opening=frozenset(words[:OPENING_WORDS]),
        frame=frame(reading),
    )


def spell(take: Take, terms: Iterable[str]) -> list[str]:
    """Return the terms as they are spelt in the take, where they stand in it."""
    told = _told(read(take))
    spelt = dict(told) | {f"{a} {b}": f"{x} {y}" for (a, x), (b, y) in pairwise(told)}
    return [spelt.get(term, term) for term in terms]


def _told(reading: Reading) -> list[tuple[str, str]]:
    """Return the words of a report in order, as compared and as written, as far as they are read."""
    return [*islice(chain.from_iterable(map(_words_in, _sentences(reading))), MOST_WORDS)]


def _sentences(reading: Reading) -> tuple[Sentence, ...]:
    return (reading.headline, *reading.sentences) if reading.take.text else (reading.headline,)


def _words_in(sentence: Sentence) -> Iterator[tuple[str, str]]:
    spaceless = ""
    for word, surface in zip(sentence.words, sentence.surface, strict=True):
        if is_spaceless(word):
            spaceless += word
            continue
        yield from _words_of_run(spaceless)
        spaceless = ""
        plain = word.removesuffix("'s").removesuffix("’s")
        yield intern(cut(plain)[:LONGEST_WORD]), surface[: min(len(plain), LONGEST_WORD)]
    yield from _words_of_run(spaceless)


def _words_of_run(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a run of characters without a space: as compared and as written, which is the same here."""
    for part in _PARTS.findall(text):
        whole = len(part) == 1 or _IS_KATAKANA.match(part)
        for word in [part] if whole else map("".join, pairwise(part)):
            if word[-1] not in _KINDS:
                yield intern(word[:LONGEST_WORD]), word[:LONGEST_WORD]


def _overlap(a: str, b: str) -> bool:
    """Return whether two words in a row are pairs of characters that share one: they say no more than each of them."""
    return len(a) == len(b) == 2 and a[1] == b[0] and is_spaceless(b[0])


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
