"""Reads that more than one caller needs. `published_reports()` is the only door to what readers may see."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from writethru.lib.prepared import prepared
from writethru.stories.models import (
    Apart,
    Bake,
    Entry,
    Gone,
    Photo,
    Report,
    ReportState,
    Section,
    Story,
    Version,
    WirePhoto,
)
from writethru.wire.models import Source

FEW = 5_000


def published_reports() -> QuerySet[Report]:
    """Return the reports that readers may see now, with their state and current version."""
    # Row by row: the list of all public reports, which IN would make first, took 100 ms of every query at 80,000.
    return Report.objects.filter(_is_public("pk")).select_related("state", "state__current")


def _is_public(report: str, *, now: Any = None) -> Exists:
    """Return the condition that the report named by the row's field `report` is public."""
    return Exists(ReportState.objects.public(now).filter(pk=OuterRef(report)))


def unfiled_reports() -> QuerySet[Report]:
    """Return the reports that a story may be opened with: those that are filed nowhere and not set aside."""
    status = ReportState.Status
    return Report.objects.filter(entries=None, state__status__in=[status.WAITING, status.PUBLISHED, status.WITHHELD])


# Who may do what. Wagtail's page permissions decide: a group is given a section, or one story, at the desk.


def sections_editable_by(user: Any, *, may: str = "change") -> QuerySet[Section]:
    """Return the sections that `user` may change, or what else of Wagtail's permissions `may` names ("publish")."""
    return PagePermissionPolicy(Section).instances_user_has_permission_for(user, may)


def stories_editable_by(user: Any, *, may: str = "change") -> QuerySet[Story]:
    """Return the stories that `user` may change."""
    return PagePermissionPolicy(Story).instances_user_has_permission_for(user, may)


def story_called(title: str) -> Story | None:
    """Return the story of this title, however it is cased: the oldest."""
    return Story.objects.filter(title__iexact=title).order_by("pk").first()


def reports_editable_by(user: Any, *, may: str = "change") -> QuerySet[Report]:
    """Return the reports that `user` may change: those in a story that they may change.

    A report in no story belongs to the section, or story, that its source feeds; where that is none, to everybody who
    may change a section. Asks for the user's permissions once a request, which Wagtail keeps.
    """
    if user.is_active and user.is_superuser:
        return Report.objects.all()
    return Report.objects.filter(_within(**_reach_of(user, may=may)))


def _reach_of(user: Any, *, may: str) -> dict[str, Any]:
    """Return the pages that `user` may change, and the condition that one of them is a section."""
    pages = PagePermissionPolicy().instances_user_has_permission_for(user, may)
    return {"pages": pages, "and_unfed": Exists(sections_editable_by(user, may=may))}


def _within(*, pages: QuerySet[Page], and_unfed: Exists | None = None) -> Q:
    """Return the condition that a report is in a story among `pages`, or in none and of a source that feeds one.

    Row by row, by indexes: right where many are, so that the newest are found soon.
    """
    filed = Entry.objects.filter(report=OuterRef("pk"))
    return Q(Exists(filed.filter(Exists(pages.filter(pk=OuterRef("story")))))) | _fed(pages, and_unfed)


def _fed(pages: QuerySet[Page], and_unfed: Exists | None) -> Q:
    fed = Q(source__in=Source.objects.filter(Exists(pages.filter(pk=OuterRef("feeds")))))
    if and_unfed is not None:
        fed |= Q(and_unfed) & (Q(source=None) | Q(source__in=Source.objects.filter(feeds=None)))
    return ~Exists(Entry.objects.filter(report=OuterRef("pk"))) & fed


def _listed_within(reports: QuerySet[Report], *, pages: QuerySet[Page], and_unfed: Exists | None = None) -> Any:
    """Return those of `reports` that are within `pages`: where they are few by their ids, for the newest are far apart.

    A section of some hundred reports took a second to list among 100,000 by looking at each of these.
    """
    filed = Entry.objects.filter(story__in=pages.values("pk")).order_by().values_list("report", flat=True)
    ids = set(filed[: FEW + 1])
    if len(ids) <= FEW:
        fed = Report.objects.filter(_fed(pages, and_unfed)).order_by().values_list("pk", flat=True)
        ids |= set(fed[: FEW + 1])
    if len(ids) <= FEW:
        return reports.filter(pk__in=ids)
    return reports.filter(_within(pages=pages, and_unfed=and_unfed))


