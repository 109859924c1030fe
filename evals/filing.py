"""Measure filing on gold sets: one configuration and the shipped weights for all of them.

Three tables: the shipped weights on every set (they were learned on it); weights learned on one half of the stories of
every set, on the other half; and weights learned on all sets but one, on that one, for nothing should rest on a set
that it has seen. Halves are easier than wholes where a set has stories that look alike: such a pair may be parted.
Reads the folder named by WRITETHRU_GOLD (default ../shared/data):

    python evals/filing.py
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from plot import reliability
from scores import RESAMPLES, Measured, Spread, bounds, over_pairs, over_reports, share
from sets import GOLD, SETS, Labelled, half, load
from summary import Row, print_table, row
from train_filing import BACKGROUND, Lesson, learn_all, lesson

from storytext.grouping import FEWEST, Filed, group, places
from storytext.profiles import profile
from storytext.regression import Weights

PLOT = "--plot"  # and a file: draw scores beside what is so


@dataclass(frozen=True)
class Score:
    """What one set shows. The one-offs are left out of the rates, and counted apart."""

    size: int
    pairs: Spread
    reports: Spread
    stories: tuple[int, int]  # found, true
    one_offs: Measured  # filed into a story

    def line(self, name: str) -> str:
        found, true = self.stories
        cells = (self.pairs.precision, self.pairs.recall, self.pairs.f1, self.reports.f1)
        wrong = f"{self.one_offs} n = {self.one_offs.size}" if self.one_offs.size else ""
        return f"{name:24}{self.size:>6}  {''.join(f'{cell!s:22}' for cell in cells)}{found:>4}/{true:<5}{wrong}"


HEAD = f"{'':24}{'n':>6}  {'P':22}{'R':22}{'F1':22}{'BCubed F1':22}{'found/true':10}one-offs filed"


def score(reports: Sequence[Labelled], found: Sequence[object]) -> Score:
    """Return how well the groups found (alike for reports put together) agree with the stories."""
    sizes = Counter(found)
    in_story = [(one.story, there) for one, there in zip(reports, found, strict=True) if not one.is_one_off]
    one_offs = [there for one, there in zip(reports, found, strict=True) if one.is_one_off]
    gold, there = [story for story, _ in in_story], [label for _, label in in_story]
    return Score(
        len(reports),
        over_pairs(gold, there),
        over_reports(gold, there),
        (sum(size >= FEWEST for size in sizes.values()), len(set(gold))),
        share(sum(sizes[label] > 1 for label in one_offs), len(one_offs)),
    )


def as_shipped(reports: Sequence[Labelled]) -> list[object]:
    """Return the groups that the engine finds, as the house asks it."""
    filed = [Filed(one.take.id, profile(one.take)) for one in reports]
    where = {filing.report: at for at, one in enumerate(group(filed, background=BACKGROUND)) for filing in one.filings}
    return [where.get(one.take.id, one.take.id) for one in reports]


def as_learned(lesson: Lesson, model: Weights) -> tuple[list[object], list[float]]:
    """Return the groups that the engine finds with other weights, and how likely each report is in its own."""
    filed = [Filed(str(at), one) for at, one in enumerate(lesson.profiles)]
    found = places(filed, lesson.pairs, weights=model)
    groups = [str(at) if place is None else place.group for at, place in enumerate(found)]
    return groups, [place.score if place else 0.0 for place in found]


def shipped(sets: dict[str, list[Labelled]]) -> dict[str, Score]:
    """Print the table of the shipped weights and return its scores."""
    print("The shipped weights, on the sets that they were learned on\n" + HEAD + "   seconds")
    told = {}
    for name, reports in sets.items():
        began = time.perf_counter()
        found = as_shipped(reports)
        took = time.perf_counter() - began
        told[name] = score(reports, found)
        print(f"{told[name].line(name):166}{took:6.1f}", flush=True)
    return told


def held_out(sets: dict[str, list[Labelled]]) -> list[tuple[float, bool]]:
    """Print what weights learned on half of the stories show on the other half.

    Return of each report that they file how likely that is said to be, and whether it is right: whether most there are
    of its story.
    """
    filed = list[tuple[float, bool]]()
    print("\nLearned on half of the stories of every set, on the other half\n" + HEAD)
    halves = [{name: half(reports, which) for name, reports in sets.items()} for which in (0, 1)]
    lessons = [{name: lesson(reports) for name, reports in one.items()} for one in halves]
    for which in (0, 1):
        model = learn_all([*lessons[1 - which].values()])
        for name, reports in halves[which].items():
            found, likely = as_learned(lessons[which][name], model)
            print(score(reports, found).line(f"{name}, {('first', 'second')[which]}"), flush=True)
            filed += _filed(reports, found, likely)
    return filed


def _filed(
    reports: Sequence[Labelled], found: Sequence[object], likely: Sequence[float]
) -> Iterator[tuple[float, bool]]:
    told: dict[object, Counter[str]] = {}
    for one, there in zip(reports, found, strict=True):
        told.setdefault(there, Counter())[one.story] += 1
    for one, there, score in zip(reports, found, likely, strict=True):
        if (stories := told[there]).total() >= FEWEST:
            yield score, one.story == max(stories, key=lambda story: (stories[story], story))


def calibration(filed: Sequence[tuple[float, bool]]) -> tuple[list[tuple[float, float, int]], Row]:
    """Print how often what is said to be so likely is right.

    Return for each tenth what is said, what is so, and n; and the row of the expected error.
    """
    print("\nScores beside what is so, on stories not seen\n      said  right                      n")
    tenths = list[tuple[float, float, int]]()
    for said, right, size in _tenths(filed):
        print(f"{said:>10.3f}  {share(right, size)!s:22}{size:>6}")
        tenths.append((said, right / size, size))
    dice = random.Random(0)
    drawn = [_error(dice.choices(filed, k=len(filed))) for _ in range(RESAMPLES)]
    error = Measured(_error(filed), *bounds(drawn), len(filed))
    print(f"Expected calibration error: {error}")
    return tenths, row("filing, stories not seen: calibration error", error, of="filings")


def _tenths(filed: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, int, int]]:
    """Yield of each tenth from .5 up the mean of what is said, how many are right, and how many there are."""
    for tenth in range(5, 10):  # a score is never 1 itself
        if rows := [(said, right) for said, right in filed if tenth <= said * 10 < tenth + 1]:
            yield sum(said for said, _ in rows) / len(rows), sum(right for _, right in rows), len(rows)


def _error(filed: Sequence[tuple[float, bool]]) -> float:
    return sum(abs(said * size - right) for said, right, size in _tenths(filed)) / len(filed)


def across(sets: dict[str, list[Labelled]]) -> list[Row]:
    """Print what weights learned on the other sets show on each set. Sets of the same stories are one set here."""
    print("\nLearned on all sets but one, on that one\n" + HEAD)
    lessons = {name: lesson(reports) for name, reports in sets.items()}
    told = dict[str, Score]()
    for name, reports in sets.items():
        model = learn_all([one for other, one in lessons.items() if other.split()[0] != name.split()[0]])
        found, _likely = as_learned(lessons[name], model)
        told[name] = score(reports, found)
        print(told[name].line(name), flush=True)
    return _rows(told, "learned on the other sets")


def _rows(told: dict[str, Score], how: str) -> list[Row]:
    """Return the rows of each set: F1 and, where there are one-offs, how many were filed."""
    rows = list[Row]()
    for name, one in told.items():
        rows.append(row(f"{name}, {how}: pairwise F1", one.pairs.f1, of="reports"))
        rows.append(row(f"{name}, {how}: BCubed F1", one.reports.f1, of="reports"))
        if one.one_offs.size:
            rows.append(row(f"{name}, {how}: one-offs wrongly filed", one.one_offs, of="one-offs"))
    return rows


def measure() -> list[Row]:
    """Print the tables and return the rows of the summary; skip where the gold sets are absent."""
    if not GOLD.is_dir():
        print(f"skipped: no folder {GOLD}; name it by WRITETHRU_GOLD")
        return []
    sets = {name: load(name) for name in SETS}
    rows = _rows(shipped(sets), "shipped weights")
    tenths, error = calibration(held_out(sets))
    if PLOT in sys.argv:
        Path(sys.argv[sys.argv.index(PLOT) + 1]).write_text(reliability(tenths), encoding="utf-8")
    return [*rows, error, *across(sets)]


if __name__ == "__main__":
    raise SystemExit(print_table(measure()))
