"""What every XML reader needs before a parser may see the bytes: one encoding, bounds, and the items' own bytes.

All of it is linear in the length: a document made to be slow or large is refused here, unparsed.
"""

import codecs
import re
from dataclasses import dataclass
from html.entities import html5
from itertools import islice

from writethru.wire.formats import Unreadable

# The longest of 116 real feeds has 1.5 MB. 300,000 tags take lxml 60 MiB; deeper than 200 is no news.
MAX_BYTES = 8 * 1024 * 1024
MAX_TAGS = 300_000
MAX_ITEMS = 20_000
MAX_DEPTH = 200
MAX_NAMESPACES = 200
MAX_BARE_AMPERSANDS = 50_000
# Of the whole document, text and all: in 8 MB made of nothing else each takes seconds or hundreds of megabytes. The
# fullest of 116 real feeds have 24,000 angles, 600 sections, 18,000 attributes and 71,000 ampersands.
MAX_ANGLES = 300_000
MAX_SECTIONS = 80_000
MAX_ATTRIBUTES = 200_000
MAX_AMPERSANDS = 300_000
# Of one tag: the parser takes quadratic time for them, 40,000 take it 2.5 s.
MAX_ATTRIBUTES_OF_ONE = 2_000
# Characters of one item, pictures' words and all: some 45,000 words; the longest of the same feeds has 171,000.
MAX_TEXT = 300_000
# A section shorter than this stays in an item's skeleton: dates and names stand in CDATA too.
_SHORT_SECTION = 512
_CHUNK = 2048

_DECLARATION = re.compile(rb"\s*<\?xml\b[^>]{0,300}?\?>")
_DECLARED = re.compile(rb"""<\?xml\b[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_VALUE = re.compile(rb"""=\s*["']""")
# What can hold so many attributes, and the tag that it begins with, whatever stands in the quotes.
_LONG_RUN = re.compile(rb"<[^<]{10000,}")
_TAG_WITH_VALUES = re.compile(rb"""<[^<>"']*+(?:"[^"<]*+"[^<>"']*+|'[^'<]*+'[^<>"']*+)*+>""")
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
# To count a document's marks all else is taken out first, in one pass: a third of the time of a count of each.
_NO_MARKS = bytes(code for code in range(256) if code not in b"<&=")
_REST_OF_TAG = re.compile(rb"""(?:[^<>"']{1,4096}+|"[^"]{0,4096}+"|'[^']{0,4096}+'){0,200}+>""")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Without a mark, "<?" or "<r" in two bytes a letter shows by its zeros.
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
# Escape-coded charsets look like valid UTF-8; only their label tells them.
_SEVEN_BIT = ("iso-2022", "iso2022", "hz", "utf-7", "csiso2022")
_ALIASES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
            "gb2312": "gb18030", "gbk": "gb18030", "iso-8859-9": "cp1254", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
            "shift_jis": "cp932", "x-sjis": "cp932", "iso-8859-11": "cp874", "tis-620": "cp874"}  # fmt: skip


def charset_of(body: bytes, *, content_type: str = "") -> str:
    """Return the codec that reads the bytes: by mark, zeros, validity as UTF-8, declaration, then content type.

    What is valid UTF-8 is UTF-8 whatever it is declared as. RFC 7303 would have the content type decide, but
    servers label feeds by habit. Where nothing fits it is "utf-8", and `decode` mends the rest.
    """
    return _fitting_charset(body, content_type) or "utf-8"


def _fitting_charset(body: bytes, content_type: str) -> str:
    for mark, name in _BOMS + _WIDE:
        if body.startswith(mark):
            return name if name != "utf-8" or _reads(body, name) else ""
    declared = _DECLARED.search(body, 0, 1024)
    in_header = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", content_type, re.IGNORECASE)
    names = [declared.group(1).decode().lower()] if declared else []
    names += [in_header.group(1).lower()] if in_header else []
    if not (names and names[0].startswith(_SEVEN_BIT)) and _reads(body, "utf-8"):
        return "utf-8"
    return next((_ALIASES.get(name, name) for name in names if _reads(body, _ALIASES.get(name, name))), "")


def _reads(body: bytes, name: str) -> bool:
    try:
        if codecs.lookup(name).name not in _TEXT_CODECS_REFUSED:
            body.decode(name)
            return True
    except (UnicodeError, LookupError):
        pass
    return False


_TEXT_CODECS_REFUSED = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "charmap"}


def decode(body: bytes, *, content_type: str = "") -> str:
    """Return the text of the bytes without a mark; a byte that doesn't fit is read as Windows-1252."""
    name = charset_of(body, content_type=content_type)
    if name != "utf-8":
        return body.decode(name, "replace").lstrip("\ufeff")
    text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    if text.isascii() or not re.search("[\udc80-\udcff]", text):
        return text
    stray = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
    return text.translate(stray)


