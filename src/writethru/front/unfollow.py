"""The links that stop what a mail brings: pressed by a mail program (RFC 8058), or on the page that they lead to.

A POST stops at once: no cookie, no login, no redirect, and no question where it comes from, for mail programs have no
page of ours open. GET and HEAD change nothing, for programs that look into links press nothing.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from writethru.bulletins.actions.settle import wait_for_claims
from writethru.front import wording
from writethru.front.answer import only_theirs, own_page
from writethru.front.follow import not_here
from writethru.front.origin import is_from_our_pages
from writethru.readers.actions.follow import follow_again, stop_all_mail, take_mail_again, unfollow
from writethru.readers.following import follow_of, follow_to_stop, is_ours_to_stop, manage_token, reader_to_stop


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a follow, or ask whether to; a link of a mail about many things stops all mail."""
    known = follow_to_stop(token)
    if known is None:
        return _gone(request) if is_ours_to_stop(token) else not_here()
    reader, follow_id = known
    if not follow_id:
        return _stop_all(request, reader, at=f"/u/{token}/")
    row = follow_of(reader, follow_id)
    if row is None:
        return _gone(request)
    title = (row.story or row.section).title
    told = {"of": row.story or row.section, "at": f"/u/{token}/", "manage": f"/f/{manage_token(reader, row)}/"}
    if request.method != "POST":
        name = _("You no longer follow “%(title)s”") if row.ended_at else _("Stop following “%(title)s”?")
        return _page(request, name % {"title": title}, is_stopped=bool(row.ended_at), **told)
    if request.POST.get("do") == "again":
        if is_from_our_pages(request):
            follow_again(row, words=wording.again(title), now=timezone.now())
        return _page(request, _("You follow “%(title)s”") % {"title": title}, is_again=True, **told)
    unfollow(row, now=timezone.now())
    wait_for_claims(reader.pk)
    if _is_one_click(request):
        return _one_click()
    return _page(request, _("You no longer follow “%(title)s”") % {"title": title}, is_stopped=True, **told)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_all(request: HttpRequest, token: str) -> HttpResponse:
    """Stop all mail to a reader, or ask whether to."""
    reader = reader_to_stop(token)
    if reader is None:
        return _gone(request) if is_ours_to_stop(token, all_mail=True) else not_here()
    return _stop_all(request, reader, at=f"/u/all/{token}/")


def _gone(request: HttpRequest) -> HttpResponse:
    """Say that it is deleted: there is nothing left that could be sent."""
    if request.method == "POST":
        return _one_click()
    return own_page(request, "unfollow_gone.html", title=_("This is deleted"))


def _stop_all(request: HttpRequest, reader: Any, *, at: str) -> HttpResponse:
    told = {"of": None, "at": at, "manage": f"/f/{manage_token(reader)}/"}
    if request.method != "POST":
        name = _("No mail comes to you any more") if reader.mail_stopped_at else _("Stop all mail?")
        return _page(request, name, is_stopped=bool(reader.mail_stopped_at), **told)
    if request.POST.get("do") == "again":
        if is_from_our_pages(request):
            take_mail_again(reader, words=wording.all_mail_again(), now=timezone.now())
            reader.refresh_from_db()
        if reader.mail_stopped_at:  # mail came back from there, or was called spam: a press does not change that
            return _page(request, _("No mail comes to you any more"), is_stopped=True, **told)
        return _page(request, _("Mail comes again"), is_again=True, **told)
    stop_all_mail(reader, now=timezone.now())
    wait_for_claims(reader.pk)
    if _is_one_click(request):
        return _one_click()
    return _page(request, _("No mail comes to you any more"), is_stopped=True, **told)


def _page(
    request: HttpRequest, title: str, *, is_stopped: bool = False, is_again: bool = False, **told: Any
) -> HttpResponse:
    return own_page(request, "unfollow.html", title=title, is_stopped=is_stopped, is_again=is_again, **told)


def _is_one_click(request: HttpRequest) -> bool:
    return request.POST.get("List-Unsubscribe") == "One-Click"


def _one_click() -> HttpResponse:
    return only_theirs(HttpResponse(_("Done.") + "\n", content_type="text/plain; charset=utf-8"))
