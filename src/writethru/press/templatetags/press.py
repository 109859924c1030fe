"""What the press's templates say and name: times, names, credits, hashed assets."""

import json
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from writethru.lib import words
from writethru.press import assets

register = template.Library()

register.simple_tag(assets.asset_path, name="asset")
# A number of each plural category that whole numbers can have (CLDR), as Intl.PluralRules names them.
_PLURALS = {"one": 1, "two": 2, "few": 3, "many": 11, "other": 100}


@register.filter
def name(report: Any) -> str:
    """Return what a list calls a report."""
    return words.name_of(report.headline, report.html)


@register.simple_tag
def live_words() -> str:
    """Return, as JSON, what the script says on an open page; of what it counts one form for each plural category."""
    told = {
        "new": _forms(lambda n: ngettext("# new report", "# new reports", n)),
        "fixed": _forms(lambda n: ngettext("# correction", "# corrections", n)),
        "gone": _forms(lambda n: ngettext("# report withdrawn", "# reports withdrawn", n)),
        "fresh": {"other": _("# new")},
        "withdrawn": _("Withdrawn at #"),
        "newer": _("There is a newer version: read it"),
        "killed": _("This report has been withdrawn. It should not be quoted."),
        "tag": _("New"),
        "tagFixed": _("Corrected"),
        "since": _("Since you were here (#):"),
        "yesterday": _("Yesterday, #"),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


@register.simple_tag
def follow_words() -> str:
    """Return, as JSON, what the script says at the doors of following."""
    told = {
        "on": _("On in this browser"),
        "off": _("Turn off"),
        "turnOn": _("Turn on"),
        "about": _("A notification, even when the page is closed."),
        "refused": _("The browser does not allow it. Its settings for this site say why."),
        "failed": _("That did not work. Please try it again later."),
        "once": _("At once"),
        "key": _("Key entries only"),
        "often": _("How often"),
        "all": _("All that you follow"),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _forms(say: Any) -> dict[str, str]:
    forms = {category: say(number) for category, number in _PLURALS.items()}
    return {category: form for category, form in forms.items() if category == "other" or form != forms["other"]}


for filter_ in (
    words.clock,
    words.day,
    words.day_and_clock,
    words.full,
    words.machine,
    words.month,
    words.short_month,
    words.weekday,
    words.zone,
):
    register.filter(filter_.__name__, filter_)
