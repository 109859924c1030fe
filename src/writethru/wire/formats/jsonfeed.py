"""The reader for JSON Feed 1 and 1.1. https://www.jsonfeed.org/version/1.1/"""

import hashlib
from typing import Any

from writethru.wire.formats import Document, SetAside, Unreadable, WireItem, WirePhoto
from writethru.wire.formats.dates import read_date
from writethru.wire.formats.guard import MAX_ITEMS, charset_of
from writethru.wire.formats.jsontext import array, json_text, members, value_at
from writethru.wire.formats.links import absolute


def read_json_feed(body: bytes, *, content_type: str = "", address: str = "") -> Document:
    """Return the items of a JSON Feed.

    Raises Unreadable: "too_large", "too_many", "broken_json", "too_deep", "not_a_feed".
    """
    text = json_text(body, content_type=content_type)
    encoding = charset_of(body, content_type=content_type)
    try:
        feed, elements = _walk(text)
    except RecursionError:
        raise Unreadable("too_deep") from None
    except (ValueError, IndexError):
        raise Unreadable("broken_json") from None
    if elements is None or not ("jsonfeed.org" in _text(feed, "version") or "title" in feed):
        raise Unreadable("not_a_feed")
    if len(elements) > MAX_ITEMS:
        raise Unreadable("too_many")
    base = address or _text(feed, "feed_url") or _text(feed, "home_page_url")
    items: list[WireItem] = []
    set_aside: list[SetAside] = []
    for value, start, end in elements:
        raw = text[start:end].encode(encoding, "replace")
        if not isinstance(value, dict):
            set_aside.append(SetAside("not_an_object", raw))
        elif item := _item(value, feed, base=base, raw=raw):
            items.append(item)
        else:
            set_aside.append(SetAside("empty", raw))
    site = absolute(_text(feed, "home_page_url"), base) or absolute(_text(feed, "feed_url"), base) or address
    return Document(_line(_text(feed, "title")), site, _text(feed, "language"), tuple(items), tuple(set_aside))


def _walk(text: str) -> tuple[dict[str, Any], list[tuple[Any, int, int]] | None]:
    """Return the outermost object without its items, and each item with where it starts and ends in the text."""
    feed: dict[str, Any] = {}
    elements: list[tuple[Any, int, int]] | None = None
    for key, at in members(text, 0):
        if key == "items" and text[at] == "[":
            elements = list(array(text, at))
        else:
            feed[key], _ = value_at(text, at)
    return feed, elements


def _item(value: dict[str, Any], feed: dict[str, Any], *, base: str, raw: bytes) -> WireItem | None:
    html = _text(value, "content_html")
    if not html.strip():
        html = _escaped(_text(value, "content_text")) or _escaped(_text(value, "summary"))
    headline = _line(_text(value, "title"))
    url = absolute(_text(value, "url") or _text(value, "external_url"), base)
    wire_id = _text(value, "id").strip() or url
    if not (headline or html or url):
        return None
    return WireItem(
        wire_id=wire_id or hashlib.sha256(f"{headline}\n{html}".encode("utf-8", "replace")).hexdigest(),
        headline=headline,
        html=html,
        url=url,
        dated_at=read_date(_text(value, "date_published")) or read_date(_text(value, "date_modified")),
        byline=_authors(value) or _authors(feed),
        language=_text(value, "language") or _text(feed, "language"),
        photos=_photos(value, base),
        raw=raw,
    )


def _photos(value: dict[str, Any], base: str) -> tuple[WirePhoto, ...]:
    photos: dict[str, WirePhoto] = {}
    for name in ("image", "banner_image"):
        if address := absolute(_text(value, name), base):
            photos.setdefault(address, WirePhoto(address))
    attachments = value.get("attachments")
    for attachment in attachments if isinstance(attachments, list) else ():
        if isinstance(attachment, dict) and _text(attachment, "mime_type").startswith("image/"):
            address = absolute(_text(attachment, "url"), base)
            if address:
                caption, kind = _text(attachment, "title"), _text(attachment, "mime_type")
                photos[address] = WirePhoto(address, caption=caption, media_type=kind)
    return tuple(photos.values())


def _authors(value: dict[str, Any]) -> str:
    """Return the names of 1.1's `authors`, or of 1's `author`."""
    listed = value.get("authors")
    people = listed if isinstance(listed, list) else [value.get("author")]
    names = [_line(_text(person, "name")) for person in people if isinstance(person, dict)]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _text(value: dict[str, Any], name: str) -> str:
    """Return a member as text: a number for an id is met often, anything else that isn't a string is left out."""
    found = value.get(name)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    # A lone surrogate, "\\ud83d" cut in half, can't be stored.
    return found.encode("utf-8", "replace").decode() if isinstance(found, str) else ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
