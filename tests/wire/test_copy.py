import pytest

from writethru.wire.copy import Copy, clean_copy, is_credit
from writethru.wire.formats import WireItem, WirePhoto


def make_item(html: str = "<p>Text.</p>", **fields: object) -> WireItem:
    given = {"headline": "Ferry sinks", "url": "", "byline": "", "photos": (), **fields}
    return WireItem(wire_id="1", html=html, dated_at=None, language="en", raw=b"", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("html", "kept", "credit"),
    [
        ("<p>He left. — AFP</p>", "<p>He left.</p>", "AFP"),
        ("<p>“He left.” -- Reuters</p>", "<p>“He left.”</p>", "Reuters"),
        ("<p>He left. – <i>Kyodo</i></p>", "<p>He left.</p>", "Kyodo"),
        ("<p>He left. (AFP)</p>", "<p>He left.</p>", "AFP"),
        ("<p>He left. — Photo from DoD</p>", "<p>He left.</p>", "Photo from DoD"),
        ("<p>He left.</p><p>— AFP, Kyodo</p>", "<p>He left.</p>", "AFP, Kyodo"),
        ("<p>He left.</p><p><em>(AFP/Reuters)</em></p>", "<p>He left.</p>", "AFP/Reuters"),
        ("<p>He left. — With reports from AFP</p>", "<p>He left.</p>", "With reports from AFP"),
        ("<p>Er ging. (dpa)</p>", "<p>Er ging.</p>", "dpa"),
        ("<p>政府は。（共同）</p>", "<p>政府は。</p>", "共同"),
        ("<p>He said — and left.</p>", "<p>He said — and left.</p>", ""),
        ("<p>He left — Bob</p>", "<p>He left — Bob</p>", ""),
        ("<p>He left. — And came back.</p>", "<p>He left. — And came back.</p>", ""),
        ("<p>He left. (See page 3)</p>", "<p>He left. (See page 3)</p>", ""),
        ("<p>It won (Oscars)</p>", "<p>It won (Oscars)</p>", ""),
        ("<p>— AFP</p>", "<p>— AFP</p>", ""),
    ],
)
def test_a_credit_is_taken_from_the_end_and_a_dash_clause_stays(html: str, kept: str, credit: str) -> None:
    assert clean_copy(make_item(html)) == Copy("Ferry sinks", kept, credit, "", ())


@pytest.mark.parametrize(
    ("html", "kept", "dateline"),
    [
        ("<p>MANILA, Philippines — The ferry</p>", "<p>The ferry</p>", "MANILA, Philippines"),
        ("<p>TOKYO (AP) — The ferry</p>", "<p>The ferry</p>", "TOKYO (AP)"),
        ("<p>NEW YORK/LONDON, March 3 (Reuters) - “We</p>", "<p>“We</p>", "NEW YORK/LONDON, March 3 (Reuters)"),
        ("<p><b>PARIS (AFP)</b> – <i>The</i> ferry</p>", "<p><i>The</i> ferry</p>", "PARIS (AFP)"),
        ("<p>(Reuters) The ferry</p>", "<p>The ferry</p>", "(Reuters)"),
        ("<p>Berlin (dpa) - Die Fähre</p>", "<p>Die Fähre</p>", "Berlin (dpa)"),
        ("<p>UN-backed talks</p>", "<p>UN-backed talks</p>", ""),
        ("<p>NASA — the agency — said</p>", "<p>NASA — the agency — said</p>", ""),
        ("<p>EXCLUSIVE — The ferry</p>", "<p>EXCLUSIVE — The ferry</p>", ""),
        ("<p>The United Nations (UN) - The</p>", "<p>The United Nations (UN) - The</p>", ""),
    ],
)
def test_a_dateline_is_parsed_off(html: str, kept: str, dateline: str) -> None:
    assert clean_copy(make_item(html)) == Copy("Ferry sinks", kept, "", dateline, ())


