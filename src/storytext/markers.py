"""What a headline or slugline says about the take: a new lead, an update, a correction, an addition, a withdrawal.

Wires write such marks by custom, not by a standard, and each in its own place: before the headline ("UPDATE 2-",
"CORRECTED-", "STORY WITHDRAWN:", 【訂正】), after the slugline ("1st Ld-Writethru", "2nd Add"), in brackets, and there
often with what is new ("(Corrección: la grieta es de seis metros)"). The lists below hold the customs of the large
English, Spanish, French, German, Tagalog and Japanese services. A mark counts only with the sign, the bracket or the
number that sets it off, so that "Update your passport now" and "Kill the bill, say protesters" are headlines. It is
wrong where a paper uses "UPDATE:" as decoration.
"""

import re

from storytext.model import MarkerKind, Markers

_SIGN = r"\s*[-:–—/：]+\s*"
_OPEN, _CLOSE = r"[(（\[［【〔《]", r"[)）\]］】〕》]"
_NUMBER = r"(\d{1,2})(?:st|nd|rd|th|er|e|è|ª|º)?"
_ORDER = r"primera|segunda|tercera|cuarta|nueva"  # versions that a Spanish wire counts in words

# Strongest first: of two marks ("CORRECTED-UPDATE 1-") the first of these names the kind. A line a language.
_MARKS: tuple[tuple[MarkerKind, str], ...] = (
    (
        "kill",
        r"mandatory\s+kill|kill|(?:story|report)\s+withdrawn|withdrawn|zurückgezogen"
        r"|eliminación|anulación|anulada"
        r"|annul(?:ation|[ée]e?)"
        r"|binabawi|binawi"
        r"|取り?消し?|配信取り?消し?",
    ),
    (
        "corrected",
        r"(?:official\s+)?(?:corrected|correction|corrective|corrects)(?:\s*\(official\))?"
        r"|korrektur|berichtigung|koreksi"
        r"|corrección|corregida|corrige|rectificación|rectificada|fe\s+de\s+erratas"
        r"|rectificatif|rectifi[ée]e?|correctif|erratum"
        r"|pagtatama|pagwawasto|itinama"
        r"|◎?再?訂正版?",
    ),
    ("refile", r"refile"),
    ("advisory", r"advisory|note\s+to\s+editors|eds|aviso|avis|paunawa|お知らせ"),
    ("repeat", rf"(?:repeat|rpt|wiederholung|repetición|r[ée]p[ée]tition|ulit|再送)(?:\s+{_NUMBER})?"),
    (
        "add",
        rf"adds?\s*{_NUMBER}|{_NUMBER}\s+add|ampliación\s+{_NUMBER}|compl[ée]ment(?:\s+{_NUMBER})?|dagdag(?:\s+{_NUMBER})?"
        rf"|追加(?:{_NUMBER})?",
    ),
    ("take", rf"take\s*{_NUMBER}|{_NUMBER}\s+take"),
    ("wrapup", rf"wrapup(?:\s*{_NUMBER})?|(?:{_NUMBER}\s+)?roundup"),
    (
        "update",
        rf"update(?:\s*{_NUMBER})?|{_NUMBER}\s+update"
        rf"|actualiza(?:ción|da)?(?:\s*{_NUMBER})?|ampliación|(?:{_ORDER}|{_NUMBER})\s+versión|versión\s+actualizada"
        r"|actualis(?:[ée]e?|ation)|version\s+actualis[ée]e"
        rf"|続報?|更新|第{_NUMBER}報",
    ),
    ("writethru", rf"(?:{_NUMBER}\s+)?(?:ld|lead)\s*-?\s*writethru|writethru(?:\s*{_NUMBER})?|差し?替え?"),
    ("lead", rf"{_NUMBER}\s+(?:ld|lead)|lead\s*{_NUMBER}"),
    (
        "flash",
        r"flash|newsalert|news\s+alert|urgent|eilmeldung|snap|bulletin"
        r"|urgente|última\s+hora|alerte|breaking|just\s+in|速報|号外",
    ),
)
_SET_OFF = re.compile(r"[-:–—/：,(（\[［【〔《]")  # a line without any of these bears no mark, and most lines have none
_TOLD: frozenset[MarkerKind] = frozenset({"corrected", "update"})  # they say in their brackets what is new


def _before(kind: MarkerKind, mark: str) -> re.Pattern[str]:
    told = r"(?:(?:[:：,]|\s)[^()（）]{2,90})?" if kind in _TOLD else ""
    return re.compile(rf"\s*(?:{_OPEN}(?:{mark}){told}{_CLOSE}\s*|(?:{mark}){_SIGN})", re.IGNORECASE)


def _after(mark: str) -> re.Pattern[str]:
    set_off = rf"{_OPEN}(?:{mark}){_CLOSE}|(?:,|\s-|--|–|—|/)\s*(?:{mark})"
    return re.compile(rf"\s*(?:{set_off})\s*\Z", re.IGNORECASE)


_BEFORE = tuple((kind, _before(kind, mark)) for kind, mark in _MARKS)
_AFTER = tuple((kind, _after(mark)) for kind, mark in _MARKS)


def read_markers(headline_or_slugline: str) -> Markers:
    """Return the marker's kind and number, and the words without any marker."""
    text, kinds, number = headline_or_slugline.strip(), set[MarkerKind](), 0
    if not _SET_OFF.search(text):
        return Markers("none", 0, text)
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
    bracketed = re.match(rf"\s*{_OPEN}", found.group()) is not None
    return bracketed or found.group().isupper() or kind == "writethru" or _number(found) > 0


def _number(found: re.Match[str]) -> int:
    return int(next((group for group in found.groups() if group), 0))
