"""Cleaning what is clean changes nothing, whatever is cleaned."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from writethru.lib.html import clean, paragraphs, text

OWN = {
    *("p", "br", "a", "em", "strong", "b", "i", "ul", "ol", "li", "blockquote", "h2", "h3", "h4", "sub", "sup"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
NAMES = [
    *sorted(OWN),
    *("h1", "h6", "div", "span", "section", "pre", "figure", "figcaption", "img", "svg", "math", "style", "script"),
    *("title", "template", "noscript", "select", "option", "form", "font", "u", "dl", "dt", "dd", "hr", "center"),
    *("body", "html", "textarea", "foreignObject", "mi", "annotation-xml", "nobr", "button", "frameset", "plaintext"),
    *("code", "use", "marquee", "video", "object", "DIV", "Span"),
]
TAGS = st.sampled_from(
    [f"<{name}>" for name in NAMES]
    + [f"</{name}>" for name in NAMES]
    + [f'<{name} class="x">' for name in NAMES]
    + [
        "<!-- c -->",
        "<!--",
        "-->",
        "<p x='",
        '<img alt="a > b">',
        "<svg/>",
        "<a href='/r'>",
        '<a href="https://x.example/?a=1&b=<p>">',
        "<a href='javascript:alert(1)'>",
        "<br/>",
    ]
)
WORDS = st.sampled_from(
    [" ", "\n", "\n\n", "one", "two. ", "&nbsp;", "&amp;", "<", ">", '"', "&lt;p&gt;", "\u2028", "é"]
)
SOUP = st.lists(st.one_of(TAGS, WORDS), max_size=25).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(SOUP, st.text()))
@example("<table><p><li><td>x<svg><p>")
@example("<a href='/r'><p>x<a href='/s'>y")
def test_clean_twice_is_clean_once(html: str) -> None:
    once = clean(html)

    assert clean(once) == once


@settings(max_examples=200, deadline=None)
@given(SOUP)
def test_clean_copy_has_only_its_own_tags_and_no_text_outside_blocks(html: str) -> None:
    once = clean(html)

    tags = set(re.findall(r"</?([a-zA-Z][^\s/>]*)", once))
    assert tags <= OWN
    assert all(line.startswith("<") and line.endswith(">") for line in once.splitlines())


@given(SOUP)
def test_text_is_the_paragraphs_parted_by_an_empty_line(html: str) -> None:
    once = clean(html)

    assert text(once) == "\n\n".join(paragraphs(once))
