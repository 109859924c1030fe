"""Wire copy's HTML: a small set of tags, always in paragraphs, and its plain text.

Before the sanitizer (nh3) runs, every edge of a block is turned into "<p>" (see tags.py); its parser closes a
paragraph where the next one opens and carries bold over the edge, so soup comes out as paragraphs. What nh3 gives is
only tidied after, and that only where it isn't of the shape that most copy has.
"""

import re
from html import escape, unescape
from urllib.parse import urljoin

import nh3

from writethru.lib.tags import BLANK_LINE, BLOCKS, INLINE, simplified

_CONTAINERS = ("ul", "ol", "li", "blockquote", "table")
_TAGS = {
    *("p", "br", "a", "em", "strong", "b", "i", "ul", "ol", "li", "blockquote", "h2", "h3", "h4", "sub", "sup"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_DROPPED = {
    *("script", "style", "title", "template", "iframe", "object", "noscript", "svg", "math", "textarea", "select"),
    *("button", "figcaption", "audio", "video", "canvas", "noembed", "noframes", "xmp"),
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED,
    attributes={"a": {"href"}, "*": set()},  # without "*" it lets `lang` and `title` pass everywhere
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
# Nested lists take the parser quadratic time (40,000 deep: 12 s) and 20,000 tags in one report are no report.
_MAX_TAGS = 20_000
_MAX_CONTAINERS = 2_000
_MAX_ROUNDS = 4
_MAX_EMPTY_DEPTH = 8

_BLOCK = "|".join((*BLOCKS, "br", "ul", "ol", "li", "blockquote", "table", "tr", "td", "th", "h[1-6]"))
_ANY_BLOCK = re.compile(rf"</?(?:{_BLOCK})[\s>/]")
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})(?:\s[^<>]*)?/?>")
_TWO_BREAKS = re.compile(r"<br(?:\s[^<>]*)?/?>\s*(?:(?:&nbsp;|\xa0)\s*)?<br(?:\s[^<>]*)?/?>")
_TAG = re.compile(r"<[^<>]*>")
_OTHER_LINK = re.compile(r'<a(?! href="https?://)')
_LINK = re.compile(r'<a href="([^"]*)">|</a>')
_INLINE = re.compile(r"</?(?:a|b|i|em|strong|sub|sup)(?: [^<>]*)?>")
_EMPTY_INLINE = re.compile(r'<(a|b|i|em|strong|sub|sup)(?: href="[^"]*")?>((?:\s|&nbsp;|<br>)*)</\1>')
_EMPTY_BLOCK = re.compile(
    r"<(p|h[234]|li|ul|ol|blockquote|caption|thead|tbody|tfoot|tr|table)>(?:\s|&nbsp;|<br>)*</\1>"
)
_LEADING = re.compile(r"<(p|h[234]|li|t[hd]|caption)>(?:[ \u200b]|&nbsp;|<br>)+")
_HAS_TRAILING = re.compile(r"</(?:(?<=[ ;\u200b]</)|(?<=br></))(?:p|h[234]|li|t[hd]|caption)>")
_JUNK = (" ", "&nbsp;", "<br>", "\u200b")
_BLOCK_NAME = r"(/?(?:p|ul|ol|li|blockquote|h[234]|table|caption|thead|tbody|tfoot|tr|t[hd])>)"
_BLOCK_FOLLOWS = re.compile(_BLOCK_NAME)
_SPACE_AFTER = re.compile(f"<{_BLOCK_NAME} ")
_TOP = re.compile(r"<(/?)(p|h[234]|ul|ol|li|blockquote|table)>")
_INLINE_NAMES = "|".join(INLINE)
# The shape of tidy copy. The sanitizer's parser gives it back as it got it, so cleaning it again changes nothing. No
# groups: a group in a possessive repeat is a bug of Python 3.11's re.
_NO_LINK_IN_IT = r"(?![^<]*+(?:<(?!/?a[ >])[^<]*+)*+<a )"
_NOT_EMPTY = r"(?!(?: |&nbsp;|<br>)*+</)"
_NO_BREAK_NEXT = r"(?! |(?:&nbsp; ?)?<br>)"
_NO_JUNK_BEHIND = r"(?<![ \u200b])(?:(?<!&nbsp;)(?<!<br>)|(?=<[^/]))"
_TEXT = (
    rf"(?![ \u200b]|&nbsp;|<br>)[^<]*+(?:<(?:/(?:{_INLINE_NAMES})>|(?:{_INLINE_NAMES[2:]})>{_NOT_EMPTY}"
    rf'|a href="[^"<>]*">{_NOT_EMPTY}{_NO_LINK_IN_IT}|(?<! <)br>{_NO_BREAK_NEXT})[^<]*+)*+{_NO_JUNK_BEHIND}'
)
_LINES = rf"<p>(?!</){_TEXT}</p>|<h[234]>(?!</){_TEXT}</h[234]>"


def _nested(depth: int) -> str:
    inner = _nested(depth - 1) if depth > 1 else _LINES
    items = rf"(?:<li>(?!</){_TEXT}(?:{inner})*+</li>)++"
    return rf"{_LINES}|<[uo]l>{items}</[uo]l>|<blockquote>(?:{inner})++</blockquote>"


def _table(inner: str) -> str:
    rows = rf"(?:<tr>(?:<t[hd]>{_TEXT}(?:{inner})*+</t[hd]>)++</tr>)++"
    return rf"<table>(?:<t(?:head|body|foot)>{rows}</t(?:head|body|foot)>)++</table>"


_TIDY_BLOCK = re.compile(rf"{_nested(3)}|{_table(f'{_nested(1)}|{_table(_LINES)}')}")
_BLOCK_END = re.compile(r"</?(?:p|h[1-6]|li|ul|ol|tr|caption|blockquote|div)(?:\s[^<>]*)?>")
_CELL_END = re.compile(r"</t[hd]>")
_BREAK = re.compile(r"<br\s*/?>")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def clean(html: str, *, base: str = "") -> str:
    """Return wire copy as blocks of the small tag set, a line each; cleaning what is clean changes nothing.

    Relative links start at `base`; a link that is then not http, https or mailto loses its tag. No pictures, classes,
    styles or scripts. Text without tags becomes paragraphs at its blank lines. No `rel` is stored: the page that
    shows a link says what it thinks of it.
    """
    if "<" not in html and "&" not in html and html.replace("\n", " ").isprintable():
        lines = (" ".join(part.split()) for part in BLANK_LINE.split(html.replace(">", "&gt;")))
        return "\n".join(f"<p>{line}</p>" for line in lines if line)
    html = simplified(html)
    if (tags := html.count("<")) > _MAX_TAGS or (tags > _MAX_CONTAINERS and _count_containers(html) > _MAX_CONTAINERS):
        html = _flattened(html)
    once, is_stable = _clean_once(html, base)
    if is_stable:
        return once
    for _ in range(_MAX_ROUNDS):
        again, is_stable = _clean_once(simplified(once), base)
        if is_stable or again == once:
            return again
        once = again
    return _clean_once(_flattened(once), base)[0]


def _count_containers(html: str) -> int:
    return sum(html.count(f"<{name}") for name in _CONTAINERS)


def _flattened(html: str) -> str:
    """Return the text of the HTML in paragraphs only."""
    parts = BLANK_LINE.split(_TAG.sub("", _BLOCK_TAG.sub("\n\n", html)).replace("<", "&lt;"))
    return "\n\n".join(part for part in parts if part.strip())


def _clean_once(html: str, base: str) -> tuple[str, bool]:
    """Return simplified HTML cleaned, and whether it is of the shape that cleaning again is known to leave alone."""
    html = _TWO_BREAKS.sub("<p>", html) if _ANY_BLOCK.search(html) else BLANK_LINE.sub("<p>", html)
    html = " ".join(_CLEANER.clean("<p>" + html).split())
    if _OTHER_LINK.search(html):
        html = " ".join(_with_links(html, base).split())
    html = _without_empty_inline(html)
    blocks = _tidy_blocks(html) or _tidy_blocks(html := _tidied(html))
    return "\n".join(blocks or _blocks(html)), bool(blocks) or not html


def _tidy_blocks(html: str) -> list[str]:
    """Return the outermost blocks if each is of the shape of tidy copy and nothing stands between, or else none."""
    blocks = _TIDY_BLOCK.findall(html)
    return blocks if sum(map(len, blocks)) == len(html) else []


def _with_links(html: str, base: str) -> str:
    """Resolve each link; take the tag from one that leads nowhere."""
    kept: list[bool] = []  # of the links that are open: they nest where a table stands between

    def resolved(found: re.Match[str]) -> str:
        address = found[1]
        if address is None:
            return "</a>" if kept.pop() else ""
        if not address.startswith(("https://", "http://", "mailto:")):
            address = escape(_resolved(unescape(address), base))
        kept.append(bool(address))
        return f'<a href="{address}">' if address else ""

    return _LINK.sub(resolved, html.replace("<a>", '<a href="">'))


def _resolved(link: str, base: str) -> str:
    if not link or link.startswith("#"):
        return ""
    try:
        address = urljoin(base, link) if base else f"https:{link}" if link.startswith("//") else link
    except ValueError:
        return ""
    return address if address.lower().startswith(("http://", "https://", "mailto:")) else ""


def _without_empty_inline(html: str) -> str:
    """Take out empty inline tags, then the white space at the edges of blocks and empty paragraphs."""
    left = _without(_EMPTY_INLINE, html)
    if left != html:
        left = " ".join(left.split())
    return _SPACE_AFTER.sub(r"<\1", _without_space_before_blocks(left)).replace("<p></p>", "")


def _tidied(html: str, rounds: int = _MAX_ROUNDS) -> str:
    """Take out the breaks and white space at the ends of blocks, and what is empty."""
    if "<br>" in html:
        html = html.replace(" <br>", "<br>").replace("<br> ", "<br>")
    # Looking for the junk first costs a tenth of looking at every edge, and most copy has none.
    if any(f">{junk}" in html for junk in _JUNK[1:]):
        html = _LEADING.sub(r"<\1>", html)
    if any(f"{junk}</" in html for junk in _JUNK):
        html = _with_trimmed_ends(html)
    left = _without(_EMPTY_BLOCK, html)
    # What held only an empty block is empty, or ends in a break, only now.
    is_tidy = left == html or not any(junk.search(left) for junk in (_EMPTY_INLINE, _LEADING, _HAS_TRAILING))
    return left if is_tidy or not rounds else _tidied(_without_empty_inline(left), rounds - 1)


def _without_space_before_blocks(html: str) -> str:
    first, *rest = html.split(" <")
    if not rest:
        return html
    return first + "".join([f"<{piece}" if _BLOCK_FOLLOWS.match(piece) else f" <{piece}" for piece in rest])


def _with_trimmed_ends(html: str) -> str:
    """Trim what closes blocks. By hand: a pattern would start at every space of the text."""
    pieces: list[str] = []
    at = 0
    for found in _HAS_TRAILING.finditer(html):
        pieces.append(html[at : _trimmed_end(html, at, found.start())])
        at = found.start()
    return "".join([*pieces, html[at:]]) if pieces else html


def _trimmed_end(html: str, start: int, end: int) -> int:
    while junk := next((junk for junk in _JUNK if html.endswith(junk, start, end)), ""):
        end -= len(junk)
    return end


def _without(empty: re.Pattern[str], html: str) -> str:
    """Take out what is empty, then what that made empty. Each round is linear; deeper than a few is made to be slow."""
    for _ in range(_MAX_EMPTY_DEPTH):
        html, found = empty.subn(_content, html)
        if not found:
            return html
    return _INLINE.sub("", html) if empty is _EMPTY_INLINE else html


def _content(found: re.Match[str]) -> str:
    return found[2] if found.re is _EMPTY_INLINE else ""


def _blocks(html: str) -> list[str]:
    """Return the outermost blocks; text between blocks gets a paragraph of its own."""
    blocks: list[str] = []
    depth = start = 0
    for found in _TOP.finditer(html):
        if not found[1]:
            if depth == 0 and start < found.start():
                blocks.append(_wrapped(html[start : found.start()]))
            start = found.start() if depth == 0 else start
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                blocks.append(html[start : found.end()])
                start = found.end()
    blocks.append(_wrapped(html[start:]) if depth == 0 else html[start:])
    return [block for block in blocks if block]


def _wrapped(text: str) -> str:
    text = _LEADING.sub(r"<\1>", f"<p>{text}")
    text = text[: _trimmed_end(text, 3, len(text))]
    return f"{text}</p>" if text != "<p>" else ""


def paragraphs(html: str) -> tuple[str, ...]:
    """Return the plain text of each block of clean copy, or of text without tags; a <br> is a line feed."""
    if "<" not in html:
        parts = BLANK_LINE.split(html)
    else:
        html = _CELL_END.sub(" ", html) if "</t" in html else html
        html = _BREAK.sub("\x00", html) if "<br" in html else html
        parts = _BLOCK_END.split(html)
    return tuple(text for part in parts if (text := _plain(part)))


def _plain(part: str) -> str:
    plain = unescape(_TAG.sub("", part) if "<" in part else part)
    if "\x00" not in plain:
        return " ".join(plain.split())
    lines = plain.split("\x00")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def text(html: str) -> str:
    """Return the plain text of clean copy, its blocks parted by an empty line."""
    return "\n\n".join(paragraphs(html))


def word_count(html: str) -> int:
    """Return the number of words of clean copy. Two characters of Chinese or Japanese count as one word."""
    return _words(text(html))


def _words(plain: str) -> int:
    if plain.isascii() or not (characters := len(_CJK.findall(plain))):
        return len(plain.split())
    return len(_CJK.sub(" ", plain).split()) + (characters + 1) // 2


def first_words(html: str, n: int) -> tuple[str, bool]:
    """Return the leading whole blocks of clean copy of at most n words together, at least one, and if more follows."""
    blocks = html.split("\n")
    words = 0
    for at, block in enumerate(blocks):
        words += word_count(block)
        if at and words > n:
            return "\n".join(blocks[:at]), True
    return html, False
