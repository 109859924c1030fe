"""Which reports belong into one story, and what speaks for it.

All reports at hand are compared at once, those that are in a story already and those that wait: so a story is found
when its fourth report comes, not guessed from its first, and what came too early to be known is found later. A group
takes the story that most of its ties lead to; one without a story is the beginning of one. The score is the share of
a report's ties that lead into its group, weighed with how many there are. It is wrong with two events of one cast.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storytext.communities import Ties, communities, join, let_go, tie
from storytext.likeness import likenesses, pairs_of
from storytext.model import Reason
from storytext.profiles import Profile

TIED = 0.8  # [S] likeness by which communities are found, and
HINTED = 0.3  # by which somebody is held in one
FEWEST = 4  # reports that make a story
TOLD = 4  # names and words that are told as reasons
TELLING = 3.5  # rarity of what is told: a word that one in thirty has, or is seldom in its language
SURE = 10.0  # ties, all together, by which a report is surely in its group


@dataclass(frozen=True, slots=True)
class Filed:
    """A report with what it is about, and the story that it is in, if any."""

    report: str
    profile: Profile
    story: str | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """A report that belongs into `story`, or into a story of its group's own, and why."""

    report: str
    score: float
    nearest: str
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Reports in no story that belong together, the most central first; `story` is the one they belong into, if any."""

    story: str | None
    filings: tuple[Filing, ...]


def group(reports: Sequence[Filed], *, background: Mapping[str, float]) -> list[Group]:
    """Return the groups of reports that are in no story yet, in the order of their first reports.

    `background` is how rare words are in the language (see `nearest.rarity`); with none, all of them are.
    """
    pairs = pairs_of([one.profile for one in reports], background=background)
    found = [*zip(pairs.a.tolist(), pairs.b.tolist(), likenesses(pairs).tolist(), strict=True)]
    close = tie(len(reports), (pair for pair in found if pair[2] > TIED))
    wide = tie(len(reports), (pair for pair in found if pair[2] > HINTED))
    label = let_go(wide, join(close, communities(close)), fewest=FEWEST)
    members: dict[int, list[int]] = {}
    for at, one in enumerate(label):
        if one is not None:
            members.setdefault(one, []).append(at)
    return [made for places in members.values() for made in _groups(reports, places, wide, pairs.rare)]


def _groups(reports: Sequence[Filed], places: Sequence[int], ties: Ties, rare: Mapping[str, float]) -> list[Group]:
    """Return a group for each story that waiting reports of one community lean to, or one for all if there is none."""
    inside = set(places)
    by_story: dict[str | None, list[tuple[float, int, dict[int, float]]]] = {}
    for at in places:
        if reports[at].story is None:
            own = {other: strength for other, strength in ties[at].items() if other in inside}
            by_story.setdefault(_leaning(reports, places, own), []).append((-sum(own.values()), at, own))
    return [
        Group(story, tuple(_filing(reports, at, own, ties, story, rare) for _, at, own in sorted(waiting)))
        for story, waiting in by_story.items()
    ]


def _leaning(reports: Sequence[Filed], places: Sequence[int], own: Mapping[int, float]) -> str | None:
    """Return the story that most of a report's ties lead to, or else the one that most of the others are in."""
    told: Counter[str] = Counter()
    for other, strength in own.items():
        if (story := reports[other].story) is not None:
            told[story] += strength  # type: ignore[assignment]  # a Counter holds any number
    told = told or Counter(story for at in places if (story := reports[at].story) is not None)
    return max(told, key=lambda story: (told[story], story)) if told else None


def _filing(
    reports: Sequence[Filed],
    at: int,
    own: Mapping[int, float],
    ties: Ties,
    story: str | None,
    rare: Mapping[str, float],
) -> Filing:
    held, all_ties = sum(own.values()), sum(ties[at].values())
    there = {other: s for other, s in own.items() if reports[other].story == story} or own
    nearest = max(there, key=lambda other: (there[other], -other))
    score = held / max(all_ties, 1e-9) * min(1.0, held / SURE)
    because = (Reason("hangs_together", len(own)), *_shared(reports, at, there, rare))
    return Filing(reports[at].report, round(score, 4), reports[nearest].report, because)


def _shared(reports: Sequence[Filed], at: int, there: Mapping[int, float], rare: Mapping[str, float]) -> list[Reason]:
    """Return what a report shares with those that it is tied to, as it is compared: names first, then pairs of words.

    What most of them have comes first, and of that what is rarest; what is in every report is no reason.
    """
    mine = reports[at].profile
    names: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for other in there:
        theirs = reports[other].profile
        names.update(mine.names & theirs.names)
        words.update(term for term in mine.terms.keys() & theirs.terms.keys() if _is_phrase(term))
    found = []
    for code, counts in (("names_shared", names), ("words_shared", words)):
        weight = {term: count * rare.get(term, 0.0) for term, count in counts.items() if rare.get(term, 0.0) > TELLING}
        if most := sorted(weight, key=lambda term: (-weight[term], term))[:TOLD]:
            found.append(Reason(code, ", ".join(most)))
    return found


def _is_phrase(term: str) -> bool:
    """Return whether the term is two words in a row that are no figures."""
    return " " in term and not any(word[0].isdigit() for word in term.split(" "))
