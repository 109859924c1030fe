"""What the engine files and folds by: what it has learned of the desk's decisions, else what ships."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storytext.regression import Regression, Weights
from storytext.weights import SHIPPED
from writethru.stories.models import Learning


@dataclass(frozen=True, slots=True)
class Learned:
    """The number of a learning (0: what ships), the weights, and by source the least score of a fold without asking."""

    number: int
    weights: Weights
    least_scores: Mapping[int, float]


SHIPS = Learned(0, SHIPPED, {})


def learned() -> Learned:
    """Return what is in use, in one query. Call it in the transaction that decides, and keep nothing of it."""
    row = Learning.objects.filter(in_use=True).first()
    return as_learned(row) if row else SHIPS


def as_learned(row: Learning) -> Learned:
    """Return what a row holds. Weights of measures that this release doesn't take any more are the shipped ones."""
    pairs = _as_regression(row.weights.get("pairs", {}), like=SHIPPED.pairs)
    weights = Weights(pairs, SHIPPED.claims) if pairs else SHIPPED
    return Learned(row.number, weights, {int(source): score for source, score in row.least_scores.items()})


def as_data(weights: Weights) -> dict[str, Any]:
    """Return what was learned as a row holds it: of the shipped weights nothing, for the next release has others."""
    if weights.pairs == SHIPPED.pairs:
        return {}
    return {"pairs": {"weights": dict(weights.pairs.weights), "constant": weights.pairs.constant}}


def _as_regression(data: Mapping[str, Any], *, like: Regression) -> Regression | None:
    told = data.get("weights", {})
    if told.keys() != like.weights.keys():
        return None
    # PostgreSQL gives the names in an order of its own; the engine's is that of its columns.
    return Regression({name: told[name] for name in like.weights}, data["constant"])
