"""The way a thing is written: what is made alike or set aside before takes are compared."""

import pytest

from storytext.tidying import strip_dateline, tidy
from tests.work import work_of

STORY = "The trains have stopped."


@pytest.mark.parametrize(
    "dateline",
    [
        "TOKYO, March 3 (Wire) — ",
        "Capstan (Orlop), March 3, 2031 (Raven) - ",
        "(Raven) – ",
        "Valdesombra (Almagrera), 3 mar (Almenara).- ",
        "SAN TELMO DEL RÍO, 3 de marzo (Meridiana) — ",
        "Puerto Almagre, 3 de marzo (Meridiana) - ",
        "Saint-Orgue, 1er mars (Corbeau) - ",
        "LES ÎLES (Littoral) – ",
        "LUNGSOD NG AGUHAN, Marso 8 (Amihan) -- ",
        "【霧ケ谷＝汐見】",
        "【白鷺3月5日汐見】 ",
    ],
)
def test_strip_dateline_sets_aside_what_agencies_of_six_languages_begin_with(dateline: str) -> None:
    assert strip_dateline(tidy(dateline + STORY)) == STORY


def test_strip_dateline_sets_aside_an_agency_in_brackets_before_japanese():
    assert strip_dateline(tidy("（汐見）電車が止まった。")) == "電車が止まった。"


@pytest.mark.parametrize(
    "text",
    [
        "US officials say - in a note - that trains have stopped.",
        "The minister (a former driver) - who never missed a train - has resigned.",
        "El ministro dimitió ayer (otra vez).- Nadie lo esperaba.",
        "(Vale) Not a dateline, since nothing parts it from what follows.",
        "3月5日、電車が止まった。",
    ],
)
def test_strip_dateline_leaves_a_text_that_only_has_brackets_or_a_dash(text: str) -> None:
    assert strip_dateline(text) == text


def test_strip_dateline_takes_no_longer_for_a_text_that_almost_has_one():
    almost = ["A" * 20_000, "Aa " * 7_000, "A 1 mar " * 3_000, "(" * 20_000, "A(A)" * 5_000]

    def strip_all() -> None:
        assert [strip_dateline(text) for text in almost] == almost

    assert work_of(strip_all) < 1


def test_tidy_puts_japanese_figures_into_digits_where_a_counter_or_a_digit_says_that_it_is_one():
    written = {
        "二十三人": "23人",
        "一万二千世帯": "12000世帯",
        "２万１３８４円５５銭": "21384円55銭",
        "10億4千万株": "1040000000株",
        "二〇三一年": "2031年",
        "百万人": "1000000人",
        "十五兆円": "15000000000000円",
        "三人": "3人",
        "一億二〇〇〇万円": "120000000円",
    }

    assert {text: tidy(text) for text in written} == written


def test_tidy_leaves_names_and_words_that_only_look_like_figures():
    words = ["千葉県", "一人で", "万年筆", "八百屋", "三省社", "第八瑞穂丸", "1.5万人", "十分"]

    assert [tidy(word) for word in words] == words


def test_tidy_takes_out_the_narrow_space_of_french_thousands():
    assert tidy("9\u202f000 tonnes, 1\u00a0250 oies, de 5\u00a01000 ans") == "9000 tonnes, 1250 oies, de 5 1000 ans"
