"""The merge: an editor's draft beside what has come meanwhile, and what is to stand where the two collide."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from storytext import diff_words
from writethru.desk.reports import LOCKED, page_of, publish_and_tell
from writethru.lib.html import text
from writethru.stories import queries
from writethru.stories.actions.draft import LockedByAnother, MergeMoved, mark_of, merge_draft
from writethru.stories.drafts import Merge, Part, merge_of

OF = {"headline": gettext_lazy("Headline"), "text": gettext_lazy("Text"), "credit": gettext_lazy("Credit")}
BY = {
    "mine": gettext_lazy("Yours"),
    "theirs": gettext_lazy("What has come"),
    "both": gettext_lazy("Both made the same change"),
}


class NotDecided(Exception):
    """A collision was left open."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of the merge as the screen shows it; its words are HTML."""

    of: str
    by: str  # "" where nobody changed anything
    count: int
    words: str
    number: int = 0  # of a collision, from 1
    mine: str = ""
    theirs: str = ""
    anew: str = ""  # what the box for writing it anew begins with
    choice: str = ""


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what has come beside the draft; take it in as decided, and publish that if asked to."""
    report = (
        queries.reports_editable_by(request.user).select_related("state__current", "state__item__source").get(pk=pk)
    )
    merging = merge_of(report)
    if merging is None:
        messages.info(request, _("Nothing newer has come: there is nothing to merge."))
        return redirect("reports:edit", pk)
    if request.method == "POST":
        try:
            choices = list(_choices(merging, request))
            draft = merge_draft(
                report, shown=request.POST.get("shown", ""), choices=choices, user=request.user, now=timezone.now()
            )
        except NotDecided:
            messages.error(request, _("Say what is to stand in every place where the two collide."))
        except MergeMoved:
            messages.warning(request, _("Something has changed since this was shown. Look at it again."))
        except LockedByAnother:
            messages.error(request, LOCKED)
            return redirect("reports:edit", pk)
        else:
            return _merged(request, draft)
    context = {
        **page_of(report, _("What has come meanwhile")),
        "merge": merging,
        "shown": mark_of(merging),
        "parts": list(_shown(merging, request.POST)),
        "may_publish": queries.can_publish(request.user, report) and merging.into[1] == report.state.item_id,
    }
    return render(request, "desk/report_merge.html", context)


def _merged(request: HttpRequest, draft: Any) -> HttpResponse:
    if "publish" in request.POST and queries.can_publish(request.user, draft):
        return publish_and_tell(request, draft, quiet=False)
    messages.success(request, _("Your draft has taken in what has come. Read it once more, then publish."))
    return redirect("reports:edit", draft.pk)


def _choices(merging: Merge, request: HttpRequest) -> Iterator[Any]:
    """Yield what the editor chose for each collision. Raises NotDecided."""
    for number, part in enumerate((part for part in merging.parts if part.is_open), start=1):
        choice = request.POST.get(f"choice-{number}", "")
        if choice in {"mine", "theirs"}:
            yield choice
        elif choice == "anew":
            yield _written(part, request.POST.get(f"anew-{number}", ""))
        else:
            raise NotDecided(number)


def _written(part: Part, typed: str) -> list[str]:
    """Return what was typed as blocks of text; of a headline or a credit line, as one line."""
    if part.of != "text":
        return [" ".join(typed.split())]
    typed_paragraphs = re.split(r"\n\s*\n", typed.replace("\r\n", "\n").strip())
    return [f"<p>{escape(' '.join(one.split()))}</p>" for one in typed_paragraphs if one.strip()]


def _shown(merging: Merge, posted: Any) -> Iterator[Shown]:
    number = 0
    for part in merging.parts:
        base = _plain(part, part.what.base)
        if not part.is_open:
            if part.what.by != "nobody":
                changed = _marked(base, _plain(part, part.what.text))
                yield Shown(str(OF[part.of]), str(BY[part.what.by]), len(part.what.base), changed)
            elif part.of == "text":
                yield Shown(str(OF["text"]), "", len(part.what.base), mark_safe(_lines(escape(base))))  # noqa: S308
            continue
        number += 1
        mine, theirs = _plain(part, part.what.mine), _plain(part, part.what.theirs)
        yield Shown(
            str(OF[part.of]),
            "",
            len(part.what.base),
            "",
            number,
            _marked(base, mine),
            _marked(base, theirs),
            posted.get(f"anew-{number}", mine),
            posted.get(f"choice-{number}", ""),
        )


def _plain(part: Part, blocks: Sequence[str]) -> str:
    return text("\n".join(blocks)) if part.of == "text" else " ".join(blocks)


def _marked(before: str, after: str) -> SafeString:
    """Return what was taken out and put in, as HTML with del and ins."""
    marked = (
        escape(part) if kind == "same" else f"<{kind}>{escape(part)}</{kind}>"
        for kind, part in diff_words(before, after)
    )
    return mark_safe(_lines("".join(marked)))  # noqa: S308 (each piece is escaped)


def _lines(html: str) -> str:
    return html.replace("\n\n", "<br><br>").replace("\n", "<br>")