def can_edit(user: Any, report: Report) -> bool:
    """Return whether `user` may change `report`: its draft, its place in stories."""
    return reports_editable_by(user).filter(pk=report.pk).exists()


def can_edit_filed(user: Any, entries: Collection[int]) -> bool:
    """Return whether `user` may change every report that these entries put into a story, as far as they are there."""
    filed = Report.objects.filter(entries__in=entries)
    return not (entries and filed.exclude(pk__in=reports_editable_by(user).values("pk")).exists())


def can_edit_stories(user: Any, stories: Collection[int]) -> bool:
    """Return whether `user` may change each of these stories."""
    return stories_editable_by(user).filter(pk__in=stories).count() == len(set(stories))


def can_publish(user: Any, report: Report) -> bool:
    """Return whether `user` may publish, withhold and kill `report`: the same, by the permission to publish."""
    return reports_editable_by(user, may="publish").filter(pk=report.pk).exists()


def may_publish_here(user: Any, report: Report) -> bool:
    """Return the same as `can_publish` of a report whose entries have been read, mostly by what is known already."""
    policy = PagePermissionPolicy()
    entries = report.entries.all()
    if user.is_superuser or not entries:
        return user.is_superuser or can_publish(user, report)
    return any(policy.user_has_permission_for_instance(user, "publish", entry.story) for entry in entries)


def state_of(report: Report) -> ReportState:
    """Return the state of `report` as it is now."""
    return ReportState.objects.get(pk=report.pk)


def reports_listed(user: Any) -> QuerySet[Report]:
    """Return the reports that `user` may change, newest first, with what a list shows of each."""
    entries = Entry.objects.select_related("story").order_by("filed_at", "pk")
    # Every report has a state: with an inner join the index on it gives the order.
    reports = Report.objects.filter(state__isnull=False)
    if not (user.is_active and user.is_superuser):
        reports = _listed_within(reports, **_reach_of(user, may="change"))
    shown = reports.select_related("state__current", "source").defer("state__current__html")
    return shown.prefetch_related(Prefetch("entries", entries)).order_by("-state__dated_at", "-state__report")


def in_section(reports: QuerySet[Report], section: Section) -> QuerySet[Report]:
    """Return those of `reports` that are in a story of `section`, or in none and of a source that feeds it."""
    return reports.filter(_within(pages=Page.objects.descendant_of(section, inclusive=True)))


def listed_in_section(reports: QuerySet[Report], section: Section) -> QuerySet[Report]:
    """Return the same for a list of all that there is, whether that are few or many."""
    return _listed_within(reports, pages=Page.objects.descendant_of(section, inclusive=True))


def entries_of(story: Story, *, only_key: bool = False) -> QuerySet[Entry]:
    """Return the entries of `story` for the desk, newest first, those that readers don't see too."""
    entries = Entry.objects.filter(story=story).select_related("report__state__current")
    return (entries.filter(is_key=True) if only_key else entries).order_by("-dated_at", "-report_id")


def has_entries(page: Any) -> bool:
    """Return whether reports are filed into the story `page`, or into one below it."""
    return Entry.objects.filter(story__path__startswith=page.path).exists()


def reports_told_apart(report: int) -> set[int]:
    """Return the reports that an editor has said hold no takes of `report`, nor it of theirs."""
    pairs = Apart.objects.filter(Q(report=report) | Q(other=report)).values_list("report", "other")
    return {pk for pair in pairs for pk in pair} - {report}


def pages_due(*, now: datetime) -> bool:
    """Return whether a page waits to be baked, or is being baked; one that failed waits for its next try."""
    due = Q(done__lt=F("asked")) & (Q(next_try_at=None) | Q(next_try_at__lte=now))
    return Bake.objects.filter(due).exists()


@dataclass(frozen=True, slots=True)
class PageQueue:
    """What waits to be baked: how many pages, since when the oldest, and how many of them have failed."""

    due: int
    oldest_at: datetime | None
    failed: int


def page_queue() -> PageQueue:
    """Return what waits to be baked; `oldest_at` leaves out the pages that have failed."""
    found = Bake.objects.filter(done__lt=F("asked")).aggregate(
        due=Count("pk"), oldest_at=Min("asked_at", filter=Q(attempts=0)), failed=Count("pk", filter=Q(attempts__gt=0))
    )
    return PageQueue(**found)


