"""Any document that a wire sends, its format known by its content: labels and file names are wrong too often.

An item that is longer than any report is set aside, so that what comes after a reader has an end too.
"""

import re
from dataclasses import replace

from writethru.wire.formats import Document, SetAside, Unreadable, WireItem
from writethru.wire.formats import feed as feeds
from writethru.wire.formats.guard import MAX_ITEMS, MAX_TEXT
from writethru.wire.formats.ninjs import read_ninjs

_MARKS = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_JSON_FEED = b"jsonfeed.org/version/"
_ITEM = (b"<item>", b"<item ", b"<entry>", b"<entry ")
# Some write their pictures into the text: they are of no use there, and longer than all else.
_DATA = re.compile(r"""(["'])data:[^"'<>]*\1""", re.IGNORECASE)


def read(body: bytes, *, content_type: str = "", address: str = "", max_items: int = MAX_ITEMS) -> Document:
    """Return the document that the bytes hold: RSS, RDF, Atom, JSON Feed, or ninjs.

    `content_type` is the header's value; `address`, where the bytes come from, is what relative links start at.
    Raises Unreadable with the codes of the readers. Ends within a second of CPU whatever the bytes, if at most 2,000
    items may be in them; 20,000 take four.
    """
    document = _read(body, content_type=content_type, address=address, max_items=max_items)
    if len(document.items) > max_items:
        raise Unreadable("too_many")
    items = [_without_data(item) if len(item.html) > MAX_TEXT else item for item in document.items]
    too_long = [item for item in items if _length(item) > MAX_TEXT]
    if not too_long:
        return replace(document, items=tuple(items))
    kept = tuple(item for item in items if _length(item) <= MAX_TEXT)
    set_aside = tuple(SetAside("too_large", item.raw) for item in too_long)
    return replace(document, items=kept, set_aside=(*document.set_aside, *set_aside))


def _without_data(item: WireItem) -> WireItem:
    return replace(item, html=_DATA.sub('""', item.html))


def _length(item: WireItem) -> int:
    words = (len(photo.caption) + len(photo.credit) + len(photo.alt) + len(photo.address) for photo in item.photos)
    return len(item.html) + len(item.headline) + len(item.byline) + len(item.slugline) + sum(words)


def _read(body: bytes, *, content_type: str, address: str, max_items: int) -> Document:
    start = body[:4096].replace(b"\0", b"").lstrip(_MARKS)
    if start.startswith(b"["):
        return read_ninjs(body, content_type=content_type, address=address, max_items=max_items)
    if start.startswith(b"{") and _JSON_FEED not in start.replace(b"\\/", b"/"):
        try:
            return read_ninjs(body, content_type=content_type, address=address, max_items=max_items)
        except Unreadable as error:
            if error.reason != "not_ninjs":
                raise
    if sum(body.count(tag) for tag in _ITEM) > max_items:
        raise Unreadable("too_many")
    return feeds.read(body, content_type=content_type, address=address)


def read_entry(raw: bytes, *, charset: str = "", address: str = "") -> Document:
    """Return the document of one entry that was set aside, in the wrapping that its bytes had. Raises Unreadable."""
    content_type = f"text/plain; charset={charset}" if charset else ""
    start = raw[:64].replace(b"\0", b"").lstrip(_MARKS)
    if not start.startswith(b"{"):
        tags = b"<rss><channel>%s</channel></rss>"
        return read(tags % raw if start.startswith(b"<") else raw, content_type=content_type, address=address)
    try:
        return read_ninjs(raw, content_type=content_type, address=address)
    except Unreadable as error:
        if error.reason != "not_ninjs":
            raise
    head = b'{"version": "https://jsonfeed.org/version/1.1", "title": "", "items": ['
    return feeds.read(head + raw + b"]}", content_type=content_type, address=address)
