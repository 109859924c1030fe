"""Tags of the desk's template: reasons as sentences, times in the site's zone by 24 hours."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.dateformat import DateFormat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from writethru.desk.sentences import clock, move_sentence, sentence, speaks_against
from writethru.lib.words import local

register = template.Library()
register.filter("clock", clock)


@register.filter
def seconds(at: datetime) -> str:
    """Return the time of day to the second: 10:34:12."""
    mine, today = local(at), local(datetime.now(at.tzinfo)).date()
    return DateFormat(mine).format("H:i:s" if mine.date() == today else "j M Y, H:i:s")


@register.simple_tag
def to_go(at: datetime, now: datetime) -> str:
    """Return how long it is until then: 3 h 26 min to go."""
    minutes = max(0, round((at - now).total_seconds() / 60))
    return _("%(hours)s h %(minutes)s min to go") % {"hours": minutes // 60, "minutes": minutes % 60}


@register.simple_tag
def because(reasons: Sequence[Any], *, without: str = "") -> SafeString:
    """Return the reasons as a list of sentences; those that speak against are dashed, and come last.

    `without` is the code of one that is not told here.
    """
    told = sorted(
        ((speaks_against(reason), sentence(reason)) for reason in reasons if reason[:1] != [without]),
        key=lambda pair: pair[0],
    )
    if not told:
        return SafeString("")
    marks = {False: "", True: mark_safe(' class="no"')}
    chips = format_html_join("", "<li{}>{}</li>", ((marks[no], words) for no, words in told))
    return format_html('<ul class="why" aria-label="{}">{}</ul>', _("Because"), chips)


@register.simple_tag
def move_words(move: Any) -> str:
    """Return what a proposal to move says."""
    out_of, to = move.proposal.out_of, move.proposal.story
    return move_sentence(len(move.reports), filed=move.filed, out_of=out_of.title, to=to.title if to else "")
