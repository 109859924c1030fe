from collections.abc import Iterable

import pytest
from made_up_wire.running import BRIDGE, LAMP, RARITY, SINGLES

from storytext import Filed, Take, profile
from storytext.grouping import places
from storytext.learning import HOLDS, NEVER, Try, Verdict, best, followed, least_score, lessons, shifts, tries
from storytext.likeness import MEASURES, Pairs, pairs_of
from storytext.regression import Regression, Weights
from storytext.weights import SHIPPED

COPY = {
    f"{name}{n}": Take(f"{name}{n}", "wire", f"{name}{n}", headline, text)
    for name, copy in (("bridge", BRIDGE), ("single", SINGLES), ("lamp", LAMP))
    for n, (headline, text) in enumerate(copy)
}
BRIDGES, LAMPS = (frozenset(f"{name}{n}" for n in range(6)) for name in ("bridge", "lamp"))
# As if the gold sets had taught that nothing hangs together but what is the same word for word.
WARY = Weights(Regression(SHIPPED.pairs.weights, SHIPPED.pairs.constant - 6), SHIPPED.claims)


def wire(**stories: Iterable[str]) -> list[Filed]:
    """Return all reports, those of each story filed there."""
    story = {report: name for name, reports in stories.items() for report in reports}
    return [Filed(name, profile(take), story.get(name)) for name, take in COPY.items()]


def pairs(reports: list[Filed]) -> Pairs:
    return pairs_of([one.profile for one in reports], background=RARITY)


def taught(reports: list[Filed], *verdicts: Verdict) -> dict[frozenset[str], tuple[bool, float]]:
    """Return of each pair that is a lesson whether it is right, and what it counts, told by the measures' rows."""
    measured = pairs(reports)
    rows = {
        tuple(row): frozenset({reports[a].report, reports[b].report})
        for row, a, b in zip(measured.measures.tolist(), measured.a.tolist(), measured.b.tolist(), strict=True)
    }
    measures, right, counts = lessons(reports, measured, verdicts)
    return {
        rows[tuple(row)]: (bool(is_right), count)
        for row, is_right, count in zip(measures.tolist(), right.tolist(), counts.tolist(), strict=True)
    }


def test_a_report_that_was_filed_is_together_with_that_story_and_apart_from_others():
    filed = wire(bridge=["bridge0", "bridge1", "bridge2"], toll=["bridge3", "bridge4"])

    found = taught(filed, Verdict("bridge0", frozenset({"bridge1", "bridge2"}), together=True))

    assert {name: right for pair, (right, _) in found.items() for name in pair - {"bridge0"}} == {
        "bridge1": True,
        "bridge2": True,
        "bridge3": False,
        "bridge4": False,
    }  # and of bridge5, which waits, nothing is known


def test_a_report_that_was_refused_is_apart_from_that_story_alone():
    reports = wire(bridge=BRIDGES - {"bridge0"}, lamp=LAMPS)

    found = taught(reports, Verdict("bridge0", BRIDGES - {"bridge0"}, together=False))

    assert found
    assert found.keys() <= {frozenset({"bridge0", name}) for name in BRIDGES}
    assert {right for right, _ in found.values()} == {False}


def test_a_decision_counts_as_much_as_another_however_large_the_story():
    found = taught(wire(bridge=BRIDGES), Verdict("bridge0", BRIDGES - {"bridge0"}, together=True, counts=0.5))

    assert len(found) > 1
    assert sum(count for _, count in found.values()) == pytest.approx(0.5)


def test_decisions_on_what_is_not_at_hand_teach_nothing():
    reports = wire(bridge=BRIDGES)

    (shipped,) = tries(reports, pairs(reports), [Verdict("gone", BRIDGES, together=True)])

    assert (shipped.weights, shipped.hold) == (SHIPPED, None)
    assert [*tries([], pairs([]), [Verdict("gone", BRIDGES, together=True)])] == [Try(SHIPPED, None, 0.0)]