@pytest.mark.parametrize(
    ("headline", "kept"),
    [
        ("The ferry “Ana” sank off…", ""),
        ("THE FERRY ANA sank...", ""),
        ("The ferry 'Ana' sank off Cebu", ""),
        ("A ferry sank off…", "A ferry sank off…"),
        ("The ferry “Ana” sank", "The ferry “Ana” sank"),
    ],
)
def test_a_headline_that_only_repeats_the_start_goes(headline: str, kept: str) -> None:
    item = make_item("<p>CEBU — The ferry “Ana” sank off Cebu.</p><p>More.</p>", headline=headline)

    assert clean_copy(item).headline == kept


def test_the_credit_is_the_texts_then_the_bylines_then_the_sources_then_the_photos():
    photo = WirePhoto("https://x.example/a.jpg", credit="X / AFP")

    credits = [
        clean_copy(make_item("<p>It sank. — AFP</p>", byline="By Ana Reyes"), credit="Wire").credit,
        clean_copy(make_item(byline="By Ana Reyes"), credit="Wire").credit,
        clean_copy(make_item(byline="newsroom@wire.example", photos=(photo,)), credit="Wire").credit,
        clean_copy(make_item(byline="admin", photos=(photo,))).credit,
    ]

    assert credits == ["AFP", "Ana Reyes", "Wire", "X / AFP"]


def test_captions_and_credits_are_parted_and_photos_stand_once():
    photos = (
        WirePhoto("https://x.example/1", "The <b>ferry</b> &amp; tug | Photo: Ana Reyes / AFP"),
        WirePhoto("https://x.example/2", "The ferry. — AFP"),
        WirePhoto("https://x.example/3", "The ferry – and the tug"),
        WirePhoto("https://x.example/4", "The ferry. Ana Reyes / AFP", "Photo: Ana Reyes / AFP"),
        WirePhoto("https://x.example/1", "again"),
        WirePhoto("data:image/png;base64,x"),
    )

    assert clean_copy(make_item(photos=photos)).photos == (
        WirePhoto("https://x.example/1", "The ferry & tug", "Ana Reyes / AFP"),
        WirePhoto("https://x.example/2", "The ferry.", "AFP"),
        WirePhoto("https://x.example/3", "The ferry – and the tug"),
        WirePhoto("https://x.example/4", "The ferry.", "Ana Reyes / AFP"),
    )


def test_junk_characters_go_and_the_rest_is_composed():
    item = make_item("<p>Ca\u00adfe\u0301 &shy;a\u200bb\x00c\ufeff&#8203;</p>", headline="\ufeffA\u200b  B\x07")

    assert clean_copy(item) == Copy("A B", "<p>Café abc</p>", "", "", ())


def test_credits_are_short_names_without_an_end_of_a_sentence():
    assert [is_credit(line) for line in ("AFP", "JANE DOE with AFP", "J. Doe Jr.", "he left", "And left.", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("html", "kept", "correction"),
    [
        (
            "<p>(Corrects toll in paragraph 1.)</p><p>Nine sank.</p>",
            "<p>Nine sank.</p>",
            "Corrects toll in paragraph 1.",
        ),
        ("<p>Corrected: it was <em>nine</em>.</p><p>Nine sank.</p>", "<p>Nine sank.</p>", "It was nine."),
        (
            "<p>Nine sank.</p><p>An earlier version of this report said ten. — AFP</p>",
            "<p>Nine sank.</p>",
            "An earlier version of this report said ten. — AFP",
        ),
        ("<p>(Corrects the toll.)</p>", "<p>(Corrects the toll.)</p>", ""),
        (
            "<p>Corrected figures came late.</p><p>Nine sank.</p>",
            "<p>Corrected figures came late.</p>\n<p>Nine sank.</p>",
            "",
        ),
    ],
)
def test_what_a_take_corrects_is_taken_out_of_its_text(html: str, kept: str, correction: str):
    assert clean_copy(make_item(html)) == Copy("Ferry sinks", kept, "", "", (), correction)
