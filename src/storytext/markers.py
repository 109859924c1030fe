"""What a headline or slugline says about the take: a new lead, an update, a correction, an addition, a withdrawal.

Wires write such marks by custom, not by a standard, and each in its own place: before the headline ("UPDATE 2-",
"CORRECTED-", "STORY WITHDRAWN:"), after the slugline ("1st Ld-Writethru", "2nd Add"), in brackets. The lists below
hold the customs of the large English, Spanish, French and German services. A mark counts only with the sign or the
number that sets it off, so that "Update your passport now" and "Kill the bill, say protesters" are headlines. It is
wrong where a paper uses "UPDATE:" as decoration.
"""

import re

from storytext.model import MarkerKind, Markers

_SIGN = r"\s*[-:–—/]+\s*"
_NUMBER = r"(\d{1,2})(?:st|nd|rd|th|er|e|è)?"

# Strongest first: of two marks ("CORRECTED-UPDATE 1-") the first of this list names the kind.
_LEADING: tuple[tuple[MarkerKind, str], ...] = (
    ("kill", rf"(?:mandatory\s+kill|kill|story\s+withdrawn|withdrawn|eliminación|annulé|zurückgezogen){_SIGN}"),
    ("kill", r"(?:story|report|item)\s+withdrawn\b\s*(?:[-:–—]\s*)?"),
    (
        "corrected",
        r"(?:official\s+)?(?:corrected|correction|corrects|corrección|corregida|rectificatif|korrektur|berichtigung|koreksi)"
        rf"(?:\s*\([^)]*\))?{_SIGN}",
    ),
    ("refile", rf"refile{_SIGN}"),
    ("advisory", rf"(?:advisory|note\s+to\s+editors|eds){_SIGN}"),
    ("repeat", rf"(?:repeat|rpt|repetición|wiederholung){_SIGN}(?:{_NUMBER}{_SIGN})?"),
    ("add", rf"(?:add|adds)\s*{_NUMBER}{_SIGN}|{_NUMBER}\s+add{_SIGN}"),
    ("take", rf"(?:take\s*{_NUMBER}|{_NUMBER}\s+take){_SIGN}"),
    ("wrapup", rf"wrapup\s*(?:{_NUMBER})?{_SIGN}|(?:{_NUMBER}\s+)?roundup{_SIGN}"),
    ("update", rf"update\s*(?:{_NUMBER})?{_SIGN}|actualización\s*(?:{_NUMBER})?{_SIGN}"),
    ("lead", rf"{_NUMBER}\s+(?:ld|lead){_SIGN}|lead\s*{_NUMBER}{_SIGN}"),
    ("flash", rf"(?:flash|newsalert|news\s+alert|urgent|urgente|eilmeldung|snap|bulletin){_SIGN}"),
)
_TRAILING: tuple[tuple[MarkerKind, str], ...] = (
    ("kill", r"(?:mandatory\s+)?kill|withdrawn|withdrawal"),
    ("corrected", r"corrected|correction|corrective|corrección|rectificatif|korrektur"),
    ("refile", r"refile"),
    ("advisory", r"advisory"),
    ("repeat", r"repeat|rpt"),
    ("writethru", rf"(?:{_NUMBER}\s+)?(?:ld|lead)\s*-?\s*writethru|writethru(?:\s*{_NUMBER})?"),
    ("lead", rf"{_NUMBER}\s+(?:ld|lead)(?:\s*-\s*correct)?"),
    ("add", rf"{_NUMBER}\s+add|add\s*{_NUMBER}"),
    ("take", rf"{_NUMBER}\s+take|take\s*{_NUMBER}"),
    ("wrapup", rf"wrapup\s*(?:{_NUMBER})?|(?:{_NUMBER}\s+)?roundup"),
    ("update", rf"update\s*{_NUMBER}|{_NUMBER}\s+update"),
    ("flash", r"urgent|newsalert|flash"),
)


_BEFORE = tuple((kind, re.compile(rf"\s*\(?(?:{rule})\)?\s*", re.IGNORECASE)) for kind, rule in _LEADING)
_AFTER = tuple(
    (kind, re.compile(rf"\s*(?:,|\(|\s-|--|–|—|/)\s*(?:{rule})\)?\s*\Z", re.IGNORECASE)) for kind, rule in _TRAILING
)
_ORDER: tuple[MarkerKind, ...] = (
    "kill",
    "corrected",
    "refile",
    "advisory",
    "repeat",
    "add",
    "take",
    "wrapup",
    "update",
    "writethru",
    "lead",
    "flash",
)


def read_markers(headline_or_slugline: str) -> Markers:
    """Return the marker's kind and number, and the words without any marker."""
    text, kinds, number = headline_or_slugline.strip(), set[MarkerKind](), 0
    while found := _first(text):
        kind, given, text = found
        kinds.add(kind)
        number = max(number, given)
    kind = next((kind for kind in _ORDER if kind in kinds), "none")
    return Markers(kind, number, text)


def _first(text: str) -> tuple[MarkerKind, int, str] | None:
    for kind, pattern in _BEFORE:
        if (found := pattern.match(text)) and found.end() < len(text) and _is_set_off(kind, found.group()):
            return kind, _number(found), text[found.end() :].strip()
    for kind, pattern in _AFTER:
        if (found := pattern.search(text)) and found.start() > 0:
            return kind, _number(found), text[: found.start()].strip()
    return None


def _is_set_off(kind: MarkerKind, mark: str) -> bool:
    """Return whether a mark is no compound: "Flash-flood alert" and "Kill-switch law" begin with none."""
    tight = mark.endswith("-") and not mark[-2].isspace()
    return not tight or (kind != "flash" and mark.isupper())


def _number(found: re.Match[str]) -> int:
    return int(next((group for group in found.groups() if group), 0))
