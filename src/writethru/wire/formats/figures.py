"""Photos inside the text: what a <figure> of HTML says. https://html.spec.whatwg.org/#the-figure-element

Feeds that have no other place for a photo put it there. A bare <img> is left: most are counters, buttons and faces.
"""

import re
from collections.abc import Iterator
from html import unescape

from writethru.wire.formats import WirePhoto
from writethru.wire.formats.links import absolute

MAX_FIGURES = 20

# Spelled out: with IGNORECASE every character of the text would be looked at, not every "<".
_FIGURE = re.compile(r"<[fF][iI][gG][uU][rR][eE](?=[\s>])")
_FIGURE_END = re.compile(r"</figure\s*>", re.IGNORECASE)
_IMG = re.compile(r"<img(?=[\s/])[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?<![-\w])(src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_CAPTION = re.compile(r"<figcaption(?=[\s>])[^<>]*>", re.IGNORECASE)
_CAPTION_END = re.compile(r"</figcaption\s*>", re.IGNORECASE)
_CREDIT = re.compile(r"<(small|cite)(?:\s[^<>]*)?>([^<>]*)</\1\s*>", re.IGNORECASE)


def figures(html: str, *, base: str = "") -> tuple[WirePhoto, ...]:
    """Return the photos of the figures in the HTML, in order; captions as sent, credits where they are set apart."""
    return tuple(_photos(html, base)) if _FIGURE.search(html) else ()


def _photos(html: str, base: str) -> Iterator[WirePhoto]:
    for part in _FIGURE.split(html, MAX_FIGURES)[1:]:
        end = _FIGURE_END.search(part)
        figure = part[: end.start()] if end else ""
        image = _IMG.search(figure)
        said = {found[1].lower(): _value(found) for found in _ATTRIBUTE.finditer(image[0])} if image else {}
        if address := absolute(said.get("src", ""), base):
            caption = _caption(figure)
            credit = _CREDIT.search(caption)
            yield WirePhoto(address, caption, credit[2] if credit else "", said.get("alt", ""))


def _value(found: re.Match[str]) -> str:
    return unescape(next((group for group in found.groups()[1:] if group is not None), "")).strip()


def _caption(figure: str) -> str:
    start = _CAPTION.search(figure)
    end = start and _CAPTION_END.search(figure, start.end())
    return figure[start.end() : end.start()] if start and end else ""
