"""A digest as its reader gets it, made when it is sent: what has been withdrawn since it was made is not in it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import translation

from writethru.bulletins.messages import Entry, Fix, Message, Place, entry_of, fix_of, place_of, telling
from writethru.bulletins.personal import Recipient, values_of
from writethru.stories.models import ReportState, Story, Version


def standing(contents: Iterable[Any]) -> dict[int, int]:
    """Return, by report, the version that stands of all that these digests tell of and readers may see."""
    told = list(contents)
    fixes = [fix[0] for content in told for fix in content["fixes"]]
    reports = {report for content in told for _version, report, _story in content["entries"]}
    reports |= set(Version.objects.filter(pk__in=fixes).values_list("report", flat=True))
    return dict(ReportState.objects.public().filter(pk__in=reports).values_list("pk", "current"))


def message_of(
    recipient: Recipient, *, public: Mapping[int, int] | None = None
) -> tuple[str, str, str, dict[str, Any]] | None:
    """Return subject, text, HTML and what a browser shows of a digest; None if nothing of it may be told any more.

    `public` is what stands. Readers of the same have it put into words once.
    """
    content = recipient.content
    public = standing([content]) if public is None else public
    stories = Story.objects.in_bulk({story for _version, _report, story in content["entries"]})
    language = recipient.language or translation.get_language()
    with translation.override(language):
        entries = [
            _entry(public[report], language, stories[story].title)
            for _version, report, story in content["entries"]
            if report in public and story in stories
        ]
        fixes = [_fix(*fix, language) for fix in content["fixes"]]
        fixes = [fix for fix in fixes if fix.is_withdrawal or fix.entry.report in public]
        if not entries and not fixes:
            return None
        places = tuple(place_of(story) for story in stories.values()) or _places_of(fixes)
        is_one = bool(recipient.follow)
        message = _message(places, tuple(fixes), tuple(entries), content["more"], is_one, language)
    values = values_of(recipient if recipient.follow else replace(recipient, pace=content["pace"]))
    return message.subject, _filled(message.text, values), _filled(message.html, values), message.push


def _filled(words: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        words = words.replace(f"%%{name}%%", value)
    return words


@lru_cache(maxsize=500)
def _message(
    places: tuple[Place, ...], fixes: tuple[Fix, ...], entries: tuple[Entry, ...], more: int, is_one: bool, _tongue: str
) -> Message:
    return telling(stories=places, fixes=fixes, entries=entries, more=more, is_one=is_one)


@lru_cache(maxsize=5000)
def _entry(version: int, _language: str, story: str) -> Entry:
    """Return a version as messages tell it; one never changes, nor does the address of its report."""
    found = Version.objects.select_related("report__state").get(pk=version)
    state = found.report.state
    return entry_of(found, path=state.path_on_site, dated_at=state.dated_at, story=story)


@lru_cache(maxsize=1000)
def _fix(version: int, before: int, sent_at: str, language: str) -> Fix:
    found, told = (Version.objects.get(pk=pk) for pk in (version, before))
    return fix_of(_entry(version, language, ""), found, told, sent_at=datetime.fromisoformat(sent_at))


def _places_of(fixes: list[Fix]) -> tuple[Place, ...]:
    """Return the stories of reports that were wrong, where nothing else is told."""
    reports = [fix.entry.report for fix in fixes]
    found = Story.objects.live().filter(entries__report__in=reports).order_by("pk").distinct()
    return tuple(place_of(story) for story in found)
