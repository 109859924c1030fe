"""The pages of stories and reports: one function a kind, `-> bytes`.

Each depends on rows and settings only, never on now, and is the same for everyone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from writethru.press import linkeddata, words
from writethru.press.assets import made_with
from writethru.press.changes import changed
from writethru.press.entries import Flow, Fragments, body_of, entry_html, flow
from writethru.press.page import NoSuchPage, page
from writethru.press.photos import pictures_of
from writethru.press.pulse import Month, month_counts, month_of, years
from writethru.stories import queries
from writethru.stories.drafts import draft_reading
from writethru.stories.queries import Dated, KeyMoment, Reading, Story

PAGE_BYTES = 60_000
# No entry is smaller than this, so no more entries than PAGE_BYTES / ENTRY_BYTES can be on a story page.
ENTRY_BYTES = 350
NEWEST_TOLD = 10  # updates that the linked data of a story names


def story_page(slug: str) -> bytes:
    """Return a running story: its newest whole days, until the page has its size."""
    story = queries.public_story(slug)
    if story is None:
        raise NoSuchPage(slug)
    return story_preview(story)


def story_preview(story: Story) -> bytes:
    """Return the page of `story` with its title and texts as they are in hand, saved or not."""
    places = queries.timeline(story)
    counts = month_counts(place.dated_at for place in places)
    newest = [place.report_id for place in places[:NEWEST_TOLD]]
    within_reach = [place.report_id for place in places[: PAGE_BYTES // ENTRY_BYTES]]
    fragments = Fragments(within_reach, made_with=made_with(), also=newest)
    moments = queries.key_moments(story)
    updated_at = max(filter(None, [places[0].dated_at, queries.last_update_of(story)])) if places else None
    told = [fragments.rows[report_id] for report_id in newest if report_id in fragments.rows]
    context = {
        "path": story.path_on_site,
        "title": story.title,
        "description": story.standfirst,
        "story": story,
        "section": queries.section_of(story),
        "updated_at": updated_at,
        "count": len(places),
        "first_at": places[-1].dated_at if places else None,
        "linked_data": linkeddata.running_story(
            story, told, began_at=places[-1].dated_at if places else None, updated_at=updated_at
        ),
    }
    # All that is not entries is measured as it is at its longest: with no year and no key moment on the page.
    bare = page("story.html", **context, **_timeline(story, places, counts, Flow([], [], False), moments))
    shown = flow(places, fragments, room=PAGE_BYTES - len(bare))
    return page("story.html", **context, **_timeline(story, places, counts, shown, moments))


def _timeline(
    story: Story, places: Sequence[Dated], counts: Counter[Month], shown: Flow, moments: Iterable[KeyMoment]
) -> dict[str, Any]:
    """Return what of a story page depends on how much of the timeline is on it."""
    on_page = {place.report_id for place in shown.shown}
    rest = places[len(shown.shown) :]
    return {
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


def _month_link(story: Story, month: Month) -> dict[str, Any]:
    return {"href": f"{story.path_on_site}{month[0]}/{month[1]:02}/", "day": date(*month, 1)}


def month_page(slug: str, year: str, month: str) -> bytes:
    """Return one month of a story, whole."""
    story = queries.public_story(slug)
    if story is None:
        raise NoSuchPage(slug)
    this = (int(year), int(month))
    places = queries.timeline(story)
    of_month = [place for place in places if month_of(place.dated_at) == this]
    if not of_month:
        raise NoSuchPage(f"{slug} {year}/{month}")
    counts = month_counts(place.dated_at for place in places)
    link = _month_link(story, this)
    earlier = max((other for other in counts if other < this), default=None)
    later = min((other for other in counts if other > this), default=None)
    fragments = Fragments([place.report_id for place in of_month], made_with=made_with())
    shown = flow(of_month, fragments)
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
        earlier=earlier and _month_link(story, earlier),
        later=later and _month_link(story, later),
    )


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
        backs=[
            {"title": story.title, "href": f"{_month_of(story, reading.dated_at)}#r-{reading.id}"}
            for story in reading.stories
        ],
        linked_data=linkeddata.report(reading),
        **body_of(reading, pictures_of([reading])),
    )


def _month_of(story: Story, at: datetime) -> str:
    """Return the page that has the entry for as long as the report is in the story: its month's."""
    return str(_month_link(story, month_of(at))["href"])


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
            "words": kinds[version.kind],
            "is_correction": version.kind == "correction",
            # A correction's stands in its note.
            "changes": changed(before, version) if before and version.kind != "correction" else "",
        }


def fragment(report_id: str) -> bytes:
    """Return the entry of a report, as story and month pages join it and an open page pulls it."""
    reading = queries.readings([int(report_id)]).get(int(report_id))
    if reading is None:
        raise NoSuchPage(report_id)
    return entry_html(reading, pictures_of([reading])).strip().encode()


def missing() -> bytes:
    """Return what stands where there is no page."""
    return page("missing.html", path="", title=_("There is no page here"))


def gone() -> bytes:
    """Return what stands where a report was that has been withdrawn."""
    return page("gone.html", path="", title=_("This report has been withdrawn"))
