"""Which reports belong into one story, and what speaks for it.

All reports at hand are compared at once, those that are in a story already and those that wait: so a story is found
when its fourth report comes, not guessed from its first, and what came too early to be known is found later. What
hangs together is found without regard to the stories that there are; then each story is laid on the group that holds
the most of its reports. What waits goes there, what lies in another story had better move, and a group that no story
is left for is the beginning of one. It is wrong with two events of one cast.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from storytext.belonging import claims, settle
from storytext.binding import is_bound
from storytext.communities import Ties, communities, join, tie
from storytext.likeness import Pairs, pairs_of
from storytext.model import Reason
from storytext.nearest import LEAST_RARE
from storytext.profiles import Profile
from storytext.regression import Weights
from storytext.weights import SHIPPED

TIED = 0.8  # [S] likeness by which communities are found, and
HINTED = 0.3  # by which somebody is held in one
FEWEST = 4  # reports that make a story
MOVED = 0.6  # likelihood by which a report had better be in another story than the one it is in
TOLD = 4  # names and words that are told as reasons
TELLING = 3.5  # rarity of what is told: a word that one in thirty has, or is seldom in its language


@dataclass(frozen=True, slots=True)
class Filed:
    """A report with what it is about, and the story that it is in, if any."""

    report: str
    profile: Profile
    story: str | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """A report that belongs into `story`, or into a story of its group's own, and why; `score` is how likely that is.

    `out_of` is the story that it is in so far, if any.
    """

    report: str
    score: float
    nearest: str
    because: tuple[Reason, ...]
    out_of: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Reports that belong together, the most central first; `story` is the one they belong into, if there is one.

    `filings` are in no story so far, `moves` are in others.
    """

    story: str | None
    filings: tuple[Filing, ...]
    moves: tuple[Filing, ...] = ()


def group(reports: Sequence[Filed], *, background: Mapping[str, float], weights: Weights = SHIPPED) -> list[Group]:
    """Return the groups of reports that are not in the story where they belong, in the order of their first reports.

    `background` is how rare words are in the language (see `nearest.rarity`); with none, all of them are.
    `weights` are the shipped ones, or what a newsroom's decisions have made of them (see `learning`).
    """
    told = _found(reports, pairs_of([one.profile for one in reports], background=background), weights)
    owners = _owners(told)
    return [made for one, owner in zip(told, owners, strict=True) for made in _groups(one, owner, set(owners))]


@dataclass(frozen=True, slots=True)
class Place:
    """The group that a report hangs together with, by its number, the story that this group is, if it is one, and how
    likely (0 to 1) it is that the report belongs there.
    """

    group: int
    story: str | None
    score: float


def places(reports: Sequence[Filed], pairs: Pairs, *, weights: Weights) -> list[Place | None]:
    """Return for each report where it belongs by these weights, wherever it is now; None where it is alone."""
    told = _found(reports, pairs, weights)
    found: list[Place | None] = [None] * len(reports)
    for number, (one, owner) in enumerate(zip(told, _owners(told), strict=True)):
        for at in one.places:
            found[at] = Place(number, owner, one.likely[at])
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """What hangs together (places in the list of reports), with what speaks for it."""

    reports: Sequence[Filed]
    places: Sequence[int]
    ties: Ties
    likely: Sequence[float]
    rare: Mapping[str, float]

    def story(self, at: int) -> str | None:
        return self.reports[at].story


def _found(reports: Sequence[Filed], pairs: Pairs, weights: Weights) -> list[_Told]:
    """Return what hangs together, without regard to the stories that there are."""
    profiles = [one.profile for one in reports]
    found = [*zip(pairs.a.tolist(), pairs.b.tolist(), weights.pairs.likely(pairs.measures).tolist(), strict=True)]
    close = tie(len(reports), (pair for pair in found if pair[2] > TIED))
    wide = tie(len(reports), (pair for pair in found if pair[2] > HINTED))
    claimed = claims(profiles, pairs.vectors, pairs.rare, wide, join(close, communities(close)))
    label, likely = settle(claimed, weights.claims.likely(claimed.measures), size=len(reports))
    members: dict[int, list[int]] = {}
    for at, one in enumerate(label):
        if one is not None:
            members.setdefault(one, []).append(at)
    return [
        _Told(reports, places, wide, likely, pairs.rare)
        for places in members.values()
        if len(places) >= FEWEST and is_bound([profiles[at] for at in places], pairs.rare)
    ]


