"""Moves: an editor merges two stories, parts one or puts a report right, on the wire desk or at the story itself."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from writethru.desk.asking import Refused, address_of, asked_of, field, title_and_section, whole_number
from writethru.stories import moving, queries
from writethru.stories.actions.file import NoSection
from writethru.stories.actions.move import accept_move
from writethru.stories.actions.propose import AlreadyDecided, spike_proposal


@require_admin_access
@require_POST
def decide(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Move what the editor has seen, or leave it where it is; say so, and go back to where they were."""
    decision = {"accept": _accept, "refuse": _refuse}.get(request.POST.get("do", ""))
    if decision is None:
        raise Http404
    try:
        move = moving.move_awaiting_desk(proposal_id, user=request.user)
        if move is None:  # nor is it told what somebody may not see
            raise AlreadyDecided(proposal_id)
        messages.success(request, _with_way_back(request, decision(request, move, timezone.now())))
    except AlreadyDecided:
        messages.warning(request, _("Somebody has decided that already."))
    except (Refused, NoSection) as refusal:
        messages.warning(request, str(refusal))
    except OperationalError:  # the store was busy for longer than anybody waits
        messages.error(request, _("The store is busy; nothing was changed. Try again."))
    return redirect(_back(request))


def _accept(request: HttpRequest, move: moving.Moving, now: datetime) -> str:
    proposal, user = move.proposal, request.user
    out_of: Any = proposal.out_of
    title, section = ("", None) if proposal.story else title_and_section(request)
    if title.casefold() == out_of.title.casefold():
        raise Refused(_("That is what the story is called that they are in. Choose another title."))
    seen = {whole_number(pk) for pk in field(request.POST, "seen").split()}
    moved = [pk for pk in move.ids if pk in seen]
    story = accept_move(proposal, title=title, section=section, user=user, now=now, seen=moved)
    n = len(moved)
    told = ngettext("Moved %(n)s report to “%(story)s”.", "Moved %(n)s reports to “%(story)s”.", n)
    said = told % {"n": n, "story": story.title}
    if not queries.has_entries(out_of):
        said += " " + _("Nothing is filed in “%(story)s” any more.") % {"story": out_of.title}
    return said


def _refuse(request: HttpRequest, move: moving.Moving, now: datetime) -> str:
    spike_proposal(move.proposal, user=request.user, now=now)
    out_of: Any = move.proposal.out_of
    return _("Left in “%(story)s”: that move is not proposed again.") % {"story": out_of.title}


def _with_way_back(request: HttpRequest, said: str) -> str:
    """Return what was done; away from the wire desk, which has the key for it, with the way to undo it."""
    if not field(request.POST, "story"):
        return said
    undo = _("It can be undone at the wire desk.")
    return format_html('{} <a href="{}">{}</a>', said, reverse("desk_wire"), undo)


def _back(request: HttpRequest) -> str:
    """Return the address that the form was sent from: the story's, else the wire desk's with its report."""
    story = whole_number(request.POST.get("story"))
    if story:
        return reverse("reports:entries", args=[story])
    return address_of(whole_number(request.POST.get("from")), asked_of(request))


def has_part(moves: Iterable[moving.Moving]) -> bool:
    """Return whether one of these moves would open a story, so that its form asks for a section."""
    return any(move.proposal.story_id is None for move in moves)


def stories_moved_out_of(decision: Any) -> Collection[int]:
    """Return the stories that a decision has moved reports out of: undoing puts them there again."""
    return {row["fields"]["story"] for row in decision.before["rows"]}
