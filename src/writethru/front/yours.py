"""What we hold about a reader: to read, to take along, and to have deleted. By login; without an account by the link of
any mail, which whoever it was forwarded to has as well."""

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from writethru.bulletins.actions.forgetting import forget_reader
from writethru.bulletins.yours import held_about
from writethru.front.answer import only_theirs, own_page
from writethru.front.readable import readable
from writethru.readers import links, queries
from writethru.readers.actions.reader import reader_of

View = Callable[..., HttpResponse]


def _by_login(view: View) -> View:
    """Give the view the reader who is logged in, and the address that its pages are below."""

    @wraps(view)
    def found(request: HttpRequest) -> HttpResponse:
        return view(request, reader_of(request.user, now=timezone.now()), "/account/")

    return never_cache(login_required(found))


def _by_link(view: View) -> View:
    """Give the view the reader that a signed link is for; there is no session, so no other site can ride on one.

    One with an account logs in first.
    """

    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        try:
            reader = queries.reader_numbered(links.read(links.FOLLOW, token)[0])
        except links.BadToken:
            reader = None
        if reader is None:
            raise Http404
        if reader.account_id:
            door = request.path.removeprefix(f"/f/{token}/")
            return only_theirs(HttpResponseRedirect(f"/account/{door}", status=HTTPStatus.SEE_OTHER))
        return view(request, reader, f"/f/{token}/")

    return csrf_exempt(never_cache(found))


@require_safe
def _yours(request: HttpRequest, reader: Any, below: str) -> HttpResponse:
    title, held = _("What we hold about you"), readable(held_about(reader))
    return own_page(request, "yours.html", title=title, held=held, below=below)


@require_safe
def _yours_json(request: HttpRequest, reader: Any, below: str) -> HttpResponse:
    body = json.dumps(held_about(reader), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="what-we-hold-about-you.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def _delete(request: HttpRequest, reader: Any, below: str) -> HttpResponse:
    """Ask first; deleted is deleted. Staff are not deleted here: their name stands under what they published."""
    is_staff = reader.account_id and queries.staff_accounts().filter(pk=reader.account_id).exists()
    if request.method != "POST" or is_staff:
        status = HTTPStatus.FORBIDDEN if request.method == "POST" else HTTPStatus.OK
        title = _("Delete all of it")
        return own_page(request, "delete.html", title=title, status=status, below=below, is_staff=is_staff)
    forget_reader(reader, now=timezone.now())
    logout(request)
    return HttpResponseRedirect("/deleted/", status=HTTPStatus.SEE_OTHER)


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """Say that it is done."""
    return own_page(request, "deleted.html", title=_("Deleted"))


yours, yours_json, delete = (_by_login(view) for view in (_yours, _yours_json, _delete))
yours_by_link, yours_json_by_link, delete_by_link = (_by_link(view) for view in (_yours, _yours_json, _delete))
