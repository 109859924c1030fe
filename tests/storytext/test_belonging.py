import numpy as np
import pytest
from made_up_wire.running import BRIDGE, LAMP, RARITY, SINGLES

from storytext import Take, profile
from storytext.belonging import BELONGING_MEASURES, LEAST_NEAR, Claims, claims, settle
from storytext.communities import Ties, tie
from storytext.likeness import pairs_of
from storytext.weights import SHIPPED

COPY = [*BRIDGE, *LAMP, *SINGLES]
PROFILES = [profile(Take(str(n), "wire", str(n), headline, text)) for n, (headline, text) in enumerate(COPY)]
PAIRS = pairs_of(PROFILES, background=RARITY)
LABEL = [0] * 6 + [1] * 6 + list(range(2, 2 + len(SINGLES)))


def ties(*pairs: tuple[int, int, float]) -> Ties:
    return tie(len(COPY), pairs)


def measured(tied: Ties) -> dict[tuple[int, int], dict[str, float]]:
    found = claims(PROFILES, PAIRS.vectors, PAIRS.rare, tied, LABEL)
    return {
        (int(at), int(one)): dict(zip(BELONGING_MEASURES, row.tolist(), strict=True))
        for at, one, row in zip(found.reports, found.communities, found.measures, strict=True)
    }


def test_each_claims_its_own_community_and_those_that_it_is_tied_to():
    found = measured(ties((0, 6, 0.5), (12, 0, 0.5)))

    expected = {(at, at // 6) for at in range(12)} | {(0, 1), (6, 0), (12, 0)}
    assert found.keys() == expected  # and nobody one of a single report


def test_a_report_is_nearer_to_its_own_community_and_has_more_in_common_with_it():
    found = measured(ties((0, 6, 0.5)))

    own, other = found[0, 0], found[0, 1]
    assert own["near"] > other["near"] >= np.log(LEAST_NEAR)
    assert own["in_common"] > other["in_common"]
    assert own["explained"] > other["explained"]


def test_ties_are_told_by_their_strength_and_by_the_share_of_all():
    found = measured(ties((0, 1, 0.6), (0, 6, 0.4)))

    assert found[0, 0]["held"] == pytest.approx(np.log1p(0.6))
    assert found[0, 0]["held_of_all"] == pytest.approx(0.6)
    assert found[0, 1]["held_of_all"] == pytest.approx(0.4)
    assert found[2, 0]["held"] == found[2, 0]["held_of_all"] == 0


def test_scores_rise_with_the_ties():
    weak, strong = np.zeros((2, len(BELONGING_MEASURES)))
    strong[BELONGING_MEASURES.index("held")] = 2.0

    lower, higher = SHIPPED.claims.likely(np.array([weak, strong]))
    assert lower < higher


def claimed(*rows: tuple[int, int]) -> Claims:
    reports, communities = (np.array([row[n] for row in rows], np.int64) for n in (0, 1))
    return Claims(reports, communities, np.zeros((len(rows), len(BELONGING_MEASURES))))


def test_each_goes_where_it_most_likely_belongs_or_nowhere():
    label, likely = settle(claimed((0, 7), (0, 8), (0, 9), (1, 7)), np.array([0.7, 0.9, 0.8, 0.02]), size=3)

    assert label == [8, None, None]
    assert likely[0] > 0.5 > likely[1] > likely[2]


def test_where_most_belong_nowhere_the_same_score_says_less():
    few = settle(claimed(*((n, 0) for n in range(10))), np.array([0.9] * 3 + [0.05] * 7), size=10)[1]
    many = settle(claimed(*((n, 0) for n in range(10))), np.array([0.9] * 9 + [0.05]), size=10)[1]

    assert few[0] < many[0]


def test_nobody_settles_nowhere():
    assert settle(claimed(), np.zeros(0), size=0) == ([], [])


def test_the_weights_are_of_the_measures():
    assert tuple(SHIPPED.claims.weights) == BELONGING_MEASURES
