"""From an item as sent to copy that can be printed: what the wire writes into the text taken out of it.

Agencies put the place, the credit and the picture's credit into the words themselves. Each is recognised only in the
one position and shape that it has by custom, so that a sentence's own dash or bracket stays.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from html import unescape

from writethru.lib.html import clean, paragraphs
from writethru.wire.formats import WireItem, WirePhoto
from writethru.wire.formats.figures import figures

MAX_CREDIT_WORDS = 7
MAX_CREDIT_LENGTH = 60

# Zero-width space, soft hyphen, word joiner, byte order mark, direction marks. Joiners (200c, 200d) carry meaning.
_JUNK = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\uffff]"
)
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_PARAGRAPH = re.compile(r"<p>([^\n]*)</p>")
_TAG = re.compile(r"<[^<>]*>")
_SPACE = r"(?:\s|&nbsp;)"
_INLINE = r"(?:</?(?:em|i|b|strong|a)(?: [^<>]*)?>|\s|&nbsp;)*"
_DASH = r"(?:—|–|--|―|-)"
_SENTENCE_END = r"(?P<end>[.!?…。](?:[\"”’»)\]」]|&quot;)*)"
# After the end of a sentence: a stop, maybe a closing quote or bracket; then the dash; then nothing but the credit.
_DASHED = re.compile(
    rf"{_SENTENCE_END}{_INLINE}{_DASH}{_INLINE}(?P<credit>[^<>—–]{{2,{MAX_CREDIT_LENGTH}}}?){_INLINE}$"
)
_BRACKETED = re.compile(
    rf"{_SENTENCE_END}{_INLINE}[(\[（](?P<credit>[^<>()\[\]（）]{{2,{MAX_CREDIT_LENGTH}}})[)\]）]{_INLINE}$"
)
_ALONE = re.compile(
    rf"{_INLINE}(?:{_DASH}{_INLINE}(?P<dashed>[^<>]{{2,{MAX_CREDIT_LENGTH}}}?)|[(\[（](?P<bracketed>[^<>()\[\]（）]{{2,{MAX_CREDIT_LENGTH}}})[)\]）]){_INLINE}"
)
_CAPITALS = r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’\-]+(?:[ /][A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’\-]+){0,4}"
_PROVINCE = r"(?:, [^\W\d_][\w.'’]{0,15}(?: [^\W\d_][\w.'’]{1,15})?){0,2}"
_PLACE = rf"{_CAPITALS}{_PROVINCE}(?:, [A-Z][a-z]{{2,8}}\.? \d{{1,2}})?"
_TOWN = r"(?!The |An? )[A-ZÀ-ÖØ-Þ][\w.'’\-]+(?:[ /,]{1,2}[A-ZÀ-ÖØ-Þ][\w.'’\-]+){0,3}"
_AGENCY = r"(?:[A-Z]{2,6}|[a-z]{2,5}|Reuters|Kyodo|Xinhua|Yonhap|Bloomberg|Interfax)(?:/[\w ]{2,12})?"
_TAGS = r"(?:</?(?:em|i|b|strong|a)(?: [^<>]*)?>)*"
_STRONG_DASH = r"(?:—|–|--|―|-(?=\s|&nbsp;))"
_STARTS = r"(?=[\"“‘«'(A-ZÀ-ÖØ-Þ\d]|&quot;)"
# PLACE (Agency) —, (Agency) —, both also without the dash; Place (AGENCY) —; PLACE —
_DATELINES = tuple(
    re.compile(rf"(?P<lead>{_INLINE})(?P<line>{line})(?P<tail>{_SPACE}*{_TAGS}{_SPACE}*{dash}{_INLINE}){_STARTS}")
    for line, dash in (
        (rf"(?:{_PLACE}{_SPACE}*)?\((?P<agency>[^()<>]{{2,40}})\)", f"{_STRONG_DASH}?"),
        (rf"{_TOWN}{_SPACE}*\((?P<agency>{_AGENCY})\)", _STRONG_DASH),
        (rf"(?P<agency>){_PLACE}", _STRONG_DASH),
    )
)
# What is set in capitals before a dash and is no place.
_NO_PLACE = {
    *("ANALYSIS", "BREAKING", "CORRECTION", "EDITORIAL", "EXCLUSIVE", "EXPLAINER", "FEATURE", "INTERVIEW", "LIVE"),
    *("OPINION", "UPDATE", "UPDATED", "VIDEO", "WATCH"),
}
_CAPTION_CREDIT = re.compile(
    r"^(?P<caption>.*?)(?:\s*\|\s*|(?<=[.!?…\"”’)])\s+|\s*[—–]\s*|\s+--\s+|\s*\()"
    r"(?P<credit>(?:Photo|Photograph|Image|Picture|Foto|Credit|Photo credit)s?(?:\s+by|\s*:)\s*[^|()]{2,60}?"
    r"|(?<=[—–-]\s)[^|()]{2,60}?)\)?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_PHOTO_LABEL = re.compile(r"^(?:(?:photo|photograph|image|picture|foto)s?\s*(?:credit)?|credit)\s*:\s*", re.IGNORECASE)
_BYLINE_LABEL = re.compile(r"^(?:by|written by|from)\s+", re.IGNORECASE)
_NO_NAME = re.compile(
    r"[@:/\\<>\d_]|^(?:admin|administrator|staff|editor|webmaster|unknown|anonymous|none|null|root|user)$",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"\b(?:[A-Z]|Inc|Ltd|Co|Jr|Sr)\.$")
_SMALL_WORDS = {
    *("a", "agencies", "al", "and", "by", "contributed", "da", "de", "del", "der", "des", "di", "du", "e", "el", "et"),
    *("for", "from", "in", "la", "le", "of", "report", "reporting", "reports", "staff", "the", "to", "und", "van"),
    *("via", "von", "with", "y"),
}
_SMALL_AGENCIES = {"afp", "ansa", "ap", "apa", "dpa", "epa", "epd", "kna", "reuters", "sda"}
# A paragraph that tells editors and readers what a corrected take corrects, as Reuters, AP and the papers write it.
_CORRECTS = re.compile(
    r"\((?P<bracketed>(?:Corrects|Correcting|Refiles to correct|Removes|Corrige|Corrección|Rectificatif)\b[^()]*"
    r"(?:\([^()]*\)[^()]*)*)\)"
    r"|(?:Correction|Corrected|Corrección|Rectificatif|Koreksyon)\s*(?:[:—–]|--)\s*(?P<labelled>.+)"
    r"|(?P<told>An earlier version of this (?:report|story|article|item)\b.+)",
    re.IGNORECASE,
)
# Nearly all paragraphs are told from that by their first letter.
_MAY_CORRECT = re.compile(r"<p>(?:<[^<>]*>|\s|&nbsp;)*+[(acrk]", re.IGNORECASE)
# How much of a paragraph's end, or start, is looked at.
_SEEN = 400
_NOT_COMPARED = re.compile(r"[\W_]+")
_CUT = re.compile(r"\s*(?:…|\.\.\.+)\s*$")


@dataclass(frozen=True, slots=True)
class Copy:
    """What of an item is printed. `html` is clean; the rest is plain text; "" where the item has none."""

    headline: str
    html: str
    credit: str
    dateline: str
    photos: tuple[WirePhoto, ...]
    correction: str = ""


def clean_copy(item: WireItem, *, credit: str = "") -> Copy:
    """Return the item's copy; `credit` is the source's own line, for an item that names nobody.

    The credit is the one in the text, or else the byline, the source's, the first picture's. A headline that only
    repeats the start of the text is "".
    """
    cleaned = clean(_tidy(item.html), base=item.url)
    # Again, for what stood there as an entity.
    html = cleaned if (tidy := _tidy(cleaned)) == cleaned else clean(tidy)
    html, correction = _without_correction(html)
    html, dateline = _without_dateline(html)
    html, credit_in_text = _without_credit(html)
    photos = _photos((*item.photos, *figures(item.html, base=item.url)))
    byline = _byline(item.byline)
    of_photo = photos[0].credit if photos else ""
    return Copy(
        headline=_headline(_line(item.headline), html, dateline),
        html=html,
        credit=credit_in_text or byline or credit or of_photo,
        dateline=dateline,
        photos=photos,
        correction=correction,
    )


def _without_correction(html: str) -> tuple[str, str]:
    """Return the text without the paragraph, first or last, that says what it corrects, and that in plain text."""
    first, _, after = html.partition("\n")
    before, _, last = html.rpartition("\n")
    if not before:
        return html, ""
    for block, rest in ((first, after), (last, before)):
        paragraph = _PARAGRAPH.fullmatch(block) if _MAY_CORRECT.match(block) else None
        told = _CORRECTS.fullmatch(_line(unescape(_TAG.sub("", paragraph[1])))) if paragraph else None
        if told:
            note = next(filter(None, told.groups()))
            return rest, note[:1].upper() + note[1:]
    return html, ""


def _tidy(text: str) -> str:
    if text.isascii():  # most copy, and thrice as quick
        return text.encode().translate(None, _CONTROLS).decode()
    return unicodedata.normalize("NFC", _JUNK.sub("", text))


def _line(text: str) -> str:
    return " ".join(_tidy(text).split())


def _without_credit(html: str) -> tuple[str, str]:
    """Return the copy without the credit at its end, and the credit; of several paragraphs of credits, all."""
    credits: list[str] = []
    while len(credits) < 3:
        above, _, block = html.rpartition("\n")
        last = _PARAGRAPH.fullmatch(block)
        if not last:
            break
        text = last[1]
        whole = _ALONE.fullmatch(text)
        found = whole or _DASHED.search(text[-_SEEN:]) or _BRACKETED.search(text[-_SEEN:])
        if not found:
            break
        name = found["dashed"] or found["bracketed"] if whole else found["credit"]
        credit = _line(unescape(name))
        if not is_credit(credit) or (whole and not above):
            break
        credits.insert(0, credit)
        kept = "" if whole else text[: len(text) - (len(text[-_SEEN:]) - found.end("end"))]
        html = "\n".join(filter(None, (above, clean(f"<p>{kept}</p>"))))
        if not whole:
            break
    return html, ", ".join(dict.fromkeys(credits))


def is_credit(text: str) -> bool:
    """Say if the text has the shape of a credit line: short, a capital first, mostly names, no end of a sentence."""
    words = text.split()
    if not words or len(words) > MAX_CREDIT_WORDS or len(text) > MAX_CREDIT_LENGTH:
        return False
    if not text[0].isupper() and words[0].partition("/")[0] not in _SMALL_AGENCIES and not _is_caseless(text):
        return False
    if text[-1] in '.!?…;:,"”。' and not _ABBREVIATED.search(text):
        return False
    return all(not word[0].islower() or word in _SMALL_WORDS or word in _SMALL_AGENCIES for word in words)


def _is_caseless(text: str) -> bool:
    """Say if the text is of a script without capitals, and as short as an agency's name there."""
    return text[0].isalpha() and not text[0].islower() and not text[0].isupper() and len(text) <= 12


