"""The entries of a story for its editor: which of them are key moments, and what they are called there."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.widgets.button import Button

from writethru.desk.moves import has_part
from writethru.desk.policy import refused
from writethru.lib.words import name_of
from writethru.stories import moving, queries
from writethru.stories.actions.file import mark_key_entry, unmark_key_entry

SHOWN_AT_ONCE = 50


@require_http_methods(["GET", "POST"])
def entries(request: HttpRequest, story_id: int) -> HttpResponse:
    """Show the entries of a story, newest first; mark one as a key moment, or take the mark away."""
    story = queries.stories_editable_by(request.user).filter(pk=story_id).first()
    if story is None:
        return refused(request, _("That story stands in a section that you may not change, or is no more."))
    only_key = request.GET.get("only") == "key"
    found = queries.entries_of(story, only_key=only_key)
    may_mark = queries.stories_editable_by(request.user, may="publish").filter(pk=story_id).exists()
    if request.method == "POST":
        if not may_mark:  # readers see the mark and its words at once
            return refused(request, _("You may change this story, but not publish what readers see of it."))
        _mark(request, found)
        return redirect(request.get_full_path())
    shown = Paginator(found, SHOWN_AT_ONCE).get_page(request.GET.get("p"))
    moves = moving.moves_awaiting_desk(user=request.user, story=story)
    context = {
        "story": story,
        "moves": moves,
        "sections_to_open_in": list(moving.sections_to_open_in(request.user)) if has_part(moves) else [],
        "shown": shown,
        "rows": [(entry, _name(entry)) for entry in shown],
        "only_key": only_key,
        "may_mark": may_mark,
        "page_title": _("Entries and key moments"),
        "header_title": _("Entries and key moments"),
        "header_icon": "list-ul",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_explore_root"), "label": _("Pages")},
            {"url": reverse("wagtailadmin_pages:edit", args=[story.pk]), "label": story.title},
            {"url": "", "label": _("Entries and key moments")},
        ],
    }
    return render(request, "desk/story_entries.html", context)


def _mark(request: HttpRequest, found: Any) -> None:
    posted, user, now = request.POST, request.user, timezone.now()
    entry_id = posted.get("entry", "")
    entry = found.select_related("story").filter(pk=entry_id).first() if entry_id.isdecimal() else None
    if entry is None:
        raise Http404
    if "unmark" in posted:
        unmark_key_entry(entry, user=user, now=now)
        messages.success(request, _("“%(name)s” is no key moment any more.") % {"name": _name(entry)})
    else:
        mark_key_entry(entry, label=posted.get("label", ""), user=user, now=now)
        messages.success(request, _("“%(name)s” is a key moment.") % {"name": entry.key_label or _name(entry)})


def _name(entry: Any) -> str:
    words = entry.report.state.current or entry.report
    return name_of(words.headline, words.html) or _("Report %(number)s") % {"number": entry.report_id}


def keep_what_has_entries(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Refuse to delete a story that reports are filed into, and a section with one in it."""
    if not queries.has_entries(page):
        return None
    messages.error(
        request,
        _("“%(title)s” has reports filed in it. Unpublish it, or move them to another story first.") % {"title": page},
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def keep_all_that_have_entries(request: HttpRequest, action: str, pages: Any, _action: Any) -> HttpResponse | None:
    """Refuse the same of many pages at once."""
    if action != "delete":
        return None
    answers = (keep_what_has_entries(request, page) for page in pages if hasattr(page, "url_path"))
    return next((answer for answer in answers if answer), None)


def entries_button(page: Any, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:
    """Return the button that leads from a story's editor to its entries."""
    if page.specific_class is None or page.specific_class.__name__ != "Story":
        return []
    return [Button(_("Entries and key moments"), reverse("reports:entries", args=[page.pk]), icon_name="list-ul")]
