"""The reader for RSS 0.9x to 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0, and JSON Feed.

fastfeedparser finds the items and feedparser those of what it refuses. From each item's own bytes come what they
lose or guess: where its bytes are, its dates (fastfeedparser reads a missing one off the guid and the clock), the
kind of its title, its languages and bases, and which pictures are one picture.

https://www.rssboard.org/rss-specification, https://www.rfc-editor.org/rfc/rfc4287,
https://web.resource.org/rss/1.0/spec, https://www.rssboard.org/media-rss
"""

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Any

import fastfeedparser
import feedparser

from writethru.wire.formats import Document, SetAside, Unreadable, WireItem
from writethru.wire.formats.dates import read_date
from writethru.wire.formats.guard import (
    MAX_ITEMS,
    Part,
    as_utf8,
    charset_of,
    inner,
    mend_entities,
    split,
    without_element,
)
from writethru.wire.formats.jsonfeed import read_json_feed
from writethru.wire.formats.links import absolute, joined
from writethru.wire.formats.mediarss import media_photos

# feedparser is for small odd feeds: 100 KB of tag soup take it up to 0.5 s.
MAX_SLOW_BYTES = 160_000

_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_ROOTS = {
    b"rss": ("item", "entry"),
    b"rdf": ("item",),
    b"feed": ("entry",),
    b"channel": ("item",),
    b"entry": ("entry",),
}
_ELEMENT = re.compile(
    rb"<(?!/)(?:([\w.-]++):)?+(title|summary|content|description|pubdate|published|issued|date|created|updated|modified"
    rb"|lastbuilddate|creator|language)(\s[^<>]*+)?+>([^<]*+)",
    re.IGNORECASE,
)
_NOTHING = (b"", b"", 0)
# The take's own time before that of a later change.
_DATES = ("pubdate", "published", "issued", "date", "created", "updated", "modified", "lastbuilddate")
_SECTION = re.compile(rb"<!\[CDATA\[(.*?)(?:\]\]>|$)", re.DOTALL)
_TAG = re.compile(r"<[/!a-zA-Z][^<>]*>")
_PREFIX = re.compile(r"<(/?)[A-Za-z][\w.-]*:(?=[A-Za-z])")
_ATTRIBUTE = re.compile(rb"""(?:^|\s)(type|xml:lang|xml:base)\s*=\s*["']([^"']*)""")
_TAG_ABOVE = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)(\s[^<>]*)>", re.IGNORECASE)
_AUTHOR_NAME = re.compile(rb"<(?:[\w.-]+:)?author(?:\s[^<>]*)?>\s*<(?:[\w.-]+:)?name(?:\s[^<>]*)?>([^<]*)")
_MARKUP = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|li|mark|p|q|s|small|span|strike|strong|sub|sup"
    r"|tt|u|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_SLUGLINE = re.compile(
    rb"""<category\s[^<>]*?(?:domain|scheme)\s*=\s*["'][^"'<>]*slugline["'](?:[^<>]*?\sterm\s*=\s*["']([^"'<>]*)|[^<>]*>([^<>]*)<)"""
)
_ENTITY = re.compile(r"&#?\w{1,31};")
_NAME_IN_BRACKETS = re.compile(r"[^\s()@]+@[^\s()]+\s*\(([^()]+)\)")
_MAIL = re.compile(r"\s*<?(?:mailto:)?[^\s<>@]+@[^\s<>]+>?")
_RELATIVE = re.compile(r"""(\s(?:href|src)\s*=\s*)(["'])(?![a-zA-Z][a-zA-Z0-9+.-]*:)([^"']*)\2""")


def read(body: bytes, *, content_type: str = "", address: str = "") -> Document:
    """Return the document that the bytes of a feed hold.

    `content_type` is the header's value; `address`, where the bytes come from, is what relative links start at.
    Raises Unreadable: "empty", "too_large", "too_many", "too_deep", "entities", "broken_xml", "broken_json",
    "not_a_feed". Ends within a second of CPU whatever the bytes.
    """
    start = body[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"{"):
        return read_json_feed(body, content_type=content_type, address=address)
    document = as_utf8(body, content_type=content_type)
    names = _ROOTS.get(_root_name(document))
    if names is None:
        raise Unreadable("not_a_feed")
    head, parts, spans = split(document, names)
    parsed = _parse(mend_entities(document, spans), expected=len(parts))
    raws = _raws(body, document, parts, names, content_type)
    return _document(parsed, document, head, parts, raws, address=address)


def _root_name(document: bytes) -> bytes:
    """Return the first element's name that a feed's root may have, in lower case; text may stand before it."""
    at = 0
    while found := _ROOT.search(document, at, 8192):
        if found.group(1).lower() in _ROOTS:
            return found.group(1).lower()
        at = found.end()
        if found.group(1).lower() in (b"html", b"body", b"opml", b"urlset", b"sitemapindex"):
            break
    return b""