def as_utf8(body: bytes, *, content_type: str = "") -> bytes:
    """Return an XML document in UTF-8, without mark, declaration or control characters.

    Raises Unreadable "empty", "too_large", "too_many", or "entities" for a DOCTYPE that declares any.
    """
    if len(body) > MAX_BYTES:
        raise Unreadable("too_large")
    if not body.strip(b"\0 \t\r\n"):
        raise Unreadable("empty")
    if _fitting_charset(body, content_type) == "utf-8":
        document = body.removeprefix(codecs.BOM_UTF8)
    else:
        document = decode(body, content_type=content_type).encode("utf-8", "replace")
    document = document[found.end() :] if (found := _DECLARATION.match(document)) else document
    if len(plain := document.translate(None, _CONTROLS)) != len(document):
        document = plain
    _check_amounts(document)
    return _without_doctype(document)


def _check_amounts(document: bytes) -> None:
    """Raise Unreadable "too_many" for more of anything than a parser should be given."""
    marks = document.translate(None, _NO_MARKS)
    angles = marks.count(b"<")
    amounts = (
        (angles, MAX_ANGLES),
        (document.count(b"<!") + document.count(b"<?") if angles > MAX_SECTIONS else 0, MAX_SECTIONS),
        (marks.count(b"&"), MAX_AMPERSANDS),
        # Tags that never end hide from `split`, not from a parser that mends them.
        (document.count(b"<item") + document.count(b"<entry") if angles > MAX_ITEMS else 0, 2 * MAX_ITEMS),
        (marks.count(b"="), MAX_ATTRIBUTES),
    )
    over = [(found, most) for found, most in amounts if found > most]
    # An equals sign is mostly part of an address.
    if over and (over != [amounts[-1]] or _values(document, most=MAX_ATTRIBUTES) > MAX_ATTRIBUTES):
        raise Unreadable("too_many")
    for found in _LONG_RUN.finditer(document):
        tag = _TAG_WITH_VALUES.match(found.group()) or found
        if _values(tag.group(), most=MAX_ATTRIBUTES_OF_ONE) > MAX_ATTRIBUTES_OF_ONE:
            raise Unreadable("too_many")


def _values(document: bytes, *, most: int) -> int:
    """Return how many attributes' values begin in the bytes, counted to one more than `most`."""
    return sum(1 for _ in islice(_VALUE.finditer(document), most + 1))


def _without_doctype(document: bytes) -> bytes:
    start = document.find(b"<!DOCTYPE", 0, 4096)
    if start < 0:
        return document
    root = re.compile(rb"<[A-Za-z_]").search(document, start)
    head = document[start : root.start() if root else len(document)]
    if b"<!ENTITY" in head and re.search(rb"<!ENTITY\s+[^%\s]", head):
        raise Unreadable("entities")
    end = re.compile(rb"\]\s*>").search(head) if b"[" in head else re.compile(rb">").search(head)
    if end is None:
        raise Unreadable("broken_xml")
    return document[:start] + document[start + end.end() :]


@dataclass(frozen=True, slots=True)
class Part:
    """One item's place in a document, and its bytes without comments and long CDATA sections."""

    start: int
    end: int
    skeleton: bytes


def split(document: bytes, names: tuple[str, ...]) -> tuple[bytes, tuple[Part, ...], tuple[tuple[int, int], ...]]:
    """Return the skeleton of what stands before the first of the named elements, each outermost one's part,
    and the spans of the document outside CDATA, comments and instructions.

    Prefixes and letter case of the names don't matter. Raises Unreadable "too_deep" or "too_many".
    """
    token = re.compile(
        rb"<(?:(!\[CDATA\[)|(!--)|(\?)|(/?)(?:[\w.-]+:)?(?:" + "|".join(names).encode() + rb")(?=[\s/>]))",
        re.IGNORECASE,
    )
    outside: list[tuple[int, int]] = []
    skeleton: list[bytes] = []
    head = b""
    parts: list[Part] = []
    at = plain_from = 0
    start, depth, opened = -1, 0, 0
    while found := token.search(document, at):
        section, comment, instruction, closing = found.groups()
        here = found.start()
        if section or comment or instruction:
            stop = b"]]>" if section else b"-->" if comment else b"?>"
            end = document.find(stop, found.end())
            at = len(document) if end < 0 else end + len(stop)
            outside.append((plain_from, here))
            skeleton.append(document[plain_from:here])
            if section and at - here < _SHORT_SECTION:
                skeleton.append(document[here + 9 : at - 3].replace(b"&", b"&amp;").replace(b"<", b"&lt;"))
            plain_from = at
            continue
        at = _tag_end(document, found.end())
        empty = document[at - 2 : at] == b"/>"
        if not closing:
            if depth == 0:
                start = here
                before = b"".join([*skeleton, document[plain_from:here]])
                head = head or before or b" "
                outside.append((plain_from, here))
                skeleton, plain_from = [], here
            depth += 0 if empty else 1
            opened += 1
            if opened > 2 * MAX_ITEMS:
                raise Unreadable("too_many")
        elif depth:
            depth -= 1
        if depth == 0 and start >= 0:
            parts.append(Part(start, at, b"".join([*skeleton, document[plain_from:at]])))
            outside.append((plain_from, at))
            skeleton, plain_from, start = [], at, -1
            if len(parts) > MAX_ITEMS:
                raise Unreadable("too_many")
    outside.append((plain_from, len(document)))
    _check_depth(document, outside)
    return head or b"".join([*skeleton, document[plain_from:]]), tuple(parts), tuple(outside)


