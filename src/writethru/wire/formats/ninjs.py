"""The reader for ninjs 1.x to 3.x, IPTC's news in JSON: one item, an array of them, or an agency's bundle.

1.x has its texts in members (`headline`, `body_html`), 2.x in lists (`headlines`, `bodies`), 3.x those of 2.x in camel
case; agencies mix them, so all are looked for in each, whatever their case. Members that the standard doesn't know
stand here where an agency's feed is of no use without them: Superdesk's `guid` and `evolvedfrom`, TT's `replacing`.

https://iptc.org/std/ninjs/userguide/, https://github.com/iptc/newsinjson
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from writethru.wire.formats import Document, PubStatus, SetAside, Unreadable, WireItem, WirePhoto
from writethru.wire.formats.dates import read_date
from writethru.wire.formats.guard import MAX_ITEMS, MAX_TEXT, charset_of
from writethru.wire.formats.jsontext import array, json_text, members, skip, value_at
from writethru.wire.formats.links import absolute

MAX_PHOTOS = 50
MOST_PARTS = 200  # associations, or renditions of one
# An agency's original may have 50 megapixels: no page shows more than 1,200 of its 8,000 pixels.
WIDEST = 5000
LARGEST_BYTES = 20_000_000
# What a bundle may call the list of its items, and an envelope the item in it.
_WRAPPERS = ("item", "items", "_items", "data", "newsitems", "hits", "results", "documents", "entries", "ninjs")
_MOST_WRAPPERS = 4
# Types of the standard that are no text; a composite is text with pictures.
_PICTURES = ("picture", "graphic", "photo", "image")
_MEDIA = {*_PICTURES, "audio", "video"}
_PLANS = {"event", "planning", "planneditem", "component"}
_USABLE, _CANCELED = {"", "usable"}, {"canceled", "cancelled"}

_ZONED = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d{1,2}:?\d\d.*?(?:z|[+-]\d\d:?\d\d)\s*", re.IGNORECASE)
_TIMED = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d")
# The last place on Earth where a day ends is twelve hours behind UTC.
_BEHIND = timedelta(hours=12)
_TAG = re.compile(r"<[/!a-zA-Z][^<>]*>")
_BODY = (
    re.compile(r"<body\.content(?:\s[^<>]*)?>"),
    re.compile(r"<body(?:\s[^<>]*)?>", re.IGNORECASE),
)
_BODY_END = ("</body.content", "</body", "</BODY")
_FIRST_HEADING = re.compile(r"\s*(?:<(?:article|section|div|header)(?:\s[^<>]*)?>\s*)*<h1(?:\s[^<>]*)?>([^<>]*)</h1>")
_BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")
_CROP = re.compile(r"\d+[-:x]\d+|.*(?:thumb|watermark|square|crop)", re.IGNORECASE)
_SMALL = 400  # pixels: what is narrower is a thumbnail, and stands only where there is nothing else


def read_ninjs(body: bytes, *, content_type: str = "", address: str = "", max_items: int = MAX_ITEMS) -> Document:
    """Return the items of ninjs in any of its versions.

    Raises Unreadable: "too_large", "too_many", "too_deep", "broken_json", and "not_ninjs" where none of it has a
    `uri`, by which ninjs knows an item.
    """
    text = json_text(body, content_type=content_type)
    encoding = charset_of(body, content_type=content_type)
    try:
        found = list(islice(_found(text, skip(text, 0), _MOST_WRAPPERS), max_items + 1))
    except RecursionError:
        raise Unreadable("too_deep") from None
    except (ValueError, IndexError):
        raise Unreadable("broken_json") from None
    if len(found) > max_items:
        raise Unreadable("too_many")
    values = [_Value(value) for value, _, _ in found]
    if not any(value.id for value in values):
        raise Unreadable("not_ninjs")
    items: list[WireItem] = []
    set_aside: list[SetAside] = []
    for value, (_, start, end) in zip(values, found, strict=True):
        raw = text[start:end].encode(encoding, "replace")
        reason = _why_not(value)
        if reason:
            set_aside.append(SetAside(reason, raw))
        else:
            items.append(_item(value, base=address, raw=raw))
    agency = next(filter(None, (value.agency for value in values)), "")
    house = next((_house(value.id) for value in values if value.id), "")
    return Document(agency, house, "", tuple(items), tuple(set_aside))


def _found(text: str, at: int, depth: int) -> Iterator[tuple[Any, int, int]]:
    """Yield each item, and what stands where one should, with its place; envelopes are opened `depth` deep."""
    if text[at] == "[" and depth:
        for value, start, end in array(text, at):
            if isinstance(value, dict) and not _Value(value).id:
                yield from _found(text, start, depth - 1)
            else:
                yield value, start, end
        return
    value, end = value_at(text, at)
    wrapper = _wrapper(value) if depth and isinstance(value, dict) and not _Value(value).id else None
    if wrapper is None:
        yield value, at, end
        return
    for name, start in members(text, at):
        if name == wrapper:
            yield from _found(text, start, depth - 1)


def _wrapper(value: Mapping[str, Any]) -> str | None:
    return next((name for name in value if name.lower() in _WRAPPERS and isinstance(value[name], dict | list)), None)


@dataclass(frozen=True, slots=True)
class _Text:
    """One of several texts of a kind: its role or ending (main, html, xhtml), its type where it is given."""

    role: str
    content_type: str
    words: str

    @property
    def is_html(self) -> bool:
        return "html" in self.content_type or (not self.content_type and "html" in self.role)

    @property
    def is_xml(self) -> bool:
        return "nitf" in self.content_type or "xml" in self.content_type or "nitf" in self.role


class _Value:
    """An object of ninjs, its members found whatever the version and the case of their names."""

    def __init__(self, value: Any) -> None:
        self.of: dict[str, Any] = {name.lower(): one for name, one in value.items()} if isinstance(value, dict) else {}
        self.id = self.text("uri") or self.text("guid")

    def text(self, *names: str) -> str:
        """Return the first of these members that is text, or a number; of a list, what of it is text, a line each."""
        return next(filter(None, (_text(self.of.get(name)) for name in names)), "")

    def texts(self, name: str) -> list[_Text]:
        """Return what the version calls `headline`, `headline_main`, or `headlines` with a role, in this order."""
        plural = "bodies" if name == "body" else f"{name}s"
        found = [
            _Text(member.removeprefix(name).strip("_"), "", _text(value))
            for member, value in self.of.items()
            if member == name or member.startswith(f"{name}_")
        ]
        for value in map(_Value, _listed(self.of.get(plural))[:MOST_PARTS]):
            found.append(_Text(value.text("role").lower(), value.text("contenttype").lower(), value.text("value")))
        return [text for text in found if text.words.strip()]

    def parts(self, name: str) -> list[tuple[str, "_Value"]]:
        """Return the objects of a member by their names: 1.x has them in an object, 2.x and 3.x in a list."""
        held = self.of.get(name)
        if isinstance(held, dict):
            named = islice(held.items(), MOST_PARTS)
            return [(key, _Value(value)) for key, value in named if isinstance(value, dict)]
        return [(value.text("name"), value) for value in map(_Value, _listed(held)[:MOST_PARTS])]

    @property
    def agency(self) -> str:
        """Return who sends it."""
        return self.text("provider", "source", "copyrightholder")


def _listed(value: Any) -> list[Any]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(filter(None, (_text(one) for one in value if not isinstance(one, list))))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    # A lone surrogate, "\\ud83d" cut in half, can't be stored.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _why_not(value: _Value) -> str:
    """Return the code of why an object is no item, or ""."""
    if not value.of:
        return "not_an_object"
    if not value.id:
        return "no_id"
    if _pubstatus(value) == "canceled":
        return ""  # it needs no text
    if any(len(text.words) > MAX_TEXT for text in value.texts("body")):
        return "too_large"
    kind = value.text("type").lower()
    if kind in _PLANS or "eventdetails" in value.of or "plannedcoverage" in value.of:
        return "plan"
    if kind in _MEDIA:
        return "media"
    return "" if _headline(value) or _html(value, "") else "empty"


def _item(value: _Value, *, base: str, raw: bytes) -> WireItem:
    wire_id, headline = _wire_id(value), _headline(value)
    embargoed_until, held = _embargo(value)
    version = value.text("version").strip()
    return WireItem(
        wire_id=wire_id,
        headline=headline,
        html=_html(value, headline),
        url=absolute(wire_id, ""),
        dated_at=_dated_at(value),
        byline=_line(value.text("byline", "by")),
        language=value.text("language").strip(),
        photos=tuple(islice(_photos(value, base=base or wire_id, embargo=(embargoed_until, held)), MAX_PHOTOS)),
        raw=raw,
        version=int(version) if version.isascii() and version.isdecimal() and len(version) < 16 else None,
        evolved_from=value.text("evolvedfrom", "replacing").partition("\n")[0].strip(),
        slugline=_line(value.text("slugline")),
        pubstatus=_pubstatus(value),
        embargoed_until=embargoed_until,
        held=held,
        rights="\n".join(filter(None, (value.text("copyrightnotice").strip(), value.text("usageterms").strip()))),
        ednote=value.text("ednote").strip(),
    )


def _dated_at(value: _Value) -> datetime | None:
    """Return the time of this take, or failing that of the item's first one."""
    times = (read_date(value.text(name)) for name in ("versioncreated", "firstcreated", "contentcreated"))
    return next(filter(None, times), None)


