"""Which path is which page. `render(path)` is the whole of what the press can make.

render("/story/united-states-and-japan/")    b"<!doctype html>…"
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.utils import timezone, translation

from writethru.press import feeds, fronts, live, pages, photos, privacy
from writethru.press.assets import service_worker
from writethru.press.once import run
from writethru.press.page import NoSuchPage
from writethru.stories.actions.bake import Rank

_SLUG = r"[^/]+"
# A number is written in one way. "/fragment/01.html" would be a second page, and stay when a kill takes the first away.
_ID = r"[1-9]\d{0,17}"
_FORM = r"atom|rss|json"

ROUTES: tuple[tuple[re.Pattern[str], Callable[..., bytes], Rank], ...] = tuple(
    (re.compile(pattern, re.ASCII), page, rank)
    for pattern, page, rank in (
        (r"/", fronts.latest, Rank.FRONT),
        (rf"/feed\.({_FORM})", feeds.latest_feed, Rank.FEED),
        (r"/sw\.js", service_worker, Rank.FRONT),
        (r"/trending/", fronts.trending, Rank.FRONT),
        (r"/privacy/", privacy.privacy, Rank.FRONT),
        (rf"/section/({_SLUG})/", fronts.section_page, Rank.FRONT),
        (rf"/story/({_SLUG})/", pages.story_page, Rank.STORY),
        (rf"/story/({_SLUG})/feed\.({_FORM})", feeds.story_feed, Rank.FEED),
        (rf"/story/({_SLUG})/live\.json", live.live_json, Rank.LIVE),
        (rf"/story/({_SLUG})/(\d{{4}})/(\d\d)/", pages.month_page, Rank.STORY),
        (rf"/story/({_SLUG})/(\d{{4}}/\d\d/\d\d)/", pages.day_page, Rank.STORY),
        (rf"/news/(\d{{4}}/\d\d/\d\d)/({_SLUG})-({_ID})/", pages.report_page, Rank.REPORT),
        (rf"/news/(\d{{4}}/\d\d/\d\d)/({_SLUG})-({_ID})/v([1-9]\d{{0,5}})/", pages.version_page, Rank.REPORT),
        (rf"/fragment/({_ID})\.html", pages.fragment, Rank.FRAGMENT),
        (rf"/photo/({_ID})-([0-9a-f]{{8}})-w([1-9]\d{{0,3}})\.webp", photos.picture_file, Rank.FRAGMENT),
    )
)


def render(path: str) -> bytes:
    """Return what readers get at `path`, in the site's language and zone. Raises NoSuchPage."""
    for pattern, page, _rank in ROUTES:
        if found := pattern.fullmatch(path):
            with translation.override(settings.LANGUAGE_CODE), timezone.override(settings.TIME_ZONE), run():
                return page(*found.groups())
    raise NoSuchPage(path)


def rank_of(path: str) -> Rank | None:
    """Return how early `path` is baked; None if the press makes no such page."""
    return next((rank for pattern, _page, rank in ROUTES if pattern.fullmatch(path)), None)
