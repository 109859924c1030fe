from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storytext.nearest import LEAST_RARE
from storytext.profiles import Profile
from storytext.scatter import MANY, SAMPLE, told_down


def about(words: str) -> Profile:
    return Profile(dict.fromkeys(words.split(), 1), frozenset(), frozenset(), frozenset())


def told(reports: list[str], **rare: float) -> dict[str, float]:
    every = {word: 4.0 for report in reports for word in report.split()}
    return told_down([*map(about, reports)], {**every, **rare})


STRANGERS = [f"tomelund baker{n} oven{n} bread{n}" for n in range(MANY)]
STORY = [f"lamp keeper norrholm dark{n}" for n in range(MANY)]


def test_a_town_of_which_other_things_are_told_each_time_tells_nothing():
    assert told(STRANGERS)["tomelund"] == pytest.approx(0, abs=1e-6)


def test_the_words_of_one_story_tell_what_they_told():
    assert told(STORY)["lamp"] == 4


def test_a_word_in_between_tells_less():
    some = [*STRANGERS[:-3], *(f"tomelund lamp keeper norrholm dark{n}" for n in range(3))]

    assert 0 < told(some)["tomelund"] < 4


def test_of_a_word_that_few_reports_have_nothing_can_be_said():
    assert told(STRANGERS[:-1])["tomelund"] == 4


@pytest.mark.parametrize("more", [0, 1, 100])
def test_no_more_than_a_sample_is_compared(more: int):
    many = [f"tomelund baker{n} oven{n}" for n in range(SAMPLE + more)]

    assert told(many)["tomelund"] == pytest.approx(0, abs=1e-6)


def test_a_word_that_is_all_there_is_tells_nothing_of_its_own():
    assert told(["tomelund"] * MANY)["tomelund"] == 0


def test_what_is_in_every_report_is_not_compared():
    assert told(STRANGERS, tomelund=LEAST_RARE)["tomelund"] == LEAST_RARE


@given(st.lists(st.sets(st.sampled_from("abcdefgh"), min_size=1), min_size=MANY, max_size=MANY * 2), st.randoms())
@settings(max_examples=50)
def test_words_are_told_down_whatever_the_order_and_never_up(reports: list[set[str]], dice: Random):
    texts = [" ".join(sorted(one)) for one in reports]
    shuffled = dice.sample(texts, len(texts))

    one = told(texts)
    assert all(0 <= rare <= 4 for rare in one.values())
    if len(texts) <= SAMPLE:
        assert told(shuffled) == pytest.approx(one)
