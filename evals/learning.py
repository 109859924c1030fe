"""Measure what a newsroom's decisions teach: from a cold start on a set never seen, filing before and after them.

The weights to begin from are learned on the other sets alone. The desk is simulated: it looks at the reports in an
order drawn anew for each seed, each beside the story that the engine has found for it, and decides by the gold labels.
It leaves it there, takes it out, moves it to where its story is, puts two stories of one event together, or files what
waits; where a story has not been found, it has nowhere to file. Two decisions in a hundred are wrong. Then the engine
learns (`storytext.learning`), groups all reports anew as if nobody had decided, and is measured on those that no
decision touched. Reads the folder named by WRITETHRU_GOLD (default ../shared/data):

    python evals/learning.py                                   200 decisions, two seeds
    python evals/learning.py --plot docs/pictures/learning.svg 0 to 400 decisions, five seeds, in ten minutes
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from statistics import fmean, pstdev

from plot import curves
from scores import pairwise
from sets import GOLD, SETS, Labelled, load
from summary import Row, print_table
from train_filing import Lesson, learn_all, lesson

from storytext.grouping import Filed, places
from storytext.learning import Verdict, best, tries
from storytext.regression import Weights

WRONG = 0.02  # of the decisions
QUICK, FULL = (200,), (25, 50, 100, 200, 400)
QUICK_SEEDS, FULL_SEEDS = range(2), range(5)
PLOT = "--plot"  # and a file: measure at full length and draw it


@dataclass(frozen=True)
class Filing:
    """How the engine files the reports that no decision touched."""

    f1: float  # of pairs, one-offs left out
    wrong: float  # share of the filed reports that are not of the story that most there are of
    one_offs: float  # share of the one-offs that are filed


@dataclass
class Desk:
    """An editor who knows the gold labels, and what the engine has found for each report: a group, or none."""

    stories: Sequence[str]
    where: list[int | None]
    dice: random.Random
    verdicts: list[tuple[int, int, bool]] = field(default_factory=list)  # report, group, whether it belongs there
    touched: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.about = story_of_groups(self.stories, self.where)
        inside = Counter(zip(self.stories, self.where, strict=True))
        largest = sorted(self.about, key=lambda group: (-inside[self.about[group], group], group))
        self.home = {self.about[group]: group for group in reversed(largest)}

    def decide(self, times: int) -> None:
        """Look at the reports in turn until so many decisions are made."""
        order = self.dice.sample(range(len(self.stories)), len(self.stories))
        for at in order:
            if not times:
                return
            group, home = self.where[at], self.home.get(self.stories[at])
            if group is None and home is None:
                continue  # it stays where it is
            times -= 1
            self.touched.add(at)
            if self.dice.random() < WRONG:
                self._err(at, group)
            elif group is None or self.about[group] != self.stories[at]:
                self._put_right(at, group, home)
            else:
                self._leave(at, group, home)

    def _err(self, at: int, group: int | None) -> None:
        if group is None or self.about[group] != self.stories[at]:
            self._file(at, self.dice.choice([*self.about]) if group is None else group)
        else:
            self._refuse(at, group)

    def _put_right(self, at: int, group: int | None, home: int | None) -> None:
        if group is not None:
            self._refuse(at, group)
        if home is not None:
            self._file(at, home)

    def _leave(self, at: int, group: int, home: int | None) -> None:
        """Leave a report where it is of the story, and put that together with the larger part of the same event."""
        if home is not None and home != group:
            moved = [other for other, there in enumerate(self.where) if there == group]
            self.touched.update(moved)
            for other in moved:
                self.where[other] = home
            group = home
        self._file(at, group)

    def _file(self, at: int, group: int) -> None:
        self.where[at] = group
        self.verdicts.append((at, group, True))

    def _refuse(self, at: int, group: int) -> None:
        self.where[at] = None
        self.verdicts.append((at, group, False))

    def told(self) -> list[Verdict]:
        """Return what was decided, as the engine is told: beside the reports that are in the story by now."""
        inside: dict[int, set[str]] = {}
        for at, group in enumerate(self.where):
            if group is not None:
                inside.setdefault(group, set()).add(str(at))
        return [
            Verdict(str(at), frozenset(inside.get(group, set()) - {str(at)}), is_there)
            for at, group, is_there in self.verdicts
        ]

    def filed(self, of: Lesson) -> list[Filed]:
        """Return the reports as they are filed by now."""
        return [
            Filed(str(at), profile, None if group is None else str(group))
            for at, (profile, group) in enumerate(zip(of.profiles, self.where, strict=True))
        ]


def story_of_groups(stories: Sequence[str], where: Sequence[int | None]) -> dict[int, str]:
    """Return for each group the story that most of its reports are of."""
    told: dict[int, Counter[str]] = {}
    for story, group in zip(stories, where, strict=True):
        if group is not None:
            told.setdefault(group, Counter())[story] += 1
    return {group: max(counts, key=lambda story: (counts[story], story)) for group, counts in told.items()}


def found_by(of: Lesson, weights: Weights) -> list[int | None]:
    """Return the group that the engine finds for each report, as if none were filed."""
    reports = [Filed(str(at), profile) for at, profile in enumerate(of.profiles)]
    return [place.group if place else None for place in places(reports, of.pairs, weights=weights)]


def one_filing(reports: Sequence[Labelled], where: Sequence[int | None], *, without: set[int]) -> Filing:
    """Return how these groups do on the reports that are not among those."""
    about = story_of_groups([one.story for one in reports], where)
    rest = [(one, where[at], at) for at, one in enumerate(reports) if at not in without]
    in_story = [
        (one.story, -at if group is None else f"group {group}") for one, group, at in rest if not one.is_one_off
    ]
    filed = [one.story != about[group] for one, group, _ in rest if group is not None]
    one_offs = [group is not None for one, group, _ in rest if one.is_one_off]
    return Filing(
        pairwise([story for story, _ in in_story], [there for _, there in in_story]).f1,
        fmean(filed or [0.0]),
        fmean(one_offs or [0.0]),
    )


def one_run(
    reports: Sequence[Labelled], of: Lesson, cold: Weights, *, decisions: int, seed: int
) -> tuple[Filing, Filing]:
    """Return how the engine files before so many decisions and after, both on the reports that none touched."""
    before = found_by(of, cold)
    desk = Desk(of.stories, list(before), random.Random(seed))
    desk.decide(decisions)
    learned = best(tries(desk.filed(of), of.pairs, desk.told(), shipped=cold))
    after = found_by(of, learned.weights)
    return one_filing(reports, before, without=desk.touched), one_filing(reports, after, without=desk.touched)


HEAD = f"{'':20}{'decisions':>10}{'F1 before':>12}{'after (spread)':>18}{'wrong before':>15}{'after (spread)':>18}"


def mean_of(runs: Sequence[Filing], mean: Callable[[list[float]], float] = fmean) -> Filing:
    """Return the mean of each figure, or its spread."""
    return Filing(*(mean([getattr(one, figure.name) for one in runs]) for figure in fields(Filing)))


def line(name: str, decisions: int, runs: Sequence[tuple[Filing, Filing]]) -> str:
    """Return one line of the table: means over the seeds, and one standard deviation."""
    before, after = (mean_of(side) for side in zip(*runs, strict=True))
    spread = mean_of([one for _, one in runs], pstdev)
    told = (
        f"{name:20}{decisions:>10}{before.f1:>12.3f}{after.f1:>10.3f} ({spread.f1:.3f})"
        f"{before.wrong:>15.1%}{after.wrong:>10.1%} ({spread.wrong:.1%})"
    )
    if not before.one_offs:
        return told
    return f"{told}   one-offs filed {before.one_offs:.1%}, then {after.one_offs:.1%} ({spread.one_offs:.1%})"


def gained(name: str, decisions: int, runs: Sequence[tuple[Filing, Filing]]) -> list[Row]:
    """Return the rows of the summary: what so many decisions add to F1, and take from what is filed wrongly."""
    before, after = (mean_of(side) for side in zip(*runs, strict=True))
    of = f"{len(runs)} desks"
    return [
        Row(f"{name}, after {decisions} decisions: F1 gained", after.f1 - before.f1, size=of),
        Row(f"{name}, after {decisions} decisions: wrong filings fewer by", before.wrong - after.wrong, size=of),
    ]


def measure(points: Sequence[int] = QUICK, seeds: Sequence[int] = QUICK_SEEDS, plot: Path | None = None) -> list[Row]:
    """Print the table, draw it where told, and return the rows of the summary; skip where the gold sets are absent."""
    if not GOLD.is_dir():
        print(f"skipped: no folder {GOLD}; name it by WRITETHRU_GOLD")
        return []
    sets = {name: load(name) for name in SETS}
    lessons = {name: lesson(reports) for name, reports in sets.items()}
    print("What decisions teach, on sets not seen; two decisions in a hundred are wrong\n" + HEAD)
    f1, wrong = dict[str, list[tuple[int, float, float]]](), dict[str, list[tuple[int, float, float]]]()
    rows = list[Row]()
    for name, reports in sets.items():
        cold = learn_all([one for other, one in lessons.items() if other.split()[0] != name.split()[0]])
        start = one_filing(reports, found_by(lessons[name], cold), without=set())
        f1[name], wrong[name] = [(0, start.f1, start.f1)], [(0, start.wrong, start.wrong)]
        for decisions in points:
            runs = [one_run(reports, lessons[name], cold, decisions=decisions, seed=seed) for seed in seeds]
            print(line(name, decisions, runs), flush=True)
            before, after = (mean_of(side) for side in zip(*runs, strict=True))
            f1[name].append((decisions, before.f1, after.f1))
            wrong[name].append((decisions, before.wrong, after.wrong))
            rows += gained(name, decisions, runs) if decisions in QUICK else []
    if plot:
        plot.write_text(curves(f1, wrong), encoding="utf-8")
    return rows


def main() -> int:
    if PLOT in sys.argv:
        return print_table(measure(FULL, FULL_SEEDS, Path(sys.argv[sys.argv.index(PLOT) + 1])))
    return print_table(measure())


if __name__ == "__main__":
    raise SystemExit(main())
