"""What a sub-editor changes and a reader does not miss: the dateline, the credit, the way a figure is written.

Each is written in one way or set aside before two takes are compared, for it says nothing about the report. A dateline
is known by the agency in brackets or the dash that ends it: "TOKYO, March 3 (Wire) —", "Madrid, 3 mar (Agencia).-",
"Paris (Agence) -", 【東京＝通信】. Japanese figures are put into digits, 二十三人 as 23人 and 2万1384円 as 21384円, if
a counter follows, so that 千葉 stays a place. It is wrong where a report begins with a short list in capitals and a
dash, and where a numeral is part of a name and a counter of the next word.
"""

import re
import unicodedata

CREDIT_LETTERS = 90  # where a credit line can stand: "— Agence France-Presse with a report from Kyodo" has 50

# Each begins with what is looked for and looks back from there, by which most of a text is passed over at once.
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3})")
_THOUSANDS_OR_SPACED = re.compile(r",(?<=\d,)(?=\d{3})|[\u00a0\u2009\u202f](?<=\d.)(?=\d{3}(?!\d))")
_INITIALS = re.compile(r"[A-Z]\.(?<!\w..)(?:[A-Z]\.)+")
_CREDIT = re.compile(r"(?:(?<=[.!?。\"”’')])|\n|\A)\s*(?:—|–|--?)\s*[^.!?\n—–]{2,60}\.?\s*\Z")
# A headline service's "Quay open again — AFP": a dash wider than a hyphen, and up to three words in capitals.
_HEADLINE_CREDIT = re.compile(r"\s+[—–]\s*([^\W\d_a-z]{2,}(?:\s[^\W\d_a-z]{2,}){0,2})\s*\Z")
_LAST_LINE = re.compile(r"\n\s*[^\s.!?。]+(?:[^\S\n]+[^\s.!?。]+){0,2}\s*\Z")
_IN_CAPITALS = (
    r"[^\W\d_a-z]{2,}(?:(?:[\s,./()]+[^\W\d_a-z\s][\w.]*|[\s,./()]+\d+){0,7}[\s)]*|[^!?\n—–]{0,40}\)\s*)"
    r"(?:—|–|\s--?)\s+"
)
_PLACE_OR_DATE = (
    r"(?:[^\W\d_a-z][\w'’.-]*|\d{1,4}(?:er)?(?:\s(?:de\s)?[^\W\d_]{3,10}\.?)?|d[aeo]l?|l[aeo]s?|ng|na|sur|sous)"
)
_BY_AGENCY = rf"(?:{_PLACE_OR_DATE}[\s,()]+){{0,9}}\([^\W\d_a-z][^()\n]{{1,30}}\)\s*(?:\.\s*-+|[-–—]+)\s*"
_IN_JAPANESE = r"[【〔][^】〕\n]{1,30}[】〕]\s*|\([\u3040-\u30ff\u4e00-\u9fff]{2,10}\)(?=[\u3040-\u30ff\u4e00-\u9fff])"
_DATELINE = re.compile(rf"\A\s*(?:{_IN_CAPITALS}|{_BY_AGENCY}|{_IN_JAPANESE})")

_DIGITS = {kanji: digit for digit, kanji in enumerate("〇一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1_000}
_MYRIADS = {"万": 10_000, "億": 100_000_000, "兆": 1_000_000_000_000}
_COUNTER = "[人名日月年時分秒回件台本歳円銭株戸棟校個票頭羽匹隻度点位倍割区枚冊杯社店県市町村カケヶヵか%キメセグト世]"
_FIGURE = re.compile(rf"(?<![\d.])\d+[十百千万億兆][\d十百千万億兆]*|[〇一二三四五六七八九十百千万億兆]+(?={_COUNTER})")
_ONE_OF_MANY_MEANINGS = frozenset("一十百千万億兆")  # 一部, 十分, 千本: alone it may be no figure


def tidy(text: str) -> str:
    """Return the text with each thing written in one way: full-width letters, "1,250" as "1250", "U.S." as "US"."""
    if text.isascii():
        return _without_points(_THOUSANDS.sub("", text.strip()))
    plain = unicodedata.normalize("NFKC", _without_points(_THOUSANDS_OR_SPACED.sub("", text.strip())))
    return _FIGURE.sub(lambda found: _in_digits(found.group()), plain)


def _without_points(text: str) -> str:
    return _INITIALS.sub(lambda found: found.group().replace(".", ""), text)


def _in_digits(figure: str) -> str:
    """Return a Japanese or Chinese figure in digits: 二十三 as 23, 1万2千 as 12000, 二〇三一 as 2031."""
    if figure in _ONE_OF_MANY_MEANINGS:
        return figure
    total = group = 0
    digits = ""
    for sign in figure:
        if sign.isdecimal() or sign in _DIGITS:
            digits += str(_DIGITS.get(sign, sign))
        elif sign in _TENS:
            group, digits = group + int(digits or 1) * _TENS[sign], ""
        else:
            total, group, digits = total + (group + int(digits or not group)) * _MYRIADS[sign], 0, ""
    return str(total + group + int(digits or 0))


def strip_credit(text: str) -> str:
    """Return the text without the credit that ends it ("— AFP", or a last line of a word or two)."""
    end = text[-CREDIT_LETTERS:]
    return text[:-CREDIT_LETTERS] + _LAST_LINE.sub("", _CREDIT.sub("", end)).rstrip()


def credit_of(text: str) -> str:
    """Return the agency that the dash at the end of a text names: "AFP" of "— AFP", or nothing."""
    found = _CREDIT.search(text[-CREDIT_LETTERS:])
    return found.group().strip(" \n—–-.") if found else ""


def split_headline(headline: str) -> tuple[str, str]:
    """Return a headline that stands alone without the agency that it credits, and that agency, if any."""
    found = _HEADLINE_CREDIT.search(headline)
    return (headline[: found.start()], found[1]) if found else (headline, "")


def strip_dateline(text: str) -> str:
    """Return the text without the dateline that opens it."""
    return _DATELINE.sub("", text, count=1)