def _parse(document: bytes, *, expected: int) -> Mapping[str, Any]:
    try:
        parsed: Mapping[str, Any] = fastfeedparser.parse(document, include_tags=False)
    except (ValueError, KeyError, TypeError, AttributeError):
        parsed = {"feed": {}, "entries": []}
    if len(parsed["entries"]) > MAX_ITEMS:
        raise Unreadable("too_many")
    if parsed["entries"] or not (expected or not parsed["feed"]):
        return parsed
    if len(document) > MAX_SLOW_BYTES:
        raise Unreadable("broken_xml")
    slow = feedparser.parse(io.BytesIO(document), sanitize_html=False, resolve_relative_uris=False)
    if not slow.version and not slow.entries:
        raise Unreadable("broken_xml")
    return slow  # type: ignore[no-any-return]


def _raws(
    body: bytes, document: bytes, parts: Sequence[Part], names: tuple[str, ...], content_type: str
) -> Sequence[bytes]:
    """Return each part's bytes as they stand in the body, or nothing where they can't be found there."""
    if not parts:
        return ()
    first, dropped = parts[0].start, len(body) - len(document)
    if dropped >= 0 and body.endswith(document[first:]):
        return [document[part.start : part.end] for part in parts]
    charset = charset_of(body, content_type=content_type)
    if charset.startswith(("utf-16", "utf-32")):
        wide = [document[part.start : part.end].decode("utf-8", "replace").encode(charset) for part in parts]
        return wide if all(raw in body for raw in wide[:1]) else ()
    _, own, _ = split(body, names)
    return [body[part.start : part.end] for part in own] if len(own) == len(parts) else ()


def _document(
    parsed: Mapping[str, Any], source: bytes, head: bytes, parts: Sequence[Part], raws: Sequence[bytes], *, address: str
) -> Document:
    feed, entries = parsed["feed"], parsed["entries"]
    above = b" ".join(_TAG_ABOVE.findall(head))
    base = joined(address, _attribute(above, "xml:base"))
    site = absolute(str(feed.get("link") or ""), base)
    language = _first(_elements(head), "language") or _attribute(above, "xml:lang")
    author = _person(str(feed.get("author") or "")) if b"<feed" in head else ""
    matched = len(parts) == len(entries)
    items: list[WireItem] = []
    set_aside: list[SetAside] = []
    for at, entry in enumerate(entries):
        part = parts[at] if matched else Part(0, 0, b"")
        item = _item(entry, source, part, raws[at] if matched else source, base=base or site, above=(language, author))
        if item.headline or item.html or item.url:
            items.append(item)
        else:
            set_aside.append(SetAside("empty", item.raw))
    title = _plain(str(feed.get("title") or ""))
    return Document(title, site or absolute(address, ""), language, tuple(items), tuple(set_aside))


def _item(
    entry: Mapping[str, Any], source: bytes, part: Part, raw: bytes, *, base: str, above: tuple[str, str]
) -> WireItem:
    # An Atom entry's source has a title and times of its own.
    skeleton = without_element(part.skeleton, b"source")
    elements = _elements(skeleton)
    own_tag = skeleton[: skeleton.find(b">") + 1]
    if based := b"xml:base" in skeleton:
        base = joined(base, _attribute(own_tag, "xml:base"))
    html = _html(entry, elements, source[part.start : part.end])
    if based:
        base_of_html = joined(base, _attribute(elements.get("content", _NOTHING)[0], "xml:base"))
        html = _RELATIVE.sub(lambda link: f"{link[1]}{link[2]}{joined(base_of_html, link[3])}{link[2]}", html)
    headline = _headline(elements["title"], skeleton) if "title" in elements else _plain(str(entry.get("title") or ""))
    url = absolute(_link(entry, own_tag), base)
    return WireItem(
        wire_id=str(entry.get("id") or "").strip() or url or _digest(headline, html),
        headline=headline,
        html=html,
        url=url,
        dated_at=_dated_at(entry, elements, skeleton),
        byline=_byline(entry, elements, skeleton) or above[1],
        language=_first(elements, "language") or _attribute(own_tag, "xml:lang") or above[0],
        photos=media_photos(entry, skeleton, base=base),
        raw=raw,
        slugline=_slugline(skeleton),
    )


def _slugline(skeleton: bytes) -> str:
    """Return the category that the feed calls a slugline, by its domain (RSS) or its scheme (Atom)."""
    found = _SLUGLINE.search(skeleton) if b"slugline" in skeleton else None
    said = next(filter(None, found.groups()), b"") if found else b""
    return _line(unescape(said.decode("utf-8", "replace")))


def _elements(skeleton: bytes) -> dict[str, tuple[bytes, bytes, int]]:
    """Return each known element's attributes, text and where its text starts, by lower-case name.

    The first of its name in the item's own namespace stands, or else the first: an item's title before a picture's.
    """
    own = _ROOT.match(skeleton)
    prefix = own.group(0)[1:].partition(b":")[0] if own and b":" in own.group(0) else None
    elements: dict[str, tuple[bytes, bytes, int]] = {}
    in_own: set[str] = set()
    for found in _ELEMENT.finditer(skeleton):
        of, name_bytes, attributes, text = found.groups()
        name = name_bytes.decode().lower()
        if name in elements and (name in in_own or of != prefix):
            continue
        if of == prefix:
            in_own.add(name)
        elif of in (b"media", b"itunes", b"googleplay"):
            continue
        elements[name] = (attributes or b"", text, found.start(4))
    return elements


