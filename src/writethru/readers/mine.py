"""My stories: what changed in everything that a reader follows, one list, and how much of it they have not read."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from writethru.readers.models import Follow, Reader, Seen
from writethru.stories.models import ReportState, Story, Version
from writethru.stories.queries import Named, named

MOST_STORIES = 200  # who follows more finds the rest among what they follow
MOST_NEWS = 40
MOST_READ = 5000  # versions looked at: a month of some hundred busy stories
FAR_BACK = timedelta(days=30)
TOLD = (Version.Kind.NEW, Version.Kind.UPDATE, Version.Kind.CORRECTION)


@dataclass(frozen=True, slots=True)
class Followed:
    """A story that a reader follows, itself or by its section, and how many of its reports are new to them."""

    story: Story
    since: datetime
    unread: int


@dataclass(frozen=True, slots=True)
class News:
    """What happened to a report in what a reader follows, by its newest version, and the stories that it is in."""

    report: Named
    kind: str
    at: datetime
    stories: tuple[Story, ...]
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """What a reader follows, the stories with something new first, and what happened there, the newest first."""

    stories: list[Followed]
    news: list[News]


def my_stories(reader: Reader, *, now: datetime) -> Mine:
    """Return what `reader` follows and what happened in it within thirty days; in as many queries for one as for all.

    New to them is what was published since they last looked at the story, or since they follow it.
    """
    sections = list(_follows(reader).filter(section__isnull=False).values_list("section__path", "followed_at"))
    stories = {story.pk: story for story in _stories(reader, [path for path, _ in sections])[:MOST_STORIES]}
    since = {pk: _since(story, sections) for pk, story in stories.items()}
    rows = list(_moved(list(stories), now=now)[:MOST_READ]) if stories else []
    unread = Counter(story for story, _, _, at in rows if at > since[story])
    told = [Followed(story, since[pk], unread[pk]) for pk, story in stories.items()]
    newest: dict[int, tuple[str, datetime]] = {}
    places: dict[int, list[Story]] = {}
    fresh = {report for story, report, _, at in rows if at > since[story]}
    for story, report, kind, at in rows:
        if report in newest or len(newest) < MOST_NEWS:
            newest.setdefault(report, (kind, at))
            places.setdefault(report, []).append(stories[story])
    reports = {one.report_id: one for one in named(newest)}
    return Mine(
        sorted(told, key=lambda one: (not one.unread, one.story.title)),
        [
            News(reports[report], kind, at, tuple(places[report]), report in fresh)
            for report, (kind, at) in newest.items()
            if report in reports
        ],
    )


def _follows(reader: Reader) -> QuerySet[Follow]:
    return Follow.objects.filter(reader=reader, ended_at=None)


def _stories(reader: Reader, sections: list[str]) -> QuerySet[Story]:
    """Return the stories that `reader` follows or that are below these paths, each with since when it counts."""
    followed = Q(pk__in=_follows(reader).filter(story__isnull=False).values("story"))
    for path in sections:
        followed |= Q(path__startswith=path)
    seen = Seen.objects.filter(reader=reader, story=OuterRef("pk")).values("upto")
    began = _follows(reader).filter(story=OuterRef("pk")).values("followed_at")
    running = Story.objects.live().filter(followed).only("title", "slug", "path", "ended_at")
    return running.annotate(since=Coalesce(Subquery(seen), Subquery(began))).order_by("title", "pk")


def _since(story: Any, sections: list[tuple[str, datetime]]) -> datetime:
    """Return since when what is published in `story` is new: a section counts from when it was followed."""
    return story.since or min(began for path, began in sections if story.path.startswith(path))


def _moved(stories: list[int], *, now: datetime) -> QuerySet[Version, tuple[int, int, str, datetime]]:
    """Return (story, report, kind, time) of the newest version of each public report there, the latest first."""
    versions = Version.objects.filter(
        published_at__gt=now - FAR_BACK,
        kind__in=TOLD,
        quiet=False,
        pk=F("report__state__current"),
        report__state__in=ReportState.objects.public(now),
        report__entries__story__in=stories,
    )
    newest_first = versions.order_by("-published_at", "-pk")
    return newest_first.values_list("report__entries__story", "report", "kind", "published_at")
