"""Entries: the fragment of one, and the timeline that is a join of fragments.

A story page, a month page and an open page that learns of a new entry all show the same bytes, baked once at
/fragment/<report>.html. A page reads what is baked from the store and renders only what is not up to date there, so a
new version of one report renders one fragment, however long the story.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby, pairwise
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from writethru.lib import words
from writethru.lib.html import first_words
from writethru.press.changes import changed
from writethru.press.once import known
from writethru.press.photos import Pictures, figures, pictures_of
from writethru.stories import pagestore
from writethru.stories.queries import Dated, Reading, pages_up_to_date, readings

WORDS_SHOWN = 250


def fragment_path(report_id: int) -> str:
    """Return where the fragment of a report's entry is baked."""
    return f"/fragment/{report_id}.html"


def entry_html(reading: Reading, pictures: Pictures) -> SafeString:
    """Return the <article> of a report as it stands on a timeline."""
    text, is_cut = first_words(reading.current.html, WORDS_SHOWN)
    shown = mark_safe(text)  # noqa: S308 (cleaned when it came in)
    return render_to_string("press/entry.html", {**body_of(reading, pictures), "text": shown, "is_cut": is_cut})


def body_of(reading: Reading, pictures: Pictures) -> dict[str, Any]:
    """Return what an entry and a report's own page have in common: text, photos, corrections, credit."""
    corrections = list(_corrections(reading))
    return {
        "reading": reading,
        "lang": (lang := words.other_language(reading.current.language)),
        "dir": words.direction_of(lang),
        "came_at": int(reading.came_at.timestamp()),
        "text": mark_safe(reading.current.html),  # noqa: S308
        "credit": words.text_credit(reading.current.credit),
        "photos": list(figures(reading.current.photos, pictures)),
        "corrections_above": [correction for correction in corrections if correction.in_headline],
        "corrections_below": [correction for correction in corrections if not correction.in_headline],
        "updates": len(reading.versions) - 1,
    }


@dataclass(frozen=True, slots=True)
class Correction:
    """What a report says of a correction of it: the version, what it changed, and whether that was in the headline."""

    version: Any
    at: datetime
    changes: SafeString
    in_headline: bool

    @property
    def epoch(self) -> int:
        """Return when, in seconds since 1970."""
        return int(self.at.timestamp())


def _corrections(reading: Reading) -> Iterator[Correction]:
    """Give each correction, newest first."""
    for version, before in pairwise(reading.versions):
        if version.kind == "correction":
            in_headline = version.headline != before.headline
            yield Correction(version, reading.told_at(version), changed(before, version), in_headline)


def fragment_html(report_id: int) -> str:
    """Return the fragment of a report's entry; "" for one that is not public."""
    reading = readings([report_id]).get(report_id)
    return entry_html(reading, pictures_of([reading])).strip() if reading else ""


class Fragments:
    """The fragments of some reports: rendered in this run, or in the page store and up to date; else rendered now."""

    def __init__(self, report_ids: Iterable[int], *, made_with: str) -> None:
        """Find out what is rendered and what is baked, and read the rest from the database."""
        rendered = {report_id: known(fragment_html, report_id) for report_id in report_ids}
        self._rendered = {report_id: html for report_id, html in rendered.items() if html}
        paths = {fragment_path(report_id): report_id for report_id in rendered.keys() - self._rendered}
        self._baked = {paths[path] for path in pages_up_to_date(paths, made_with=made_with)}
        self._rows: dict[int, Reading] = {}
        self._pictures: Pictures = {}
        if rest := set(paths.values()) - self._baked:
            self._read(rest)

    def get(self, report_id: int) -> str:
        """Return the fragment of one of the reports; "" for one that is public no more."""
        if report_id in self._rendered:
            return self._rendered[report_id]
        if report_id in self._baked:
            if body := pagestore.get(fragment_path(report_id)):
                return body.decode()
            self._read(self._baked)  # the store has lost files: all that it may have lost is read in one go
            self._baked = set()
        return entry_html(self._rows[report_id], self._pictures).strip() if report_id in self._rows else ""

    def _read(self, report_ids: Iterable[int]) -> None:
        rows = readings(report_ids)
        self._rows |= rows
        self._pictures = {**self._pictures, **pictures_of(rows.values())}


@dataclass(slots=True)
class YearShown:
    """A year's part of a timeline."""

    year: int
    days: list[SafeString] = field(default_factory=list)
    shown: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """The part of a timeline that a page shows."""

    years: list[YearShown]
    shown: list[Dated]


DAY_ENDS = "\n</section>"
# What a page spends on opening a year, beside its days: the heading and its link.
YEAR_BYTES = 420


def flow(places: Sequence[Dated], fragments: Fragments, *, room: int | None = None) -> Flow:
    """Return the newest whole days of `places` that fit in `room` bytes, or all; of a first day too long, what fits."""
    years: list[YearShown] = []
    shown: list[Dated] = []
    left = float("inf") if room is None else room
    for day, of_day in groupby(places, key=lambda place: words.local(place.dated_at).date()):
        its = list(of_day)
        opens = not years or years[-1].year != day.year
        held, html = _day(day, its, fragments, room=left - (YEAR_BYTES if opens else 0), may_cut=not shown)
        if not held:
            break
        if opens:
            years.append(YearShown(day.year))
            left -= YEAR_BYTES
        left -= len(html.encode()) + 1
        years[-1].days.append(html)
        years[-1].shown += len(held)
        shown += held
        if len(held) < len(its):
            break
    return Flow(years, shown)


def _day(
    day: date, places: list[Dated], fragments: Fragments, *, room: float, may_cut: bool
) -> tuple[list[Dated], SafeString]:
    """Return the places of the day that fit and its section; none if not all of them fit and it may not be cut."""
    entries: list[str] = []
    opening = format_html('<section class="day"><h3>{} <span>{}</span></h3>\n', words.weekday(day), words.day(day))
    spent = len(f"{opening}{DAY_ENDS}".encode())
    for place in places:
        entry = fragments.get(place.report_id)
        spent += len(entry.encode()) + 1
        if spent > room and not (may_cut and not entries):
            if not may_cut:
                return [], SafeString()
            break
        entries.append(entry)
    its = "\n".join(entries)
    return places[: len(entries)], mark_safe(f"{opening}{its}{DAY_ENDS}")  # noqa: S308
