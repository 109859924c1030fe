"""What becomes of HTML's tags before the sanitizer sees them: one pass, by a table.

Every edge of a block becomes "<p>", a container is left as it is but for a "<p>" where text may follow, and what
only looks (a span, a font, an image) goes. No attribute is left but a link's. Nothing here makes HTML safe.
"""

import re
from collections.abc import Iterator

BLOCKS = (
    *("address", "article", "aside", "body", "center", "dd", "details", "dir", "div", "dl", "dt", "fieldset", "figure"),
    *("footer", "form", "header", "hgroup", "hr", "html", "legend", "main", "menu", "nav", "p", "pre", "section"),
    "summary",
)
INLINE = ("a", "b", "i", "em", "strong", "sub", "sup")
_LOOKS = (
    *("abbr", "big", "cite", "code", "del", "font", "img", "ins", "kbd", "mark", "picture", "q", "s", "samp", "small"),
    *("source", "span", "strike", "time", "tt", "u", "var", "wbr"),
)
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_CELLS = ("li", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")

# Or a comment, that has no name. A tag with "<" or ">" in quotes is left to the sanitizer's parser.
_TAG = re.compile(
    r"""(<(?:(/?[a-zA-Z][a-zA-Z0-9]*+)(?=[\s/>])[^<>"']*+(?:"[^"<>]*+"[^<>"']*+|'[^'<>]*+'[^<>"']*+)*+>"""
    r"""|!--[^<>]*?-->))"""
)
_EDGE = re.compile(rf"</?(?:{'|'.join(BLOCKS)})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_PRE_TAG = re.compile(r"(</?pre(?:\s[^<>]*)?>)", re.IGNORECASE)
BLANK_LINE = re.compile(r"\n[ \t\r\xa0]*\n")


def _table() -> Iterator[tuple[str, str]]:
    """Yield each name, with the stroke of an end, and what its tag becomes. A browser reads </br> as <br>."""
    yield from (("br", "<br>"), ("/br", "<br>"), ("blockquote", "<blockquote><p>"))
    for name in BLOCKS:
        yield from ((name, "<p>"), (f"/{name}", "<p>"))
    for name in _LOOKS:
        yield from ((name, ""), (f"/{name}", ""))
    for name in (*INLINE[1:], *_CELLS):
        yield from ((name, f"<{name}>"), (f"/{name}", f"</{name}>"))
    for name, becomes in {**_HEADINGS, "ul": "ul", "ol": "ol", "table": "table"}.items():
        yield from ((name, f"<{becomes}>"), (f"/{name}", f"</{becomes}><p>"))
    yield "/blockquote", "</blockquote><p>"


_BECOMES: dict[str | None, str] = {
    spelled: tag for name, tag in _table() for spelled in (name, name.upper(), name.title())
} | {None: ""}
# An unknown tag may hide the text in it until the end of a span around it: beside one, what only looks stays.
_OTHERS = ("a", "button", "embed", "figcaption", "iframe", "input", "label", "script", "style")
_KNOWN = {*_BECOMES} | {
    stroke + spelled for name in _OTHERS for spelled in (name, name.upper(), name.title()) for stroke in ("", "/")
}
_BARE = {name: tag or f"<{name}>" for name, tag in _BECOMES.items() if name and name.lower().strip("/") != "font"}
_EDGES = {name: tag for name, tag in _BECOMES.items() if ("<p>" in tag or "<h" in tag) and tag != f"<{name}>"}


def simplified(html: str) -> str:
    """Return the HTML with each tag that the table knows put by what it becomes; blank lines in <pre> are edges."""
    pieces = _TAG.split(html)  # by turns a text, a tag, its name
    names = set(pieces[2::3])
    if names & {"pre", "PRE"} and html != (parted := _with_paragraphs_in_pre(html)):
        return simplified(parted)
    # Else some "<" begins a long comment or an attribute with a tag in it: only the edges are put there.
    is_all = html.count("<") == len(pieces) // 3
    becomes = (_BECOMES if names <= _KNOWN else _BARE) if is_all else _EDGES
    pieces[1::3] = map(becomes.get, pieces[2::3], pieces[1::3])
    del pieces[2::3]
    simple = "".join(pieces)
    return simple if is_all else _EDGE.sub("<p>", simple)


def _with_paragraphs_in_pre(html: str) -> str:
    pieces = _PRE_TAG.split(html)
    for at in range(2, len(pieces), 2):
        if not pieces[at - 1].startswith("</"):
            pieces[at] = BLANK_LINE.sub("<p>", pieces[at])
    return "".join(pieces)
