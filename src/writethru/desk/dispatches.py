"""What is being sent, and was: an editor stops it, and says what in doubt is sent again. Readers, found by address,
and why no mail goes to one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from writethru.bulletins import queries as bulletins
from writethru.bulletins.actions.resend import send_again
from writethru.bulletins.actions.stop import stop, stop_alert_of
from writethru.desk.asking import whole_number
from writethru.readers import queries as readers
from writethru.readers.actions.hold import hold_reader, let_reader_go_on
from writethru.stories import queries

ON_A_PAGE = 50
MOST_LINES = 200
SEE_READERS = "readers.view_reader"
# No button here takes mail up again: only whoever reads it at the address may.
_FRESH_CONSENT = gettext_lazy("They get mail again once they ask to follow and confirm it from that address.")
_NOTHING = gettext_lazy(
    "Nothing takes it up again, whatever is typed into a form. They may follow with another address, in the browser or "
    "by the feed."
)
MAY_BE_DONE = {"asked": _FRESH_CONSENT, "deleted": _FRESH_CONSENT, "bounced": _NOTHING, "complained": _NOTHING}


def will_tell(entries: Collection[Any], *, is_update: bool) -> str:
    """Return whom publishing a report with these entries tells: Tells 1,840 people. "" for nobody."""
    key = {entry.story_id for entry in entries if entry.is_key}
    people = bulletins.people_told([entry.story for entry in entries], key=key) if entries else 0
    return _tells(people, at_most=is_update)


def _tells(people: int, *, at_most: bool) -> str:
    if not people:
        return ""
    if at_most:
        told = ngettext("Tells at most %(n)s person.", "Tells at most %(n)s people.", people)
    else:
        told = ngettext("Tells %(n)s person.", "Tells %(n)s people.", people)
    return told % {"n": f"{people:,}"}


def tells_soon(
    request: HttpRequest, version: Any, entries: Collection[Any], *, at_wire_desk: bool = False
) -> SafeString | str:
    """Return what an editor reads after publishing: whom it tells in half a minute, and a button that stops that."""
    if version.quiet or version.grade == "silent":
        return ""
    told = will_tell(entries, is_update=version.number > 1)
    if not told:
        return ""
    return format_html(
        '{} <a href="{}">{}</a> <form class="wt-stop" method="post" action="{}{}">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button type="submit" class="{}">{}</button></form>',
        _("%(told)s in 30 seconds.") % {"told": told.rstrip(".")},
        reverse("desk_alerts"),
        _("Alerts"),
        reverse("desk_alert_of_version_stop", args=[version.report_id, version.number]),
        "?at=wire" if at_wire_desk else "",
        get_token(request),
        "b" if at_wire_desk else "button button-small button-secondary",
        _("Stop"),
    )


# Alerts


@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """Show what is being sent and was, the newest first, with its figures."""
    _check_may_publish_somewhere(request)
    page = max(whole_number(request.GET.get("page")) or 1, 1)
    rows = list(bulletins.dispatches()[(page - 1) * ON_A_PAGE : page * ON_A_PAGE + 1])
    shown = rows[:ON_A_PAGE]
    mine = _publishable(request, [row.story_id for row in shown])
    now = timezone.now()
    tells = _tells_of_held(shown, now=now)
    context = {
        **_frame(_("Alerts"), "mail"),
        "rows": [(row, row.story_id in mine or request.user.is_superuser, tells.get(row.pk)) for row in shown],
        "earlier": page + 1 if len(rows) > ON_A_PAGE else None,
        "later": page - 1 if page > 1 else None,
        "now": now,
    }
    return render(request, "desk/alerts.html", context)


@require_GET
def alert(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Show one dispatch, with what is in doubt and what has failed."""
    dispatch = _dispatch(request, dispatch_id)
    doubt = list(bulletins.sendings_in_doubt(dispatch)[:MOST_LINES])
    failed = list(bulletins.sendings_failed(dispatch)[:MOST_LINES])
    now = timezone.now()
    context = {
        **_frame(capfirst(dispatch.get_kind_display()), "mail", above=("desk_alerts", _("Alerts"))),
        "dispatch": dispatch,
        "tells": _tells_of_held([dispatch], now=now).get(dispatch.pk),
        "doubt": doubt,
        "failed": failed,
        "sees_readers": request.user.has_perm(SEE_READERS),
        "now": now,
    }
    return render(request, "desk/alert.html", context)


