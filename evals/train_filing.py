"""Learn how much each measure counts, of pairs of reports and of what belongs where; print `src/storytext/weights.py`.

Logistic regression by Newton's method on the candidate pairs of every gold set, each set with the same weight in all;
then, with the communities that these weights give, on the claims of every set. The same rows give the same numbers:

    python evals/train_filing.py > src/storytext/weights.py
    python evals/train_filing.py --check
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sets import SETS, Labelled, load

from storytext import weights
from storytext.belonging import BELONGING_MEASURES, Claims, claims
from storytext.communities import communities, join, tie
from storytext.grouping import HINTED, TIED
from storytext.likeness import MEASURES, Pairs, pairs_of
from storytext.profiles import Profile, profile
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

    def likely(self, measures: Numbers) -> Numbers:
        return np.asarray(np.exp(-np.logaddexp(0, -(measures @ self.weights + self.constant))))


@dataclass(frozen=True)
class Lesson:
    """Reports with their pairs, and which of these are of one story."""

    stories: Sequence[str]
    profiles: Sequence[Profile]
    pairs: Pairs
    same: Numbers


@dataclass(frozen=True)
class Weights:
    """All that is learned: of pairs, and of claims."""

    pairs: Model
    claims: Model


def lesson(reports: Sequence[Labelled], *, background: Mapping[str, float] = BACKGROUND) -> Lesson:
    """Return what there is to learn from the reports."""
    profiles = [profile(one.take) for one in reports]
    pairs = pairs_of(profiles, background=background)
    stories = np.array([one.story for one in reports])
    same = (stories[pairs.a] == stories[pairs.b]).astype(np.float64)
    return Lesson([one.story for one in reports], profiles, pairs, same)


def learn_all(lessons: Sequence[Lesson]) -> Weights:
    """Return all weights from the lessons."""
    pairs = learn([(one.pairs.measures, one.same) for one in lessons])
    return Weights(pairs, learn([(one.measures, right) for one, right in (claims_of(one, pairs) for one in lessons)]))


def claims_of(of: Lesson, model: Model) -> tuple[Claims, Numbers]:
    """Return the claims to the communities that the weights give, and which are right: of the story of most there."""
    found = [*zip(of.pairs.a.tolist(), of.pairs.b.tolist(), model.likely(of.pairs.measures).tolist(), strict=True)]
    close, wide = (tie(len(of.stories), (pair for pair in found if pair[2] > least)) for least in (TIED, HINTED))
    label = join(close, communities(close))
    told: dict[int, Counter[str]] = {}
    for one, story in zip(label, of.stories, strict=True):
        told.setdefault(one, Counter())[story] += 1
    most = {one: max(counts, key=lambda story: (counts[story], story)) for one, counts in told.items()}
    claimed = claims(of.profiles, of.pairs.vectors, of.pairs.rare, wide, label)
    pairs = zip(claimed.reports.tolist(), claimed.communities.tolist(), strict=True)
    return claimed, np.array([float(of.stories[at] == most[one]) for at, one in pairs])


def learn(lessons: Iterable[tuple[Numbers, Numbers]]) -> Model:
    """Return the weights that make what is right in all lessons likeliest, each lesson counting as much as another."""
    lessons = list(lessons)
    measures = np.vstack([one for one, _ in lessons])
    right = np.concatenate([one for _, one in lessons])
    count = np.concatenate([np.full(len(one), 1 / len(one) / len(lessons)) for _, one in lessons])
    mean, spread = measures.mean(axis=0), measures.std(axis=0)
    spread[spread == 0] = 1.0
    x = np.column_stack([(measures - mean) / spread, np.ones(len(right))])
    penalty = np.append(np.full(measures.shape[1], PENALTY), 0.0)
    w = np.zeros(x.shape[1])
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-(x @ w)))
        slope = x.T @ (count * (p - right)) + penalty * w
        step = np.linalg.solve((x * (count * p * (1 - p))[:, None]).T @ x + np.diag(penalty), slope)
        w -= step
        if np.abs(step).max() < 1e-9:
            break
    raw = w[:-1] / spread
    return Model(raw, float(w[-1] - raw @ mean))


def written(learned: Weights) -> str:
    """Return the module that holds the weights."""
    return "\n".join(
        [
            '"""How much each measure counts: of a pair of reports (`likeness`), of what belongs where (`belonging`).',
            "",
            "Written by `evals/train_filing.py`, which gives the same numbers again.",
            '"""',
            "",
            "from collections.abc import Mapping",
            "",
            *_written("WEIGHTS", MEASURES, learned.pairs),
            f"CONSTANT = {round(learned.pairs.constant, DIGITS)}",
            "",
            *_written("BELONGING", BELONGING_MEASURES, learned.claims),
            f"BELONGING_CONSTANT = {round(learned.claims.constant, DIGITS)}",
            "",
        ]
    )


def _written(name: str, measures: Sequence[str], model: Model) -> list[str]:
    lines = [f'    "{one}": {round(float(w), DIGITS)},' for one, w in zip(measures, model.weights, strict=True)]
    return [f"{name}: Mapping[str, float] = {{", *lines, "}"]


def is_shipped(learned: Weights) -> bool:
    """Return whether the shipped weights are these, but for what another machine's arithmetic may change."""
    of_pairs = [weights.WEIGHTS[name] for name in MEASURES] + [weights.CONSTANT]
    of_claims = [weights.BELONGING[name] for name in BELONGING_MEASURES] + [weights.BELONGING_CONSTANT]
    shipped = np.array([*of_pairs, *of_claims])
    both = [np.append(model.weights, model.constant) for model in (learned.pairs, learned.claims)]
    return bool(np.allclose(shipped, np.concatenate(both), atol=2 * 10**-DIGITS, rtol=1e-3))


def main() -> None:
    learned = learn_all([lesson(load(name)) for name in SETS])
    if "--check" not in sys.argv:
        print(written(learned), end="")
    elif is_shipped(learned):
        print("src/storytext/weights.py holds these weights.")
    else:
        sys.exit("src/storytext/weights.py holds other weights than the gold sets give.")


if __name__ == "__main__":
    main()
