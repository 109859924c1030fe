"""What two takes have in common and where they differ: the evidence, measured once and judged elsewhere.

The sentences of the shorter take are laid beside those of the longer, in any order, each to the one that shares most
of its longer words. Where two sentences are laid together, their words are compared, and what stands in the place of
something else is told apart: a figure for a figure, a name for a name, a day for a day, other words. A figure or name
counts as changed only if the old one is nowhere in the other take and the new one nowhere in the old: so a moved
figure, "Mr Sato" for "Prime Minister Sato" or a fuller lead change nothing. It is wrong where two reports share
every name and figure, and where a name is spelt in two ways beyond what a misspelling explains.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from storytext.lists import NOT_MISSPELT
from storytext.runs import is_spaceless
from storytext.words import Reading, Sentence, number_of, pairs_of_characters, weekdays_in

# Of a sentence's longer words. Reuters: with one word changed .86 and more stand (.96 in the middle, 1 % below .6); the
# nearest sentence of another report has .20 at most in 19 of 20, and none of 300 reports' had .6.
SENTENCE_STANDS = 0.6
MISSPELT = 0.8  # difflib ratio of "Hammada" and "Hamada" .92, of "Iran" and "Iraq" .75
FEWEST_PAIRS = 2  # of a name in characters: two kanji alone are as often a common word
SMALL_BLOCK = 6  # words that stand in the place of others; a longer block was written anew


@dataclass(frozen=True, slots=True)
class Substitutions:
    """What stands in the place of something else in sentences laid together."""

    numbers: frozenset[tuple[str, str]] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()
    days: frozenset[tuple[int, int]] = frozenset()
    words: int = 0

    def and_also(self, other: "Substitutions") -> "Substitutions":
        """Return what both hold."""
        return Substitutions(
            self.numbers | other.numbers, self.names | other.names, self.days | other.days, self.words + other.words
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two takes, the shorter one laid beside the longer one. Shares are of words, between 0 and 1."""

    shorter: Reading
    longer: Reading
    laid: tuple[int | None, ...]  # for each sentence of the shorter, its place in the longer
    shared: float  # three-word runs of the shorter that stand in the longer
    kept: float  # of the shorter, in sentences that stand in the longer
    kept_longer: float  # of the longer, in sentences that stand in the shorter
    lead: Substitutions
    body: Substitutions


def shared_runs(a: Reading, b: Reading) -> float:
    """Return the share of the word runs of the one with fewer that stand in the other."""
    least = min(len(a.runs), len(b.runs))
    return len(a.runs & b.runs) / least if least else 0.0


def lay(a: Reading, b: Reading) -> Pair:
    """Return two readings laid beside each other."""
    shorter, longer = sorted((a, b), key=lambda one: (len(one.words), one.words))  # the same two, whichever came first
    laid = _places(shorter.sentences, longer.sentences)
    standing = [sentence for sentence, place in zip(shorter.sentences, laid, strict=True) if place is not None]
    found = [longer.sentences[place] for place in set(laid) if place is not None]
    return Pair(
        shorter,
        longer,
        laid,
        shared_runs(a, b),
        _size(standing) / max(_size(shorter.sentences), 1),
        _size(found) / max(_size(longer.sentences), 1),
        *_substitutions(shorter, longer, laid),
    )


def _size(sentences: Iterable[Sentence]) -> int:
    return sum(len(sentence.surface) for sentence in sentences)


def _places(sentences: tuple[Sentence, ...], among: tuple[Sentence, ...]) -> tuple[int | None, ...]:
    exact = {sentence.words: place for place, sentence in reversed(list(enumerate(among)))}
    return tuple(exact[s.words] if s.words in exact else _nearest(s.stems, among) for s in sentences)


def _nearest(stems: frozenset[str], among: tuple[Sentence, ...]) -> int | None:
    best, place = 0.0, None
    for at, other in enumerate(among):
        common = len(stems & other.stems)
        # Of two that hold it, the sentence nearer in length is the one.
        share = common / len(stems) + common / (1000 + len(other.stems))
        if share > best:
            best, place = share, at
    return place if best >= SENTENCE_STANDS else None


def _substitutions(a: Reading, b: Reading, laid: tuple[int | None, ...]) -> tuple[Substitutions, Substitutions]:
    """Return what was put in the place of what in the leads, and in the rest."""
    lead, body = Substitutions(), Substitutions()
    for at, place in enumerate(laid):
        if place is not None:
            found = _between(a.sentences[at], a, b.sentences[place], b)
            lead, body = (lead.and_also(found), body) if 0 in (at, place) else (lead, body.and_also(found))
    return lead, body


def _between(ours: Sentence, a: Reading, theirs: Sentence, b: Reading) -> Substitutions:
    found = Substitutions()
    for one, other in _blocks(ours, theirs):
        words = max(len(one), len(other))
        if words > SMALL_BLOCK:
            found = found.and_also(Substitutions(words=words))
            continue
        numbers = zip(_numbers(one, b), _numbers(other, a), strict=False)
        old, new = _name(one, a, b), _name(other, b, a)
        names = {(old, new)} if old and new and not is_misspelling(old, new) else set()
        found = found.and_also(Substitutions(frozenset(numbers), frozenset(names), frozenset(_days(one, other)), words))
    return found


def _blocks(a: Sentence, b: Sentence) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the words of the one that stand in the place of words of the other."""
    if a.words == b.words:
        return
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a.words, b.words, autojunk=False).get_opcodes():
        if kind == "replace":
            yield a.words[a1:a2], b.words[b1:b2]


def _numbers(block: tuple[str, ...], other: Reading) -> list[str]:
    return [number for number in map(number_of, block) if number and number not in other.numbers]


def _name(block: tuple[str, ...], own: Reading, other: Reading) -> str:
    """Return the words of a block that belong to a name and are nowhere in the other take."""
    words = (*block, *pairs_of_characters(block))
    name = [word for word in words if word not in other.vocabulary and word in own.name_words]
    enough = len(name) >= FEWEST_PAIRS or (bool(name) and not is_spaceless(name[0][0]))
    return " ".join(name) if enough else ""


def _days(one: tuple[str, ...], other: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for old, new in zip(weekdays_in(one), weekdays_in(other), strict=False):
        if old != new:
            yield old, new


def is_misspelling(a: str, b: str) -> bool:
    """Return whether two names are one name spelt in two ways."""
    if {a, b} in NOT_MISSPELT or a[0] != b[0] or min(len(a), len(b)) < 5:
        return False
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= MISSPELT


def names_swapped(a: Reading, b: Reading) -> int:
    """Return how many names of the leads are new on both sides: gone from the one lead, unknown to the other text."""
    return min(_unknown(a, b), _unknown(b, a))


def _unknown(reading: Reading, other: Reading) -> int:
    return sum(
        len([word for word in name if word not in other.vocabulary and not _misspelt_in(word, other)]) * 2 >= len(name)
        for name in reading.lead_names
    )


def _misspelt_in(word: str, other: Reading) -> bool:
    alike = (known for name in other.lead_names for known in name if known[0] == word[0])
    return any(is_misspelling(word, known) for known in alike)


def hours_apart(a: Reading, b: Reading) -> float | None:
    """Return the hours from a to b, negative if b is the older, or None where a time is missing."""
    if a.take.dated_at is None or b.take.dated_at is None:
        return None
    return round((b.take.dated_at - a.take.dated_at) / 3600, 1)


def share_of(part: frozenset[str], whole: frozenset[str]) -> float:
    """Return the share of the stems that stand in the whole."""
    return round(len(part & whole) / len(part), 2) if part else 0.0