@require_POST
def stop_alert(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Stop a dispatch."""
    if stop(_dispatch(request, dispatch_id), user=request.user, now=timezone.now()):
        messages.success(request, _("Stopped. What had not been sent yet is not sent."))
    else:
        messages.info(request, _("It had been sent, or stopped, already."))
    return redirect("desk_alert", dispatch_id)


@require_POST
def stop_alert_of_version(request: HttpRequest, report_id: int, number: int) -> HttpResponse:
    """Stop telling of what was published a moment ago, from the notice that says so."""
    report = queries.reports_editable_by(request.user, may="publish").filter(pk=report_id).first()
    if report is None:
        raise PermissionDenied
    version = report.versions.filter(number=number).first()
    if version is None:
        raise Http404
    if stop_alert_of(version, user=request.user, now=timezone.now()):
        messages.success(request, _("Stopped. Whoever has not been told yet is not told at once."))
    else:
        messages.info(request, _("It had been told, or stopped, already."))
    return redirect("desk_wire") if request.GET.get("at") == "wire" else redirect("reports:edit", report_id)


@require_POST
def send_alert_again(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Send again what is in doubt: one line of the ledger, or all that this page showed."""
    dispatch = _dispatch(request, dispatch_id)
    one = whole_number(request.POST.get("line"))
    lines = [bulletins.sending_numbered(dispatch, one)] if one else bulletins.sendings_in_doubt(dispatch)[:MOST_LINES]
    now = timezone.now()
    sent = sum(send_again(line, user=request.user, now=now) for line in lines if line)
    told = ngettext("%d is sent again.", "%d are sent again.", sent) % sent
    messages.success(request, told if sent else _("There was nothing left to send again."))
    return redirect("desk_alert", dispatch_id)


def _tells_of_held(alerts: Collection[Any], *, now: datetime) -> dict[int, str]:
    """Return whom alerts will tell that are still held, as it was said before publishing; others have figures."""
    people = bulletins.people_held(alerts, now=now)
    part = {one.pk for one in alerts if not one.scope.get("is_news") or one.scope.get("is_rest")}
    return {pk: _tells(n, at_most=pk in part) or _("Nobody at once") for pk, n in people.items()}


def _dispatch(request: HttpRequest, dispatch_id: int) -> Any:
    """Return a dispatch that this editor may stop. Raises Http404 and PermissionDenied."""
    dispatch = bulletins.dispatch_numbered(dispatch_id)
    if dispatch is None:
        raise Http404
    if not request.user.is_superuser and dispatch.story_id not in _publishable(request, [dispatch.story_id]):
        raise PermissionDenied
    return dispatch


def _publishable(request: HttpRequest, stories: Collection[int | None]) -> set[int]:
    mine = queries.stories_editable_by(request.user, may="publish")
    return set(mine.filter(pk__in={pk for pk in stories if pk}).values_list("pk", flat=True))


def may_see_alerts(request: HttpRequest) -> bool:
    """Return whether this person may publish anything."""
    return request.user.is_superuser or queries.stories_editable_by(request.user, may="publish").exists()


def _check_may_publish_somewhere(request: HttpRequest) -> None:
    if not may_see_alerts(request):
        raise PermissionDenied


# Readers


@require_GET
def find_readers(request: HttpRequest) -> HttpResponse:
    """Find readers by their address, or its beginning, and show what they follow."""
    if not request.user.has_perm(SEE_READERS):
        raise PermissionDenied
    sought = request.GET.get("q", "").strip().lower()
    found = readers.readers_at(sought, limit=ON_A_PAGE) if sought else []
    addresses = {reader.email for reader in found} | ({sought} if "@" in sought else set())
    stopped = readers.suppressions_of(addresses)
    came_back = bulletins.what_came_back(list(stopped))
    whys = {
        email: {"row": row, "may": MAY_BE_DONE[row.because], "came_back": came_back.get(email, [])}
        for email, row in stopped.items()
    }
    context = {
        **_frame(_("Readers"), "group"),
        "sought": sought,
        "found": [(reader, whys.get(reader.email)) for reader in found],
        # An address that nobody has any more, or never had, may be stopped all the same.
        "alone": None if sought in {reader.email for reader in found} else whys.get(sought),
    }
    return render(request, "desk/readers.html", context)


@require_POST
def hold(request: HttpRequest, reader_id: int) -> HttpResponse:
    """Let everything wait that a reader would get, or let them go on."""
    if not request.user.has_perm(SEE_READERS):
        raise PermissionDenied
    if (reader := readers.reader_numbered(reader_id)) is None:
        raise Http404
    if request.POST.get("do") == "hold":
        hold_reader(reader, now=timezone.now())
        messages.success(request, _("Nothing goes to this reader until somebody lets it."))
    elif let_reader_go_on(reader):
        messages.success(request, _("This reader gets again what they follow."))
    else:
        messages.info(request, _("Nothing of the desk's holds this reader: what they paused, only they let go on."))
    return redirect(f"{reverse('desk_readers')}?q={reader.email}")


def _frame(title: str, icon: str, *, above: tuple[str, str] | None = None) -> dict[str, Any]:
    middle = [{"url": reverse(above[0]), "label": above[1]}] if above else []
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            *middle,
            {"url": "", "label": title},
        ],
    }
