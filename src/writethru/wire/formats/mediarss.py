"""Which pictures a feed's item has: Media RSS, enclosures, Atom's enclosure links.

A media:group holds one picture in several sizes, and some wires send the sizes ungrouped, apart in the query
only; the widest stands for all. https://www.rssboard.org/media-rss
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from itertools import chain, islice
from typing import Any

from writethru.wire.formats import WirePhoto
from writethru.wire.formats.links import absolute

MAX_PHOTOS = 50

_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic|tiff?)(?:$|[?#])", re.IGNORECASE)
_GROUP = re.compile(rb"<((?:[\w.-]+:)?group)(?:\s[^<>]*)?>")
_CREDIT = re.compile(rb"<[\w.-]+:credit(?:\s[^<>]*)?>([^<]*)")
_DESCRIPTION = re.compile(rb"<media:description(?:\s[^<>]*)?>([^<]*)")
_THUMBNAIL = re.compile(rb"<[\w.-]+:thumbnail\s[^<>]*?url\s*=\s*[\"']([^\"']+)")


def media_photos(entry: Mapping[str, Any], skeleton: bytes, *, base: str) -> tuple[WirePhoto, ...]:
    """Return the pictures of an entry as fastfeedparser or feedparser give it; `skeleton` is its bytes without text."""
    found = list(islice(chain(_contents(entry, base), _enclosures(entry, base)), MAX_PHOTOS))
    if not found and b":thumbnail" in skeleton:
        addresses = (absolute(unescape(url.decode("utf-8", "replace")), base) for url in _THUMBNAIL.findall(skeleton))
        found = [WirePhoto(address) for address in addresses if address][:1]
    if not found:
        return ()
    if len(found) > 1 and b":group" in skeleton:
        found = _widest_of_groups(found, skeleton)
    photos: dict[str, WirePhoto] = {}
    for photo in found:
        same = photo.address.partition("?")[0] if photo.width else photo.address
        if same not in photos:
            photos[same] = photo
        elif (photo.width or 0) > (photos[same].width or 0):
            photos[same] = _filled(photo, photos[same])
        else:
            photos[same] = _filled(photos[same], photo)
    return _with_shared_words(tuple(photos.values()), skeleton)


def _contents(entry: Mapping[str, Any], base: str) -> Iterator[WirePhoto]:
    for media in entry.get("media_content") or ():
        kind, address = str(media.get("type") or ""), absolute(str(media.get("url") or ""), base)
        is_image = media.get("medium") == "image" or kind.startswith("image/")
        if not is_image and not (kind or media.get("medium")):
            is_image = bool(_IMAGE_NAME.search(address))
        if not is_image:
            address, kind = absolute(str(media.get("thumbnail_url") or ""), base), ""
        if address:
            title, caption = str(media.get("title") or ""), str(media.get("description") or "")
            credit = str(media.get("credit") or "")
            width, height = _pixels(media.get("width")), _pixels(media.get("height"))
            alt = title if caption else ""
            yield WirePhoto(address, caption or title, credit, alt, kind, width, height)


def _enclosures(entry: Mapping[str, Any], base: str) -> Iterator[WirePhoto]:
    linked = [link for link in entry.get("links") or () if link.get("rel") == "enclosure"]
    for enclosure in [*(entry.get("enclosures") or ()), *linked]:
        kind = str(enclosure.get("type") or "")
        address = absolute(str(enclosure.get("url") or enclosure.get("href") or ""), base)
        if address and (kind.startswith("image/") or (not kind and _IMAGE_NAME.search(address))):
            yield WirePhoto(address, media_type=kind)


def _pixels(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isdecimal() and 0 < int(text[:9]) < 100_000 and len(text) < 6 else None


def _widest_of_groups(photos: list[WirePhoto], skeleton: bytes) -> list[WirePhoto]:
    for found in islice(_GROUP.finditer(skeleton), MAX_PHOTOS):
        end = skeleton.find(b"</" + found.group(1), found.end())
        group = skeleton[found.end() : end] if end >= 0 else b""
        sent = unescape(group.decode("utf-8", "replace"))
        sizes = [photo for photo in photos if photo.address in sent]
        if len(sizes) > 1:
            widest = max(sizes, key=lambda photo: photo.width or 0)
            photos = [photo for photo in photos if photo is widest or photo not in sizes]
    return photos


def _filled(photo: WirePhoto, other: WirePhoto) -> WirePhoto:
    """Return the photo with the words of another rendering of it where it has none of its own."""
    caption, credit, alt = photo.caption or other.caption, photo.credit or other.credit, photo.alt or other.alt
    return replace(photo, caption=caption, credit=credit, alt=alt, media_type=photo.media_type or other.media_type)


def _with_shared_words(photos: tuple[WirePhoto, ...], skeleton: bytes) -> tuple[WirePhoto, ...]:
    """Give a single picture the credit and description that stand beside it instead of in it."""
    if len(photos) != 1 or (photos[0].credit and photos[0].caption):
        return photos
    credit = photos[0].credit or _only(_CREDIT, skeleton)
    return (replace(photos[0], credit=credit, caption=photos[0].caption or _only(_DESCRIPTION, skeleton)),)


def _only(pattern: re.Pattern[bytes], skeleton: bytes) -> str:
    words = {unescape(word.decode("utf-8", "replace")).strip() for word in pattern.findall(skeleton)}
    return words.pop() if len(words) == 1 else ""
