"""Feeds of a story and of Latest: Atom, RSS, JSON Feed 1.1; whole texts, each with its credit at the end.

A feed carries what came or changed last, so that a correction travels by the road that the error took.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import feedgenerator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from writethru.lib.words import local, name_of
from writethru.press.entries import body_of
from writethru.press.once import once
from writethru.press.page import NoSuchPage
from writethru.stories import queries
from writethru.stories.queries import Reading

ENTRIES = 30
_CONTROLS = {code: " " for code in range(32) if chr(code) not in "\t\n\r"}  # XML 1.0, 2.2


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed is of: its page, and what it carries."""

    title: str
    about: str
    path: str
    readings: Sequence[Reading]

    def url(self, path: str) -> str:
        """Return the whole address of a path of the site."""
        return settings.BASE_URL + path


def latest_feed(form: str) -> bytes:
    """Return the feed of everything, in the `form` atom, rss or json."""
    readings = once(queries.reports_that_moved)(limit=ENTRIES)
    return _FORMS[form](
        Channel(settings.SITE_NAME, _("The running stories of the day"), "/", readings), f"/feed.{form}"
    )


def story_feed(slug: str, form: str) -> bytes:
    """Return the feed of one story."""
    story = once(queries.public_story)(slug)
    if story is None:
        raise NoSuchPage(slug)
    readings = once(queries.reports_that_moved)(story=story, limit=ENTRIES)
    path = story.path_on_site
    return _FORMS[form](Channel(story.title, story.standfirst, path, readings), f"{path}feed.{form}")


def _content(reading: Reading) -> str:
    """Return the whole text as HTML, corrections and captions in it, the credit last."""
    return render_to_string("press/feed_entry.html", body_of(reading, {})).strip()


class _Rss(feedgenerator.Rss201rev2Feed):
    """RSS 2.0 with the whole text in content:encoded (https://www.rssboard.org/rss-profile#namespace-elements-content)."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


class _Atom(feedgenerator.Atom1Feed):
    """Atom with the whole text in content (RFC 4287, 4.1.3)."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


def _xml(kind: type[feedgenerator.SyndicationFeed], channel: Channel, path: str) -> bytes:
    feed = kind(
        title=_for_xml(channel.title),
        link=channel.url(channel.path),
        description=_for_xml(channel.about),
        language=get_language(),
        feed_url=channel.url(path),
        feed_guid=channel.url(channel.path),
    )
    for reading in channel.readings:
        feed.add_item(
            title=_for_xml(name_of(reading.current.headline, reading.current.html)),
            link=channel.url(reading.path),
            description=None,
            content=_for_xml(once(_content)(reading)),
            author_name=_for_xml(reading.current.credit) or None,
            pubdate=local(reading.dated_at),
            updateddate=local(reading.changed_at),
            unique_id=channel.url(reading.path),
            unique_id_is_permalink=True,
        )
    if not channel.readings:
        # Django dates an empty feed now; a page never depends on now.
        feed.latest_post_date = lambda: datetime(1970, 1, 1, tzinfo=UTC)  # type: ignore[method-assign]
    return feed.writeString("utf-8").encode()


def _for_xml(words: str) -> str:
    """Return the words without what XML can't hold: one such letter, pasted at the desk, would end the whole feed."""
    return words.translate(_CONTROLS)


def _json(channel: Channel, path: str) -> bytes:
    """Return JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.url(channel.path),
        "feed_url": channel.url(path),
        "description": channel.about,
        "language": get_language(),
        "items": [_json_item(channel, reading) for reading in channel.readings],
    }
    return json.dumps(_told(feed), ensure_ascii=False, indent=1).encode()


def _json_item(channel: Channel, reading: Reading) -> dict[str, Any]:
    return _told(
        {
            "id": channel.url(reading.path),
            "url": channel.url(reading.path),
            "title": name_of(reading.current.headline, reading.current.html),
            "content_html": once(_content)(reading),
            "date_published": local(reading.dated_at).isoformat(),
            "date_modified": local(reading.changed_at).isoformat(),
            "authors": [{"name": reading.current.credit}] if reading.current.credit else None,
            "language": reading.current.language,
        }
    )


def _told(thing: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in thing.items() if value or value == []}


_FORMS = {
    "atom": lambda channel, path: _xml(_Atom, channel, path),
    "rss": lambda channel, path: _xml(_Rss, channel, path),
    "json": _json,
}