def test_weights_that_are_too_wary_learn_from_what_is_filed():
    reports = wire(bridge=BRIDGES, lamp=LAMPS)
    verdicts = [Verdict(name, story - {name}, together=True) for story in (BRIDGES, LAMPS) for name in sorted(story)]

    tried = [*tries(reports, pairs(reports), verdicts, shipped=WARY)]

    assert [one.hold for one in tried] == [None, *HOLDS]
    assert (tried[0].weights, tried[0].followed) == (WARY, 0.0)
    assert best(tried).followed > 0.9
    assert best(tried).weights.claims == WARY.claims


def test_of_weights_that_do_as_well_those_that_moved_least_are_taken():
    few, many, most = (Try(SHIPPED, hold, followed) for hold, followed in ((None, 0.5), (800.0, 0.7), (400.0, 0.7)))

    assert best([few, many, most]) is many


def test_the_same_decisions_teach_the_same():
    reports = wire(bridge=BRIDGES, lamp=LAMPS)
    verdicts = [Verdict("bridge0", BRIDGES - {"bridge0"}, together=True), Verdict("lamp0", BRIDGES, together=False)]

    assert [*tries(reports, pairs(reports), verdicts)] == [*tries(reports, pairs(reports), verdicts)]


def moved(**by: float) -> Weights:
    weights = {name: weight + by.get(name, 0.0) for name, weight in SHIPPED.pairs.weights.items()}
    return Weights(Regression(weights, SHIPPED.pairs.constant), SHIPPED.claims)


def test_shifts_tell_what_counts_more_and_what_less():
    measured = pairs(wire())

    found = shifts(measured, SHIPPED, moved(near_long=2.0, opening=-3.0))

    assert found["near"] > 0 > found["opening"]
    assert {kind for kind, more in found.items() if more} == {"near", "opening"}
    assert found["opening"] == pytest.approx(-3 * measured.measures[:, MEASURES.index("opening")].std())
    assert set(shifts(pairs([]), SHIPPED, moved(opening=-3.0)).values()) == {0.0}


def test_groups_that_are_the_editors_own_follow_them_wholly():
    reports = wire(bridge=BRIDGES, lamp=LAMPS)

    assert followed(reports, pairs(reports), BRIDGES | LAMPS, weights=SHIPPED) == 1.0
    assert followed(reports, pairs(reports), set(), weights=SHIPPED) == 0.0


def test_a_report_that_editors_left_out_is_wrongly_put_among_those_that_they_filed():
    reports = wire(bridge=BRIDGES - {"bridge0", "bridge1"})

    # Of the 15 pairs of six, 6 are right, 8 are of one that was left out, and of the pair of these nothing is known.
    assert followed(reports, pairs(reports), set(BRIDGES), weights=SHIPPED) == pytest.approx(2 * 6 / (14 + 6))


def test_places_are_told_by_the_story_that_a_group_is():
    reports = wire(toll=sorted(BRIDGES)[:4])

    found = dict(zip(COPY, places(reports, pairs(reports), weights=SHIPPED), strict=True))

    assert {name: place.story for name, place in found.items() if place} == {
        **dict.fromkeys(BRIDGES, "toll"),
        **dict.fromkeys(LAMPS, None),
    }
    assert found["bridge5"].group != found["lamp5"].group
    assert found["single0"] is None


def test_a_source_is_folded_at_once_while_its_folds_stand():
    assert least_score([]) == 0.0
    assert least_score([(0.7, True)] * 40 + [(0.7, False)]) == 0.0
    assert least_score([(0.7, False)]) == 0.0  # one may be by chance


def test_a_source_whose_folds_are_undone_is_asked_about():
    assert least_score([(0.7, False)] * 5) == NEVER


def test_a_source_is_folded_at_once_above_the_scores_that_are_undone():
    assert least_score([(0.6, False)] * 5 + [(0.9, True)] * 5) == 0.9


def test_a_source_that_editors_let_stand_again_is_folded_at_once_again():
    assert least_score([(0.7, False)] * 3) == NEVER
    assert least_score([(0.7, False)] * 3 + [(0.7, True)] * 40) == 0.0
