"""The wire desk: what awaits a decision, one report with all that speaks for it, and what was decided.

Every decision is a form that works without JavaScript; the script only presses its buttons.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.auth import require_admin_access

from storytext import read_markers
from writethru.desk.asking import (
    Refused,
    address_of,
    asked_of,
    field,
    query_of,
    title_and_section,
    whole_number,
)
from writethru.desk.changes import changed_headline, changed_text
from writethru.desk.dispatches import tells_soon, will_tell
from writethru.desk.moves import has_part, stories_moved_out_of
from writethru.desk.sentences import decided_words, why_not_published
from writethru.lib import words
from writethru.lib.html import text
from writethru.stories import awaiting, moving, queries
from writethru.stories.actions.embargo import NotEmbargoed, lift_embargo
from writethru.stories.actions.file import NoSection, NotThere, file_report, open_story_with, unfile_report
from writethru.stories.actions.hold import (
    NotInThatState,
    keep_version,
    release_report,
    spike_report,
    unspike_report,
    withhold_report,
)
from writethru.stories.actions.propose import (
    AlreadyDecided,
    AlreadyPublished,
    accept_proposal,
    accept_story_proposal,
    spike_proposal,
)
from writethru.stories.actions.publish import MayNotPublish, StaleDraft, publish_version
from writethru.stories.actions.standing import is_kill
from writethru.stories.actions.takes import CantUnfold, unfold_item
from writethru.stories.actions.undo import CantUndo, is_final, last_decision, undo_decision
from writethru.stories.actions.withdraw import withdraw_report

SHOWN_BYTES = 200_000  # of an item as received
SHOWN_DECIDED = 6
SHOWN_MOVES = 2
VIEWS = ("changes", "text", "received")


@never_cache
@require_admin_access
@require_safe
def wire(request: HttpRequest, report_id: int | None = None) -> HttpResponse:
    """Show what awaits the desk and one report of it: the one asked for, else the first."""
    now, user = timezone.now(), request.user
    asked = asked_of(request)
    found = awaiting.reports_with_words(asked["q"], user=user) if asked["q"] else None
    rows, listed = [], [report.pk for report in found or ()]
    if found is None:
        rows = awaiting.reports_awaiting_desk(user=user, now=now, source=asked["source"], section=asked["section"])
        listed = [row.report.pk for row in rows]
    if report_id is None:
        report_id = _first(rows) if found is None else next(iter(listed), None)
    shown = awaiting.desked_report(report_id, user=user, now=now, rows=rows) if report_id else None
    if report_id and shown is None:
        messages.info(request, _("That report has been folded into another since."))
        return redirect(address_of(None, asked))
    if shown and report_id not in listed and not queries.can_edit(user, shown.row.report):
        raise PermissionDenied
    decided = awaiting.decided_by_itself(user=user, now=now)
    sources: list[Any] = awaiting.sources_by_name()
    sections = list(queries.sections_editable_by(user))
    moves = moving.moves_awaiting_desk(user=user, report=report_id)
    last = last_decision(user, now=now)
    context = {
        "rows": rows,
        "found": found,
        "asked": asked,
        "query": query_of(asked),
        "now": now,
        "sources": sources,
        "sections": sections,
        "likely_section": _likely_section(sections, shown),
        "last_item_at": sources[0].last_item_at if sources else None,
        "moves": moves[:SHOWN_MOVES],
        "moves_more": moves[SHOWN_MOVES:],
        "sections_to_open_in": list(moving.sections_to_open_in(user)) if has_part(moves) else [],
        "decided": decided[:SHOWN_DECIDED],
        "decided_more": decided[SHOWN_DECIDED:],
        "decided_count": len(decided),
        "next_id": _next(listed, report_id),
        "undoable": last if last and not is_final(last) else None,
        **(_report_context(request, shown, now=now) if shown else {}),
    }
    return render(request, "desk/wire.html", context)


def _first(rows: list[awaiting.Waiting]) -> int | None:
    """Return the first report that asks something of the desk: a kill that is done with only informs."""
    asking = (row.report.pk for row in rows if row.kind != "kill")
    return next(asking, next((row.report.pk for row in rows), None))


def _likely_section(sections: list[Any], shown: awaiting.Desked | None) -> int | None:
    """Return the section that a story opened from this report likely belongs into: its source’s, else one in use."""
    source = shown.row.report.source if shown else None
    ids = [section.pk for section in sections]
    if source and source.feeds_id in ids:
        return source.feeds_id
    return next((section.pk for section in sections if section.numchild), next(iter(ids), None))


def _next(ids: list[int], report_id: int | None) -> int | None:
    """Return the report below the one that is looked at, above it at the list's end; where a decision leads on to."""
    if report_id not in ids:
        return None
    at = ids.index(report_id)
    return next(iter([*ids[at + 1 : at + 2], *ids[max(at - 1, 0) : at]]), None)


