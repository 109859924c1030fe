"""A reader's own pages: My stories, and how far they have read. Nothing here is baked, and no cache keeps it."""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from writethru.front.answer import own_page
from writethru.front.origin import is_from_our_pages
from writethru.readers.actions.reader import reader_of
from writethru.readers.actions.seen import mark_read, note_seen
from writethru.readers.mine import my_stories
from writethru.readers.queries import visit_of
from writethru.stories.queries import public_story

MOST_BYTES = 2000  # of a note that a page sends


@never_cache
@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Show what changed in everything that the reader follows."""
    now = timezone.now()
    mine = my_stories(reader_of(request.user, now=now), now=now)
    has_unread = any(one.unread for one in mine.stories)
    title = _("My stories")
    return own_page(request, "mine.html", title=title, path="/account/", mine=mine, has_unread=has_unread)


@never_cache
@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all that the reader follows as read."""
    now = timezone.now()
    reader = reader_of(request.user, now=now)
    mark_read(reader, stories=[one.story for one in my_stories(reader, now=now).stories], now=now)
    return HttpResponseRedirect("/account/", status=HTTPStatus.SEE_OTHER)


@csrf_exempt  # two requests of one page would each be given a token, and one of them lose: the browser says who asks
@never_cache
def seen(request: HttpRequest) -> HttpResponse:
    """Tell a page how far its reader has read the story (`?story=slug`), or note it: asked only by signed-in browsers.

    The times are seconds since 1970. Without a session the answer is 401, and the page asks no more.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"error": _("Nobody is logged in.")}, status=HTTPStatus.UNAUTHORIZED)
    story = public_story(request.GET.get("story", "")[:255])
    if story is None:
        return JsonResponse({"error": _("There is no such story.")}, status=HTTPStatus.NOT_FOUND)
    now = timezone.now()
    reader = reader_of(request.user, now=now)
    if request.method == "POST":
        if not is_from_our_pages(request):
            return JsonResponse({"error": _("Please send it from this page.")}, status=HTTPStatus.FORBIDDEN)
        upto = _upto(request.body) if len(request.body) <= MOST_BYTES else None
        if upto is None:
            return JsonResponse({"error": _("“seen” must be seconds since 1970.")}, status=HTTPStatus.BAD_REQUEST)
        return JsonResponse({"visit": _told(note_seen(reader, story=story, upto=upto, now=now))})
    return JsonResponse({"visit": _told(visit_of(reader, story))})


def _upto(body: bytes) -> datetime | None:
    try:
        return datetime.fromtimestamp(json.loads(body)["seen"], UTC)
    except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError):
        return None


def _told(visit: Any) -> dict[str, Any] | None:
    """Return a visit as the script keeps one: milliseconds for times of day, seconds for what stood there."""
    if visit is None:
        return None
    told = {"at": round(visit.seen_at.timestamp() * 1000), "seen": int(visit.upto.timestamp()), "from": None}
    if visit.from_at:
        told["from"] = {"at": round(visit.from_at.timestamp() * 1000), "seen": int(visit.from_upto.timestamp())}
    return told
