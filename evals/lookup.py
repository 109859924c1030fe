"""The database's look-up in memory, and a stream folded by it as the house folds: each take against those before it."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from storytext import Candidate, Fold, Take, fold, index_keys

CANDIDATES = 20
WEEK = 8 * 24 * 3600.0  # seconds
DAY = 24 * 3600.0
ACCEPTED = 0.5  # a proposal with such a score is taken as accepted


class Lookup:
    """Which takes share the most keys within a week, and of which a take holds the largest part within a day."""

    def __init__(self) -> None:
        self.takes: list[Take] = []
        self.reports: list[str] = []
        self.sizes: list[int] = []
        self.by_key: dict[int, list[int]] = defaultdict(list)

    def add(self, take: Take, *, report: str, keys: Iterable[int]) -> None:
        place, known = len(self.takes), tuple(keys)
        self.takes.append(take)
        self.reports.append(report)
        self.sizes.append(len(known))
        for key in known:
            self.by_key[key].append(place)

    def candidates(self, take: Take, *, keys: Iterable[int]) -> list[Candidate]:
        """Return the takes that the database would find, newest first."""
        counts = Counter(place for key in keys for place in self.by_key.get(key, ()))
        gaps = {place: abs((self.takes[place].dated_at or 0.0) - (take.dated_at or 0.0)) for place in counts}
        near = [(count, place) for place, count in counts.items() if gaps[place] <= WEEK]
        most = [place for _, place in sorted(near, reverse=True)[:CANDIDATES]]
        parts = [(count / self.sizes[place], count, place) for count, place in near if gaps[place] <= DAY]
        held = [place for _, _, place in sorted(parts, reverse=True)[: CANDIDATES // 2]]
        found = sorted({*most, *held}, reverse=True)
        return [Candidate(self.reports[place], self.takes[place]) for place in found]


def fold_stream(takes: Iterable[Take]) -> tuple[dict[str, str], dict[str, Fold]]:
    """Return the report of each take, called by its first take's id, and each take's own answer, in order.

    A proposal counts as accepted from a score of .5.
    """
    lookup, reports, answers = Lookup(), dict[str, str](), dict[str, Fold]()
    for take in takes:
        keys = index_keys(take)
        answer = fold(take, lookup.candidates(take, keys=keys))
        taken = answer.kind == "same" or (answer.kind == "probably" and answer.score >= ACCEPTED)
        reports[take.id] = answer.of if taken and answer.of else take.id
        answers[take.id] = answer
        lookup.add(take, report=reports[take.id], keys=keys)
    return reports, answers
