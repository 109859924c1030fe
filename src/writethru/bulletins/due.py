"""What is due to be told: found by what is not there yet, over a day, and never by "since the last".

Ids commit out of order, so that whoever looks for what is newer than the last misses some.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from writethru.bulletins.models import Dispatch
from writethru.readers.models import Follow
from writethru.stories.models import Entry, ReportState, Story, Version

A_DAY = timedelta(days=1)
Kind = Version.Kind
AMENDS = (Kind.CORRECTION, Kind.WITHDRAWAL)


def versions_to_tell(*, now: datetime) -> list[Version]:
    """Return the newest version of each report that readers have not been told of, oldest first.

    What came before one that has been told is told with it. Of something wrong who was sent it hears all the same,
    unless nobody was: then the newer one was told as news.
    """
    told = Dispatch.objects.filter(kind=Dispatch.Kind.ALERT)
    alerts = told.filter(version=OuterRef("pk"))
    newer = told.filter(version__report=OuterRef("report"), version__number__gt=OuterRef("number"))
    to_a_part = Q(scope__has_key="is_rest") | Q(scope__has_key="besides")
    as_news = newer.filter(scope__is_news=True).exclude(to_a_part)
    public = ReportState.objects.public(now).filter(pk=OuterRef("report"))
    untold = (
        Version.objects.filter(
            ~Exists(alerts),
            ~Exists(as_news),
            Q(kind__in=AMENDS) | ~Exists(newer),
            Exists(Entry.objects.filter(report=OuterRef("report"))),
            Exists(public) | Q(kind=Kind.WITHDRAWAL),
            published_at__gt=now - A_DAY,
            published_at__lte=now,
            quiet=False,
        )
        .exclude(kind=Kind.REFILE)
        .exclude(grade=Version.Grade.SILENT, kind=Kind.UPDATE)  # one word may be what was wrong
    )
    newest = {version.report_id: version for version in untold.order_by("number")}
    return sorted(newest.values(), key=lambda version: (version.published_at, version.pk))


def late_key_entries(*, now: datetime) -> list[tuple[Dispatch, int]]:
    """Return the alerts of the last day whose report has become a key moment since, and in which story.

    Not of what an editor has stopped.
    """
    alerts = Dispatch.objects.filter(kind=Dispatch.Kind.ALERT, version__published_at__gt=now - A_DAY)
    alerts = alerts.exclude(status=Dispatch.Status.STOPPED, stopped_by__isnull=False)
    newest: dict[int, Dispatch] = {}
    for alert in alerts.exclude(version__kind__in=AMENDS).select_related("version").order_by("pk"):
        if not alert.scope.get("besides") and not alert.scope.get("is_rest") and alert.version:
            newest[alert.version.report_id] = alert
    public = ReportState.objects.public(now).filter(pk=OuterRef("report"))
    entries = Entry.objects.filter(Exists(public), report__in=newest, is_key=True, story__live=True)
    found = [(newest[report], story) for report, story in entries.order_by("pk").values_list("report", "story")]
    late = [(alert, story) for alert, story in found if story not in alert.scope.get("key", [])]
    keys = {late_key(alert, story): (alert, story) for alert, story in late}
    made = set(Dispatch.objects.filter(key__in=keys).values_list("key", flat=True))
    return [one for key, one in keys.items() if key not in made]


def late_key(alert: Dispatch, story: int) -> str:
    """Return the key of the dispatch that tells of a key moment later."""
    return f"alert {alert.version_id} key {story}"


def dispatches_to_gather() -> list[int]:
    """Return the alerts of which not every digest knows yet, oldest first."""
    found = Dispatch.objects.filter(kind=Dispatch.Kind.ALERT, is_gathered=False).order_by("pk")
    return list(found.values_list("pk", flat=True))


def closed_stories() -> list[Story]:
    """Return the stories that are closed and that somebody follows still."""
    follows = Follow.objects.filter(story=OuterRef("pk"), ended_at=None)
    closed = Story.objects.filter(Exists(follows), ended_at__isnull=False).select_related("goes_on_in")
    return list(closed.order_by("pk"))
