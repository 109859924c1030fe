"""What a file from outside is: a picture that can be shown, and what it says of itself.

Only formats of pixels are taken (an SVG is a document, with scripts), and only files that decode to their end.
"""

import io
import re
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageFile, IptcImagePlugin

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}
# An agency's largest have 50 million. Each takes four bytes of memory, and that twice while it is made smaller.
MAX_PIXELS = 60_000_000
MIN_SIDE = 64  # a counter's pixel, a logo, a face beside a byline

# IPTC IIM 4.2, record 2, and the character set of its text: https://www.iptc.org/std/photometadata/specification/
_CHARSET, _BYLINE, _CREDIT, _SOURCE, _CAPTION = (1, 90), (2, 80), (2, 110), (2, 115), (2, 120)
_UTF8 = b"\x1b%G"


class NotAPicture(ValueError):
    """The file is no picture that can be shown; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's format ("jpg"), its size in pixels, and the caption and credit that are written into the file."""

    extension: str
    width: int
    height: int
    caption: str
    credit: str


def read_picture(body: bytes) -> Picture:
    """Return what the file in `body` is. Raises NotAPicture."""
    try:
        with _opened(body) as image:
            width, height = image.size
            extension = FORMATS[image.format or ""]
            if width * height > MAX_PIXELS:
                raise NotAPicture(f"It has {width} × {height} pixels, more than are taken.")
            if min(width, height) < MIN_SIDE:
                raise NotAPicture(f"It has {width} × {height} pixels, too few for a photo.")
            image.verify()
        with _opened(body) as image:
            image.load()
            return Picture(extension, width, height, *_words(image))
    except NotAPicture:
        raise
    except Exception as error:  # Pillow's readers raise whatever a broken file makes go wrong in them
        raise NotAPicture(f"It is no picture that can be read ({type(error).__name__}).") from error


def _opened(body: bytes) -> ImageFile.ImageFile:
    return Image.open(io.BytesIO(body), formats=tuple(FORMATS))


def _words(image: ImageFile.ImageFile) -> tuple[str, str]:
    """Return caption and credit: XMP's where it has them, else IPTC's. What can't be read says nothing."""
    try:
        xmp = _xmp_words(image.getxmp())
    except Exception:  # as above: a picture is good whatever is wrong in its margin
        xmp = ("", "")
    try:
        iptc = _iptc_words(IptcImagePlugin.getiptcinfo(image) or {})
    except Exception:
        iptc = ("", "")
    return xmp[0] or iptc[0], xmp[1] or iptc[1]


def _iptc_words(fields: dict[tuple[int, int], bytes | list[bytes]]) -> tuple[str, str]:
    is_utf8 = fields.get(_CHARSET) == _UTF8

    def told(field: tuple[int, int]) -> str:
        value = fields.get(field, b"")
        first = value[0] if isinstance(value, list) else value
        try:
            return _line(first.decode("utf-8"))
        except UnicodeDecodeError:
            return _line(first.decode("utf-8" if is_utf8 else "cp1252", "replace"))

    return told(_CAPTION), _credit(told(_BYLINE), told(_CREDIT) or told(_SOURCE))


def _xmp_words(xmp: dict[str, Any]) -> tuple[str, str]:
    described = xmp.get("xmpmeta", xmp).get("RDF", {}).get("Description", {})
    parts = described if isinstance(described, list) else [described]

    def told(name: str) -> str:
        return next((text for part in parts if (text := _line(_first_text(part.get(name, ""))))), "")

    return told("description"), _credit(told("creator"), told("Credit") or told("Source"))


def _first_text(value: Any) -> str:
    """Return the first text in what getxmp() makes of an rdf:Alt, an rdf:Seq or an attribute."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return next(filter(None, map(_first_text, value)), "")
    if isinstance(value, dict):
        inner = value.get("Alt") or value.get("Seq") or value.get("Bag") or value.get("li") or value.get("text")
        return _first_text(inner) if inner else ""
    return ""


def _credit(byline: str, house: str) -> str:
    """Return "Name / AFP", the shape of a photo's credit line; one of the two where the other is missing or in it."""
    if not byline or byline.casefold() in house.casefold():
        return house
    return byline if house.casefold() in byline.casefold() else f"{byline} / {house}"


def _line(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())
