import numpy as np
import pytest

from storytext.regression import Regression, fit

PRIOR = Regression({"near": 2.0, "held": -1.0}, 0.5)
ONES, HELD = np.ones(2), np.full(3, 4.0)


def lessons(count: int, *, right: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.tile([1.0, 0.0], (count, 1)), np.full(count, right), np.ones(count)


def test_likely_is_the_logistic_function_of_the_weighted_measures():
    found = PRIOR.likely(np.array([[0.0, 0.0], [1.0, 1.0]]))

    assert np.allclose(found, 1 / (1 + np.exp([-0.5, -1.5])))


def test_no_measures_are_no_answer():
    assert PRIOR.likely(np.zeros((0, 2))).tolist() == []


def test_without_lessons_the_prior_stays():
    assert fit(*lessons(0, right=1), prior=PRIOR, spread=ONES, hold=HELD) == PRIOR


def test_more_lessons_move_more():
    few, many = (fit(*lessons(n, right=0), prior=PRIOR, spread=ONES, hold=HELD) for n in (2, 200))

    assert PRIOR.weights["near"] > few.weights["near"] > many.weights["near"]
    assert PRIOR.constant > few.constant > many.constant
    assert few.weights["held"] == many.weights["held"] == -1.0  # no lesson shows any of it


def test_many_lessons_outweigh_the_prior():
    measures, counts = np.array([[1.0, 0.0], [0.0, 0.0]]), np.full(2, 1e9)

    found = fit(measures, np.array([0.9, 0.2]), counts, prior=PRIOR, spread=ONES, hold=HELD)

    assert np.allclose(found.likely(measures), [0.9, 0.2], atol=1e-6)


def test_what_is_held_more_moves_less():
    hold = np.array([1e6, 1.0, 1.0])

    found = fit(*lessons(50, right=0), prior=PRIOR, spread=ONES, hold=hold)

    assert found.weights["near"] == pytest.approx(2.0, abs=0.01)
    assert found.constant < -1


def test_a_measure_on_another_scale_is_learned_alike():
    measures, right, counts = np.array([[1.0, 2.0], [3.0, 1.0], [0.0, 5.0]]), np.array([1.0, 0.0, 1.0]), np.ones(3)
    wide = Regression({"near": 0.02, "held": -1.0}, 0.5)

    one = fit(measures, right, counts, prior=PRIOR, spread=ONES, hold=HELD)
    same = fit(measures * [100, 1], right, counts, prior=wide, spread=np.array([100.0, 1.0]), hold=HELD)

    assert [same.weights["near"] * 100, same.weights["held"], same.constant] == pytest.approx(
        [one.weights["near"], one.weights["held"], one.constant]
    )


def test_lessons_that_were_sure_to_be_wrong_are_believed_without_a_leap():
    measures, right, counts = lessons(1000, right=1)
    sure = Regression({"near": -40.0, "held": 0.0}, 0.0)

    found = fit(measures, right, counts, prior=sure, spread=ONES, hold=np.full(3, 0.01))

    assert 0.99 < found.likely(measures[:1])[0] < 1
    assert found.weights["near"] + 40 == pytest.approx(found.constant, rel=1e-6)  # both moved by as much
