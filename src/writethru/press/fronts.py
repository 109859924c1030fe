"""Latest and the sections: a card for each running story by its newest entry, the one that moved last on top."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from writethru.lib.words import direction_of, first_sentence, local, name_of, other_language, text_credit
from writethru.press.page import NoSuchPage, page
from writethru.press.photos import Figure, figures, pictures_of
from writethru.press.pulse import Month, Spark, month_of, months_back, spark
from writethru.stories import queries
from writethru.stories.queries import Moving, Reading

LATEST_CARDS, SECTION_CARDS = 31, 60
SPARK_MONTHS, LEAD_MONTHS = 12, 60
TRENDING_BESIDE, TRENDING, FEW = 5, 30, 3


@dataclass(frozen=True, slots=True)
class Card:
    """A running story on a front, by its newest entry; or a report that is in none."""

    story: Any
    at: datetime
    is_of_the_day: bool
    name: str
    href: str
    is_text: bool
    opening: str
    lang: str
    dir: str
    credit: str
    count: int
    spark: Spark | None
    first_at: datetime | None = None
    figure: Figure | None = None


def latest() -> bytes:
    """Return the front: running stories and the reports that are in none, the newest first."""
    stories = queries.running_stories(limit=LATEST_CARDS)
    # Older than the last card, a report can't be on the front: where all are filed, the search for one must end.
    since = stories[-1].newest.dated_at if len(stories) == LATEST_CARDS else None
    loose = queries.reports_in_no_story(since=since, limit=LATEST_CARDS)
    moving = sorted([*stories, *loose], key=_newest_first, reverse=True)[:LATEST_CARDS]
    cards = _cards(moving, leads=True)
    return page(
        "latest.html",
        path="/",
        updated_at=cards[0].at if cards else None,
        lead=cards[0] if cards else None,
        cards=cards[1:],
        trending=_trending(TRENDING_BESIDE),
    )


def trending() -> bytes:
    """Return the stories that move most, told by what was published: nobody counts readers here."""
    return page("trending.html", path="/trending/", title=_("Trending"), trending=_trending(TRENDING))


@dataclass(frozen=True, slots=True)
class Hot:
    """A story that moved much within a time."""

    story: Any
    reports: int
    corrections: int
    spark: Spark | None


def _trending(limit: int) -> dict[str, Any]:
    trends = queries.trends(few=FEW, limit=limit)
    if trends.until is None:
        return {"stories": []}
    last = month_of(trends.until)
    times: dict[int, list[datetime]] = defaultdict(list)
    stories = [one.story.pk for one in trends.stories]
    for story, at in queries.entry_times(stories, since=_start(last, SPARK_MONTHS)):
        times[story].append(at)
    hot = [
        Hot(one.story, one.reports, one.corrections, _spark(times[one.story.pk], last=last, is_lead=False))
        for one in trends.stories
    ]
    return {"stories": hot, "until": trends.until, "is_day": trends.is_day}


def section_page(slug: str) -> bytes:
    """Return a section: the running stories below it, the one that moved last first."""
    section = queries.public_section(slug)
    if section is None:
        raise NoSuchPage(slug)
    cards = _cards(queries.running_stories(section=section, limit=SECTION_CARDS), leads=False)
    return page("section.html", path=section.path_on_site, title=section.title, section=section, cards=cards)


def _newest_first(moving: Moving) -> tuple[datetime, int]:
    return moving.newest.dated_at, moving.newest.report_id


def _cards(moving: Sequence[Moving], *, leads: bool) -> list[Card]:
    """Return a card for each; `leads` draws the first one's years, where the others have their last months."""
    readings = queries.readings(one.newest.report_id for one in moving)
    shown = [one for one in moving if one.newest.report_id in readings]
    if not shown:
        return []
    last = month_of(shown[0].newest.dated_at)
    times = _times(shown, last)
    lead = shown[0].story if leads else None
    if lead:
        # The lead's bars reach back five years, or to where its story begins.
        began_at = queries.first_entry_at(lead.pk)
        times[lead.pk] = [at for _story, at in queries.entry_times([lead.pk], since=_start(last, LEAD_MONTHS))]
    return [
        _card(
            one,
            readings[one.newest.report_id],
            today=shown[0].newest.dated_at,
            spark=one.story and _spark(times[one.story.pk], last=last, is_lead=one.story == lead),
            first_at=began_at if lead and one.story == lead else None,
            figure=_figure(readings[one.newest.report_id]) if leads and one is shown[0] else None,
        )
        for one in shown
    ]


def _figure(reading: Reading) -> Figure | None:
    """Return the first of a report's photos that there is a picture of."""
    return next((one for one in figures(reading.current.photos, pictures_of([reading])) if one.picture), None)


def _times(shown: Sequence[Moving], last: Month) -> dict[int, list[datetime]]:
    times: dict[int, list[datetime]] = defaultdict(list)
    stories = [one.story.pk for one in shown if one.story]
    for story, at in queries.entry_times(stories, since=_start(last, SPARK_MONTHS)):
        times[story].append(at)
    return times


def _start(last: Month, months: int) -> datetime:
    """Return a time before the first of the months that end with `last`; a day early, for the zone's sake."""
    year, month = months_back(last, months + 1)[0]
    return datetime(year, month, 28, tzinfo=UTC)


def _spark(times: Sequence[datetime], *, last: Month, is_lead: bool) -> Spark | None:
    if not times:
        return None
    if not is_lead:
        return spark(times, last=last, months=SPARK_MONTHS)
    first = month_of(min(times))
    lasted = (last[0] - first[0]) * 12 + last[1] - first[1] + 1
    return spark(times, last=last, months=min(max(lasted, SPARK_MONTHS), LEAD_MONTHS))


def _card(
    one: Moving,
    reading: Reading,
    *,
    today: datetime,
    spark: Spark | None,
    first_at: datetime | None,
    figure: Figure | None,
) -> Card:
    current = reading.current
    opening = first_sentence(current.html)
    return Card(
        story=one.story,
        at=reading.dated_at,
        is_of_the_day=local(reading.dated_at).date() == local(today).date(),
        name=name_of(current.headline, current.html),
        href=f"{one.story.path_on_site}#r-{reading.id}" if one.story else reading.path,
        is_text=not current.headline,
        opening=opening if current.headline and opening != current.headline else "",
        lang=(lang := other_language(current.language)),
        dir=direction_of(lang),
        credit=text_credit(current.credit),
        count=one.count,
        spark=spark,
        first_at=first_at,
        figure=figure,
    )
