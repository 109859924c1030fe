"""All that a reader follows, in one list: behind a login, and behind the signed link of every mail without one."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from writethru.front import wording
from writethru.front.answer import only_theirs, own_page
from writethru.front.follow import not_here
from writethru.front.forms import MUTES, AllTimesForm, FollowChangeForm
from writethru.front.origin import is_from_our_pages
from writethru.readers.actions.follow import (
    BY_THEMSELVES,
    change_follow,
    follow,
    follow_again,
    take_mail_again,
    unfollow,
)
from writethru.readers.actions.offers import answer_offer
from writethru.readers.actions.reader import reader_of
from writethru.readers.actions.times import pause_everything, set_times
from writethru.readers.following import PACES, follow_at, follow_of, following_of, offer_to, reader_by, stop_all_token
from writethru.stories.queries import public_section, public_story

MOST_PAGES = 1000


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def following(request: HttpRequest) -> HttpResponse:
    """Show what the account's reader follows, or change it."""
    reader = reader_of(request.user, now=timezone.now())
    if request.method == "POST":
        return _change(request, reader, at="/account/following/")
    return _list(request, reader, at="/account/following/", csrf=get_token(request))


@csrf_exempt  # the link is the key, and only a page of ours posts it
@require_http_methods(["GET", "HEAD", "POST"])
def following_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the reader follows whose link this is, or change it; nobody logs in."""
    known = reader_by(token)
    if known is None:
        return not_here()
    reader, first = known
    if request.method != "POST":
        return _list(request, reader, at=f"/f/{token}/", first=first)
    if not is_from_our_pages(request):
        sorry = _("Please send it from this page.")
        return _list(request, reader, at=f"/f/{token}/", first=first, refused=sorry, status=HTTPStatus.FORBIDDEN)
    return _change(request, reader, at=f"/f/{token}/")


def _list(
    request: HttpRequest,
    reader: Any,
    *,
    at: str,
    csrf: str = "",
    first: int = 0,
    times: AllTimesForm | None = None,
    refused: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    told = following_of(
        reader,
        first=_number(request.GET.get("f")) or first,
        page=min(_number(request.GET.get("page")) or 1, MOST_PAGES),
    )
    form = times or AllTimesForm(
        initial={
            name: getattr(reader, name) for name in ("zone", "quiet_from", "quiet_until", "digest_at", "digest_day")
        }
    )
    return own_page(
        request,
        "following.html",
        title=_("What you follow"),
        status=status,
        at=at,
        csrf=csrf,
        refused=refused,
        done=_done(request.GET.get("done", ""), told.first),
        told=told,
        reader=reader,
        may_take_mail=reader.mail_stopped_because in BY_THEMSELVES,
        paces=PACES,
        form=form,
        mutes=_mutes(),
        stop_all=f"/u/all/{stop_all_token(reader)}/" if reader.email and not reader.mail_stopped_at else "",
        now=timezone.now(),
        again=wording.all_mail_again(),
    )


def _mutes() -> list[tuple[str, str]]:
    return [("day", _("for a day")), ("week", _("for a week")), ("month", _("for 30 days"))]


def _done(code: str, first: Any) -> str:
    """Return what was done, as the page says it above all else."""
    of = (first.story or first.section).title if first else ""
    said = {
        "saved": _("Saved: “%(title)s”, %(told)s.")
        % {"title": of, "told": wording.told(first).lower() if first else ""},
        "following": _("You follow “%(title)s”.") % {"title": of},
        "stopped": _("You no longer follow “%(title)s”.") % {"title": of},
        "paused": _("“%(title)s” is paused.") % {"title": of},
        "goes-on": _("“%(title)s” goes on.") % {"title": of},
    }
    if code in said:
        return said[code] if first else ""
    return {
        "times": _("Saved."),
        "all-goes-on": _("It goes on."),
        "answered": _("Thank you. You are not asked again."),
        "mail-again": _("Mail comes again."),
    }.get(code, "")


def _change(request: HttpRequest, reader: Any, *, at: str) -> HttpResponse:
    """Do what was pressed, and lead back to the list."""
    now, pressed = timezone.now(), request.POST.get("do", "")
    if pressed in {"save", "pace", "pause", "go-on", "stop", "again"}:
        row = follow_of(reader, _number(request.POST.get("follow")))
        if row is None:
            return not_here()
        return _back(at, _change_one(request, row, pressed, now=now), follow=row.pk)
    if pressed in {"yes", "no"}:
        offer = offer_to(reader, _number(request.POST.get("offer")))
        if offer:
            answer_offer(offer, reader=reader, yes=pressed == "yes", words=wording.also(offer), now=now)
        return _back(at, "answered")
    if pressed in {"pause-all", "go-on-all"}:
        pause_everything(reader, is_paused=pressed == "pause-all", now=now)
        return _back(at, "all-paused" if pressed == "pause-all" else "all-goes-on")
    if pressed == "mail-again":
        take_mail_again(reader, words=wording.all_mail_again(), now=now)
        return _back(at, "mail-again")
    times = AllTimesForm(request.POST)
    if not times.is_valid():
        csrf = get_token(request) if at.startswith("/account/") else ""
        return _list(request, reader, at=at, csrf=csrf, times=times, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    set_times(reader, times=times.times())
    return _back(at, "times")


def _change_one(request: HttpRequest, row: Any, pressed: str, *, now: Any) -> str:
    """Do what was pressed beside one follow, and return what was done."""
    title = (row.story or row.section).title
    if pressed == "stop":
        unfollow(row, now=now)
        return "stopped"
    if pressed == "again":
        follow_again(row, words=wording.again(title), now=now)
        return "following"
    chosen = {
        name: getattr(row, name) for name in ("pace", "by_mail", "by_push", "updates", "paused_at", "muted_until")
    }
    if pressed == "pace":
        if request.POST.get("pace") not in dict(PACES):
            return ""
        chosen["pace"] = request.POST["pace"]
    elif pressed == "save":
        form = FollowChangeForm(request.POST)
        if not form.is_valid():
            return ""
        given = form.cleaned_data
        chosen |= {name: given[name] for name in ("pace", "updates")}
        # A door that there is not for this reader is not in the form, and stays as it is.
        chosen["by_mail"] = given["by_mail"] if row.reader.email else row.by_mail
        chosen["by_push"] = given["by_push"] if "push" in request.POST.getlist("doors") else row.by_push
        if given["mute"] != "keep":
            chosen["muted_until"] = now + MUTES[given["mute"]] if given["mute"] else None
    else:
        chosen["paused_at"] = (row.paused_at or now) if pressed == "pause" else None
    change_follow(row, **chosen, words=f"{title}. {wording.changing()}", now=now)
    return {"save": "saved", "pace": "saved", "pause": "paused", "go-on": "goes-on"}[pressed]


def _back(at: str, done: str, *, follow: int = 0) -> HttpResponse:
    query = urlencode({"done": done, **({"f": follow} if follow else {})})
    return only_theirs(HttpResponseRedirect(f"{at}?{query}", status=HTTPStatus.SEE_OTHER))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 19 else 0


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account_follow(request: HttpRequest) -> HttpResponse:
    """Follow a story (`?story=slug`) or a section with the account: one button, or one request of the page's script."""
    asked = request.GET if request.method != "POST" else request.POST
    story = public_story(asked.get("story", "")[:255]) if asked.get("story") else None
    section = public_section(asked.get("section", "")[:255]) if asked.get("section") and not story else None
    of = story or section
    if of is None:
        return not_here()
    if request.method != "POST":
        title = _("Follow “%(title)s”?") % {"title": of.title}
        return own_page(
            request, "account_follow.html", title=title, of=of, csrf=get_token(request), is_story=story is not None
        )
    if getattr(of, "ended_at", None):
        return own_page(request, "follow_closed.html", title=of.title, of=of)
    now = timezone.now()
    reader = reader_of(request.user, now=now)
    by_mail = bool(reader.email and reader.confirmed_at and not reader.mail_stopped_at)
    row = follow_at(reader, of.path_on_site) or follow(
        reader,
        story=story,
        section=section,
        pace="daily",
        by_mail=by_mail,
        by_push=False,
        words=wording.with_account(of.title),
        now=now,
    )
    if request.headers.get("Accept") == "application/json":
        return only_theirs(JsonResponse(_told(row)))
    return _back("/account/following/", "following", follow=row.pk)


@never_cache
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Tell a page whether its reader follows it (`?path=`): asked only by browsers in which somebody has logged in."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": _("Nobody is logged in.")}, status=HTTPStatus.UNAUTHORIZED)
    row = follow_at(reader_of(request.user, now=timezone.now()), request.GET.get("path", "")[:300])
    return JsonResponse({"follow": _told(row) if row else None, "token": get_token(request)})


def _told(row: Any) -> dict[str, Any]:
    """Return what the script of the doors needs to show somebody their own follow in place of the form by e-mail."""
    return {
        "says": wording.following(row),
        "href": f"/account/following/?f={row.pk}",
        "follow": row.pk,
        "pace": row.pace,
        "words": {"pace": _("Save"), "stop": _("Stop following"), "all": _("What you follow, and how you are told")},
    }