def _tag_end(document: bytes, at: int) -> int:
    """Return where the tag that `at` stands in ends; a ">" in quotes doesn't end it."""
    if found := _REST_OF_TAG.match(document, at):
        return found.end()
    end = document.find(b">", at)
    return len(document) if end < 0 else end + 1


def _check_depth(document: bytes, spans: list[tuple[int, int]]) -> None:
    depth = tags = namespaces = 0
    seen_shallow = False
    for start, end in spans:
        for at in range(start, end, _CHUNK):
            upto = min(at + _CHUNK, end)
            opening = document.count(b"<", at, upto)
            if not opening:
                # No "<" can stand in a tag, so this may be one; thousands of namespaces on it take quadratic time.
                namespaces += document.count(b"xmlns", at, upto)
                if namespaces > MAX_NAMESPACES:
                    raise Unreadable("too_many")
                continue
            namespaces = 0
            closing = document.count(b"</", at, upto)
            tags += opening
            deepest = depth + opening - closing
            depth = max(0, deepest - closing - document.count(b"/>", at, upto))
            if deepest > MAX_DEPTH and not seen_shallow:
                # The count by chunks is an upper bound, cheap enough for every feed; the exact one is made once.
                if _is_deep(document, spans):
                    raise Unreadable("too_deep")
                seen_shallow = True
    if tags > MAX_TAGS:
        raise Unreadable("too_many")


def _is_deep(document: bytes, spans: list[tuple[int, int]]) -> bool:
    depth = 0
    tag = re.compile(rb"<(/)?[A-Za-z_][^<>]*?(/)?>")
    for start, end in spans:
        for found in tag.finditer(document, start, end):
            if found.group(1):
                depth = max(0, depth - 1)
            elif not found.group(2):
                depth += 1
                if depth > MAX_DEPTH:
                    return True
    return False


_NO_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)([A-Za-z][A-Za-z0-9]{1,30};)?")
_BAD_NUMBER = re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bceBCE]|1[0-9a-fA-F])|[xX]?0+);")


def mend_entities(document: bytes, spans: tuple[tuple[int, int], ...]) -> bytes:
    """Return the document with HTML's entities as characters and bare ampersands escaped, outside CDATA.

    XML knows five entities; a parser drops what follows another, or refuses. Raises Unreadable "broken_xml" for a
    document that is all ampersands.
    """
    pieces: list[bytes] = []
    done = 0
    for start, end in spans:
        ampersands = document.count(b"&", start, end)
        if not ampersands or not (_NO_ENTITY.search(document, start, end) or _BAD_NUMBER.search(document, start, end)):
            continue
        if ampersands - document.count(b";", start, end) > MAX_BARE_AMPERSANDS:
            raise Unreadable("broken_xml")
        pieces += (document[done:start], _BAD_NUMBER.sub(b"", _NO_ENTITY.sub(_entity, document[start:end])))
        done = end
    return b"".join([*pieces, document[done:]]) if pieces else document


def _entity(found: re.Match[bytes]) -> bytes:
    name = found.group(1)
    if name and (character := html5.get(name.decode())):
        return character.encode().replace(b"&", b"&amp;").replace(b"<", b"&lt;")
    return b"&amp;" + name if name else b"&amp;"


def inner(part: bytes, name: bytes) -> bytes:
    """Return what stands in the first element of that local name, markup and all, or b"".

    Searched by hand: a pattern would try again from every opening tag of a document that closes none.
    """
    opening = re.search(rb"<((?:[\w.-]+:)?" + name + rb")(?:\s[^<>]*)?>", part)
    if not opening or opening.group().endswith(b"/>"):
        return b""
    end = part.find(b"</" + opening.group(1), opening.end())
    return part[opening.end() : end].strip() if end >= 0 else b""


def without_element(skeleton: bytes, name: bytes) -> bytes:
    """Return the bytes without the unprefixed elements of that name that are closed."""
    opening, closing = b"<" + name, b"</" + name + b">"
    at, pieces = 0, []
    while (start := skeleton.find(opening, at)) >= 0 and (end := skeleton.find(closing, start)) >= 0:
        pieces.append(skeleton[at:start])
        at = end + len(closing)
    return b"".join([*pieces, skeleton[at:]]) if pieces else skeleton
