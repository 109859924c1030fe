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
from sets import SETS, Labelled, load

from storytext.belonging import BELONGING_MEASURES, Claims, claims
from storytext.communities import communities, join, tie
from storytext.grouping import HINTED, TIED
from storytext.likeness import MEASURES, Pairs, pairs_of
from storytext.profiles import Profile, profile
from storytext.regression import Numbers, Regression, Weights, fit
from storytext.weights import SHIPPED
from writethru.stories.lexicon import LANGUAGES, rarity_of_words

BACKGROUND = rarity_of_words(LANGUAGES)
PENALTY = 1e-5  # of a squared weight (measures of unit spread), where the mean error of a pair is 1
DIGITS = 4


@dataclass(frozen=True)
class Lesson:
    """Reports with their pairs, and which of these are of one story."""

    stories: Sequence[str]
    profiles: Sequence[Profile]
    pairs: Pairs
    same: Numbers


def lesson(reports: Sequence[Labelled], *, background: Mapping[str, float] = BACKGROUND) -> Lesson:
    """Return what there is to learn from the reports."""
    profiles = [profile(one.take) for one in reports]
    pairs = pairs_of(profiles, background=background)
    stories = np.array([one.story for one in reports])
    same = (stories[pairs.a] == stories[pairs.b]).astype(np.float64)
    return Lesson([one.story for one in reports], profiles, pairs, same)


def learn_all(lessons: Sequence[Lesson]) -> Weights:
    """Return all weights from the lessons."""
    pairs = learn([(one.pairs.measures, one.same) for one in lessons], names=MEASURES)
    claimed = [claims_of(one, pairs) for one in lessons]
    return Weights(pairs, learn([(one.measures, right) for one, right in claimed], names=BELONGING_MEASURES))


def claims_of(of: Lesson, model: Regression) -> tuple[Claims, Numbers]:
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


def learn(lessons: Iterable[tuple[Numbers, Numbers]], *, names: Sequence[str]) -> Regression:
    """Return the weights that make what is right in all lessons likeliest, each lesson counting as much as another."""
    lessons = list(lessons)
    measures = np.vstack([one for one, _ in lessons])
    right = np.concatenate([one for _, one in lessons])
    counts = np.concatenate([np.full(len(one), 1 / len(one) / len(lessons)) for _, one in lessons])
    nothing = Regression(dict.fromkeys(names, 0.0), 0.0)
    hold = np.append(np.full(len(names), PENALTY), 0.0)
    return fit(measures, right, counts, prior=nothing, spread=spread_of(measures), hold=hold)


def spread_of(measures: Numbers) -> Numbers:
    """Return by how much each measure differs; 1 where it doesn't."""
    spread = measures.std(axis=0)
    spread[spread == 0] = 1.0
    return np.asarray(spread)


def written(learned: Weights) -> str:
    """Return the module that holds the weights."""
    return "\n".join(
        [
            '"""The weights that ship: how much each measure counts, of a pair of reports and of what belongs where.',
            "",
            "Written by `evals/train_filing.py`, which gives the same numbers again.",
            '"""',
            "",
            "from storytext.regression import Regression, Weights",
            "",
            "SHIPPED = Weights(",
            *_written("pairs", learned.pairs),
            *_written("claims", learned.claims),
            ")",
            "",
        ]
    )


def _written(name: str, of: Regression) -> list[str]:
    lines = [f'            "{one}": {round(weight, DIGITS)},' for one, weight in of.weights.items()]
    return [
        f"    {name}=Regression(",
        "        {",
        *lines,
        "        },",
        f"        {round(of.constant, DIGITS)},",
        "    ),",
    ]


def is_shipped(learned: Weights) -> bool:
    """Return whether the shipped weights are these, but for what another machine's arithmetic may change."""
    both = [
        np.array([*one.weights.values(), one.constant])
        for weights in (SHIPPED, learned)
        for one in (weights.pairs, weights.claims)
    ]
    shipped, now = np.concatenate(both[:2]), np.concatenate(both[2:])
    return bool(np.allclose(shipped, now, atol=2 * 10**-DIGITS, rtol=1e-3))


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