def _report_context(request: HttpRequest, shown: awaiting.Desked, *, now: datetime) -> dict[str, Any]:
    row, report = shown.row, shown.row.report
    state = report.state  # type: ignore[attr-defined]
    before = _compared_with(shown)
    view = request.GET.get("view", "")
    view = view if view in VIEWS and (view != "changes" or before) else "changes" if before else "text"
    take = (
        awaiting.take_as_received(report.pk, item_id=whole_number(request.GET.get("item")))
        if view == "received"
        else None
    )
    title = read_markers(report.headline).headline or words.first_sentence(report.html)
    context: dict[str, Any] = {
        "shown": shown,
        "row": row,
        "report": report,
        "state": state,
        "view": view,
        "before": before,
        "take": take,
        "raw": _as_text(bytes(take.raw)) if take else "",
        "raw_cut": bool(take) and len(take.raw) > SHOWN_BYTES,
        "name": words.name_of(report.headline, report.html),
        "may_publish": _may_publish(request.user, report),
        "is_embargoed": awaiting.is_embargoed(report, now=now),
        "has_newer_take": awaiting.has_newer_take(report),
        "suggested_title": title[:80],
        "edit_url": _edit_url(report),
        "ladder": _ladder(shown),
        "tells": will_tell(shown.entries, is_update=bool(state.current)),
    }
    if view == "changes" and before:
        context["headline"] = changed_headline(before["headline"], report.headline)
        context["blocks"] = changed_text(text(before["html"]), text(report.html))
    return context


def _compared_with(shown: awaiting.Desked) -> dict[str, Any] | None:
    """Return the text that this one would replace: of the report that it is said to be a take of, else readers'."""
    report = shown.row.report
    into = next((proposal.into for proposal in shown.row.proposals if proposal.into_id), None)
    if into is not None:
        current = into.state.current  # type: ignore[attr-defined]
        held = current or into
        number = current.number if current else None
        return {"headline": held.headline, "html": held.html, "number": number, "into": into}
    current = report.state.current  # type: ignore[attr-defined]
    if current and awaiting.has_newer_take(report):
        return {"headline": current.headline, "html": current.html, "number": current.number, "into": None}
    if len(shown.versions) > 1 and shown.versions[0].kind != "withdrawal":
        last = shown.versions[1]
        return {"headline": last.headline, "html": last.html, "number": last.number, "into": None}
    return None


def _ladder(shown: awaiting.Desked) -> list[dict[str, Any]]:
    """Return what the report is made of, newest first: what waits, its versions, and takes that gave none."""
    versions = [{"version": version, "at": version.published_at} for version in shown.versions]
    told = {version.item_id for version in shown.versions}
    takes = [{"take": fold, "at": fold.item.received_at} for fold in shown.takes if fold.item_id not in told]
    return sorted([*versions, *takes], key=lambda rung: rung["at"], reverse=True)


