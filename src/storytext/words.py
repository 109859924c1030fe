"""How the engine reads a take: its words, sentences, lead, figures, names and day words.

A text is cut into paragraphs, sentences and tokens by marks that every script has; Chinese, Japanese, Thai and their
kin, which put no spaces between words, are read character by character and compared by pairs of characters. A name is
a run of capitalised words that are not merely the first of their sentence; scripts without capitals have no names
here, and Japanese and Chinese have runs of kanji or katakana, whose pairs of characters are the name's words. It is
wrong in headlines written in capitals, in German, where every noun looks like a name, and where an abbreviation ends a
sentence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

from storytext.lists import ALSO_WORDS, ARTICLES, MONTHS, NUMBER_WORDS, TITLES, WEEKDAY_PAIRS, WEEKDAYS
from storytext.markers import read_markers
from storytext.model import Take
from storytext.runs import SPACELESS, is_spaceless, run_length
from storytext.tidying import CREDIT_LETTERS, credit_of, split_headline, strip_credit, strip_dateline, tidy

_MARKS = r"\s!-/:-@\[-`{-~\u00a0-\u00bf\u00d7\u00f7\u2000-\u206f\u3000-\u3004\u3006-\u303f\uff01-\uff0f\uff1a-\uff20"
_TOKEN = re.compile(rf"\d+(?:[.,:/]\d+)*|[{SPACELESS}]|[^{_MARKS}\d{SPACELESS}]+")
_SENTENCE_END = re.compile(r"[.!?]+[\"”’»')\]]*\s+|[。।۔؟][\"”」』]*\s*")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_NAME_CHARACTER = re.compile(r"[\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")

STEM_LETTERS = (
    5  # "modernise" and "modernize", "meets" and "meeting" are one; a longer stem parts them, a shorter mixes words
)
LEAD_WORDS = 8  # a first sentence with fewer is a label or a half sentence: the next one belongs to the lead
HEADLINE_WORDS = 12  # at most, of a first line that stands for the headline a take has none of
PADDING_WORDS = 3  # a text that is the headline and so few words more says nothing that the headline does not
MOST_SENTENCES = 200  # bounds the work on one take; the longest of 11,000 Reuters items has 46


@dataclass(frozen=True)
class Sentence:
    """A sentence: its words as written and as compared."""

    surface: tuple[str, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return the words in lower case."""
        return tuple(map(str.casefold, self.surface))

    @cached_property
    def stems(self) -> frozenset[str]:
        """Return what the sentence is about: beginnings of its longer words, figures, initials, pairs of characters."""
        words = self.words
        found = {word[:STEM_LETTERS] for word in words if len(word) > 3} | _numbers_in(words)
        found.update(token.casefold() for token in self.surface if len(token) in (2, 3) and token.isupper())
        found.update(pairs_of_characters(words))
        return frozenset(found) if len(found) > 2 else frozenset(words)

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """Return the beginnings of the longer words, the figures and the pairs of characters in order, each once."""
        words = self.words
        found = [number_of(word) or word[:STEM_LETTERS] for word in words if len(word) > 3 or number_of(word)]
        found += pairs_of_characters(words)
        return tuple(dict.fromkeys(found))

    @cached_property
    def name_words(self) -> frozenset[str]:
        """Return every word of the sentence's names."""
        return frozenset(word for name in names_in(self.surface) for word in name)


