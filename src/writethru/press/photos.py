"""The photos on pages: each in two sizes, as files of the page store, so that the store is the whole public site.

    /photo/12-3fa9c1d2-w1200.webp

The name changes with the picture and with what an editor takes to be its middle, so a file may be kept for ever. A
photo of which there is no picture, yet or any more, is shown by its words alone.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wagtail.images.models import SourceImageIOError

from writethru.lib.words import photo_credit
from writethru.press.page import NoSuchPage
from writethru.stories import pagestore
from writethru.stories.queries import Photo, Reading, photo_to_show, photos_at

log = logging.getLogger(__name__)

Pictures = Mapping[str, Photo]  # by the address that the wire names


@dataclass(frozen=True, slots=True)
class Picture:
    """What an <img> says; `srcset` is "" where the original is no larger than the smaller size."""

    src: str
    srcset: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A photo's place on a page: its picture, if there is one to show, and its words."""

    picture: Picture | None
    caption: str
    credit: str


def pictures_of(readings: Iterable[Reading]) -> Pictures:
    """Return the photos that these reports show and that we have: three queries, none if they name no photo."""
    addresses = {photo["address"] for reading in readings for photo in reading.current.photos}
    return photos_at(addresses) if addresses else {}


def figures(photos: Sequence[Mapping[str, str]], pictures: Pictures) -> Iterator[Figure]:
    """Give each photo's place, with the wire's words, or where it has none the picture's own."""
    for named in photos:
        photo = pictures.get(named["address"])
        picture = _picture(photo, alt=named.get("alt", "")) if photo else None
        caption, credit = named.get("caption", "").strip(), named.get("credit", "").strip()
        if photo and picture:
            caption, credit = caption or photo.caption, credit or photo.credit
        if picture or caption or credit:
            yield Figure(picture, caption, photo_credit(credit))


def picture_file(photo_id: str, mark: str, width: str) -> bytes:
    """Return the file of one size of a photo, for a store that has lost it."""
    photo = photo_to_show(int(photo_id))
    if photo is not None and mark == _mark(photo):
        for rendition in _renditions(photo):
            if rendition.width == int(width):
                return _read(rendition)
    raise NoSuchPage(f"/photo/{photo_id}-{mark}-w{width}.webp")


def _picture(photo: Photo, *, alt: str) -> Picture | None:
    """Return the picture, its files put into the store; None if the library has lost it."""
    try:
        sizes = {rendition.width: rendition for rendition in _renditions(photo)}
        paths = {width: _put(photo, rendition) for width, rendition in sizes.items()}
    except (SourceImageIOError, OSError):
        log.exception("Photo %s can't be shown", photo.pk)
        return None
    largest, smallest = max(sizes), min(sizes)
    return Picture(
        src=paths[smallest],
        srcset=", ".join(f"{paths[width]} {width}w" for width in sorted(sizes)) if len(sizes) > 1 else "",
        width=largest,
        height=sizes[largest].height,
        alt=alt or photo.description,
    )


def _renditions(photo: Photo) -> list[Any]:
    return list(photo.get_renditions(*photo.shown_as).values())


def _put(photo: Photo, rendition: Any) -> str:
    """Return the path of one size of a photo, put into the store if it isn't there."""
    path = f"/photo/{photo.pk}-{_mark(photo)}-w{rendition.width}.webp"
    if not pagestore.file_for(path).exists():
        pagestore.put(path, _read(rendition))
    return path


def _read(rendition: Any) -> bytes:
    with rendition.file.open("rb") as file:
        return bytes(file.read())


def _mark(photo: Photo) -> str:
    """Return 8 hexadecimal digits that change with the picture, its focal point, and how it is made smaller."""
    point = (photo.focal_point_x, photo.focal_point_y, photo.focal_point_width, photo.focal_point_height)
    made_of = repr((photo.get_file_hash(), point, photo.shown_as))
    return hashlib.sha256(made_of.encode()).hexdigest()[:8]