def has_stale_pages(*, made_with: str) -> bool:
    """Return whether a page was last baked with something else than `made_with`, and is not asked for again yet."""
    return Bake.objects.filter(done=F("asked")).exclude(made_with=made_with).exists()


def is_kept_baked(path: str) -> bool:
    """Return whether the press keeps `path` baked."""
    return Bake.objects.filter(path=path).exists()


def pages_up_to_date(paths: Iterable[str], *, made_with: str) -> set[str]:
    """Return those of `paths` whose file in the page store is what the press would bake now."""
    asked_for = list(paths)
    return set(_pages_up_to_date(paths=asked_for, made_with=made_with)) if asked_for else set()


@prepared
def _pages_up_to_date(*, paths: Any, made_with: Any) -> QuerySet[Bake, Any]:
    baked = Bake.objects.filter(path__in=paths, done=F("asked"), done__gt=0, made_with=made_with)
    return baked.values_list("path", flat=True)


def kept_baked(paths: Iterable[str]) -> list[str]:
    """Return those of `paths` that the press keeps baked."""
    return list(Bake.objects.filter(path__in=list(paths)).values_list("path", flat=True))


def is_gone(path: str) -> bool:
    """Return whether what stood at `path` has been withdrawn for good; with a report go its versions, baked or not."""
    return _gone(path).exists()


def stories_that_had(path: str) -> list[Story]:
    """Return the stories that what is gone from `path` was in, by title."""
    gone = _gone(path).values("report")
    return list(Story.objects.live().filter(entries__report__in=gone).distinct().order_by("title"))


def _gone(path: str) -> QuerySet[Gone]:
    return Gone.objects.filter(path__in={path, re.sub(r"(?<=/)v\d+/$", "", path)})


# What readers see


def public_sections() -> list[Section]:
    """Return the sections at the top of the site that hold something, in the tree's order."""
    return _public_sections()


@prepared
def _public_sections() -> QuerySet[Section]:
    return Section.objects.live().filter(depth=3, numchild__gt=0).order_by("path").only("title", "slug")


def public_section(slug: str) -> Section | None:
    """Return the section at /section/<slug>/."""
    return Section.objects.live().filter(slug=slug).first() if slug.isprintable() else None  # PostgreSQL takes no NUL


def public_story(slug: str) -> Story | None:
    """Return the story at /story/<slug>/."""
    return next(iter(_public_story(slug=slug)), None) if slug.isprintable() else None


@prepared
def _public_story(*, slug: Any) -> QuerySet[Story]:
    return Story.objects.live().filter(slug=slug).select_related("goes_on_in")


def moved_below(path: str) -> str | None:
    """Return where what is below a story that was renamed is now ("/story/old/feed.atom"), by Wagtail's redirect."""
    found = re.fullmatch(r"(/(?:story|section)/[^/]+)/(.+)", path)
    moved = Redirect.objects.filter(old_path=found[1], is_permanent=True).first() if found else None
    link = moved.link if moved else None
    return f"{link.removesuffix('/')}/{found[2]}" if link and found else None


def section_of(story: Story) -> Section | None:
    """Return the section that `story` stands in, if readers may see it."""
    return next(iter(_section_at(path=story.path[: -Story.steplen])), None)


@prepared
def _section_at(*, path: Any) -> QuerySet[Section]:
    return Section.objects.live().filter(path=path)


@dataclass(frozen=True, slots=True)
class Dated:
    """A report's place on a timeline."""

    report_id: int
    dated_at: datetime


def timeline(
    story: Story, *, since: datetime | None = None, until: datetime | None = None, limit: int | None = None
) -> list[Dated]:
    """Return the place of every public report in `story`, newest first; with `until`, of those before it."""
    within = {name: at for name, at in (("dated_at__gte", since), ("dated_at__lt", until)) if at}
    return [Dated(*row) for row in _places(limit, story=story.pk, now=timezone.now(), **within)]


@prepared
def _places(limit: int | None, *, story: Any, now: Any, **within: Any) -> QuerySet[Entry, Any]:
    entries = Entry.objects.filter(_is_public("report_id", now=now), story=story, **within)
    return entries.order_by("-dated_at", "-report_id").values_list("report_id", "dated_at")[:limit]


Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """The times of a story's oldest and newest entry, and of the last new version in it; None for what isn't there."""

    first_at: datetime | None = None
    last_at: datetime | None = None
    updated_at: datetime | None = None


