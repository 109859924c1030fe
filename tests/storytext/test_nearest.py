from math import log

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from storytext.nearest import (
    FEW,
    FEWEST_NEIGHBOURS,
    LEAST_RARE,
    MOST_STEPS,
    NEIGHBOURS,
    STRANGE,
    neighbours,
    rarity,
    weigh,
)
from storytext.profiles import Profile

WORDS = ("lamp", "boat", "harbour", "quell", "tide", "fog")


def about(text: str, *, numbers: str = "") -> Profile:
    words = text.split()
    return Profile(
        {word.replace("_", " "): words.count(word) for word in words},
        frozenset(words[:1]),
        frozenset(numbers.split()),
        frozenset(words[:2]),
    )


def test_rarity_is_by_half_the_logarithm_of_how_few_have_it():
    assert rarity([["lamp", "boat"], ["lamp"]], background={}) == {
        "lamp": (log(3 / 2.5) + STRANGE) / 2,
        "boat": (log(3 / 1.5) + STRANGE) / 2,
    }


def test_rarity_comes_by_half_from_the_language_and_a_pair_of_words_is_as_rare_as_they_are():
    own = log(2 / 1.5)

    assert rarity([["lamp", "lamp quell"]], background={"lamp": 3.0}) == {
        "lamp": (own + 3.0) / 2,
        "lamp quell": (own + (3.0 + STRANGE) / 2) / 2,
    }


def test_cosines_are_of_what_is_told_and_one_with_itself():
    both = weigh([about("lamp boat"), about("lamp fog"), about("tide")], rare=dict.fromkeys(WORDS, 2.0))

    assert both.cosines(np.array([0, 0, 0]), np.array([0, 1, 2])).round(6).tolist() == [1.0, 0.5, 0.0]
    assert both.near(0).round(6).tolist() == [1.0, 0.5, 0.0]


def test_what_more_than_a_fair_share_of_the_reports_have_tells_nothing():
    empty = weigh([about("lamp"), about("lamp")], rare={"lamp": LEAST_RARE})

    assert (empty.near(0).tolist(), empty.cosines(np.array([0]), np.array([1])).tolist()) == ([0.0, 0.0], [0.0])


def test_what_takes_too_long_to_compare_is_not_looked_up_the_commonest_first():
    size = 3_000
    shared = " ".join(f"w{n}" for n in range(60))
    reports = [about(f"{shared} own{n // 2}") for n in range(size)]
    vectors = weigh(reports, rare={term: 2.0 for one in reports for term in one.terms})

    assert 60 * size**2 > MOST_STEPS
    assert [at for at, near in enumerate(vectors.near(4)) if near > 0] == [4, 5]
    assert len(vectors.row(4)[0]) == 61


def test_two_words_in_a_row_weigh_half_and_words_said_twice_weigh_more():
    vectors = weigh([about("lamp lamp lamp_boat")], rare={"lamp": 2.0, "lamp boat": 2.0})

    _, weights = vectors.row(0)
    assert np.isclose(weights[0] / weights[1], (1 + log(2)) / 0.5)


def test_weigh_reads_one_kind_of_words():
    profiles = [about("lamp boat", numbers="12"), about("fog boat", numbers="12"), about("lamp tide fog")]
    rare = {**dict.fromkeys(WORDS, 2.0), "12": 2.0}
    a, b = np.array([0, 0]), np.array([1, 2])

    assert {kind: weigh(profiles, rare=rare, kind=kind).cosines(a, b).round(5).tolist() for kind in KINDS} == {
        "names": [0.0, 1.0],
        "numbers": [1.0, 0.0],
        "opening": [0.5, 0.5],
    }


KINDS = ("names", "numbers", "opening")


def test_neighbours_are_the_nearest_first_and_not_the_report_itself():
    near = neighbours(weigh([about("lamp boat"), about("lamp fog"), about("lamp boat tide")], rare=RARE))

    assert near.places.tolist() == [[2, 1], [0, 2], [0, 1]]
    assert np.allclose(near.closest, near.near.mean(axis=1))


RARE = dict.fromkeys(WORDS, 2.0)


def test_neighbours_are_none_where_there_is_one_report_or_none():
    assert [neighbours(weigh(some, rare=RARE)).places.shape for some in ([], [about("lamp")])] == [(0, 0), (1, 0)]


def test_neighbours_are_no_more_than_so_many():
    for size, most in ((6, FEWEST_NEIGHBOURS), (30, 30 // FEW), (NEIGHBOURS * FEW + 3, NEIGHBOURS)):
        near = neighbours(weigh([about("lamp boat") for _ in range(size)], rare=RARE))
        assert near.places.shape == (size, most)


profiles = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join).map(about), min_size=1, max_size=12)


@settings(deadline=None)
@given(profiles)
def test_near_is_the_same_both_ways_and_between_nothing_and_one(some: list[Profile]):
    vectors = weigh(some, rare=rarity([one.terms for one in some], background={"lamp": 5.0, "boat": 4.0}))
    whole = np.array([vectors.near(at) for at in range(len(some))])
    a, b = np.divmod(np.arange(len(some) ** 2), len(some))

    assert np.allclose(whole, whole.T, atol=1e-6)
    assert np.allclose(whole.ravel(), vectors.cosines(a, b), atol=1e-6)
    assert whole.min() >= 0.0 and whole.max() <= 1 + 1e-6
