"""Measure folding on Reuters pairs that were read by hand (reuters_pairs.tsv), weighted to the stream.

The stream of the open half is folded as the house folds it; a pair is folded if both are in one report. The pairs were
drawn by strata, some of them thinly: each counts for as many pairs of the stream as it stands for (those in its
stratum, divided by those drawn), so a share is one of the stream. n is of the pairs read; the bounds are Wilson's for
as many as the uneven weights leave of them (Kish, 1965).

Recall and look-alikes kept apart are of draw 1, drawn before the engine's present rules. Precision is of each draw's
pairs that are folded now; whatever is no take of the report, a table too, is wrong. The engine was bettered on all
three draws, so the honest figure for precision is what draw 3 said before its rule came of it: 72 of 73 right. The
halves are by a fixed hash of the two ids.

    python evals/pairs.py
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path

from folding import GOLD, stream
from lookup import fold_stream
from scores import Measured, wilson
from summary import Row, print_table, row

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

    @property
    def half(self) -> int:
        return md5(f"{self.a} {self.b}".encode(), usedforsecurity=False).digest()[-1] % 2


def read_pairs() -> list[ReadPair]:
    """Return the pairs that the reader was sure of."""
    with PAIRS.open(encoding="utf-8") as lines:
        rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
        found = [
            ReadPair(int(r["draw"]), r["a"], r["b"], r["label"], r["kind"], r["stratum"], float(r["weight"]))
            for r in rows
        ]
    return [pair for pair in found if pair.label != "unsure"]


def share(pairs: Sequence[ReadPair], holds: Callable[[ReadPair], bool]) -> Measured:
    """Return the weighted share of the pairs for which it holds."""
    total, squares = sum(pair.weight for pair in pairs), sum(pair.weight**2 for pair in pairs)
    rate = sum(pair.weight for pair in pairs if holds(pair)) / (total or 1.0)
    size = total * total / squares if squares else 0.0
    return Measured(rate, *wilson(rate * size, size), len(pairs))


def measure() -> list[Row]:
    """Print the table and return its rows; skip where the gold set is absent."""
    if not GOLD.is_dir():
        print(f"skipped: no folder {GOLD}; name it by WRITETHRU_GOLD")
        return []
    reports, _ = fold_stream(stream())

    def joined(pair: ReadPair) -> bool:
        return reports[pair.a] == reports[pair.b]

    def is_right(pair: ReadPair) -> bool:
        return pair.label == "same"

    pairs = read_pairs()
    first = [pair for pair in pairs if pair.draw == 1]
    print(f"\nReuters pairs read by hand, weighted to the stream\n{'':36}{'n':>5}  {'all':26}{'one half':32}the other")
    rows = [
        _row(f"recall, {name}", [p for p in first if is_right(p) and p.kind in kinds], joined)
        for name, kinds in (
            ("takes that share text", ("text", "resend")),
            ("flashes and their stories", ("flash",)),
            ("two desks' write-ups", ("write-up",)),
            ("notices of correction", ("correction",)),
        )
    ]
    apart = [pair for pair in first if pair.label == "not"]
    rows.append(_row("look-alikes kept apart", apart, lambda pair: not joined(pair)))
    for draw in (1, 2, 3):
        rows.append(_row(f"precision, draw {draw}", [p for p in pairs if p.draw == draw and joined(p)], is_right))
    return rows


def _row(name: str, pairs: Sequence[ReadPair], holds: Callable[[ReadPair], bool]) -> Row:
    """Print the share of all and of both halves, and return the row of all."""
    whole, halves = share(pairs, holds), [share([p for p in pairs if p.half == one], holds) for one in (0, 1)]
    told = "".join(f"{f'{one} n = {one.size}':32}" for one in halves)
    print(f"{name:36}{whole.size:>5}  {whole!s:26}{told.rstrip()}")
    return row(f"Reuters pairs: {name}", whole, of="pairs")


if __name__ == "__main__":
    raise SystemExit(print_table(measure()))
