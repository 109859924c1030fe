import numpy as np
import pytest
from made_up_wire import make_take

from storytext.forms import MOST_WORDS, frame, untied
from storytext.profiles import profile
from storytext.words import read

TIDES = (
    "High water at {town} on {day} at {hour}.{minute}, {metres} metres; low water at {low}. All times by the new clock."
)
FULL = {"town": "Norrholm", "day": "Monday", "hour": "6", "minute": "21", "metres": "3.8", "low": "12.40"}
NEXT = {**FULL, "day": "Tuesday", "hour": "7", "minute": "10", "metres": "3.7", "low": "13.25"}
THIRD = {**FULL, "day": "Wednesday", "hour": "8", "minute": "02", "metres": "3.5", "low": "14.11"}
REPORT = "A ferry with 40 lorries ran aground off Pellby in fog on Monday and its captain, Odd Brask, went to court."


def pairs(*texts: str) -> list[bool]:
    """Return for the pairs of the texts in order (0-1, 0-2, 1-2) whether nothing ties them."""
    a, b = np.triu_indices(len(texts), k=1)
    return untied([profile(make_take(text, headline="")) for text in texts], a, b).tolist()


def frames(text: str) -> tuple[int, ...]:
    return frame(read(make_take(text, headline="Tides")))


def test_a_frame_is_the_same_whatever_figures_names_and_days_fill_it():
    assert frames(TIDES.format(**FULL)) == frames(TIDES.format(**{**NEXT, "town": "Little Veldau"}))


def test_a_frame_knows_a_name_without_capitals_by_its_script():
    assert frames("波の高さは白鷺で3メートル。雨が降る。") == frames("波の高さは北浜で5メートル。雨が降る。")


def test_a_headline_alone_has_no_frame():
    assert frame(read(make_take("", headline="Tides at Norrholm on Monday at 6.21"))) == ()


def test_a_frame_is_no_larger_for_a_longer_text():
    assert 0 < len(frames("\n\n".join(["A new sentence says 4 more things of nothing at all."] * 400))) <= MOST_WORDS


def test_two_tables_of_another_day_are_of_one_form():
    assert pairs(TIDES.format(**FULL), TIDES.format(**NEXT)) == [True]


def test_a_table_with_a_corrected_figure_is_the_same_one():
    assert pairs(TIDES.format(**FULL), TIDES.format(**{**FULL, "metres": "3.9"})) == [False]


def test_a_form_is_tied_to_no_other_report():
    tables = [TIDES.format(**one) for one in (FULL, NEXT, THIRD)]

    assert pairs(*tables[:2], REPORT) == [True, False, False]  # two may be alike by chance
    assert pairs(*tables, REPORT) == [True] * 6


def test_where_there_are_hardly_any_figures_names_tell_one_form_from_another():
    arrived = (
        "Arrived at the quay on {day}: the {one}, with sewing machines; the {other}, with cement for the new mill."
    )

    monday, again = (arrived.format(day=day, one="Thistle", other="Antelope") for day in ("Monday", "Tuesday"))
    other = arrived.format(day="Tuesday", one="Sobriety", other="Good Intent")
    assert pairs(monday, other) == [True]
    assert pairs(monday, again) == [False]


@pytest.mark.parametrize(
    "other", [REPORT, "Tides are high.", "The moon was full and the sea was flat and nobody came."]
)
def test_texts_of_other_words_are_of_no_form(other: str):
    assert pairs(TIDES.format(**FULL), other) == [False]


def test_what_names_nothing_and_counts_nothing_is_no_form():
    plain = "the sea was flat and the sky was grey and nobody came to look at either of them until the evening"

    assert pairs(plain, plain + " fell") == [False]
