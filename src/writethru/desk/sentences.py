"""What the engine's reasons say to an editor: one translatable sentence a code, and which of them speak against.

sentence(["shared_words", 0.84])    84% of the shorter one's word runs stand in the other
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateformat import DateFormat
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from writethru.lib.words import local

# A dashed chip: it speaks against what is suggested, or for a look at it.
AGAINST = frozenset(
    """asked_first contained correction_in_shorter lead_deep_down lower_version names_changed new_lead not_compared
    numbers_changed older other_day other_source shorter template too_short told_apart taken_out""".split()
)

# Of the words in common; where there is hardly any of them, that speaks against it too.
SHARES = frozenset({"shared_words", "kept_sentences"})
HARDLY = 0.25

_MARKERS = {
    "lead": gettext_lazy("a new lead"),
    "writethru": gettext_lazy("a writethru"),
    "update": gettext_lazy("an update"),
    "wrapup": gettext_lazy("a wrap-up"),
    "corrected": gettext_lazy("a correction"),
    "refile": gettext_lazy("a refile"),
    "add": gettext_lazy("an addition"),
    "take": gettext_lazy("a part"),
    "kill": gettext_lazy("a kill"),
    "repeat": gettext_lazy("a repeat"),
    "advisory": gettext_lazy("a note to editors"),
    "flash": gettext_lazy("a flash"),
}

WHY_NOT = {
    "withheld": gettext_lazy("It is withheld: release it before you publish."),
    "killed": gettext_lazy("It has been killed: it can't be published again."),
    "spiked": gettext_lazy("It is spiked: take it off the spike before you publish."),
    "empty": gettext_lazy("There is nothing to publish: it has neither a headline nor a text."),
}


def clock(at: datetime) -> str:
    """Return the time of day, with the date where it is not today: 10:34, or 23 Nov 10:34."""
    mine, today = local(at), local(now()).date()
    form = "H:i" if mine.date() == today else "j M H:i" if abs(today - mine.date()) < timedelta(days=300) else "j M Y"
    return DateFormat(mine).format(form)


def why_not_published(refusal: Exception, state: Any) -> str:
    """Return why a report may not be published: `refusal` is MayNotPublish, `state` the report's."""
    if str(refusal) != "embargoed":
        return str(WHY_NOT[str(refusal)])
    if state.held or state.public_from is None:
        return _("It is under embargo until told: lift the embargo before you publish it.")
    return _("It is under embargo until %(time)s: wait, or lift the embargo before you publish it.") % {
        "time": clock(state.public_from)
    }


def sentence(reason: Sequence[Any]) -> str:
    """Return what one reason, [code, value], says; of a code that this version does not know, the code itself."""
    code, value = (*reason, "", "")[:2]
    say = SENTENCES.get(code)
    try:
        return say(value) if say else f"{code}: {value}"
    except (TypeError, ValueError):  # a value that another version of the engine has written
        return f"{code}: {value}"


def speaks_against(reason: Sequence[Any]) -> bool:
    """Return whether a reason speaks against what it stands under."""
    if not reason:
        return False
    code, value = (*reason, "")[:2]
    return code in AGAINST or (code in SHARES and isinstance(value, int | float) and value < HARDLY)


def move_sentence(n: int, *, filed: int, out_of: str, to: str) -> str:
    """Return what a proposal to move `n` of the `filed` reports of a story says; `to` is "" where it is new."""
    told = {"n": n, "filed": filed, "story": out_of, "to": to}
    if not to:
        own = "%(n)s of the %(filed)s reports of “%(story)s” makes a story of its own."
        return ngettext(own, "%(n)s of the %(filed)s reports of “%(story)s” make a story of their own.", n) % told
    if n >= filed:
        only = "The only report of “%(story)s” hangs together with “%(to)s”."
        return ngettext(only, "All %(n)s reports of “%(story)s” hang together with “%(to)s”.", n) % told
    one = "%(n)s of the %(filed)s reports of “%(story)s” hangs together with “%(to)s”."
    return ngettext(one, "%(n)s of the %(filed)s reports of “%(story)s” hang together with “%(to)s”.", n) % told


def decided_words(decision: Any) -> str:
    """Return what an editor decided, and of what, as undoing names it."""
    story = decision.story.title if decision.story else ""
    if story and decision.kind == "move":
        n = len(decision.before["rows"])
        moved = ngettext("moved %(n)s report to “%(story)s”", "moved %(n)s reports to “%(story)s”", n)
        return moved % {"n": n, "story": story}
    if story and decision.kind == "stay":
        return _("left in “%(story)s”") % {"story": story}
    what = {"what": decision.get_kind_display(), "report": decision.headline}
    return _("%(what)s, “%(report)s”") % what


