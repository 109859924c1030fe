"""A weight for each measure and a constant: logistic regression, by which pairs and claims are judged, and its fitting.

Fitting looks for the weights that make what is known to be right likeliest, but does not believe the lessons alone: it
begins from a prior, weights that are held to be about right, and leaves them only as far as the lessons outweigh it
(maximum a posteriori with a Gaussian prior, by Newton's method). So a few lessons move little and many move more, and
with none the prior stays. The same lessons give the same weights. It is wrong where lessons contradict what a straight
line of the measures can say.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

ROUNDS = 25  # of Newton's method; ten are enough on every gold set


@dataclass(frozen=True)
class Regression:
    """A weight for each measure, by name and in the order of the measures' columns, and the constant."""

    weights: Mapping[str, float]
    constant: float

    def odds(self, measures: Numbers) -> Numbers:
        """Return the logarithm of the odds of each row of `measures`."""
        return np.asarray(measures @ np.array([*self.weights.values()]) + self.constant, np.float64)

    def likely(self, measures: Numbers) -> Numbers:
        """Return how likely (0 to 1) each row of `measures` is right."""
        return np.asarray(np.exp(-np.logaddexp(0, -self.odds(measures))), np.float64)


@dataclass(frozen=True)
class Weights:
    """All that is learned: of pairs of reports (`likeness`), and of what belongs where (`belonging`)."""

    pairs: Regression
    claims: Regression


def fit(
    measures: Numbers, right: Numbers, counts: Numbers, *, prior: Regression, spread: Numbers, hold: Numbers
) -> Regression:
    """Return the weights that the lessons make likeliest, beginning from `prior`.

    A row of `measures` is a lesson: it is `right` (1) or not (0), and counts as `counts` says. `spread` is by how much
    each measure usually differs, so that all weights are moved on one scale; `hold` is how strongly the prior holds
    each of them, and last the constant: what a squared move costs, where a lesson's error costs its count.
    """
    scale = np.append(spread, 1.0)
    x = np.column_stack([measures / spread, np.ones(len(right))])
    start = np.append([*prior.weights.values()], prior.constant) * scale

    def cost(w: Numbers) -> float:
        odds = x @ w
        return float(counts @ (np.logaddexp(0, odds) - right * odds) + hold @ (w - start) ** 2 / 2)

    w = start
    for _ in range(ROUNDS):
        p = np.exp(-np.logaddexp(0, -(x @ w)))
        slope = x.T @ (counts * (p - right)) + hold * (w - start)
        step = np.linalg.solve((x * (counts * p * (1 - p))[:, None]).T @ x + np.diag(hold), slope)
        before = cost(w)
        while cost(w - step) > before:  # too far: lessons that are sure to be wrong have no slope to tell where to stop
            step = step / 2
        w = w - step
    *weights, constant = (w / scale).tolist()
    return Regression(dict(zip(prior.weights, weights, strict=True)), constant)