def _without_dateline(html: str) -> tuple[str, str]:
    """Return the copy without the place, and agency, that it starts with, and those."""
    block, _, rest = html.partition("\n")
    first = _PARAGRAPH.fullmatch(block)
    found = next(filter(None, (dateline.match(first[1][:_SEEN]) for dateline in _DATELINES)), None) if first else None
    if not first or not found:
        return html, ""
    line, agency = _line(unescape(found["line"])), _line(unescape(found["agency"]))
    if line in _NO_PLACE or (agency and not is_credit(agency)):
        return html, ""
    markup = "".join(_TAG.findall(found["lead"] + found["tail"]))
    return "\n".join(filter(None, (clean(f"<p>{markup}{first[1][found.end() :]}</p>"), rest))), line


def _byline(byline: str) -> str:
    """Return the byline if it is of the shape of a name or an agency."""
    name = _BYLINE_LABEL.sub("", _line(byline))
    return name if is_credit(name) and not _NO_NAME.search(name.replace(" / ", " ").replace("/", " ")) else ""


def _headline(headline: str, html: str, dateline: str) -> str:
    if not headline:
        return ""
    seen = 2 * len(headline) + _SEEN
    cut = _CUT.sub("", headline)
    place = _compared(dateline)
    if cut != headline and (start := _compared(cut)):
        opening = _compared(" ".join(paragraphs(html[: 2 * seen])[:3]))
        if opening.startswith((start, start.removeprefix(place))):
            return ""
    first = next(iter(paragraphs(html[: 2 * seen].partition("\n")[0])), "")
    whole = _compared(first) if len(first) < seen else ""
    return "" if whole and _compared(cut) in (whole, place + whole) else headline