def _percent(share: Any) -> str:
    return f"{round(float(share) * 100)}%"


def _times(ratio: Any) -> str:
    return f"{float(ratio):.1f}"


def _apart(hours: Any) -> str:
    minutes = round(abs(float(hours)) * 60)
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        whole = round(minutes / 60)
        return ngettext("%(n)s hour", "%(n)s hours", whole) % {"n": whole}
    days = round(minutes / 60 / 24)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _counted(value: Any, one: str, many: str) -> str:
    return ngettext(one, many, int(value)) % {"n": int(value)}


def _marked(value: Any) -> str:
    return _("marked as %(kind)s") % {"kind": _MARKERS.get(value, value)}


SENTENCES: dict[str, Callable[[Any], str]] = {
    # The engine's (storytext.model has the list)
    "same_id": lambda value: _("the wire sent the same id before"),
    "evolved_from": lambda value: _("the wire names the take before it"),
    "same_slugline": lambda value: _("same slugline, %(label)s") % {"label": value},
    "marker": _marked,
    "same_headline": lambda value: _("%(share)s of the headline is the same") % {"share": _percent(value)},
    "shared_words": lambda value: (
        _("%(share)s of the shorter one’s wording is in the other") % {"share": _percent(value)}
    ),
    "kept_sentences": lambda value: _("%(share)s of its sentences stand, edited or not") % {"share": _percent(value)},
    "same_words": lambda value: _counted(value, "the same %(n)s word", "the same %(n)s words"),
    "fuller": lambda value: _("fuller: %(times)s times the words") % {"times": _times(value)},
    "contained": lambda value: _("%(share)s of it stands in the other, which has more") % {"share": _percent(value)},
    "shorter": lambda value: _("shorter: %(times)s times the words") % {"times": _times(value)},
    "older": lambda value: _("dated %(apart)s before the other") % {"apart": _apart(value)},
    "lower_version": lambda value: _("the wire’s version number is lower: %(number)s") % {"number": value},
    "newer": lambda value: _("dated %(apart)s after the other") % {"apart": _apart(value)},
    "new_lead": lambda value: _("another lead: %(share)s of its words are in the other") % {"share": _percent(value)},
    "lead_deep_down": lambda value: _counted(
        value, "its lead stands below %(n)s other sentence", "its lead stands below %(n)s other sentences"
    ),
    "correction_in_shorter": lambda value: _("a correction, but shorter than what stands"),
    "headline_changed": lambda value: _("another headline"),
    "numbers_changed": lambda value: _counted(value, "%(n)s figure is another", "%(n)s figures are others"),
    "names_changed": lambda value: _counted(value, "%(n)s name is another", "%(n)s names are others"),
    "words_changed": lambda value: _counted(value, "%(n)s word changed", "%(n)s words changed"),
    "words_added": lambda value: _counted(value, "%(n)s word added", "%(n)s words added"),
    "words_cut": lambda value: _counted(value, "%(n)s word cut", "%(n)s words cut"),
    "other_day": lambda value: _("they speak of different days: %(days)s") % {"days": value},
    "hours_apart": lambda value: (
        _("%(apart)s apart") % {"apart": _apart(value)} if abs(float(value)) * 60 >= 0.5 else _("sent at the same time")
    ),
    "template": lambda value: _counted(
        value, "a form filled in anew: %(n)s other figure", "a form filled in anew: %(n)s other figures"
    ),
    "too_short": lambda value: _counted(value, "only %(n)s word to tell by", "only %(n)s words to tell by"),
    "other_source": lambda value: _("another agency’s"),
    "credits": lambda value: _("in the words of %(agency)s, which it credits") % {"agency": value},
    "hangs_together": lambda value: _counted(
        value, "hangs together with %(n)s other report", "hangs together with %(n)s other reports"
    ),
    "names_shared": lambda value: _("names in common: %(names)s") % {"names": value},
    "words_shared": lambda value: _("words in common: %(words)s") % {"words": value},
    "nearest": lambda value: _("nearest to “%(report)s”") % {"report": value},
    # The desk's own
    "told": lambda value: _("filed there by hand"),
    "bound_source": lambda value: _("everything from %(source)s goes there") % {"source": value},
    "kill": lambda value: _("the wire withdrew it"),
    "not_compared": lambda value: _("the engine stumbled over it and compared nothing"),
    "told_apart": lambda value: _("an editor has told it apart from the report with the same id"),
    "taken_out": lambda value: _("an editor took it out of another report"),
    "asked_first": lambda value: _("takes of this source were taken out again, so it asks first"),
}