@require_admin_access
@require_POST
def decide(request: HttpRequest, report_id: int) -> HttpResponse:
    """Do what an editor decided of a report, say so, and go to what is next."""
    asked = asked_of(request)
    shown = awaiting.desked_report(report_id, user=request.user, now=timezone.now())
    if shown is None:
        messages.warning(request, _("That report has been folded into another since."))
        return redirect(address_of(None, asked))
    report = shown.row.report
    decision = DECISIONS.get(request.POST.get("do", ""))
    if decision is None:
        raise Http404
    if not queries.can_edit(request.user, report):
        raise PermissionDenied
    go_to: int | None = report_id
    try:
        said, go_to = decision(request, report, timezone.now())
        messages.success(request, said)
    except REFUSALS as refusal:
        messages.warning(request, _refused(refusal, report))
    except OperationalError:  # the store was busy for longer than anybody waits
        messages.error(request, _("The store is busy; nothing was changed. Try again."))
    return redirect(address_of(_still_or_next(request, go_to, report_id), asked))


Done = tuple[str, int | None]


def _accept(request: HttpRequest, report: Any, now: datetime) -> Done:
    proposal = _proposal(request, report)
    if proposal.kind == "story":
        return _open_together(request, report, proposal, now)
    if proposal.story:
        if not queries.stories_editable_by(request.user).filter(pk=proposal.story_id).exists():
            raise PermissionDenied
        accept_proposal(proposal, user=request.user, now=now)
        return _("Filed into %(story)s.") % {"story": proposal.story.title}, report.pk
    if not queries.can_edit(request.user, proposal.into):
        raise PermissionDenied
    if any(is_kill(fold.item) for fold in report.folds.all()) and not _may_publish(request.user, proposal.into):
        raise Refused(_("It withdraws that report for good: ask somebody who may publish it."))
    into = accept_proposal(proposal, user=request.user, now=now)
    return _("Folded into “%(report)s”.") % {"report": words.name_of(into.headline, into.html)}, into.pk


def _open_together(request: HttpRequest, report: Any, proposal: Any, now: datetime) -> Done:
    title, section = title_and_section(request)
    seen = {whole_number(pk) for pk in request.POST.get("seen", "").split()}
    filed = [pk for pk in report.group.reports if pk in seen]
    story = accept_story_proposal(proposal, title=title, section=section, user=request.user, now=now, seen=filed)
    told = ngettext(
        "“%(story)s” is open, with %(n)s report in it.", "“%(story)s” is open, with %(n)s reports in it.", len(filed)
    )
    return told % {"story": story.title, "n": len(filed)}, report.pk


def _refuse(request: HttpRequest, report: Any, now: datetime) -> Done:
    proposal = _proposal(request, report)
    spike_proposal(proposal, user=request.user, now=now)
    if proposal.kind == "story":
        return _("Set aside: these reports are not proposed as one story again."), report.pk
    if proposal.story:
        return _("Not filed into %(story)s.") % {"story": proposal.story.title}, report.pk
    return _("Told apart: they are two reports."), report.pk


def _proposal(request: HttpRequest, report: Any) -> Any:
    number = whole_number(request.POST.get("proposal"))
    found = next((one for one in report.open_proposals if one.pk == number), None)
    if found is None:
        raise AlreadyDecided(number)
    return found


def _file(request: HttpRequest, report: Any, now: datetime) -> Done:
    title = field(request.POST, "story").strip()
    story = queries.stories_editable_by(request.user).filter(title__iexact=title).order_by("pk").first()
    if story is None:
        raise Refused(_("There is no story called “%(title)s” that you may file into.") % {"title": title[:200]})
    if report.entries.filter(story=story).exists():
        raise Refused(_("It is in %(story)s already.") % {"story": story.title})
    file_report(report, story=story, user=request.user, now=now, because=[["told", story.title]])
    return _("Filed into %(story)s.") % {"story": story.title}, report.pk