def _first(elements: Mapping[str, tuple[bytes, bytes, int]], name: str) -> str:
    return _line(unescape(elements.get(name, _NOTHING)[1].decode("utf-8", "replace")))


def _attribute(attributes: bytes, name: str) -> str:
    for found in _ATTRIBUTE.finditer(attributes):
        if found.group(1).decode() == name:
            return unescape(found.group(2).decode("utf-8", "replace"))
    return ""


def _headline(title: tuple[bytes, bytes, int], skeleton: bytes) -> str:
    attributes, text, start = title
    if skeleton[start + len(text) : start + len(text) + 2] != b"</":
        text = skeleton[start : skeleton.find(b"</title", start)]
    kind = _attribute(attributes, "type").lower()
    if "xhtml" in kind:
        return _line(unescape(_TAG.sub("", text.decode("utf-8", "replace"))))
    words = unescape(text.decode("utf-8", "replace"))
    if "html" in kind:
        words = _TAG.sub("", words)
    return _line(words) if kind in ("text", "text/plain") else _plain(words)


def _link(entry: Mapping[str, Any], own_tag: bytes) -> str:
    """Return where the item stands on the web; of an Atom entry only an alternate is that (RFC 4287, 4.2.7.2)."""
    found = _ROOT.match(own_tag)
    if not found or found.group(1) != b"entry":
        return str(entry.get("link") or "")
    alternates = [link for link in entry.get("links") or () if link.get("rel") in (None, "alternate")]
    as_html = [link for link in alternates if link.get("type") in (None, "", "text/html")]
    return str((as_html or alternates or [{}])[0].get("href") or "")


def _html(entry: Mapping[str, Any], elements: Mapping[str, tuple[bytes, bytes, int]], own: bytes) -> str:
    """Return the whole content, or else the summary, or else what stands there as markup and not as text."""
    contents = entry.get("content") or [{}]
    html, kind = str(contents[0].get("value") or ""), str(contents[0].get("type") or "")
    if "xhtml" in kind:
        return _PREFIX.sub(r"<\1", html)
    if not html.strip() and b"encoded" in own:
        html = _unwrapped(inner(own, b"encoded"))
    if html.strip():
        return _escaped(html) if kind in ("text", "text/plain") and "content" in elements else html
    html = str(entry.get("description") or entry.get("summary") or "")
    if html.strip():
        return _escaped(html) if _attribute(elements.get("summary", _NOTHING)[0], "type") == "text" else html
    names = (name for name in (b"content", b"summary", b"description") if name.decode() in elements)
    return next(filter(None, (_PREFIX.sub(r"<\1", inner(own, name).decode("utf-8", "replace")) for name in names)), "")


def _unwrapped(text: bytes) -> str:
    """Return the characters of an element's text, in and out of CDATA."""
    pieces = _SECTION.split(text)
    plain = [
        piece if at % 2 else unescape(piece.decode("utf-8", "replace")).encode() for at, piece in enumerate(pieces)
    ]
    return b"".join(plain).decode("utf-8", "replace")


def _dated_at(
    entry: Mapping[str, Any], elements: Mapping[str, tuple[bytes, bytes, int]], skeleton: bytes
) -> datetime | None:
    if not skeleton:
        return read_date(str(entry.get("published") or entry.get("updated") or ""))
    for name in _DATES:
        if name in elements and (moment := read_date(_first(elements, name))):
            return moment
    return None


def _byline(entry: Mapping[str, Any], elements: Mapping[str, tuple[bytes, bytes, int]], skeleton: bytes) -> str:
    if "creator" in elements and skeleton.count(b"creator") == 2:  # one, with its end
        names = [_person(_first(elements, "creator"))]
    elif "creator" in elements:
        creators = [found.group(4) for found in _ELEMENT.finditer(skeleton) if found.group(2).lower() == b"creator"]
        names = [_person(unescape(creator.decode("utf-8", "replace"))) for creator in creators]
    elif len(several := _AUTHOR_NAME.findall(skeleton)) > 1:
        names = [_person(unescape(name.decode("utf-8", "replace"))) for name in several]
    else:
        names = [_person(str(entry.get("author") or ""))]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _person(text: str) -> str:
    """Return the name in "mail@example.org (A. Name)" and "A. Name <mail@example.org>"; an address alone is none."""
    text = _plain(text)
    if "@" not in text:
        return text
    if found := _NAME_IN_BRACKETS.search(text):
        return found.group(1).strip()
    return _MAIL.sub("", text).strip()


def _plain(text: str) -> str:
    """Return the text of a line that may hold markup, escaped or not."""
    if "<" in text:
        text = _MARKUP.sub("", text)
    return _line(_ENTITY.sub(lambda entity: unescape(entity[0]), text) if "&" in text else text)


def _line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _digest(headline: str, html: str) -> str:
    return hashlib.sha256(f"{headline}\n{html}".encode("utf-8", "replace")).hexdigest()
