"""What every page has: the masthead, the language, the zone, and that there may be none."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_bidi

from writethru.press.once import once
from writethru.press.slot import slot_html
from writethru.stories.queries import public_sections

FEW_SECTIONS = 6


class NoSuchPage(Exception):
    """Nothing that readers may see is at this path."""


def page(template: str, *, path: str, title: str = "", **context: Any) -> bytes:
    """Return the page that `template` makes of `context`; `path` is its own, "" for one that has none."""
    given = {"site": site_words(), "path": path, "title": title, **context}
    return render_to_string(f"press/{template}", given).encode()


def site_words() -> dict[str, Any]:
    """Return what the frame of every page says of the site, as `site` in its templates."""
    sections = once(public_sections)()
    return {
        "name": settings.SITE_NAME,
        "base": settings.BASE_URL,
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "zone": settings.TIME_ZONE,
        "slot": mark_safe(slot_html()),  # noqa: S308 (the operator's own file)
        "sections": sections if len(sections) <= FEW_SECTIONS else [],
    }
