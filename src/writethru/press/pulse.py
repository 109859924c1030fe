"""How much happened and when: the shapes of the pulse and of the small sparks, drawn as one SVG path of bars.

A bar is 7.8 wide in a step of 10, at most 40 high; one scale holds for a whole shape.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from writethru.lib.words import local
from writethru.stories.queries import Month

HIGH = 40
LOW = 1.5  # a month with one report in a busy story must still be seen


def month_of(at: datetime) -> Month:
    """Return (year, month) of `at` in the site's zone."""
    there = local(at)
    return there.year, there.month


def month_counts(times: Iterable[datetime]) -> Counter[Month]:
    """Return how many of the times fall in each month."""
    return Counter(month_of(at) for at in times)


def months_back(last: Month, n: int) -> list[Month]:
    """Return the `n` months that end with `last`, oldest first."""
    end = last[0] * 12 + last[1] - 1
    return [(index // 12, index % 12 + 1) for index in range(end - n + 1, end + 1)]


def bars(counts: Sequence[int], *, top: int) -> str:
    """Return the SVG path of one bar for each count, on a scale where `top` is as high as the shape."""
    drawn = []
    for index, count in enumerate(counts):
        if count:
            height = f"{max(HIGH * count / top, LOW):.1f}".removesuffix(".0")
            drawn.append(f"M{index * 10 + 1}.1 {HIGH}v-{height}h7.8v{height}z")
    return "".join(drawn)


@dataclass(frozen=True, slots=True)
class Year:
    """A year on the pulse: its bars, and where it leads ("" for a year in which nothing happened)."""

    year: int
    count: int
    path: str
    href: str
    is_current: bool


def years(counts: Counter[Month], *, path: str, on_page: Iterable[int], current: int | None) -> list[Year]:
    """Return every year from the first to the last; one that is on the page leads there, another to its last month."""
    if not counts:
        return []
    here, top = set(on_page), max(counts.values())
    first, last = min(counts)[0], max(counts)[0]
    return [_year(year, counts, path=path, here=here, top=top, current=current) for year in range(first, last + 1)]


def _year(year: int, counts: Counter[Month], *, path: str, here: set[int], top: int, current: int | None) -> Year:
    by_month = [counts[year, month] for month in range(1, 13)]
    latest = max((month for month in range(1, 13) if counts[year, month]), default=0)
    href = f"#y{year}" if year in here else f"{path}{year}/{latest:02}/" if latest else ""
    return Year(year, sum(by_month), bars(by_month, top=top), href, year == current)


@dataclass(frozen=True, slots=True)
class Spark:
    """A small shape for a list: its path and the width that it is drawn in."""

    path: str
    width: int


def spark(times: Iterable[datetime], *, last: Month, months: int) -> Spark:
    """Return the bars of the `months` months that end with `last`."""
    counts = month_counts(times)
    shown = [counts[month] for month in months_back(last, months)]
    return Spark(bars(shown, top=max(shown, default=0) or 1), months * 10)