def _wire_id(value: _Value) -> str:
    """Return the item's own name. Some put the asker's token behind it: then it ends where their own id ends."""
    whole = value.id.strip()
    altids = value.of.get("altids")
    named = altids.get("itemid") if isinstance(altids, dict) else None
    start, _, query = whole.partition("?")
    return start if query and isinstance(named, str) and named and named in start else whole


def _house(uri: str) -> str:
    """Return what all items of the agency share of their ids: a site, or the start of a URN or a tag."""
    if uri.startswith(("http://", "https://")):
        try:
            return f"{uri.partition('://')[0]}://{urlsplit(uri).hostname or ''}/"
        except ValueError:
            return ""
    scheme, _, rest = uri.partition(":")
    parts = rest.split(":")
    return ":".join([scheme, *parts[: 2 if scheme.lower() == "urn" else 1]]) if rest else ""


def _pubstatus(value: _Value) -> PubStatus:
    """Return what may be done with the item: what isn't said to be usable is not published by itself."""
    status = value.text("pubstatus").strip().lower()
    return "usable" if status in _USABLE else "canceled" if status in _CANCELED else "withheld"


def _embargo(value: _Value) -> tuple[datetime | None, bool]:
    """Return until when the item is embargoed, and whether it is with no time given.

    A day or a time without a zone is read as the latest moment that it may mean.
    """
    if "embargoed" not in value.of:
        return None, False
    said = value.text("embargoed").strip()
    moment = read_date(said)
    if moment is None:
        return None, True
    if _ZONED.fullmatch(said):
        return moment, False
    return moment + _BEHIND + (timedelta(0) if _TIMED.match(said) else timedelta(days=1)), False


