"""Which pages show a report, and which a story: what an action asks the press for."""

import re
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from writethru.lib.queue import wake
from writethru.stories.actions.bake import Rank, ask_for_pages, baked_below
from writethru.stories.models import Report, ReportState, Section, Story
from writethru.stories.queries import kept_baked

MONTH = re.compile(r"/\d{4}/\d{2}/\Z")
FEEDS = ("feed.atom", "feed.rss", "feed.json")


def ask_for_report(report: Report, *, now: datetime) -> None:
    """Ask for every page that shows `report`, and wake the press."""
    ask_for_pages(paths_showing(report), now=now)
    wake("bake_due_pages")


def paths_showing(report: Report) -> Iterator[tuple[str, Rank]]:
    """Yield the path of every page that shows `report`, its own first."""
    yield f"/fragment/{report.pk}.html", Rank.FRAGMENT
    yield report.state.path_on_site, Rank.REPORT
    day = timezone.localtime(report.state.dated_at, timezone.get_default_timezone())
    number = report.state.current.number if report.state.current else 0
    on_first_read = [f"{report.state.path_on_site}v{n}/" for n in range(1, number + 1)]
    for story in Story.objects.filter(entries__report=report):
        yield from _story_paths(story)
        month = f"{story.path_on_site}{day:%Y/%m}/"
        yield month, Rank.STORY
        yield from ((path, Rank.STALE) for path in _months_beside(month, of=story))
        on_first_read.append(f"{story.path_on_site}{day:%Y/%m/%d}/")
    yield from ((path, Rank.STORY) for path in kept_baked(on_first_read))
    yield from _front_paths()


def _months_beside(month: str, *, of: Story) -> list[str]:
    """Return the story's months that tell how much happened in this one: those of its year, all where it is new."""
    year = month[: -len("00/")]
    kept = kept_baked(f"{year}{number:02}/" for number in range(1, 13))
    if month not in kept:
        kept = [path for path in baked_below(of.path_on_site) if MONTH.search(path)]
    return [path for path in kept if path != month]


def ask_for_story(story: Story, *, now: datetime) -> None:
    """Ask for a story's own pages and for those that list it, and wake the press."""
    ask_for_pages([*_story_paths(story), *_front_paths()], now=now)
    wake("bake_due_pages")


def ask_for_section(section: Section, *, now: datetime) -> None:
    """Ask for a section's page and for the front, and wake the press."""
    ask_for_pages([(section.path_on_site, Rank.FRONT), *_front_paths()], now=now)
    wake("bake_due_pages")


def ask_for_pages_that_name(story: Story, *, now: datetime) -> None:
    """Ask for the pages that name `story` beside its own: its months, and each of its reports', after all else."""
    states = ReportState.objects.filter(report__entries__story=story).exclude(slug="").only("slug", "dated_at")
    named = [path for path in baked_below(story.path_on_site) if path != story.path_on_site]
    named += [state.path_on_site for state in states]
    named += [before.path_on_site for before in Story.objects.filter(goes_on_in=story)]
    ask_for_pages([("/", Rank.FRONT)], now=now)  # what everybody locks first
    for start in range(0, len(named), 500):
        ask_for_pages([(path, Rank.STALE) for path in named[start : start + 500]], now=now)
    wake("bake_due_pages")


def _story_paths(story: Story) -> Iterator[tuple[str, Rank]]:
    yield story.path_on_site, Rank.STORY
    yield from ((story.path_on_site + feed, Rank.FEED) for feed in FEEDS)
    yield story.path_on_site + "live.json", Rank.LIVE
    for section in Section.objects.ancestor_of(story):
        yield section.path_on_site, Rank.FRONT


def _front_paths() -> Iterator[tuple[str, Rank]]:
    yield "/", Rank.FRONT
    yield "/trending/", Rank.FRONT
    yield from (("/" + feed, Rank.FEED) for feed in FEEDS)
