"""Answers that are one reader's own: in the frame of the site's pages, kept by nobody, found by no search engine."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from writethru.front.policy import CONTENT_SECURITY_POLICY
from writethru.press.page import site_words


def own_page(
    request: HttpRequest, template: str, *, title: str, status: HTTPStatus = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    """Return the page that a template of `front` makes of `context`. It sets a cookie only if it has a CSRF token."""
    told = {"site": site_words(), "path": "", "title": title, **context}
    return only_theirs(render(request, f"front/{template}", told, status=status))


def only_theirs(response: HttpResponse) -> HttpResponse:
    """Return `response` so that no cache keeps it."""
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
