"""Learn how much each measure of a pair of reports counts, and print `src/storytext/weights.py`.

Logistic regression by Newton's method on the candidate pairs of every gold set, each set with the same weight in all.
The same rows give the same numbers:

    python evals/train_filing.py > src/storytext/weights.py
    python evals/train_filing.py --check
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sets import SETS, Labelled, load

from storytext import weights
from storytext.likeness import MEASURES, Pairs, pairs_of
from storytext.profiles import profile
from writethru.stories.lexicon import LANGUAGES, rarity_of_words

Numbers = npt.NDArray[np.float64]
BACKGROUND = rarity_of_words(LANGUAGES)
PENALTY = 1e-5  # of a squared weight (measures of unit spread), where the mean error of a pair is 1
ROUNDS = 50
DIGITS = 4


@dataclass(frozen=True)
class Model:
    """A weight for each measure, and the constant."""

    weights: Numbers
    constant: float

    def likenesses(self, measures: Numbers) -> Numbers:
        return np.asarray(np.exp(-np.logaddexp(0, -(measures @ self.weights + self.constant))))


@dataclass(frozen=True)
class Lesson:
    """The pairs of one set, and which of them are of one story."""

    pairs: Pairs
    same: Numbers


def lesson(reports: list[Labelled], *, background: Mapping[str, float] = BACKGROUND) -> Lesson:
    """Return what there is to learn from the reports."""
    pairs = pairs_of([profile(one.take) for one in reports], background=background)
    stories = np.array([one.story for one in reports])
    return Lesson(pairs, (stories[pairs.a] == stories[pairs.b]).astype(np.float64))


def learn(lessons: Iterable[Lesson]) -> Model:
    """Return the weights that make the pairs of all lessons likeliest, each lesson counting as much as another."""
    lessons = list(lessons)
    measures = np.vstack([one.pairs.measures for one in lessons])
    same = np.concatenate([one.same for one in lessons])
    count = np.concatenate([np.full(len(one.same), 1 / len(one.same) / len(lessons)) for one in lessons])
    mean, spread = measures.mean(axis=0), measures.std(axis=0)
    spread[spread == 0] = 1.0
    x = np.column_stack([(measures - mean) / spread, np.ones(len(same))])
    penalty = np.append(np.full(measures.shape[1], PENALTY), 0.0)
    w = np.zeros(x.shape[1])
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-(x @ w)))
        slope = x.T @ (count * (p - same)) + penalty * w
        step = np.linalg.solve((x * (count * p * (1 - p))[:, None]).T @ x + np.diag(penalty), slope)
        w -= step
        if np.abs(step).max() < 1e-9:
            break
    raw = w[:-1] / spread
    return Model(raw, float(w[-1] - raw @ mean))


def written(model: Model) -> str:
    """Return the module that holds the weights."""
    lines = [f'    "{name}": {round(float(one), DIGITS)},' for name, one in zip(MEASURES, model.weights, strict=True)]
    return "\n".join(
        [
            '"""How much each measure of a pair of reports counts towards one story: see `likeness`.',
            "",
            "Written by `evals/train_filing.py`, which gives the same numbers again.",
            '"""',
            "",
            "from collections.abc import Mapping",
            "",
            "WEIGHTS: Mapping[str, float] = {",
            *lines,
            "}",
            f"CONSTANT = {round(model.constant, DIGITS)}",
            "",
        ]
    )


def is_shipped(model: Model) -> bool:
    """Return whether the shipped weights are these, but for what another machine's arithmetic may change."""
    shipped = np.array([weights.WEIGHTS[name] for name in MEASURES] + [weights.CONSTANT])
    return bool(np.allclose(shipped, np.append(model.weights, model.constant), atol=2 * 10**-DIGITS, rtol=1e-4))


def main() -> None:
    model = learn(lesson(load(name)) for name in SETS)
    if "--check" not in sys.argv:
        print(written(model), end="")
    elif is_shipped(model):
        print("src/storytext/weights.py holds these weights.")
    else:
        sys.exit("src/storytext/weights.py holds other weights than the gold sets give.")


if __name__ == "__main__":
    main()
