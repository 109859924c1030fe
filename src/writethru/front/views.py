"""The readers' doors where no file server stands in front: files of the page store, and the state of the house."""

import hashlib
import logging
from datetime import timedelta
from http import HTTPStatus
from pathlib import PurePosixPath

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import resolve
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import escape_leading_slashes, http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from writethru.front import policy
from writethru.press.bake import bake_first
from writethru.press.pages import gone, missing
from writethru.stories import pagestore, queries

log = logging.getLogger(__name__)

LATE = timedelta(minutes=10)  # a page that has waited for longer means that nobody bakes


@csrf_exempt  # it answers what is not safe by 405, and changes nothing
@require_safe
def baked(request: HttpRequest, path: str = "") -> HttpResponse:
    """Serve what is baked at `path`; what may be baked there and is not yet is baked now."""
    path = "/" + path
    try:
        file = pagestore.file_for(path)
    except pagestore.BadPath:
        return _page(missing(), status=HTTPStatus.NOT_FOUND)
    body = pagestore.get(path) or bake_first(path)
    if body is not None:
        changed_at = file.stat().st_mtime if file.exists() else None
        return _file(request, path, body, changed_at=changed_at)
    if _is_there_with_a_slash(path):
        return _moved(request, path + "/")
    if moved := queries.moved_below(path):
        return HttpResponsePermanentRedirect(moved)
    if queries.is_gone(path):
        return _page(gone(path), status=HTTPStatus.GONE)
    return _page(missing(path), status=HTTPStatus.NOT_FOUND)


def _file(request: HttpRequest, path: str, body: bytes, *, changed_at: float | None) -> HttpResponse:
    name = "index.html" if path.endswith("/") else path
    kind = policy.CONTENT_TYPES.get(PurePosixPath(name).suffix, policy.ANY_TYPE)
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    told = {**policy.headers(), "Cache-Control": policy.cache_control(path), "ETag": etag}
    whole = HttpResponse(body, content_type=kind, headers=told)
    last_modified = int(changed_at) if changed_at is not None else None
    if last_modified is not None:
        whole["Last-Modified"] = http_date(last_modified)
    return get_conditional_response(request, etag=etag, last_modified=last_modified, response=whole)


def _is_there_with_a_slash(path: str) -> bool:
    """Return whether the same path with a slash at its end is a door, or a page."""
    if path.endswith("/"):
        return False
    if resolve(path + "/").func is not baked:
        return True
    return pagestore.get(path + "/") is not None or bake_first(path + "/") is not None


def _moved(request: HttpRequest, path: str) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(escape_leading_slashes(path) + ("?" + query if query else ""))


def _page(body: bytes, *, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(body, status=status, headers={**policy.headers(), "Cache-Control": policy.A_WHILE})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say in JSON whether the house stands: 200, or 503 with what is wrong."""
    try:
        queue = queries.page_queue()
    except DatabaseError as error:
        log.error("The database does not answer: %s", error)  # its words name hosts and users, and anybody may ask
        return _health({"ok": False, "database": type(error).__name__})
    now = timezone.now()
    waited = now - queue.oldest_at if queue.oldest_at else timedelta()
    return _health(
        {
            "ok": waited < LATE,
            "database": "ok",
            "pages_due": queue.due,
            "pages_failed": queue.failed,
            "oldest_page_due_seconds": round(waited.total_seconds()),
        }
    )


def _health(told: dict[str, object]) -> HttpResponse:
    response = JsonResponse(told, status=HTTPStatus.OK if told["ok"] else HTTPStatus.SERVICE_UNAVAILABLE)
    response["Cache-Control"] = "no-store"
    return response