def _headline(value: _Value) -> str:
    found = value.texts("headline")
    main = next((text for text in found if text.role in ("main", "", "headline")), found[0] if found else None)
    words = main.words if main else value.text("title")
    return _line(unescape(_TAG.sub("", words))) if main and main.is_html else _line(words)


def _html(value: _Value, headline: str) -> str:
    """Return the fullest text as HTML: the body, or else the description."""
    for kind in ("body", "description"):
        texts = [text for text in value.texts(kind) if text.role not in ("creditline", "note")]
        # The longest of its kind: some send a paragraph as text and the whole as HTML, some the other way round.
        as_html, as_xml = (
            [text.words for text in texts if text.is_html],
            [text.words for text in texts if text.is_xml],
        )
        if marked_up := as_html or as_xml:
            return _inside(max(marked_up, key=len), headline)
        if texts:
            return _paragraphs(max((text.words for text in texts), key=len))
    return ""


def _inside(html: str, headline: str) -> str:
    """Return what stands in the body of a whole document, without the headline that it repeats."""
    for opening, closing in zip(_BODY, _BODY_END, strict=False):
        if begun := opening.search(html):
            end = max(html.rfind(closing), html.rfind(_BODY_END[2]) if closing == "</body" else -1)
            html = html[begun.end() : end] if end >= begun.end() else html[begun.end() :]
            break
    heading = _FIRST_HEADING.match(html)
    return html[heading.end() :] if heading and _line(unescape(heading[1])) == headline else html


