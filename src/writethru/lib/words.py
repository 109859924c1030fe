"""What the pages say: times in the site's zone, the name of a report, credit lines.

clock(at)    10:28 am
full(at)     1 June 2023, 10:28 am PHT
name_of("", "<p>Tokyo lifted its warning. Nothing fell.</p>")    Tokyo lifted its warning.
"""

import re
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import DateFormat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from writethru.lib.html import paragraphs

# What readers of a zone call it, where the tz database says something else: it has PST, which is also the Pacific's.
ZONE_NAMES = {"Asia/Manila": "PHT"}

# A stop ends a sentence if a new one can begin after it, and if it doesn't belong to a short form.
_STOP = re.compile(r"(?<=[.!?…])[”’\"')\]]*\s+(?=[“‘\"'(\[¿¡]*[^\W_a-z])|(?<=[。！？])")
_SHORT_FORM = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Gen|Col|Lt|Capt|Sgt|Maj|Adm|Cmdr|Sen|Rep|Gov|Prof|Rev|Hon|Jr|Sr|vs|No|Nos|Inc|Ltd|Corp|Co"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b[A-Za-z](?:\.[A-Za-z])+)\.[”’\"')\]]*$"
)


def local(at: datetime) -> datetime:
    """Return `at` in the site's zone."""
    there: datetime = timezone.localtime(at, timezone.get_default_timezone())
    return there


class _Written(DateFormat):  # type: ignore[misc]
    def a(self) -> str:
        return str(pgettext("before noon", "am") if self.data.hour < 12 else pgettext("after noon", "pm"))


def clock(at: datetime) -> str:
    """Return the time of day: 10:28 am."""
    return str(_Written(local(at)).format(pgettext("time of day", "g:i a")))


def day(at: date) -> str:
    """Return the date: 1 June 2023."""
    return str(_Written(_on_site(at)).format(pgettext("date", "j F Y")))


def weekday(at: date) -> str:
    """Return the day of the week: Thursday."""
    return str(_Written(_on_site(at)).format("l"))


def month(at: date) -> str:
    """Return the month: June 2023."""
    return str(_Written(_on_site(at)).format(pgettext("month and year", "F Y")))


def short_month(at: date) -> str:
    """Return the month, short: Jun 2023."""
    return str(_Written(_on_site(at)).format(pgettext("short month and year", "M Y")))


def month_name(at: date) -> str:
    """Return the month without its year, short: Jun."""
    return str(_Written(_on_site(at)).format("M"))


def full(at: datetime) -> str:
    """Return date, time and zone: 1 June 2023, 10:28 am PHT."""
    return str(_("%(day)s, %(clock)s %(zone)s") % {"day": day(at), "clock": clock(at), "zone": zone(at)})


def day_and_clock(at: datetime) -> str:
    """Return date and time, where the zone is clear: 1 June 2023, 10:28 am."""
    return str(_("%(day)s, %(clock)s") % {"day": day(at), "clock": clock(at)})


def machine(at: datetime) -> str:
    """Return the value of a <time datetime>, in the site's zone: 2023-06-01T10:28+08:00."""
    return local(at).isoformat(timespec="minutes")


def zone(at: datetime) -> str:
    """Return the short name of the site's zone at that time, or its offset where it has no letters: UTC+5:45."""
    name = ZONE_NAMES.get(settings.TIME_ZONE) or local(at).tzname() or "UTC"
    if name[0] not in "+-":
        return name
    minutes = int(local(at).utcoffset().total_seconds()) // 60  # type: ignore[union-attr]
    sign = "−" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"


def _on_site(at: date) -> date:
    return local(at) if isinstance(at, datetime) else at


def name_of(headline: str, html: str) -> str:
    """Return what a list or a title calls a report: its headline, else the first sentence of its text, whole."""
    return headline or first_sentence(html)


def first_sentence(html: str) -> str:
    """Return the first sentence of the text, whole; the whole first paragraph if no stop ends one."""
    opening = next(iter(paragraphs(html)), "")
    for stop in _STOP.finditer(opening):
        sentence = opening[: stop.end()].rstrip()
        if not _SHORT_FORM.search(sentence):
            return sentence
    return opening


# ISO 639 codes and ISO 15924 scripts that are written from right to left.
_RIGHT_TO_LEFT = {
    "ar",
    "ckb",
    "dv",
    "fa",
    "he",
    "iw",
    "ks",
    "ps",
    "sd",
    "ug",
    "ur",
    "yi",
    "arab",
    "hebr",
    "syrc",
    "thaa",
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.IGNORECASE)


def other_language(tag: str) -> str:
    """Return the language of a text (BCP 47) where it is another than the site's; "" where not, or for no tag."""
    tag = tag.strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag) or _primary(tag) == _primary(settings.LANGUAGE_CODE):
        return ""
    return tag


def direction_of(tag: str) -> str:
    """Return "rtl" or "ltr" for a text in another language than the site's; "" for none."""
    if not tag:
        return ""
    return "rtl" if _RIGHT_TO_LEFT & set(tag.lower().split("-")[:2]) else "ltr"


def _primary(tag: str) -> str:
    return tag.lower().partition("-")[0]


def text_credit(credit: str) -> str:
    """Return the credit line of a text: — AFP."""
    return f"— {credit.strip().lstrip('—–- ')}" if credit.strip() else ""


def photo_credit(credit: str) -> str:
    """Return the credit line of a photo: Photo: X / AFP; one that already says that it is a photo's stays as it is."""
    credit = credit.strip()
    if not credit or credit.casefold().startswith("photo"):
        return credit
    return str(_("Photo: %(credit)s") % {"credit": credit})
