# ruff: noqa: E501  (a paragraph of copy stands on one line)
from made_up_wire import make_take

from storytext.pairs import Substitutions, is_misspelling, lay
from storytext.words import dates_in, names_in, read, tidy, weekdays_in


def test_lay_tells_figures_names_and_days_apart():
    old = read(make_take("Police in Cebu said on Monday that 12 people had been hurt. Nobody died."))
    new = read(make_take("Police in Davao said on Tuesday that 15 people had been hurt. Nobody died."))

    pair = lay(old, new)

    assert (pair.laid, pair.kept, pair.lead, pair.body) == (
        (0, 1),
        1.0,
        Substitutions(frozenset({("12", "15")}), frozenset({("cebu", "davao")}), frozenset({(0, 1)}), 3),
        Substitutions(),
    )


def test_lay_finds_no_other_day_where_one_day_has_two_words():
    old = read(make_take("Die Polizei nahm am Samstag in Bremen vier Männer fest."))
    new = read(make_take("Die Polizei nahm am Sonnabend in Bremen vier Männer fest."))

    assert lay(old, new).lead == Substitutions(words=1)


def test_lay_does_not_compare_passages_written_anew():
    old = read(
        make_take("Police in Cebu arrested a man on Monday over the theft of 12 old and rare church bells of bronze.")
    )
    new = read(
        make_take(
            "Police in Cebu arrested a man on Monday over what they called quite the boldest raid yet on any chapel: rare church bells of bronze."
        )
    )

    assert lay(old, new).lead == Substitutions(words=6)


def test_is_misspelling_knows_names_that_only_look_alike():
    assert [
        is_misspelling(*names)
        for names in (
            ("hammada", "hamada"),
            ("niger", "nigeria"),
            ("iran", "iraq"),
            ("gambia", "zambia"),
            ("tokyo", "kyoto"),
        )
    ] == [True, False, False, False, False]


def test_names_in_reads_runs_of_capitals_without_titles_and_days():
    assert [
        names_in(tuple(text.split()))
        for text in (
            "President Marco Villaluz said on Monday",
            "Villaluz met Prime Minister Kenji Morioka",
            "TOKYO STOCKS CLOSE HIGHER",
            "東 京 で 日 中 が 会",
            "",
        )
    ] == [
        (frozenset({"marco", "villaluz"}),),
        (frozenset({"kenji", "morioka"}),),
        (),
        (frozenset({"東京"}), frozenset({"日中"})),
        (),
    ]


def test_names_in_leaves_out_the_article_before_a_name_but_no_name_in_capitals():
    assert [
        names_in(tuple(sentence.split()))
        for sentence in (
            "La Moncloa calla",
            "Si Jomar Abrigo ay nanalo",
            "Le Havre attend",
            "LA Galaxy win",
            "白 鷺 電 機 は",
        )
    ] == [
        (frozenset({"moncloa"}),),
        (frozenset({"jomar", "abrigo"}),),
        (frozenset({"havre"}),),
        (frozenset({"la", "galaxy"}),),
        (frozenset({"白鷺", "鷺電", "電機"}),),
    ]


def test_dates_in_reads_dates_as_several_languages_write_them():
    assert [
        tuple(dates_in(tuple(text.split())))
        for text in ("March 28", "28 May 2023", "el 28 de marzo", "3 月 28 日", "at least 12 may have died", "40 May")
    ] == [("3-28",), ("5-28",), ("3-28",), ("3-28",), (), ()]


def test_tidy_writes_each_thing_in_one_way():
    assert (tidy(" The U.S. sold 1,250 "), tidy("ＡＢＣ１２")) == ("The US sold 1250", "ABC12")


def test_read_sets_dateline_and_credit_aside():
    bodies = [
        read(make_take(text)).body
        for text in (
            "TOKYO, March 3 (Wire) — Trains stopped. — AFP",
            "BUENOS AIRES, March 3 - Trains stopped.\n\nReuter",
            "CIUDAD DE MÉXICO, 5 de marzo (EFE) – Trains stopped. — Photo from the railways",
            "US officials say - in a note - that trains stopped.",
        )
    ]

    assert bodies == [
        "Trains stopped.",
        "Trains stopped.",
        "Trains stopped.",
        "US officials say - in a note - that trains stopped.",
    ]


def test_read_splits_sentences_but_not_at_abbreviations():
    reading = read(make_take("Gen. Pat Ryder spoke. Nobody else did! 雨が降った。雪も降った。", headline="h"))

    assert [" ".join(sentence.surface) for sentence in reading.sentences] == [
        "Gen Pat Ryder spoke",
        "Nobody else did",
        "雨 が 降 っ た",
        "雪 も 降 っ た",
    ]


def test_weekdays_in_reads_days_as_several_languages_write_them():
    texts = (("on", "monday"), ("el", "miércoles"), tuple("火曜日に"), tuple("星期五"), ("sunny",))

    assert [tuple(weekdays_in(words)) for words in texts] == [(0,), (2,), (1,), (4,), ()]