def span_of(story: Story) -> Span:
    """Return from when until when `story` reaches; what was imported is no update."""
    return next((Span(*row) for row in _span(story=story.pk, now=timezone.now())), Span())


@prepared
def _span(*, story: Any, now: Any) -> QuerySet[Story, Any]:
    times = Entry.objects.filter(_is_public("report_id", now=now), story=OuterRef("pk")).values("dated_at")
    updates = _updates_of(OuterRef("pk"), now=now).values("published_at").order_by("-published_at")
    return Story.objects.filter(pk=story).values_list(
        Subquery(times.order_by("dated_at")[:1]), Subquery(times.order_by("-dated_at")[:1]), Subquery(updates[:1])
    )


def month_counts(story: Story, span: Span) -> Counter[Month]:
    """Return how many public reports of `story` are in each month of the site's zone, counted by the database."""
    if span.first_at is None or span.last_at is None:
        return Counter()
    months = _months(span.first_at, span.last_at)
    entries = Entry.objects.filter(_is_public("report_id"), story=story).order_by()
    numbered = entries.annotate(month=_StepReached("dated_at", steps=tuple(start_of_month(*one) for one in months)))
    return Counter({months[month]: n for month, n in numbered.values_list("month").annotate(Count("pk"))})


def beside(story: Story, since: datetime, until: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the times of the entries next to a part of the timeline of `story`: the one before it, the one after."""
    times = Entry.objects.filter(_is_public("report_id"), story=story).values_list("dated_at", flat=True)
    before = times.filter(dated_at__lt=since).order_by("-dated_at", "-report_id").first()
    return before, times.filter(dated_at__gte=until).order_by("dated_at", "report_id").first()


def start_of_day(day: date) -> datetime:
    """Return when a day begins in the site's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())


def start_of_month(year: int, month: int) -> datetime:
    """Return when a month begins in the site's zone; `month` may go past 12, into the next year."""
    return start_of_day(date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1))


