"""Dates as wires write them, read without asking the clock.

Parsers in the field fill what a date lacks from today's; the same bytes would then give another item tomorrow.
Here what names no month is no date, and a month alone is its first day.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = dict(
    zip(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        range(1, 13),
        strict=True,
    )
)
# RFC 822's names, and those of the wires of Asia that are met without a number. EST is New York's, IST India's.
_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "cest": 120, "met": 60,
    "mest": 120, "eet": 120, "eest": 180, "msk": 180, "ist": 330, "ict": 420, "wib": 420, "hkt": 480, "sgt": 480,
    "pht": 480, "awst": 480, "jst": 540, "kst": 540, "acst": 570, "aest": 600, "aedt": 660, "nzst": 720,
    "nzdt": 780, "est": -300, "edt": -240, "et": -300, "cst": -360, "cdt": -300, "ct": -360, "mst": -420,
    "mdt": -360, "mt": -420, "pst": -480, "pdt": -420, "pt": -480, "akst": -540, "akdt": -480, "hst": -600,
    "ast": -240, "adt": -180, "nst": -210, "ndt": -150, "brt": -180, "art": -180,
}  # fmt: skip
_CLOCK = r"(?:[T\s,]+(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([ap])\.?m\.?)?)?"
_BASIC_CLOCK = r"(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?(?:\s*([ap])\.?m\.?)?)?"
_ZONE = r"\s*(?:(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?|([A-Za-z]{1,5}))?"
_ISO = re.compile(r"\s*(\d{4})-?(\d{1,2})(?:-?(\d{1,2}))?" + _BASIC_CLOCK + _ZONE + r"(?![\d:])", re.IGNORECASE)
_SLASHED = re.compile(r"\s*(\d{4})[/.](\d{1,2})[/.](\d{1,2})" + _CLOCK + _ZONE, re.IGNORECASE)
_DAY_FIRST = re.compile(
    r"\s*(?:[^\W\d]+\.?\s*,?\s*)?(\d{1,2})(?:st|nd|rd|th)?[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{4}|\d{2})\b"
    + _CLOCK
    + _ZONE,
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"\s*(?:[a-z]+day\s*,?\s*|[a-z]{3},?\s+)?([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b"
    + _CLOCK
    + _ZONE,
    re.IGNORECASE,
)
_ASCTIME = re.compile(
    r"\s*[a-z]{3,}\s+([a-z]{3})[a-z]*\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})\s+(?:([a-z]{2,5})\s+)?(\d{4})",
    re.IGNORECASE,
)


def read_date(text: str) -> datetime | None:
    """Return the moment that a date names, in UTC, or None for what names none.

    Takes RFC 822/2822, RFC 3339, ISO 8601 and W3C-DTF, asctime, and the usual mixtures of them. A date without a
    zone is UTC, one without a time is midnight. https://www.rfc-editor.org/rfc/rfc5322#section-3.3
    """
    text = text[:100]
    if (found := _ISO.match(text)) or (found := _SLASHED.match(text)):
        year, month, day, *rest = found.groups()
        return _moment(int(year), int(month), int(day or 1), *rest)
    if found := _DAY_FIRST.match(text):
        day, name, year, *rest = found.groups()
        return _moment(_whole_year(year), _MONTHS.get(name.lower(), 0), int(day), *rest)
    if found := _MONTH_FIRST.match(text):
        name, day, year, *rest = found.groups()
        return _moment(int(year), _MONTHS.get(name.lower(), 0), int(day), *rest)
    if found := _ASCTIME.match(text):
        name, day, hour, minute, second, zone, year = found.groups()
        month = _MONTHS.get(name.lower(), 0)
        return _moment(int(year), month, int(day), hour, minute, second, None, None, None, None, zone)
    return None


def _whole_year(year: str) -> int:
    # RFC 2822, 4.3: two digits from 50 are of the last century.
    return int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= 50 else 2000)


def _moment(
    year: int,
    month: int,
    day: int,
    hour: str | None = None,
    minute: str | None = None,
    second: str | None = None,
    half: str | None = None,
    sign: str | None = None,
    zone_hours: str | None = None,
    zone_minutes: str | None = None,
    zone_name: str | None = None,
) -> datetime | None:
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half in "pP" else 0)
    late = timedelta(days=1) if hours == 24 else timedelta(0)
    offset = _ZONES.get((zone_name or "z").lower(), 0)
    if sign:
        offset = int(f"{sign}1") * (int(zone_hours or 0) * 60 + int(zone_minutes or 0))
    try:
        # A leap second, :60, is the second before.
        local = datetime(
            year, month, day, hours % 24 if hours == 24 else hours, int(minute or 0), min(int(second or 0), 59),
            tzinfo=timezone(timedelta(minutes=offset)) if offset else UTC,
        )  # fmt: skip
        return (local + late).astimezone(UTC) if late or offset else local
    except (ValueError, OverflowError):
        return None
