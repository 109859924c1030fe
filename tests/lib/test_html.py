import pytest

from tests.work import work_of
from writethru.lib.html import clean, first_words, paragraphs, text, word_count


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("one\ntwo\n\nthree & four", "<p>one two</p>\n<p>three &amp; four</p>"),
        (
            "<div><div>a<b>x</div>y</b></div>z<br><br>w<br>v<br>",
            "<p>a<b>x</b></p>\n<p><b>y</b></p>\n<p>z</p>\n<p>w<br>v</p>",
        ),
        ("<P CLASS=x STYLE='color:red'>a</P><p> </p><p>&nbsp;</p><p><img src=x></p>", "<p>a</p>"),
        ("<ul>\n<li>a</li> <li><p>b</p></li></ul> tail", "<ul><li>a</li><li><p>b</p></li></ul>\n<p>tail</p>"),
        ("<h1>H</h1>text<h6>I</h6>", "<h2>H</h2>\n<p>text</p>\n<h4>I</h4>"),
        ("<blockquote>q<p>r</p></blockquote>x", "<blockquote><p>q</p><p>r</p></blockquote>\n<p>x</p>"),
        ("<table><tr><th>a<td> b </table>", "<table><tbody><tr><th>a</th><td>b</td></tr></tbody></table>"),
        ("<figure><img src=a><figcaption>No.</figcaption></figure><p>Yes.</p>", "<p>Yes.</p>"),
        (
            "<script>x()</script><style>p{}</style><svg><text>s</text></svg><p onclick=x title=y lang=z>ok</p>",
            "<p>ok</p>",
        ),
        ("<p><img width=1 height=1 src='https://t.example/pixel'></p>", ""),
        ("<pre>a\nb\n\nc</pre>", "<p>a b</p>\n<p>c</p>"),
        ("a<p>b", "<p>a</p>\n<p>b</p>"),
        ("1 > 0\n\n \n\nb  c", "<p>1 &gt; 0</p>\n<p>b c</p>"),
        ("<SPAN CLASS='x'>a<!-- no --> <Code>b</Code></SPAN><img alt='a > b'> c", "<p>a b c</p>"),
        ("<code><use/></code> a <code><svg></code> b<p>c", "<p>a b</p>\n<p>c</p>"),
        ("<!--<div>--><h1 class=x>H</h1><img alt='<span>'>t", "<h2>H</h2>\n<p>t</p>"),
        ("a<br>&nbsp;<br/>b<br> c", "<p>a</p>\n<p>b<br>c</p>"),
        ("<ol><li>a<ul><li>b</li></ul></li></ol>", "<ol><li>a<ul><li>b</li></ul></li></ol>"),
        ("", ""),
    ],
)
def test_clean_gives_blocks_of_the_small_tag_set_a_line_each(html: str, cleaned: str) -> None:
    assert clean(html) == cleaned
    assert clean(cleaned) == cleaned


def test_links_are_resolved_or_lose_their_tag():
    html = (
        '<a href="/r?a=1&amp;b=2">r</a> <a href="javascript:x()">j</a> <a href="#top">t</a> <a name="n">n</a> '
        '<a href="mailto:d@wire.example">m</a> <a href="//x.example/">s</a> <a href="https://x.example/" rel="me">x</a>'
    )

    assert clean(html, base="https://wire.example/a/b") == (
        '<p><a href="https://wire.example/r?a=1&amp;b=2">r</a> j t n <a href="mailto:d@wire.example">m</a> '
        '<a href="https://x.example/">s</a> <a href="https://x.example/">x</a></p>'
    )
    assert clean('<a href="r">r</a>') == "<p>r</p>"
    assert clean('1 <a href="#">\n</a> 2') == "<p>1 2</p>"
    assert clean('<a href="#t"><h2><em><table><a href="https://x.example/">x') == (
        '<h2><em><a href="https://x.example/">x</a></em></h2>'
    )


def test_paragraphs_are_the_plain_text_of_each_block():
    html = clean("<p>A &amp; B<br>C</p><ul><li>one</li><li>two</li></ul><table><tr><td>x<td>y</table>")

    assert paragraphs(html) == ("A & B\nC", "one", "two", "x y")
    assert text(html) == "A & B\nC\n\none\n\ntwo\n\nx y"
    assert paragraphs("one\nline\n\n1 &lt; 2") == ("one line", "1 < 2")


def test_words_are_counted_in_scripts_without_spaces_too():
    assert [word_count("<p>one two</p>\n<p>three</p>"), word_count("<p>政府は Tokyo 発表</p>"), word_count("")] == [
        3,
        4,
        0,
    ]


def test_first_words_are_whole_blocks_and_at_least_one():
    html = "<p>a b</p>\n<p>c d</p>\n<p>e</p>"

    assert [first_words(html, n) for n in (1, 3, 4, 5)] == [
        ("<p>a b</p>", True),
        ("<p>a b</p>", True),
        ("<p>a b</p>\n<p>c d</p>", True),
        (html, False),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<ul><li>" * 150_000,
        "<blockquote>" * 100_000,
        "<b><a href=x>" * 100_000,
        "<p>a&nbsp;</p>" + "&nbsp;" * 150_000 + "x",
        "<b><sub><i><sup>" * 4_000 + "</sup></i></sub></b>" * 4_000,
        "<pre>" * 9_000 + " x" * 300_000,
        "<" * 500_000,
        "<p a=\"'" * 60_000,
        "<!--" * 100_000,
        "<ul><li>a" * 900 + "<p>b" * 9_000,
    ],
    ids=range(11),
)
def test_html_made_to_be_slow_is_cleaned_within_a_second(html: str) -> None:
    assert work_of(lambda: clean(html)) < 1