def _months(first: datetime, last: datetime) -> list[Month]:
    begin, end = (timezone.localtime(at, timezone.get_default_timezone()) for at in (first, last))
    return [(n // 12, n % 12 + 1) for n in range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)]


class _StepReached(Func):
    """The number of the last of some times that a time has reached, found by halves.

    As CASE and When of Django's it took twice as long to put into words as the database to answer.
    """

    output_field = IntegerField()

    def __init__(self, at: str, *, steps: Sequence[datetime]) -> None:
        super().__init__(at)
        self.steps = steps

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        """Return a CASE within a CASE: for 48 months six are asked, where a row of 48 was asked through."""
        at, given = compiler.compile(self.source_expressions[0])
        params: list[Any] = []

        def within(first: int, end: int) -> str:
            if end - first == 1:
                return str(first)
            middle = (first + end) // 2
            params.extend([*given, connection.ops.adapt_datetimefield_value(self.steps[middle])])
            later, earlier = within(middle, end), within(first, middle)
            return f"CASE WHEN {at} >= %s THEN {later} ELSE {earlier} END"

        return within(0, len(self.steps)), params


@dataclass(frozen=True, slots=True)
class KeyMoment:
    """An entry that an editor has marked, with the report's own words for when it has no label."""

    report_id: int
    dated_at: datetime
    label: str
    headline: str
    html: str
    path: str


KEY_MOMENT_SHOWN = tuple(
    f"report__state__{field}" for field in ("slug", "dated_at", "current__headline", "current__html")
)


def key_moments(story: Story) -> list[KeyMoment]:
    """Return the key moments of `story`, newest first."""
    return [
        KeyMoment(
            entry.report_id,
            entry.dated_at,
            entry.key_label,
            entry.report.state.current.headline,
            entry.report.state.current.html,
            entry.report.state.path_on_site,
        )
        for entry in _key_entries(story=story.pk, now=timezone.now())
    ]


@prepared
def _key_entries(*, story: Any, now: Any) -> QuerySet[Entry]:
    return (
        Entry.objects.filter(_is_public("report_id", now=now), story=story, is_key=True)
        .select_related("report__state__current")
        .only("report", "dated_at", "key_label", *KEY_MOMENT_SHOWN)
        .order_by("-dated_at", "-report_id")
    )


def _updates_of(story: Any, *, now: Any) -> QuerySet[Version]:
    """Return the public versions that reports of `story` were given since they came; what was imported is none."""
    return Version.objects.filter(
        _is_public("report_id", now=now), report__entries__story=story, number__gt=1, quiet=False, sealed=False
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """A public report as readers have it: its current version, all its versions newest first, its stories."""

    id: int
    path: str
    dated_at: datetime
    current: Version
    versions: tuple[Version, ...]
    stories: tuple[Story, ...]

    @property
    def came_at(self) -> datetime:
        """Return when readers were first given it: our time, else of what was imported the wire's."""
        first = self.versions[-1]
        return self.dated_at if first.quiet else first.published_at

    @property
    def changed_at(self) -> datetime:
        """Return when its text last changed for readers: our time of an update, else the wire's of the first take."""
        updates = [version.published_at for version in self.versions if version.number > 1 and not version.quiet]
        return max([self.dated_at, *updates])

    def told_at(self, version: Version) -> datetime:
        """Return the time that readers are told of a version: of one that was imported the wire's, not ours."""
        if version.number == 1:
            return self.dated_at
        return version.item.dated_at if version.quiet and version.item else version.published_at


@dataclass(frozen=True, slots=True)
class Named:
    """A public report by its name and address alone, and when its text last changed for readers."""

    report_id: int
    dated_at: datetime
    headline: str
    html: str
    path: str
    changed_at: datetime


def named(report_ids: Iterable[int]) -> list[Named]:
    """Return the public ones among these reports, newest first."""
    ids = list(report_ids)
    return [
        Named(
            state.pk,
            state.dated_at,
            state.current.headline,
            state.current.html,
            state.path_on_site,
            max(state.dated_at, state.updated_at or state.dated_at),
        )
        for state in (_named(reports=ids, now=timezone.now()) if ids else [])
    ]


@prepared
def _named(*, reports: Any, now: Any) -> QuerySet[ReportState]:
    updates = Version.objects.filter(report=OuterRef("pk"), number__gt=1, quiet=False, sealed=False).order_by()
    return (
        ReportState.objects.public(now)
        .filter(pk__in=reports)
        .select_related("current")
        .only("slug", "dated_at", "current__headline", "current__html")
        .annotate(updated_at=Subquery(updates.values("report").annotate(at=Max("published_at")).values("at")))
        .order_by("-dated_at", "-pk")
    )


def near(path: str) -> list[Named | Story]:
    """Return what somebody may have meant who asked for `path`, where there is nothing: the story, or the report."""
    if found := re.match(r"/story/([^/]+)/", path):
        return [story] if (story := public_story(found[1])) else []
    found = re.match(r"/news/.*-(\d{1,18})(?:/|$)", path)
    return list(named([int(found[1])])) if found else []


VERSION_SHOWN = (
    *("report", "number", "kind", "grade", "headline", "html", "credit", "language", "photos", "note"),
    *("published_at", "quiet", "item__dated_at"),
)


def readings(report_ids: Iterable[int]) -> dict[int, Reading]:
    """Return the public ones among these reports by id, in as many queries for one as for a hundred."""
    ids = list(report_ids)
    states = _states(reports=ids, now=timezone.now()) if ids else []
    if not states:
        return {}
    public = [state.pk for state in states]
    versions, stories = defaultdict(list), defaultdict(list)
    for version in _versions(reports=public):
        versions[version.report_id].append(version)
    for entry in _filed(reports=public):
        stories[entry.report_id].append(entry.story)
    return {
        state.pk: Reading(
            state.pk,
            state.path_on_site,
            state.dated_at,
            state.current,
            tuple(versions[state.pk]),
            tuple(stories[state.pk]),
        )
        for state in states
    }


@prepared
def _states(*, reports: Any, now: Any) -> QuerySet[ReportState]:
    return ReportState.objects.public(now).filter(pk__in=reports).select_related("current")


@prepared
def _versions(*, reports: Any) -> QuerySet[Version]:
    versions = Version.objects.filter(sealed=False, report__in=reports).order_by("-number")
    return versions.select_related("item").only(*VERSION_SHOWN)


@prepared
def _filed(*, reports: Any) -> QuerySet[Entry]:
    entries = Entry.objects.filter(story__live=True, report__in=reports)
    return entries.select_related("story").order_by("filed_at", "pk")


@dataclass(frozen=True, slots=True)
class Moving:
    """A running story, with its newest entry and how many it has; `story` is None for a report that is in none."""

    story: Story | None
    newest: Dated
    count: int = 1


def running_stories(*, section: Section | None = None, limit: int) -> list[Moving]:
    """Return the stories that have entries, the one that moved last first; with `section`, those below it."""
    stories = Story.objects.live().descendant_of(section) if section else Story.objects.live()
    entries = Entry.objects.filter(_is_public("report_id"), story=OuterRef("pk")).order_by("-dated_at", "-report_id")
    counts = entries.order_by().values("story").annotate(n=Count("pk")).values("n")
    moving = stories.annotate(
        newest_id=Subquery(entries.values("report_id")[:1]), newest_at=Subquery(entries.values("dated_at")[:1])
    ).exclude(newest_id=None)
    first = moving.order_by("-newest_at", "-newest_id")[:limit].annotate(entry_count=Subquery(counts))
    return [Moving(story, Dated(story.newest_id, story.newest_at), story.entry_count) for story in first]


def reports_in_no_story(*, since: datetime | None = None, limit: int) -> list[Moving]:
    """Return the newest public reports that are in no story that readers may see, none from before `since`."""
    filed = Entry.objects.filter(report=OuterRef("pk"), story__live=True)
    newest = ReportState.objects.public().filter(~Exists(filed)).order_by("-dated_at", "-pk")
    if since:
        newest = newest.filter(dated_at__gte=since)
    return [Moving(None, Dated(*row)) for row in newest.values_list("pk", "dated_at")[:limit]]


def entry_times(stories: Iterable[int], *, since: datetime) -> list[tuple[int, datetime]]:
    """Return (story, time) of every public entry since then, for drawing."""
    entries = Entry.objects.filter(_is_public("report_id"), story__in=list(stories), dated_at__gte=since)
    return list(entries.order_by().values_list("story_id", "dated_at"))


def first_entry_at(story: int) -> datetime | None:
    """Return the time of a story's oldest public entry."""
    entries = Entry.objects.filter(_is_public("report_id"), story=story).order_by("dated_at", "report_id")
    return entries.values_list("dated_at", flat=True).first()


def reports_that_moved(*, story: Story | None = None, limit: int) -> list[Reading]:
    """Return what a feed carries: the public reports that came or changed last, in that order, so corrections too."""
    if story:
        entries = Entry.objects.filter(_is_public("report_id"), story=story).order_by("-dated_at", "-report_id")
        came = entries.values_list("report_id", flat=True)
    else:
        came = ReportState.objects.public().order_by("-dated_at", "-pk").values_list("pk", flat=True)
    updates = Version.objects.filter(_is_public("report_id"), number__gt=1, quiet=False, sealed=False)
    if story:
        updates = updates.filter(report__entries__story=story)
    changed = updates.order_by("-published_at", "-pk").values_list("report_id", flat=True)
    found = readings({*came[:limit], *changed[:limit]})
    return sorted(found.values(), key=lambda reading: (reading.changed_at, reading.id), reverse=True)[:limit]


GONE_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Moves:
    """What an open page of a story must know: what moved last, the latest first, and what has been taken away."""

    newest: tuple[Reading, ...]
    gone: tuple[int, ...]


def moves_of(story: Story, *, limit: int) -> Moves:
    """Return what came or changed last by our clock, and the ids of what readers had and may not see now.

    What was killed is told for a week before the newest move, so that the answer depends on rows and never on now;
    what is withheld or under embargo for as long as it is.
    """
    of_story = Entry.objects.filter(_is_public("report_id"), story=story).order_by("-dated_at", "-report_id")
    versions = Version.objects.filter(_is_public("report_id"), report__entries__story=story, quiet=False)
    published = versions.order_by("-published_at", "-pk").values_list("report_id", flat=True)
    # A report can be filed days after its date, so the newest by date are not all that is new here.
    found = readings({*of_story.values_list("report_id", flat=True)[:limit], *published[:limit]})
    newest = sorted(found.values(), key=lambda one: (max(one.changed_at, one.came_at), one.id), reverse=True)[:limit]
    states = ReportState.objects.hidden().filter(report__entries__story=story).order_by("-current__published_at", "-pk")
    killed, hidden = Q(status=ReportState.Status.KILLED), states.values_list("pk", "current__published_at")
    told = list(hidden.filter(killed)[:limit])
    last = max([max(one.changed_at, one.came_at) for one in newest[:1]] + [at for _, at in told[:1]], default=None)
    gone = [report for report, at in told if last and at >= last - GONE_FOR]
    return Moves(tuple(newest), (*gone, *(report for report, _ in hidden.exclude(killed)[:limit])))


A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Trend:
    """How much a story moved within a time: new reports, and reports corrected."""

    story: Story
    reports: int
    corrections: int


@dataclass(frozen=True, slots=True)
class Trends:
    """The stories that moved most, until when, and whether in a day or in a week."""

    stories: list[Trend]
    until: datetime | None
    is_day: bool


def trends(*, few: int, limit: int) -> Trends:
    """Return what moved most in the day before the newest report or correction; if fewer than `few` did, in the week.

    Counted back from a row and not from now, so that the answer changes only when something is published.
    """
    corrections = Version.objects.filter(_is_public("report_id"), kind=Version.Kind.CORRECTION, quiet=False)
    newest = [
        ReportState.objects.public().aggregate(at=Max("dated_at"))["at"],
        corrections.aggregate(at=Max("published_at"))["at"],
    ]
    until = max(filter(None, newest), default=None)
    if until is None:
        return Trends([], None, is_day=True)
    entries = Entry.objects.filter(_is_public("report_id"), story__live=True, dated_at__gt=until - A_WEEK)
    of_day = Count("pk", filter=Q(dated_at__gt=until - A_DAY))
    came = {pk: n for pk, *n in entries.order_by().values_list("story").annotate(day=of_day, week=Count("pk"))}
    recent = corrections.filter(published_at__gt=until - A_WEEK, report__entries__story__live=True)
    of_day = Count("report", distinct=True, filter=Q(published_at__gt=until - A_DAY))
    by_story = recent.order_by().values_list("report__entries__story")
    fixed = {pk: n for pk, *n in by_story.annotate(day=of_day, week=Count("report", distinct=True))}
    counted = {pk: (came.get(pk, (0, 0)), fixed.get(pk, (0, 0))) for pk in {*came, *fixed}}
    is_day = sum(1 for reports, corrected in counted.values() if reports[0] or corrected[0]) >= few
    within = {pk: (reports[not is_day], corrected[not is_day]) for pk, (reports, corrected) in counted.items()}
    moved = sorted((pk for pk, told in within.items() if any(told)), key=lambda pk: (-sum(within[pk]), pk))[:limit]
    stories = Story.objects.in_bulk(moved)
    return Trends([Trend(stories[pk], *within[pk]) for pk in moved], until, is_day)


# Photos


def address_hash(address: str) -> str:
    """Return what a photo's address is looked up by."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def photos_at(addresses: Iterable[str]) -> dict[str, Photo]:
    """Return the photos that we have and may show today, by address, with their renditions; always three queries."""
    rows = WirePhoto.objects.filter(
        address_hash__in=[address_hash(address) for address in set(addresses)], photo__in=_photos_to_show()
    )
    with_renditions = Photo.objects.prefetch_renditions(*Photo.SHOWN_AS, *Photo.DRAWING_AS)
    return {row.address: row.photo for row in rows.prefetch_related(Prefetch("photo", with_renditions)) if row.photo}


def photo_to_show(photo_id: int) -> Photo | None:
    """Return a photo of the library that a wire named, if it may be shown today."""
    return _photos_to_show().filter(pk=photo_id, wire_photos__isnull=False).first()


def _photos_to_show() -> QuerySet[Photo]:
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    return Photo.objects.filter(Q(until=None) | Q(until__gte=today))


def reports_showing(addresses: Collection[str], *, since: datetime) -> list[Report]:
    """Return the public reports whose current version shows one of these photos; it was published after `since`.

    No index reaches into the list of photos on both databases, so what was published since is read through: a photo
    is wanted before the first version that shows it, and mostly fetched within seconds.
    """
    current = Version.objects.filter(published_at__gte=since, pk=F("report__state__current")).exclude(photos=[])
    shown = current.values_list("report_id", "photos")
    found = [report for report, photos in shown if any(photo["address"] in addresses for photo in photos)]
    return list(published_reports().filter(pk__in=found).order_by("pk"))