@dataclass(frozen=True)
class Reading:
    """A take as read: the headline without its marker, and the text without dateline and credit."""

    take: Take
    headline: Sentence
    body: str
    credit: str = ""  # the agency that it names at its end

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return all words of the text in order, in lower case."""
        return tuple(_TOKEN.findall(self.body.casefold()))

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Return the word runs of the text."""
        size = run_length(self.words)
        return frozenset(zip(*(self.words[at:] for at in range(size)), strict=False)) or frozenset({self.words})

    @cached_property
    def is_headline(self) -> bool:
        """Return whether there is no more to it than the headline."""
        return self.words == self.headline.words

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Return the sentences that have words, at most so many."""
        return tuple(map(Sentence, islice(_surfaces(self.body), MOST_SENTENCES)))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Return every word of the headline and the text; of scripts without spaces the pairs of characters as well."""
        told = frozenset(self.words) | frozenset(self.headline.words)
        return told.union(pairs_of_characters(self.words), pairs_of_characters(self.headline.words))

    @cached_property
    def lead(self) -> Sentence:
        """Return the first sentence, with the second where the first is only a label."""
        return Sentence(tuple(token for surface in self._opening for token in surface))

    @cached_property
    def _opening(self) -> tuple[tuple[str, ...], ...]:
        first, *more = [*islice(_surfaces(self.body), 2)] or [self.headline.surface]
        return (first, *more) if len(first) < LEAD_WORDS else (first,)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Return the stems of the headline and all sentences."""
        return self.headline.stems | self.text_stems

    @cached_property
    def text_stems(self) -> frozenset[str]:
        """Return the stems of all sentences."""
        return frozenset().union(*(sentence.stems for sentence in self.sentences))

    @cached_property
    def name_words(self) -> frozenset[str]:
        """Return every word that belongs to a name somewhere in the text, so that a sentence's first word is known."""
        return frozenset().union(*(sentence.name_words for sentence in self.sentences))

    @cached_property
    def day_words(self) -> tuple[str, ...]:
        """Return the words of lead and headline that say the day, as written, and their dates."""
        said = (*self.lead.surface, *(() if self.is_headline else self.headline.surface))
        days = dict.fromkeys(token for token in said if token.casefold() in WEEKDAYS)
        return (*days, *sorted({*self.lead_dates, *dates_in(self.headline.surface)}))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Return the figures of the text, numbers in words included."""
        return frozenset(_numbers_in(set(self.words)))

    @cached_property
    def lead_names(self) -> tuple[frozenset[str], ...]:
        """Return the names of the lead, each as its words without titles."""
        return tuple(name for surface in self._opening for name in names_in(surface))

    @cached_property
    def lead_days(self) -> frozenset[int]:
        """Return the weekdays (0 is Monday) that the lead speaks of."""
        return frozenset(weekdays_in(self.lead.words))

    @cached_property
    def headline_days(self) -> frozenset[int | str]:
        """Return the weekdays and the dates that the headline speaks of: a forecast has its day there alone."""
        return frozenset({*weekdays_in(self.headline.words), *dates_in(self.headline.surface)})

    @cached_property
    def lead_dates(self) -> frozenset[str]:
        """Return the dates of the lead, as "month-day"."""
        return frozenset(dates_in(self.lead.surface))


def read(take: Take) -> Reading:
    """Return the take as read.

    A take is read by its headline where its text is none or the headline again; one without a headline has a short
    first line for it.
    """
    headline, text = tidy(read_markers(headline_of(take)).headline), tidy(take.text)
    headline, credit = (headline, take.credit or credit_of(text)) if text else split_headline(headline)
    body = strip_dateline(strip_credit(text))
    body = body if _says_more(body, headline) else headline
    return Reading(take, Sentence(tuple(_TOKEN.findall(headline))), body, credit)


def headline_of(take: Take) -> str:
    """Return the headline, or where there is none a short first line without a full stop."""
    first, parted, _ = take.text.strip().partition("\n\n")
    stands = parted and len(first.split()) <= HEADLINE_WORDS and first.rstrip()[-1:] not in ".?!。"
    return take.headline if take.headline.strip() or not stands else first


def _says_more(body: str, headline: str) -> bool:
    """Return whether the text is more than a whole headline again, between stars or with a word of no weight."""
    start = body[: len(headline) + CREDIT_LETTERS]
    words, again = _TOKEN.findall(start.casefold()), _TOKEN.findall(headline.casefold())
    padded = len(start) == len(body) and len(again) < len(words) <= len(again) + PADDING_WORDS
    return bool(words) and not (padded and again and again == words[: len(again)] and headline[-1] not in "….")


def pairs_of_characters(words: Sequence[str]) -> list[str]:
    """Return the pairs of neighbours in a script without spaces, in order: what is nearest to a word there."""
    return [a + b for a, b in pairwise(words) if is_spaceless(a) and is_spaceless(b)]


def _numbers_in(words: Iterable[str]) -> set[str]:
    return {NUMBER_WORDS.get(word, word) for word in words if word in NUMBER_WORDS or word[0].isdigit()}


def number_of(word: str) -> str:
    """Return the figure that a word stands for, or nothing."""
    return word if word[0].isdigit() else NUMBER_WORDS.get(word, "")


def split_paragraphs(text: str) -> list[str]:
    """Return the paragraphs, which a blank line parts."""
    return [paragraph for paragraph in _PARAGRAPH.split(text) if paragraph.strip()]


def _surfaces(text: str) -> Iterator[tuple[str, ...]]:
    for sentence in split_sentences(text):
        if surface := tuple(_TOKEN.findall(sentence)):
            yield surface


def split_sentences(text: str) -> Iterator[str]:
    """Yield the sentences. A short capitalised word before the full stop is taken for an abbreviation ("Gen.")."""
    for paragraph in split_paragraphs(text):
        start = 0
        for end in _SENTENCE_END.finditer(paragraph):
            before = paragraph[start : end.start()].rsplit(None, 1)
            short = bool(before) and len(before[-1]) <= 4 and before[-1][0].isupper()
            follows = paragraph[end.end() : end.end() + 1]
            if (short and end.group()[0] == ".") or follows.islower():
                continue
            yield paragraph[start : end.end()]
            start = end.end()
        yield paragraph[start:]


def names_in(surface: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Return the names in a sentence, each as the set of its words without titles, articles and days."""
    if surface and all(token.upper() == token for token in surface) and not any(map(is_spaceless, surface)):
        return ()  # written in capitals throughout, so capitals say nothing
    found, run = [], list[str]()
    for place, token in enumerate((*surface, "")):
        if token and looks_like_name(token) and not (place == 0 and stands_alone(surface)):
            run.append(token)
        else:
            found.append(_name_of(run))
            run = []
    return tuple(name for name in found if name)


