from datetime import UTC, date, datetime
from typing import Any

import pytest

from writethru.lib import words

AT = datetime(2023, 6, 1, 2, 28, tzinfo=UTC)


def test_times_are_the_sites():
    assert (
        words.clock(AT),
        words.day(AT),
        words.weekday(AT),
        words.month(AT),
        words.short_month(AT),
        words.full(AT),
        words.day_and_clock(AT),
        words.machine(AT),
    ) == (
        "10:28 am",
        "1 June 2023",
        "Thursday",
        "June 2023",
        "Jun 2023",
        "1 June 2023, 10:28 am PHT",
        "1 June 2023, 10:28 am",
        "2023-06-01T10:28+08:00",
    )


def test_midnight_and_noon_are_told_apart():
    midnight, noon = datetime(2023, 5, 31, 16, 5, tzinfo=UTC), datetime(2023, 6, 1, 4, 5, tzinfo=UTC)

    assert [words.clock(at) for at in (midnight, noon)] == ["12:05 am", "12:05 pm"]


def test_a_date_without_a_time_is_taken_as_it_is():
    assert words.day(date(2023, 6, 1)) == "1 June 2023"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Asia/Manila", "PHT"),
        ("Asia/Tokyo", "JST"),
        ("Europe/London", "BST"),
        ("UTC", "UTC"),
        ("Asia/Singapore", "UTC+8"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("America/Sao_Paulo", "UTC−3"),
    ],
)
def test_zone_has_its_letters_or_its_offset(settings: Any, zone: str, name: str):
    settings.TIME_ZONE = zone

    assert words.zone(AT) == name


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ("<p>Tokyo lifted its warning. Nothing fell.</p>", "Tokyo lifted its warning."),
        ("<p>“We sold it.” The port was glad.</p>", "“We sold it.”"),
        ('<p>"We sold it!" the port said. More.</p>', '"We sold it!" the port said.'),
        ("<p>The U.S. Navy and Gen. Pat Ryder met Mr. Sato on Nov. 3 in St. Louis. They left.</p>",
         "The U.S. Navy and Gen. Pat Ryder met Mr. Sato on Nov. 3 in St. Louis."),
        ("<p>It cost 1.25 pesos. 3 bids came.</p>", "It cost 1.25 pesos."),
        ("<p>No stop here</p><p>Another.</p>", "No stop here"),
        ("<p>灯台が売れた。町が買った。</p>", "灯台が売れた。"),
        ("<p>Маяк продан. Город рад.</p>", "Маяк продан."),
        ("<p>Is it sold? Yes.</p>", "Is it sold?"),
        ("", ""),
    ],
)  # fmt: skip
def test_first_sentence_is_whole(html: str, sentence: str):
    assert words.first_sentence(html) == sentence


def test_name_is_the_headline_else_the_first_sentence():
    assert words.name_of("Sold", "<p>It is sold. Yes.</p>") == "Sold"
    assert words.name_of("", "<p>It is sold. Yes.</p>") == "It is sold."


def test_credits_are_said_once():
    assert [words.text_credit(credit) for credit in ("AFP", "— AFP", " ", "The Daily Example with AFP")] == [
        "— AFP",
        "— AFP",
        "",
        "— The Daily Example with AFP",
    ]
    assert [words.photo_credit(credit) for credit in ("X / AFP", "Photo from DoD", "PHOTO: X", "")] == [
        "Photo: X / AFP",
        "Photo from DoD",
        "PHOTO: X",
        "",
    ]


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("", ("", "")),
        ("en-US", ("", "")),
        ("EN", ("", "")),
        ("fil", ("fil", "ltr")),
        ("ar-EG", ("ar-EG", "rtl")),
        ("pa_Arab", ("pa-Arab", "rtl")),
        ("English, mostly", ("", "")),
        ('x" onload="', ("", "")),
    ],
)
def test_a_text_in_another_language_says_so_and_which_way_it_runs(tag: str, told: tuple[str, str]):
    assert (words.other_language(tag), words.direction_of(words.other_language(tag))) == told
