"""Measure folding on Reuters pairs that were read by hand (reuters_pairs.tsv), weighted to the stream.

The stream of the open half is folded as the house folds it; a pair is folded if both are in one report. Recall and
look-alikes kept apart are of draw 1, drawn before the engine's present rules; precision is of each later draw among
the pairs that are folded now. The engine was bettered on all three, so the honest figure for precision is what draw 3
said before its rule came of it: 72 of 73 right.

    python evals/pairs.py
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from folding import GOLD, stream
from lookup import fold_stream
from scores import wilson

PAIRS = Path(__file__).parent / "reuters_pairs.tsv"


@dataclass(frozen=True)
class ReadPair:
    """Two items, what a reader called them, and how many pairs of the stream they stand for."""

    draw: int
    a: str
    b: str
    label: str
    kind: str
    stratum: str
    weight: float


def read_pairs() -> list[ReadPair]:
    """Return the pairs that the reader was sure of."""
    with PAIRS.open(encoding="utf-8") as lines:
        rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
        found = [
            ReadPair(int(r["draw"]), r["a"], r["b"], r["label"], r["kind"], r["stratum"], float(r["weight"]))
            for r in rows
        ]
    return [pair for pair in found if pair.label != "unsure"]


def share(pairs: Sequence[ReadPair], holds: Callable[[ReadPair], bool]) -> float:
    """Return the weighted share of the pairs for which it holds."""
    return sum(pair.weight for pair in pairs if holds(pair)) / (sum(pair.weight for pair in pairs) or 1.0)


def interval(pairs: Sequence[ReadPair], holds: Callable[[ReadPair], bool]) -> tuple[float, float]:
    """Return the bounds of the share (Wilson) for as many pairs as the uneven weights leave of them (Kish, 1965)."""
    total, squares = sum(pair.weight for pair in pairs), sum(pair.weight**2 for pair in pairs)
    size = total * total / squares if squares else 0.0
    return wilson(share(pairs, holds) * size, size)


def main() -> int:
    """Print the table; skip where the gold set is absent."""
    if not GOLD.is_dir():
        print(f"skipped: no folder {GOLD}; name it by WRITETHRU_GOLD")
        return 0
    reports, _ = fold_stream(stream())

    def joined(pair: ReadPair) -> bool:
        return reports[pair.a] == reports[pair.b]

    def is_right(pair: ReadPair) -> bool:
        return pair.label == "same"

    pairs = read_pairs()
    first = [pair for pair in pairs if pair.draw == 1]
    print(f"\n{'Reuters pairs read by hand, weighted to the stream':58}{'n':>5}{'share':>8}{'95 %':>16}")
    for name, kinds in (
        ("recall, takes that share text", ("text", "resend")),
        ("recall, flashes and their stories", ("flash",)),
        ("recall, two desks' write-ups", ("write-up",)),
        ("recall, notices of correction", ("correction",)),
    ):
        _print(name, [pair for pair in first if pair.label == "same" and pair.kind in kinds], joined)
    _print("look-alikes kept apart", [pair for pair in first if pair.label == "not"], lambda pair: not joined(pair))
    for draw in (1, 2, 3):
        _print(f"precision, draw {draw}", [p for p in pairs if p.draw == draw and joined(p)], is_right)
    return 0


def _print(name: str, pairs: Sequence[ReadPair], holds: Callable[[ReadPair], bool]) -> None:
    low, high = interval(pairs, holds)
    print(f"{name:58}{len(pairs):>5}{share(pairs, holds):>8.3f}   {low:.3f} to {high:.3f}")


if __name__ == "__main__":
    raise SystemExit(main())
