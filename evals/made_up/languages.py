"""What a desk says in each language around its copy: days, datelines, marks of a take, notes to editors."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Language:
    """`days` from Monday, `months` from January.

    `marks` are by source and kind of take: where a mark stands ({n} its number, {nth} its ordinal, {headline} the headline, {slug} the
    slugline). `notes` stand above or below a text; {new}, {old} the figures, {par} the paragraph, {headline} the
    headline. `datelines` are by source; {PLACE}, {place}, {day}, {month}.
    """

    code: str
    days: tuple[str, ...]
    months: tuple[str, ...]
    date: str
    marks: dict[str, dict[str, str]]
    notes: dict[str, str]
    datelines: dict[str, str]
    ordinals: tuple[str, ...]  # for {nth}
    credit: str = "— {source}"
    joined: str = " "  # between the sentences of one paragraph

    def words_of(self, at: datetime, before: datetime, after: datetime) -> dict[str, str]:
        """Return the words for the slots of time."""
        month = self.months[at.month - 1]
        return {
            "day": self.days[at.weekday()],
            "yday": self.days[before.weekday()],
            "tmrw": self.days[after.weekday()],
            "date": self.date.format(day=at.day, month=month),
            "month": month,
        }


ENGLISH = Language(
    code="en",
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=tuple(
        "January February March April May June July August September October November December".split()
    ),
    date="{day} {month}",
    marks={
        # otb marks the slugline, sns the headline, mcs puts words of its own before the headline.
        "otb": {
            "flash": "{slug}, FLASH",
            "update": "{slug}, {nth} Ld",
            "writethru": "{slug}, {nth} Ld-Writethru",
            "add": "{slug}, {nth} Add",
            "take": "{slug}, {nth} Take",
            "correction": "{slug}, CORRECTED",
            "kill": "{slug}, KILL",
            "trim": "{slug}",
        },
        "sns": {
            "flash": "{HEADLINE}",
            "update": "UPDATE {n}-{headline}",
            "writethru": "UPDATE {n}-{headline}",
            "add": "{headline} -ADD {n}",
            "take": "{headline} -TAKE {n}",
            "correction": "CORRECTED-{headline}",
            "kill": "STORY WITHDRAWN: {headline}",
            "rewording": "REFILE-{headline}",
            "resend": "RPT-{headline}",
        },
        "mcs": {
            "flash": "Urgent: {headline}",
            "update": "{headline} (update {n})",
            "writethru": "{headline} (new lead)",
            "add": "ADD {n}: {headline}",
            "take": "{headline} (take {n})",
            "correction": "{headline} (corrected)",
            "kill": "KILL: {headline}",
            "trim": "{headline} (short)",
        },
    },
    notes={
        "correction": "(Corrects paragraph {par} to say {new}, not {old})",
        "correction mcs": "Correction: an earlier version said {old}; it is {new}.",
        "kill": "EDITORS: Kill the report headlined “{headline}”. It can’t be stood up. No substitute will be sent.",
        "kill sns": "The report “{headline}” has been withdrawn. Please remove it from all platforms.",
        "add": "",
        "more": "(MORE)",
    },
    datelines={"otb": "{PLACE} (OTB) — ", "sns": "{PLACE}, {day} {month} (SNS) - ", "mcs": "{place}: "},
    ordinals=("1st", "2nd", "3rd", "4th", "5th", "6th"),
)

LANGUAGES = {one.code: one for one in (ENGLISH,)}

