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

# Strongest first: of two marks ("CORRECTED-UPDATE 1-") the first of these names the kind.
_MARKS: tuple[tuple[MarkerKind, str], ...] = (
    ("kill", r"mandatory\s+kill|kill|(?:story|report)\s+withdrawn|withdrawn|eliminación|annulé|zurückgezogen"),
    (
        "corrected",
        r"(?:official\s+)?(?:corrected|correction|corrective|corrects)(?:\s*\(official\))?"
        r"|corrección|corregida|rectificatif|korrektur|berichtigung|koreksi",
    ),
    ("refile", r"refile"),
    ("advisory", r"advisory|note\s+to\s+editors|eds"),
    ("repeat", rf"(?:repeat|rpt|repetición|wiederholung)(?:\s+{_NUMBER})?"),
    ("add", rf"adds?\s*{_NUMBER}|{_NUMBER}\s+add"),
    ("take", rf"take\s*{_NUMBER}|{_NUMBER}\s+take"),
    ("wrapup", rf"wrapup(?:\s*{_NUMBER})?|(?:{_NUMBER}\s+)?roundup"),
    ("update", rf"(?:update|actualización)(?:\s*{_NUMBER})?|{_NUMBER}\s+update"),
    ("writethru", rf"(?:{_NUMBER}\s+)?(?:ld|lead)\s*-?\s*writethru|writethru(?:\s*{_NUMBER})?"),
    ("lead", rf"{_NUMBER}\s+(?:ld|lead)|lead\s*{_NUMBER}"),
    ("flash", r"flash|newsalert|news\s+alert|urgent|urgente|eilmeldung|snap|bulletin"),
)
_BEFORE = tuple(
    (kind, re.compile(rf"\s*(?:\((?:{mark})\)\s*|(?:{mark}){_SIGN})", re.IGNORECASE)) for kind, mark in _MARKS
)
_AFTER = tuple(
    (kind, re.compile(rf"\s*(?:\((?:{mark})\)|(?:,|\s-|--|–|—|/)\s*(?:{mark}))\s*\Z", re.IGNORECASE))
    for kind, mark in _MARKS
)


def read_markers(headline_or_slugline: str) -> Markers:
    """Return the marker's kind and number, and the words without any marker."""
    text, kinds, number = headline_or_slugline.strip(), set[MarkerKind](), 0
    while found := _first(text):
        kind, given, text = found
        kinds.add(kind)
        number = max(number, given)
    kind = next((kind for kind, _ in _MARKS if kind in kinds), "none")
    return Markers(kind, number, text)


def _first(text: str) -> tuple[MarkerKind, int, str] | None:
    for kind, pattern in _BEFORE:
        if (found := pattern.match(text)) and found.end() < len(text) and _opens(kind, found.group()):
            return kind, _number(found), text[found.end() :].strip()
    for kind, pattern in _AFTER:
        if (found := pattern.search(text)) and found.start() > 0 and _closes(kind, found):
            return kind, _number(found), text[: found.start()].strip()
    return None


def _opens(kind: MarkerKind, mark: str) -> bool:
    """Return whether a mark is no compound: "Flash-flood alert" and "Kill-switch law" begin with none."""
    tight = mark.endswith("-") and not mark[-2].isspace()
    return not tight or (kind != "flash" and mark.isupper())


def _closes(kind: MarkerKind, found: re.Match[str]) -> bool:
    """Return whether a mark is no word of the headline: "Storm hits, kill" is cut short, "VOTE, KILL" is marked."""
    return "(" in found.group() or found.group().isupper() or kind == "writethru" or _number(found) > 0


def _number(found: re.Match[str]) -> int:
    return int(next((group for group in found.groups() if group), 0))
