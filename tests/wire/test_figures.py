import pytest

from tests.work import work_of
from writethru.wire.copy import clean_copy
from writethru.wire.formats import WireItem, WirePhoto
from writethru.wire.formats.figures import figures


@pytest.mark.parametrize(
    ("html", "photos"),
    [
        (
            '<figure class="x"><img src="/a.jpg" alt="A &amp; B">'
            "<figcaption>The moat. <small>AFP</small></figcaption></figure>",
            (WirePhoto("https://x.example/a.jpg", "The moat. <small>AFP</small>", "AFP", "A & B"),),
        ),
        (
            "<FIGURE><a href=/x><IMG width=9 SRC='https://y.example/b.png'/></a></FIGURE>"
            "<figure><img src=c.jpg></figure>",
            (WirePhoto("https://y.example/b.png"), WirePhoto("https://x.example/news/c.jpg")),
        ),
        ('<figure><img data-src="/lazy.jpg" src="/a.jpg"></figure>', (WirePhoto("https://x.example/a.jpg"),)),
        ('<p><img src="/counter.gif"></p>', ()),
        ('<figure><img src="data:image/png;base64,AA"></figure>', ()),
        ("<figure><blockquote>A saying</blockquote></figure><figcaption>Alone</figcaption>", ()),
        ('<figure><img src="/a.jpg">', ()),
        ("", ()),
    ],
)
def test_a_figure_of_the_text_is_a_photo(html: str, photos: tuple[WirePhoto, ...]):
    assert figures(html, base="https://x.example/news/1") == photos


@pytest.mark.parametrize(
    "piece", ["<figure>", "<figure><img ", "<figure><figcaption>", "<img src='", "<figure ", "<small>"]
)
def test_made_to_be_slow_is_not_slow(piece: str):
    assert work_of(lambda: figures(piece * 100_000)) < 1


def test_a_photo_in_two_places_has_the_words_of_both():
    caption = "<figcaption>The moat. <small>Photo: AFP</small></figcaption>"
    html = f'<figure><img src="/a.jpg" alt="A moat">{caption}</figure><p>It is full.</p>'
    named = (WirePhoto("https://x.example/a.jpg"),)
    item = WireItem("1", "Moat", html, "https://x.example/1", None, "", "", named, b"")

    copy = clean_copy(item)

    assert copy.photos == (WirePhoto("https://x.example/a.jpg", "The moat.", "AFP", "A moat"),)
    assert copy.html == "<p>It is full.</p>"