def _unfile(request: HttpRequest, report: Any, now: datetime) -> Done:
    entry = next((one for one in report.entries.all() if one.pk == whole_number(request.POST.get("entry"))), None)
    if entry is None:
        raise NotThere
    unfile_report(entry, user=request.user, now=now)
    return _("Taken out of %(story)s.") % {"story": entry.story.title}, report.pk


def _open(request: HttpRequest, report: Any, now: datetime) -> Done:
    title, section = title_and_section(request)
    story = open_story_with(report, title=title, section=section, user=request.user, now=now)
    return _("“%(story)s” is open, with this report in it.") % {"story": story.title}, report.pk


def _publish(request: HttpRequest, report: Any, now: datetime) -> Done:
    _check_may_publish(request, report)
    version = publish_version(report, user=request.user, now=now)
    if version is None:
        return _("It says nothing new, so there is no new version."), report.pk
    tells = tells_soon(request, version, report.entries.all(), at_wire_desk=True)
    return format_html("{} {}", _("Published, version %(number)s.") % {"number": version.number}, tells), None


def _keep(request: HttpRequest, report: Any, now: datetime) -> Done:
    keep_version(report, user=request.user, now=now)
    return _("The newer take is set aside; readers keep what they have."), None


def _spike(request: HttpRequest, report: Any, now: datetime) -> Done:
    if awaiting.has_newer_take(report):
        return _keep(request, report, now)
    spike_report(report, user=request.user, now=now)
    return _("Spiked."), None


def _unspike(request: HttpRequest, report: Any, now: datetime) -> Done:
    unspike_report(report, user=request.user, now=now)
    return _("It waits again."), report.pk


def _withhold(request: HttpRequest, report: Any, now: datetime) -> Done:
    _check_may_publish(request, report)
    withhold_report(report, user=request.user, now=now)
    return _("Withheld: no reader can see it now."), report.pk


def _release(request: HttpRequest, report: Any, now: datetime) -> Done:
    _check_may_publish(request, report)
    release_report(report, user=request.user, now=now)
    return _("Readers see it again."), report.pk


def _lift(request: HttpRequest, report: Any, now: datetime) -> Done:
    _check_may_publish(request, report)
    lift_embargo(report, user=request.user, now=now)
    if report.state.status == "published":
        return _("The embargo is lifted: readers see it again."), report.pk
    return _("The embargo is lifted: it can be published now."), report.pk


def _kill(request: HttpRequest, report: Any, now: datetime) -> Done:
    _check_may_publish(request, report)
    withdraw_report(report, user=request.user, now=now, note=field(request.POST, "note").strip()[:2000])
    return _("Killed: it is withdrawn everywhere, for good."), None


def _unfold(request: HttpRequest, report: Any, now: datetime) -> Done:
    fold = next((one for one in report.folds.all() if one.item_id == whole_number(request.POST.get("item"))), None)
    if fold is None:
        raise Refused(_("That take is not in this report any more."))
    if _readers_have(report, fold.item_id):
        _check_may_publish(request, report)
    own = unfold_item(fold.item, user=request.user, now=now)
    return _("Taken out: it is a report of its own, and waits."), own.pk


def _check_may_publish(request: HttpRequest, report: Any) -> None:
    if not _may_publish(request.user, report):
        raise PermissionDenied


def _readers_have(report: Any, item_id: int) -> bool:
    """Return whether a version is of this take or of one after it, so that without it readers get another text."""
    return bool(report.versions.filter(item__gte=item_id, sealed=False).exists())


def _may_publish(user: Any, report: Any) -> bool:
    return queries.may_publish_here(user, report)


DECISIONS: dict[str, Callable[[HttpRequest, Any, datetime], Done]] = {
    "accept": _accept,
    "refuse": _refuse,
    "file": _file,
    "unfile": _unfile,
    "open": _open,
    "publish": _publish,
    "keep": _keep,
    "spike": _spike,
    "unspike": _unspike,
    "withhold": _withhold,
    "release": _release,
    "lift": _lift,
    "kill": _kill,
    "unfold": _unfold,
}
REFUSALS = (
    Refused,
    AlreadyDecided,
    AlreadyPublished,
    CantUnfold,
    MayNotPublish,
    NoSection,
    NotEmbargoed,
    NotInThatState,
    NotThere,
    StaleDraft,
)