def looks_like_name(token: str) -> bool:
    return token[0].isupper() or _NAME_CHARACTER.fullmatch(token) is not None


def stands_alone(surface: tuple[str, ...]) -> bool:
    if is_spaceless(surface[0]):
        return False
    return len(surface) < 2 or not looks_like_name(surface[1]) or len(surface[0]) < 2


def _name_of(run: list[str]) -> frozenset[str]:
    if run and is_spaceless(run[0]):
        return frozenset(pairs_of_characters(run))
    words = {token.casefold() for token in run if token.isupper() or token.casefold() not in ARTICLES}
    return frozenset(word for word in words if word not in TITLES and word not in WEEKDAYS and word not in MONTHS)


def weekdays_in(words: tuple[str, ...]) -> Iterable[int]:
    """Yield the weekdays among the words, 0 for Monday."""
    for word in words:
        if word in WEEKDAYS:
            yield WEEKDAYS[word]
    for a, b in pairwise(words):
        if a + b in WEEKDAY_PAIRS:
            yield WEEKDAY_PAIRS[a + b]


def dates_in(surface: tuple[str, ...]) -> Iterable[str]:
    """Yield the dates among the words ("March 28", "28 de marzo", 3月28日), each as "month-day"."""
    for place, token in enumerate(surface):
        near = [w for w in surface[max(place - 2, 0) : place + 2] if w.isdecimal() and 1 <= int(w) <= 31]
        word = token.casefold()
        if word in MONTHS and near and (word not in ALSO_WORDS or token[0].isupper()):
            yield f"{MONTHS[word]}-{near[-1]}"
        elif word == "月" and len(near) == 2:
            yield f"{near[0]}-{near[1]}"