def _owners(found: Sequence[_Told]) -> list[str | None]:
    """Return for each group the story that it is: the one that has most reports there, where that has most of its own.

    Of two stories that meet in one group the larger part is it; of a story in two groups, the larger.
    """
    counts = [
        (-count, at, story)
        for at, one in enumerate(found)
        for story, count in Counter(filter(None, map(one.story, one.places))).items()
    ]
    owners: list[str | None] = [None] * len(found)
    for _, at, story in sorted(counts):
        if owners[at] is None and story not in owners:
            owners[at] = story
    return owners


def _groups(one: _Told, owner: str | None, owners: Collection[str | None]) -> list[Group]:
    """Return a group for the owner with what had better move there, and one for each other story that reports lean to.

    A story that is no group's own may still be told apart from this one by an editor: what is nearer to it goes there.
    """
    inside = set(one.places)
    may = {owner} | ({story for at in one.places if (story := one.story(at))} - set(owners) if owner else set())
    waiting: dict[str | None, list[tuple[float, int, dict[int, float]]]] = {owner: []}
    moves = []
    for at in one.places:
        own = {other: strength for other, strength in one.ties[at].items() if other in inside}
        row = (-sum(own.values()), at, own)
        if one.story(at) is None:
            waiting.setdefault(_leaning(one, own, owner, may), []).append(row)
        elif one.story(at) != owner and one.likely[at] >= MOVED:
            moves.append(row)
    return [
        Group(
            story,
            tuple(_filing(one, at, own, story) for _, at, own in sorted(rows, key=lambda row: row[:2])),
            tuple(_filing(one, at, own, story) for _, at, own in sorted(moves, key=lambda row: row[:2]))
            if story == owner
            else (),
        )
        for story, rows in waiting.items()
        if rows or (story == owner and moves)
    ]


def _leaning(one: _Told, own: Mapping[int, float], owner: str | None, may: Collection[str | None]) -> str | None:
    """Return the story that most of a report's ties lead to, of those that it may be in."""
    told = dict.fromkeys(filter(None, may), 0.0)
    for other, strength in own.items():
        if (story := one.story(other)) in told:
            told[story] += strength
    return max(told, key=lambda story: (told[story], story == owner, story), default=owner)


def _filing(one: _Told, at: int, own: Mapping[int, float], story: str | None) -> Filing:
    there = {other: strength for other, strength in own.items() if one.story(other) == story} or own
    nearest = max(there, key=lambda other: (there[other], -other), default=at)
    because = (Reason("hangs_together", len(own)), *_shared(one.reports, at, there, one.rare))
    return Filing(one.reports[at].report, one.likely[at], one.reports[nearest].report, because, one.story(at))


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
        words.update(term for term in mine.terms.keys() & theirs.terms.keys() if _is_phrase(term, rare))
    found = []
    for code, counts in (("names_shared", names), ("words_shared", words)):
        weight = {term: count * rare.get(term, 0.0) for term, count in counts.items() if rare.get(term, 0.0) > TELLING}
        if most := sorted(weight, key=lambda term: (-weight[term], term))[:TOLD]:
            found.append(Reason(code, ", ".join(most)))
    return found


def _is_phrase(term: str, rare: Mapping[str, float]) -> bool:
    """Return whether the term is two words in a row that are no figures, and each says something: no "of Merrin"."""
    words = term.split(" ")
    return len(words) > 1 and all(not word[0].isdigit() and rare.get(word, 0.0) > LEAST_RARE for word in words)