def _compared(text: str) -> str:
    return _NOT_COMPARED.sub("", text).casefold()


def _photos(photos: tuple[WirePhoto, ...]) -> tuple[WirePhoto, ...]:
    """Return the photos that have a web address, each once, with the words of all its mentions."""
    kept: dict[str, WirePhoto] = {}
    for photo in photos:
        if photo.address.lower().startswith(("http://", "https://")):
            named, told = kept.get(photo.address), _with_credit(photo)
            kept[photo.address] = (
                replace(
                    named,
                    caption=named.caption or told.caption,
                    credit=named.credit or told.credit,
                    alt=named.alt or told.alt,
                )
                if named
                else told
            )
    return tuple(kept.values())


def _in_a_line(text: str) -> str:
    is_plain = "<" not in text and "&" not in text
    return _line(text if is_plain else " ".join(paragraphs(clean(text))))


def _with_credit(photo: WirePhoto) -> WirePhoto:
    caption, credit, alt = (_in_a_line(text) for text in (photo.caption, photo.credit, photo.alt))
    credit = _PHOTO_LABEL.sub("", credit)
    found = _CAPTION_CREDIT.match(caption)
    if found and is_credit(own := _PHOTO_LABEL.sub("", found["credit"].strip())):
        caption, credit = found["caption"].strip(), credit or own
    elif credit and caption.endswith(credit):
        caption = caption.removesuffix(credit).rstrip(" —–-|(")
    return replace(photo, caption=caption, credit=credit, alt=alt)