def _paragraphs(text: str) -> str:
    """Return plain text as HTML: a paragraph where a blank line is, or a line each where there is none."""
    text = _BREAKS.sub("\n", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    blocks = re.split(r"\n[ \t]*\n", text) if re.search(r"\n[ \t]*\n", text.strip()) else text.split("\n")
    return "".join(f"<p>{block.strip()}</p>" for block in blocks if block.strip())


def _photos(value: _Value, *, base: str, embargo: tuple[datetime | None, bool]) -> Iterator[WirePhoto]:
    """Yield the pictures that are associated with the item, then its own."""
    for _, picture in value.parts("associations"):
        is_picture = picture.text("type").lower() in ("", *_PICTURES)
        if is_picture and _may_stand(picture, embargo) and (photo := _photo(picture, base=base, with_words=True)):
            yield photo
    if photo := _photo(value, base=base, with_words=False):
        yield photo


def _may_stand(photo: _Value, embargo: tuple[datetime | None, bool]) -> bool:
    """Return whether a photo may stand as soon as its item may: it is usable, and no longer embargoed than that."""
    until, held = _embargo(photo)
    if _pubstatus(photo) != "usable" or (held and not embargo[1]):
        return False
    return until is None or embargo[1] or (embargo[0] is not None and until <= embargo[0])


def _photo(value: _Value, *, base: str, with_words: bool) -> WirePhoto | None:
    found = [one for name, rendition in value.parts("renditions") if (one := _rendition(name, rendition, base))]
    # Whole pictures before crops and thumbnails, what isn't out of bounds before what is, the widest first.
    best = max(found, key=lambda one: (not one[0], not one[1], one[2].width or 0), default=None)
    if best is None or (not with_words and (best[2].width or 0) < _SMALL):
        return None
    photo = best[2]
    if not with_words:
        return photo
    caption = _described(value, ("caption", "text", "", "html", "main")) or value.text("headline")
    credit = value.text("description_creditline", "creditline") or _with_role(value, "creditline")
    credit = credit or value.text("byline", "by") or value.text("copyrightholder")
    alt = value.text("body_text")
    return replace(photo, caption=caption, credit=_line(credit), alt="" if alt == caption else alt)


def _rendition(name: str, value: _Value, base: str) -> tuple[bool, bool, WirePhoto] | None:
    """Return (is a crop or worse, is too large, the picture) of a rendition that is a picture."""
    kind = value.text("contenttype", "mimetype").lower()
    address = absolute(value.text("href"), base)
    if not address or not kind.startswith("image/") or "svg" in kind:
        return None
    width, height = _pixels(value, "width"), _pixels(value, "height")
    label = " ".join((name, value.text("variant"), address.rpartition("/")[2])).strip()
    crop = bool(_CROP.match(label)) or (width is not None and width < _SMALL)
    size = value.text("sizeinbytes")
    large = (width or 0) > WIDEST or (size.isdecimal() and int(size[:15]) > LARGEST_BYTES)
    return crop, large, WirePhoto(address, media_type=kind, width=width, height=height)


def _pixels(value: _Value, name: str) -> int | None:
    said = value.text(name)
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 6 and int(said) else None


def _described(value: _Value, roles: Sequence[str]) -> str:
    """Return the description of the first of these roles that there is; a caption may hold markup."""
    by_role = {text.role: text.words for text in reversed(value.texts("description"))}
    return next((by_role[role] for role in roles if role in by_role), "")


def _with_role(value: _Value, role: str) -> str:
    return next((text.words for text in value.texts("description") if text.role == role), "")


def _line(text: str) -> str:
    return " ".join(text.split())
