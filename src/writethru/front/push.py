"""Notifications in a browser: its script asks here, from our own pages only, with an account or without.

The address of a subscription and its secret are known to the browser and to us alone; both together say who asks.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from writethru.front import wording
from writethru.front.answer import only_theirs
from writethru.front.origin import is_from_our_pages, network_of
from writethru.lib.webpush import BadSubscription, browser_keys, public_key
from writethru.readers.actions.browsers import (
    NotThisBrowser,
    endpoint_hash,
    is_same_browser,
    renew_browser,
    stop_in_browser,
    subscribe_browser,
)
from writethru.readers.actions.follow import follow
from writethru.readers.actions.reader import reader_of
from writethru.readers.actions.tries import TooManyTries, knock
from writethru.readers.following import browser_at, follow_at, manage_token
from writethru.stories.queries import public_section, public_story

MOST_BYTES, MOST_CHARACTERS = 4000, 1000
AN_HOUR, MOST_AN_HOUR = timedelta(hours=1), 120
NEW_AN_HOUR = 20  # browsers of one network: each is kept, and is knocked at for each alert
PUSHED = ("once", "key")
Given = dict[str, Any]


class Refused(Exception):
    """What a browser sent can't be meant."""


@require_safe
def key(request: HttpRequest) -> JsonResponse:
    """Tell the public key that a browser subscribes with."""
    return _answer({"key": public_key()})


def _from_a_browser(view: Callable[[HttpRequest, Given], JsonResponse]) -> Callable[[HttpRequest], JsonResponse]:
    """Return a view that is given what a page of ours has sent, as JSON, not too often."""

    @csrf_exempt  # no cookie is needed: `is_from_our_pages` asks the browser where the script ran
    @require_POST
    @wraps(view)
    def asked(request: HttpRequest) -> JsonResponse:
        if not is_from_our_pages(request):
            return _answer({"error": _("Please send it from this page.")}, HTTPStatus.FORBIDDEN)
        try:
            knock("push", network_of(request), most=MOST_AN_HOUR, within=AN_HOUR, now=timezone.now())
            return view(request, _given(request))
        except TooManyTries:
            return _answer({"error": _("Please try it again later.")}, HTTPStatus.TOO_MANY_REQUESTS)
        except (Refused, BadSubscription) as error:
            return _answer({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        except NotThisBrowser:
            return _answer({"error": _("This is another browser's.")}, HTTPStatus.FORBIDDEN)

    return asked


@_from_a_browser
def subscribe(request: HttpRequest, given: Given) -> JsonResponse:
    """Let a browser follow the story or section at `path`; with a `pace`, at that."""
    of, now = _page(given.get("path")), timezone.now()
    pace = given.get("pace") or ""
    if of is None or getattr(of, "ended_at", None) or pace not in {"", *PUSHED}:
        raise Refused(_("There is nothing to follow here."))
    reader = reader_of(request.user, now=now) if request.user.is_authenticated else None
    keys = _keys(given)
    if browser_at(endpoint_hash(keys["endpoint"])) is None:
        knock("new browser", network_of(request), most=NEW_AN_HOUR, within=AN_HOUR, now=now)
    browser = subscribe_browser(**keys, reader=reader, now=now)
    there = follow_at(browser.reader, of.path_on_site)
    pace = pace or (there.pace if there else "once")
    row = follow(
        browser.reader,
        **{"story" if of.path_on_site.startswith("/story/") else "section": of},
        pace=pace,
        by_mail=False,
        by_push=True,
        words=wording.in_browser(of.title, pace),
        now=now,
    )
    return _answer(_told(row))


@_from_a_browser
def state(_request: HttpRequest, given: Given) -> JsonResponse:
    """Tell a browser whether it is told of the story or section at `path`."""
    browser = browser_at(endpoint_hash(str(given.get("endpoint"))))
    if browser is None or browser.ended_at or not is_same_browser(browser, str(given.get("auth"))):
        return _answer({"follow": None})
    row = follow_at(browser.reader, str(given.get("path"))[:300])
    return _answer(_told(row) if row and row.by_push else {"follow": None})


@_from_a_browser
def unsubscribe(_request: HttpRequest, given: Given) -> JsonResponse:
    """Tell a browser no more of the story or section at `path`. Doing it again changes nothing."""
    browser = browser_at(endpoint_hash(str(given.get("endpoint"))))
    if browser:
        if not is_same_browser(browser, str(given.get("auth"))):
            raise NotThisBrowser(browser.pk)
        if row := follow_at(browser.reader, str(given.get("path"))[:300]):
            stop_in_browser(row, words=wording.changing(), now=timezone.now())
    return _answer({"follow": None})


@_from_a_browser
def renew(_request: HttpRequest, given: Given) -> JsonResponse:
    """Put a browser's new subscription where its `old` one was: push services give out new ones when they like."""
    old = given.get("old")
    if not isinstance(old, dict):
        raise Refused(_("“old” must be a subscription."))
    renewed = renew_browser(str(old.get("endpoint")), old_auth=str(old.get("auth")), **_keys(given), now=timezone.now())
    return _answer({"renewed": renewed})


def _told(row: Any) -> Given:
    # Who has an account may have left this browser to somebody else.
    by_link = f"/f/{manage_token(row.reader, row)}/"
    return {
        "follow": {"pace": row.pace, "says": wording.following(row)},
        "manage": f"/account/following/?f={row.pk}" if row.reader.account_id else by_link,
    }


def _given(request: HttpRequest) -> Given:
    try:
        given = json.loads(request.body) if len(request.body) <= MOST_BYTES else None
        written = json.dumps(given, ensure_ascii=False).encode()  # no database keeps half a letter
    except (ValueError, RecursionError):
        given, written = None, b""
    if not isinstance(given, dict) or b"\\u0000" in written:
        raise Refused(_("This must be an object in JSON."))
    return given


def _keys(given: Given) -> dict[str, str]:
    """Return address and keys of a subscription that may be one. Who sends looks where the address leads to."""
    endpoint, p256dh, auth = (str(given.get(name) or "") for name in ("endpoint", "p256dh", "auth"))
    browser_keys(p256dh, auth)
    if len(endpoint) > MOST_CHARACTERS or not _may_be_pushed_to(endpoint):
        raise Refused(_("“endpoint” must be the address of a push service."))
    return {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}


def _may_be_pushed_to(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if f"{host}:{port}" in settings.FETCH_ALLOW:
        return True
    if parts.scheme != "https" or not host or parts.username is not None or not endpoint.isascii():
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host


def _page(path: Any) -> Any:
    kind, _slash, slug = str(path).strip("/").partition("/")
    read = {"story": public_story, "section": public_section}.get(kind)
    return read(slug[:255]) if read else None


def _answer(told: Given, status: HTTPStatus = HTTPStatus.OK) -> JsonResponse:
    response = JsonResponse(told, status=status)
    only_theirs(response)
    return response
