"""The pages of stories and reports: one function a kind, `-> bytes`.

Each depends on rows and settings only, never on now, and is the same for everyone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby, zip_longest
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from writethru.lib import words
from writethru.press import linkeddata
from writethru.press.assets import made_with
from writethru.press.changes import changed
from writethru.press.entries import Flow, Fragments, body_of, flow, fragment_html, fragment_path
from writethru.press.once import once
from writethru.press.page import NoSuchPage, page
from writethru.press.photos import pictures_of
from writethru.press.pulse import Month, month_of, years
from writethru.stories import queries
from writethru.stories.drafts import draft_reading
from writethru.stories.queries import Dated, KeyMoment, Reading, Span, Story

PAGE_BYTES = 60_000
# No entry is smaller than this, so no more entries than PAGE_BYTES / ENTRY_BYTES can be on a story page.
ENTRY_BYTES = 350
MONTH_BYTES = 200_000  # of entries on a month's or a day's page; what is more has a line or a day's page
NEWEST_TOLD = 10  # updates that the linked data of a story names


def story_page(slug: str) -> bytes:
    """Return a running story: its newest whole days, until the page has its size."""
    story = once(queries.public_story)(slug)
    if story is None:
        raise NoSuchPage(slug)
    return story_preview(story)


def story_preview(story: Story) -> bytes:
    """Return the page of `story` with its title and texts as they are in hand, saved or not."""
    within_reach = PAGE_BYTES // ENTRY_BYTES
    places = queries.timeline(story, limit=within_reach + 1)
    span = once(queries.span_of)(story)
    counts = _month_counts(story)
    fragments = Fragments([place.report_id for place in places[:within_reach]], made_with=made_with())
    updated_at = max(filter(None, [span.last_at, span.updated_at]), default=None)
    newest = queries.named(place.report_id for place in places[:NEWEST_TOLD])
    frame = page(
        "story.html",
        path=story.path_on_site,
        title=story.title,
        description=story.standfirst,
        story=story,
        section=queries.section_of(story),
        updated_at=updated_at,
        count=counts.total(),
        first_at=span.first_at,
        last_at=span.last_at,
        goes_on_in=story.goes_on_in if story.goes_on_in and story.goes_on_in.live else None,
        linked_data=linkeddata.running_story(story, newest, began_at=span.first_at, updated_at=updated_at),
        places=PLACES,
    )
    moments = queries.key_moments(story)
    # All that is not entries is measured as it is at its longest: with no year and no key moment on the page.
    bare = _filled(frame, _timeline(story, places, counts, Flow([], []), moments))
    shown = flow(places, fragments, room=PAGE_BYTES - len(bare))
    return _filled(frame, _timeline(story, places, counts, shown, moments))


# Where in the frame of a story page its parts go that depend on how much of the timeline is on it. No text has a NUL.
PLACES = {part: f"\0{part}\0" for part in ("pulse", "key_moments", "entries")}


def _filled(frame: bytes, timeline: dict[str, Any]) -> bytes:
    """Return the frame of a story page with the parts in their places."""
    for part, place in PLACES.items():
        frame = frame.replace(place.encode(), render_to_string(f"press/{part}.html", timeline).encode())
    return frame


def _timeline(
    story: Story, places: Sequence[Dated], counts: Counter[Month], shown: Flow, moments: Iterable[KeyMoment]
) -> dict[str, Any]:
    """Return what of a story page depends on how much of the timeline is on it."""
    on_page = {place.report_id for place in shown.shown}
    rest = places[len(shown.shown) :]
    return {
        "count": counts.total(),
        "pulse": years(
            counts,
            path=story.path_on_site,
            on_page=[year.year for year in shown.years],
            current=words.local(places[0].dated_at).year if places else None,
        ),
        "flow": _years_told(story, shown, counts),
        "key_moments": [
            {
                "href": f"#r-{moment.report_id}" if moment.report_id in on_page else moment.path,
                "dated_at": moment.dated_at,
                "label": moment.label or words.name_of(moment.headline, moment.html),
            }
            for moment in moments
        ],
        "earlier": _month_link(story, month_of(rest[0].dated_at)) if rest else None,
    }


def _years_told(story: Story, shown: Flow, counts: Counter[Month]) -> dict[str, Any]:
    told = []
    for year in shown.years:
        of_year = {month: n for month, n in counts.items() if month[0] == year.year}
        count = sum(of_year.values())
        link = _month_link(story, max(of_year))["href"]
        told.append(
            {"year": year.year, "days": year.days, "count": count, "is_whole": year.shown == count, "href": link}
        )
    return {"years": told}


def _month_counts(story: Story) -> Counter[Month]:
    return once(queries.month_counts)(story, once(queries.span_of)(story))


def _month_link(story: Story, month: Month) -> dict[str, Any]:
    return {"href": f"{story.path_on_site}{month[0]}/{month[1]:02}/", "day": date(*month, 1)}


def month_page(slug: str, year: str, month: str) -> bytes:
    """Return one month of a story, whole."""
    story = once(queries.public_story)(slug)
    if story is None:
        raise NoSuchPage(slug)
    this = (int(year), int(month))
    counts = _month_counts(story)
    if not counts[this]:
        raise NoSuchPage(f"{slug} {year}/{month}")
    starts, ends = queries.start_of_month(*this), queries.start_of_month(this[0], this[1] + 1)
    of_month = queries.timeline(story, since=starts, until=ends)
    link = _month_link(story, this)
    earlier = max((other for other in counts if other < this), default=None)
    later = min((other for other in counts if other > this), default=None)
    shown = _shown(of_month)
    return page(
        "month.html",
        path=link["href"],
        title=_("%(story)s, %(month)s") % {"story": story.title, "month": words.month(link["day"])},
        story=story,
        first=link["day"],
        count=len(of_month),
        pulse=years(counts, path=story.path_on_site, on_page=[], current=this[0]),
        months=_months_of_year(story, counts, this),
        flow=shown,
        days=list(_days(story, of_month[len(shown.shown) :])),
        earlier=earlier and _month_link(story, earlier),
        later=later and _month_link(story, later),
    )


def _shown(places: Sequence[Dated]) -> Flow:
    """Return the newest whole days of these places until a month's page has its size."""
    within_reach = [place.report_id for place in places[: MONTH_BYTES // ENTRY_BYTES]]
    return flow(places, Fragments(within_reach, made_with=made_with()), room=MONTH_BYTES)


def _days(story: Story, places: Sequence[Dated]) -> Iterator[dict[str, Any]]:
    """Give the days of these places, each with its page and how many there are."""
    for day, its in groupby(places, key=lambda place: words.local(place.dated_at).date()):
        yield {"day": day, "href": _day_path(story, day), "count": len(list(its))}


def _day_path(story: Story, day: date) -> str:
    return f"{story.path_on_site}{day:%Y/%m/%d}/"


def day_page(slug: str, day_path: str) -> bytes:
    """Return one day of a story: where a report's page leads back to, however long its month is."""
    story, day = once(queries.public_story)(slug), _day(day_path)
    if story is None or day is None or not _is_within(day, once(queries.span_of)(story)):
        raise NoSuchPage(f"{slug} {day_path}")
    starts, ends = (queries.start_of_day(one) for one in (day, day + timedelta(days=1)))
    of_day = queries.timeline(story, since=starts, until=ends)
    if not of_day:
        raise NoSuchPage(f"{slug} {day_path}")
    shown = _shown(of_day)
    earlier, later = queries.beside(story, starts, ends)
    return page(
        "day_page.html",
        path=_day_path(story, day),
        title=_("%(story)s, %(day)s") % {"story": story.title, "day": words.day(day)},
        story=story,
        day=day,
        month=_month_link(story, (day.year, day.month)),
        count=len(of_day),
        flow=shown,
        rest=queries.named(place.report_id for place in of_day[len(shown.shown) :]),
        earlier=earlier and _day_link(story, earlier),
        later=later and _day_link(story, later),
    )


def _day(path: str) -> date | None:
    try:
        return date(*map(int, path.split("/")))
    except ValueError:
        return None


def _is_within(day: date, span: Span) -> bool:
    if span.first_at is None or span.last_at is None:
        return False
    return words.local(span.first_at).date() <= day <= words.local(span.last_at).date()


def _day_link(story: Story, at: datetime) -> dict[str, Any]:
    day = words.local(at).date()
    return {"day": day, "href": _day_path(story, day)}


def _months_of_year(story: Story, counts: Counter[Month], this: Month) -> Iterator[dict[str, Any]]:
    for number in range(1, 13):
        month = (this[0], number)
        link = _month_link(story, month)
        yield {
            "name": words.month_name(link["day"]),
            "count": counts[month],
            "href": link["href"] if counts[month] else "",
            "is_current": month == this,
        }


def report_page(day_path: str, slug: str, report_id: str) -> bytes:
    """Return a report on its own page; it has one address, so another day or slug is no page."""
    path = f"/news/{day_path}/{slug}-{report_id}/"
    reading = queries.readings([int(report_id)]).get(int(report_id))
    if reading is None or reading.path != path:
        raise NoSuchPage(path)
    return _report(reading)


def report_preview(report: Any) -> bytes:
    """Return the page of `report` as it would be if the texts in hand were published now."""
    return _report(draft_reading(report, now=timezone.now()))


def _report(reading: Reading) -> bytes:
    return page(
        "report.html",
        path=reading.path,
        title=words.name_of(reading.current.headline, reading.current.html),
        description=words.first_sentence(reading.current.html),
        name=words.name_of(reading.current.headline, reading.current.html),
        updated_at=reading.changed_at if reading.changed_at > reading.dated_at else None,
        versions=list(_versions(reading)),
        fragment=fragment_path(reading.id),
        backs=[{"title": story.title, "href": _place(story, reading)} for story in reading.stories],
        linked_data=linkeddata.report(reading),
        **body_of(reading, pictures_of([reading])),
    )


def version_page(day_path: str, slug: str, report_id: str, number: str) -> bytes:
    """Return a report as it stood in one of its versions, with what that changed against the one before."""
    path = f"/news/{day_path}/{slug}-{report_id}/"
    reading = queries.readings([int(report_id)]).get(int(report_id))
    if reading is None or reading.path != path:
        raise NoSuchPage(path)
    until = tuple(version for version in reading.versions if version.number <= int(number))
    if not until or until[0].number != int(number):
        raise NoSuchPage(f"{path}v{number}/")
    version = until[0]
    then = replace(reading, current=version, versions=until)
    name = words.name_of(version.headline, version.html)
    numbers = [one.number for one in reading.versions]
    return page(
        "version.html",
        path=f"{path}v{version.number}/",
        title=_("%(name)s (version %(number)s)") % {"name": name, "number": version.number},
        name=name,
        version=version,
        at=reading.told_at(version),
        newest=reading.current.number,
        fragment=fragment_path(reading.id),
        changes=changed(until[1], version) if len(until) > 1 else "",
        earlier=max((n for n in numbers if n < version.number), default=None),
        later=min((n for n in numbers if n > version.number), default=None),
        **body_of(then, pictures_of([then])),
    )


def _place(story: Story, reading: Reading) -> str:
    """Return where the entry stands for as long as the report is in the story: on its day's page."""
    return f"{_day_path(story, words.local(reading.dated_at).date())}#r-{reading.id}"


def _versions(reading: Reading) -> Iterator[dict[str, Any]]:
    """Give the versions, newest first, each with its time and what it changed."""
    kinds = {
        "new": _("First version"),
        "update": _("Updated"),
        "refile": _("Small changes"),
        "correction": _("Corrected"),
        "withdrawal": _("Withdrawn"),
    }
    for version, before in zip_longest(reading.versions, reading.versions[1:]):
        yield {
            "at": reading.told_at(version),
            "href": f"{reading.path}v{version.number}/",
            "words": kinds[version.kind],
            "is_correction": version.kind == "correction",
            # A correction's stands in its note.
            "changes": changed(before, version) if before and version.kind != "correction" else "",
        }


def fragment(report_id: str) -> bytes:
    """Return the entry of a report, as story and month pages join it and an open page pulls it."""
    html = once(fragment_html)(int(report_id))
    if not html:
        raise NoSuchPage(report_id)
    return html.encode()


def missing(path: str = "") -> bytes:
    """Return what stands where there is no page; it leads to what is near `path`."""
    return page("missing.html", path="", title=_("There is no page here"), near=queries.near(path))


def gone(path: str) -> bytes:
    """Return what stands at the `path` of a report that has been withdrawn; it leads to the stories that had it."""
    stories = queries.stories_that_had(path)
    return page("gone.html", path="", title=_("This report has been withdrawn"), stories=stories)
