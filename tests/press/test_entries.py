from datetime import timedelta

import pytest
from builders import MORNING, make_report, republish
from reading import lines

from writethru.press.page import NoSuchPage
from writethru.press.routes import render

pytestmark = pytest.mark.django_db


def test_fragment_is_the_entry():
    report = make_report(headline="Sold & gone", html="<p>It is <b>sold</b>.</p>", dated_at=MORNING)

    assert render(f"/fragment/{report.pk}.html").decode() == (
        f'<article class="entry" id="r-{report.pk}" data-v="1" data-at="1795521600">\n'
        '<p class="stamp"><time datetime="2023-06-01T10:28+08:00">10:28 am</time></p>\n'
        f'<h4><a href="/news/2023/06/01/sold-gone-{report.pk}/">Sold &amp; gone</a></h4>\n'
        "<p>It is <b>sold</b>.</p>\n"
        '<footer class="tools"><p class="credit">— Pharos</p>'
        f'<a href="/news/2023/06/01/sold-gone-{report.pk}/">Permalink</a>'
        '<button type="button" data-share="" data-done="Link copied">Share</button></footer>\n'
        "</article>"
    )


def test_fragment_without_headline_or_credit_starts_with_the_text():
    report = make_report(headline="", credit="", html="<p>It is sold.</p>", dated_at=MORNING)

    assert lines(render(f"/fragment/{report.pk}.html"), "article") == ["10:28 am", "It is sold."]


def test_photo_stands_as_its_words_without_a_picture():
    photos = [
        {"address": "https://x.example/1.jpg", "caption": "The lamp.", "credit": "A. Kerr / AFP", "alt": ""},
        {"address": "https://x.example/2.jpg", "caption": "", "credit": "Photo from DoD", "alt": ""},
        {"address": "https://x.example/3.jpg", "caption": "", "credit": "", "alt": "A lamp"},
    ]
    page = render(f"/fragment/{make_report(photos=photos).pk}.html")

    assert lines(page, "article") == [
        "8:00 pm",
        "The lighthouse is sold",
        "The lamp. Photo: A. Kerr / AFP",
        "Photo from DoD",
        "The lighthouse was sold on Tuesday.",
        "— Pharos",
    ]
    assert b"<img" not in page


def test_a_long_report_is_cut_at_a_block_and_leads_to_the_whole():
    html = "\n".join(f"<p>{'word ' * 99}end{number}.</p>" for number in range(4))
    report = make_report(html=html)

    assert lines(render(f"/fragment/{report.pk}.html"), "article")[2:] == [
        f"{'word ' * 99}end0.",
        f"{'word ' * 99}end1.",
        "Read the whole report",
        "— Pharos",
    ]


def test_a_correction_says_when_and_what_at_the_foot_and_at_the_top_if_the_headline_was_wrong():
    report = make_report(html="<p>Sold for two pesos.</p>", dated_at=MORNING)
    republish(report, html="<p>Sold for one peso.</p>", note="It was one peso, not two.", now=MORNING)
    republish(report, headline="The lighthouse is let", note="It is let.", now=MORNING + timedelta(hours=1))

    assert lines(render(f"/fragment/{report.pk}.html"), "article") == [
        "10:28 am",
        "The lighthouse is let",
        "Corrected 1 June 2023, 11:28 am PHT. It is let.",
        "What changed, word by word",
        "The lighthouse is sold let",
        "Sold for one peso.",
        "Corrected 1 June 2023, 10:28 am PHT. It was one peso, not two.",
        "What changed, word by word",
        "Sold for two pesos one peso.",
        "— Pharos",
    ]


@pytest.mark.parametrize(("updates", "said"), [(1, "Updated once"), (2, "Updated 2 times")])
def test_updates_are_counted(updates: int, said: str):
    report = make_report(dated_at=MORNING)
    for number in range(updates):
        republish(report, html=f"<p>The lighthouse was sold on Tuesday, notice {number} of the port says.</p>")

    page = render(f"/fragment/{report.pk}.html").decode()

    assert f'<a href="{report.state.path_on_site}#versions">{said}</a>' in page


def test_no_fragment_of_what_is_not_there():
    with pytest.raises(NoSuchPage):
        render("/fragment/999999.html")