def _refused(refusal: Exception, report: Any) -> str:
    """Return why a decision was not done, to the editor who was second."""
    match refusal:
        case AlreadyDecided():
            return _("Somebody has decided that already.")
        case AlreadyPublished():
            return _("It has been published meanwhile, so it keeps its address and can't be folded away.")
        case StaleDraft():
            why = _("A newer take waits, and what readers have are an editor's own words, which it would undo.")
            return format_html(
                '{} <a href="{}">{}</a>', why, reverse("reports:merge", args=[report.pk]), _("Merge them")
            )
        case MayNotPublish():
            return why_not_published(refusal, queries.state_of(report))
        case NotEmbargoed():
            return _("It is under no embargo by now.")
        case NotThere():
            return _("It has been taken out of the story already.")
    return str(refusal)


@require_admin_access
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what this editor decided last, and say what that was."""
    asked, now = asked_of(request), timezone.now()
    decision, go_to = last_decision(request.user, now=now), None
    if decision is None:
        messages.info(request, _("There is nothing of yours to undo today."))
        return redirect(address_of(whole_number(request.POST.get("from")), asked))
    if not _may_undo(request.user, decision):
        messages.warning(request, _("You may not change that any more (%(what)s).") % {"what": decided_words(decision)})
        return redirect(address_of(whole_number(request.POST.get("from")), asked))
    try:
        report = undo_decision(decision, user=request.user, now=now)
        go_to = report.pk if report else None
        messages.success(request, _("Undone: %(what)s.") % {"what": decided_words(decision)})
    except CantUndo as refusal:
        go_to = whole_number(request.POST.get("from"))
        messages.warning(request, f"{refusal} ({decided_words(decision)})")
    except OperationalError:
        messages.error(request, _("The store is busy; nothing was changed. Try again."))
    return redirect(address_of(go_to, asked))


def _may_undo(user: Any, decision: Any) -> bool:
    """Return whether `user` may do what undoing comes to: since they decided, what they may has perhaps changed."""
    report, moved = decision.report, decision.before.get("folds")
    if decision.kind == "move" and not queries.can_edit_stories(user, stories_moved_out_of(decision)):
        return False
    if not queries.can_edit_filed(user, decision.before.get("entries") or []):
        return False
    if report is None:
        return True
    if decision.kind in {"withhold", "release"} or (moved and _readers_have(report, min(item for item, *_ in moved))):
        return _may_publish(user, report)
    return queries.can_edit(user, report)


@never_cache
@require_admin_access
@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """Return the key of each row that awaits this editor, so that an open desk can count what is new."""
    asked = asked_of(request)
    keys = awaiting.keys_awaiting_desk(
        user=request.user, now=timezone.now(), source=asked["source"], section=asked["section"]
    )
    return JsonResponse({"rows": [key for key, _kill in keys], "kills": [key for key, kill in keys if kill]})


@never_cache
@require_admin_access
@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    """Return titles of stories that this editor may file into, as the field for one asks while they type."""
    return JsonResponse(
        {"stories": awaiting.stories_called(field(request.GET, "title").strip()[:200], user=request.user)}
    )


def _still_or_next(request: HttpRequest, go_to: int | None, report_id: int) -> int | None:
    """Return the report to look at now: the same or another one that the decision names, else the next in the list."""
    return go_to if go_to is not None else whole_number(request.POST.get("next"))


def _edit_url(report: Any) -> str:
    try:
        return reverse("reports:edit", args=[report.pk])
    except NoReverseMatch:
        return ""


def _as_text(raw: bytes) -> str:
    return raw[:SHOWN_BYTES].decode("utf-8", "replace").replace("\0", "�")
