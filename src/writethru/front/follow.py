"""Following by e-mail alone, from a page that is the same for everyone: ask, read the mail, confirm.

No cookie, no session, no script. What is answered never depends on whose the address is.
"""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from writethru.front import wording
from writethru.front.answer import only_theirs, own_page
from writethru.front.forms import ConfirmForm, FollowForm
from writethru.front.origin import is_from_our_pages, network_of
from writethru.press.pages import missing
from writethru.readers.actions.optin import AlreadyConfirmed, ask_to_follow, confirm
from writethru.readers.actions.tries import TooManyTries
from writethru.readers.following import PACES, also_asked, asked_by, manage_token
from writethru.stories.queries import public_section, public_story


@csrf_exempt  # no cookie, no token: `is_from_our_pages` asks the browser where the form stood
@require_http_methods(["GET", "HEAD", "POST"])
def follow_form(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Show the form that stands behind the doors of a story or a section, or take it."""
    of = _page(kind, slug)
    if of is None:
        return not_here()
    if getattr(of, "ended_at", None):
        return own_page(request, "follow_closed.html", title=of.title, of=of)
    form = FollowForm(request.POST or None, initial={"pace": "daily"})
    if request.method != "POST":
        return _asking(request, of, form)
    if not is_from_our_pages(request):
        return _asking(request, of, form, refused=_("Please send it from this page."), status=HTTPStatus.FORBIDDEN)
    if not form.is_valid():
        return _asking(request, of, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not form.cleaned_data["website"]:
        pace = form.cleaned_data["pace"]
        try:
            ask_to_follow(
                form.cleaned_data["email"],
                story=of if kind == "story" else None,
                section=of if kind == "section" else None,
                pace=pace,
                words=wording.by_mail(of.title, pace),
                network=network_of(request),
                now=timezone.now(),
            )
        except TooManyTries:
            sorry = _("Many have asked from your network within the hour. Please try it again later.")
            return _asking(request, of, form, refused=sorry, status=HTTPStatus.TOO_MANY_REQUESTS)
    return HttpResponseRedirect(f"{of.path_on_site}follow/asked/", status=HTTPStatus.SEE_OTHER)


@require_safe
def asked(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Say that there is a letter to look for, whosever the address is."""
    of = _page(kind, slug)
    if of is None:
        return not_here()
    return own_page(request, "follow_asked.html", title=_("Look into your mail"), of=of)


def _asking(request: HttpRequest, of: Any, form: FollowForm, *, refused: str = "", **status: Any) -> HttpResponse:
    title = _("Follow “%(title)s”") % {"title": of.title}
    return own_page(
        request,
        "follow_form.html",
        title=title,
        of=of,
        form=form,
        refused=refused,
        paces=PACES,
        chosen=_chosen(form),
        **status,
    )


def _chosen(form: Any) -> str:
    return form["pace"].value() or "daily"


def _page(kind: str, slug: str) -> Any:
    return public_story(slug) if kind == "story" else public_section(slug)


def not_here() -> HttpResponse:
    """Answer that there is no such page."""
    return only_theirs(HttpResponse(missing(), status=HTTPStatus.NOT_FOUND))


@csrf_exempt  # the link is the key, and only a page of ours posts it
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link confirms, and confirm it by a press: programs that look into links press nothing."""
    now = timezone.now()
    opt_in = asked_by(token, now=now)
    if opt_in is None:
        return own_page(
            request, "confirm_over.html", title=_("This link is no longer good"), status=HTTPStatus.NOT_FOUND
        )
    if opt_in.used_at:
        return _used(request, opt_in)
    others = also_asked(opt_in, now=now)
    form = ConfirmForm(
        request.POST if request.method == "POST" else None,
        asked=[other.pk for other in others],
        initial={"pace": opt_in.pace},
    )
    if request.method != "POST":
        return _confirming(request, opt_in, others, form)
    if not is_from_our_pages(request):
        return _confirming(
            request, opt_in, others, form, refused=_("Please send it from this page."), status=HTTPStatus.FORBIDDEN
        )
    if not form.is_valid():
        return _confirming(request, opt_in, others, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    times = form.times()
    try:
        follow = confirm(
            opt_in,
            also=form.cleaned_data["also"],
            pace=form.cleaned_data["pace"],
            updates=form.cleaned_data["updates"],
            times=times if times.quiet_from or times.zone else None,
            words=wording.confirming(),
            now=now,
        )
    except AlreadyConfirmed:
        return _used(request, opt_in)
    of = follow.story or follow.section
    return own_page(
        request,
        "confirmed.html",
        title=_("You follow “%(title)s”") % {"title": of.title},
        of=of,
        pace=wording.pace_of(follow.pace),
        manage=f"/f/{manage_token(follow.reader, follow)}/",
    )


def _confirming(
    request: HttpRequest, opt_in: Any, others: Any, form: ConfirmForm, *, refused: str = "", **status: Any
) -> HttpResponse:
    of = opt_in.story or opt_in.section
    return own_page(
        request,
        "confirm.html",
        title=_("Follow “%(title)s”?") % {"title": of.title},
        of=of,
        others=others,
        form=form,
        refused=refused,
        paces=PACES,
        chosen=_chosen(form),
        words=wording.confirming(),
        **status,
    )


def _used(request: HttpRequest, opt_in: Any) -> HttpResponse:
    """Say that it is done, and no more: whoever has the link by now need not be whose the address is."""
    return own_page(
        request,
        "confirm_used.html",
        title=_("This is confirmed"),
        of=opt_in.story or opt_in.section,
        status=HTTPStatus.GONE,
    )
