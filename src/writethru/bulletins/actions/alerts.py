"""Alerts: a version that readers are to be told of at once becomes a dispatch, once.

What is found is never older than a day, never quiet, and public now. Of several versions that came before anybody was
told the newest is told, as news: nobody is sent what has been corrected since.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from writethru.bulletins.due import A_DAY, AMENDS, late_key
from writethru.bulletins.messages import Message, Place, entry_of, fix_of, place_of, telling
from writethru.bulletins.models import Dispatch
from writethru.lib.queue import wake
from writethru.readers.models import FollowerCount
from writethru.stories.models import Entry, ReportState, Section, Story, Version

HELD = timedelta(seconds=30)  # what a person publishes can be stopped so long
RANK = 3
Kind, Status = Version.Kind, Dispatch.Status


def make_alert(version: Version, *, now: datetime) -> Dispatch | None:
    """Make the dispatch that tells of `version`, if there is none yet, and return it."""
    state = ReportState.objects.select_related("current").get(pk=version.report_id)
    if version.kind != Kind.WITHDRAWAL and state.current is None:
        return None
    places = places_of(version.report_id)
    if not places.stories:
        return None
    is_news = version.kind == Kind.NEW or (version.kind != Kind.WITHDRAWAL and _nobody_was_told(version, now=now))
    earlier = None if is_news or version.kind not in AMENDS else _last_told(version)
    message = _message(version, state, places, earlier, is_news=is_news)
    not_before = now + HELD if version.by_id else now
    with transaction.atomic():
        dispatch, is_made = _dispatch(
            f"alert {version.pk}",
            version,
            message,
            {**places.scope, "is_news": is_news},
            not_before=not_before,
            now=now,
        )
        if is_made and _stop_earlier(version, now=now) and not is_news and version.kind == Kind.CORRECTION:
            news, scope = _message(version, state, places, None, is_news=True), {"is_news": True, "is_rest": True}
            key = f"alert {version.pk} to the rest"
            _dispatch(key, version, news, {**places.scope, **scope}, not_before=not_before, now=now)
        wake("send_due_dispatches")
    return dispatch


def _dispatch(
    key: str, version: Version, message: Message, scope: dict[str, Any], *, not_before: datetime, now: datetime
) -> tuple[Dispatch, bool]:
    """Return the dispatch with this key, and whether it was made now. Of those to a part of all no digest knows."""
    return Dispatch.objects.get_or_create(
        key=key,
        defaults={
            **_filled(message),
            "kind": Dispatch.Kind.ALERT,
            "version": version,
            "story_id": scope["stories"][0],
            "scope": scope,
            "rank": RANK,
            "made_at": now,
            "not_before": not_before,
            "is_gathered": bool(scope.get("besides") or scope.get("is_rest")),
        },
    )


def _filled(message: Message) -> dict[str, Any]:
    return {"subject": message.subject, "text": message.text, "html": message.html, "push": message.push}


# Where a report stands


class Places:
    """The stories that a report is in, those where it is a key moment, and the sections above them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Read the sections."""
        self.stories = [entry.story for entry in entries]
        self.key = [entry.story_id for entry in entries if entry.is_key]
        self.sections = list(sections_above(self.stories))

    @property
    def scope(self) -> dict[str, Any]:
        """Return the same as a dispatch keeps it."""
        stories = [story.pk for story in self.stories]
        return {"stories": stories, "key": self.key, "sections": [section.pk for section in self.sections]}

    @property
    def named(self) -> list[Place]:
        """Return the stories as a message names them."""
        return [place_of(story) for story in self.stories]


def places_of(report: int, *, story: int | None = None) -> Places:
    """Return where a report stands that readers may see, or its place in one story."""
    entries = Entry.objects.filter(report=report, story__live=True).select_related("story").order_by("filed_at", "pk")
    return Places(list(entries.filter(story=story) if story else entries))


def sections_above(stories: Iterable[Story]) -> list[Section]:
    """Return the sections that these stories stand in, and those above them."""
    paths = {story.path[:end] for story in stories for end in range(Story.steplen, len(story.path), Story.steplen)}
    return list(Section.objects.filter(path__in=paths).order_by("path"))


# What is said


def _message(
    version: Version, state: ReportState, places: Places, earlier: Dispatch | None, *, is_news: bool
) -> Message:
    current = state.current or version
    entry = entry_of(current, path=state.path_on_site, dated_at=state.dated_at)
    follows = len(places.stories) == 1 and not _has_followers(places.sections)
    if is_news or version.kind not in AMENDS:
        return telling(stories=places.named, entries=[entry], follows=follows)
    before = earlier.version if earlier else None
    fix = fix_of(entry, version, before, sent_at=earlier.made_at if earlier else None)
    return telling(stories=places.named, fixes=[fix], follows=follows)


def _has_followers(sections: Sequence[Section]) -> bool:
    return FollowerCount.objects.filter(section__in=sections, all__gt=0).exists()


# What was told before


def _earlier(version: Version) -> Any:
    alerts = Dispatch.objects.filter(kind=Dispatch.Kind.ALERT, version__report=version.report_id)
    return alerts.filter(version__number__lt=version.number)


def _last_told(version: Version) -> Dispatch | None:
    earlier = _earlier(version).filter(Q(sent__gt=0) | Q(in_doubt__gt=0)).select_related("version")
    found: Dispatch | None = earlier.order_by("-version__number", "-pk").first()
    return found


def _nobody_was_told(version: Version, *, now: datetime) -> bool:
    """Return whether the report is news still: published within the day, and stopped, or held, before anybody got it.

    Or never dispatched at all: then its versions came so soon upon each other that the newest is the first told.
    """
    first = Version.objects.filter(report=version.report_id).order_by("number").first()
    if first is None or first.published_at <= now - A_DAY or first.quiet:
        return False
    earlier = list(_earlier(version))
    return all(_is_held(dispatch, now=now) or _is_stopped_in_time(dispatch) for dispatch in earlier)


def _is_held(dispatch: Dispatch, *, now: datetime) -> bool:
    return dispatch.status == Status.SENDING and dispatch.not_before > now


def _is_stopped_in_time(dispatch: Dispatch) -> bool:
    return dispatch.status == Status.STOPPED and not dispatch.sent and not dispatch.in_doubt


def _stop_earlier(version: Version, *, now: datetime) -> bool:
    """Stop alerts of earlier versions that this one tells instead; return whether one of them was under way already.

    That is whatever is still held and, if something was wrong, whatever is still being sent: nobody more gets that.
    """
    sending = _earlier(version).filter(status=Status.SENDING)
    held = sending.filter(not_before__gt=now)
    held.update(status=Status.STOPPED, finished_at=now)
    return version.kind in AMENDS and bool(sending.update(status=Status.STOPPED, finished_at=now))


# Entries that become key moments later


def make_key_alert(alert: Dispatch, *, story: int, now: datetime) -> Dispatch | None:
    """Tell those who want key entries only of what has become one in `story`, and has been told to others already."""
    version = alert.version
    assert version is not None  # noqa: S101 (of an alert)
    state = ReportState.objects.select_related("current").get(pk=version.report_id)
    places = places_of(version.report_id, story=story)
    if not places.stories:
        return None
    message = _message(version, state, places, None, is_news=True)
    scope = {**places.scope, "is_news": True, "besides": True}
    with transaction.atomic():
        dispatch, _is_made = _dispatch(late_key(alert, story), version, message, scope, not_before=now + HELD, now=now)
        wake("send_due_dispatches")
    return dispatch
