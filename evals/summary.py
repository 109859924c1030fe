"""The one table of the evals: each figure with n, its bounds, the mark to reach and the floor that must hold.

Marks and floors stand in floors.json by the figure's name. `floor` is what CI holds, a little below what was measured
when it was set; `ceiling` is the same for what should be small.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scores import Measured

FLOORS = Path(__file__).parent / "floors.json"


@dataclass(frozen=True)
class Row:
    """One figure of the table. What has no bounds was counted or timed, and is told as it is."""

    name: str
    figure: float
    low: float | None = None
    high: float | None = None
    size: str = ""

    def __str__(self) -> str:
        within = "" if self.low is None else f"{_told(self.low)} to {_told(self.high or 0.0)}"
        return f"{self.name:64}{self.size:>16}{_told(self.figure):>9}  {within:16}"


def _told(figure: float) -> str:
    return f"{figure:,.0f}" if figure > 1 else f"{figure:.3f}"


def row(name: str, measured: Measured, *, of: str) -> Row:
    """Return the row of a figure; `of` says what n counts."""
    return Row(name, measured.figure, measured.low, measured.high, f"{measured.size:,} {of}")


def bound_of(name: str) -> dict[str, float]:
    """Return the mark, and the floor or ceiling, of a figure, as far as it has them."""
    return dict(json.loads(FLOORS.read_text(encoding="utf-8")).get(name, {}))


def fails(one: Row) -> bool:
    """Return whether the figure is below its floor or above its ceiling."""
    held = bound_of(one.name)
    return one.figure < held.get("floor", one.figure) or one.figure > held.get("ceiling", one.figure)


def print_table(rows: Sequence[Row]) -> int:
    """Print the table; return 1 if a floor does not hold, else 0."""
    print(f"\n{'':64}{'n':>16}{'':9}  {'95 %':16}{'mark':>7}{'held at':>9}")
    for one in rows:
        held = bound_of(one.name)
        mark, floor = held.get("mark"), held.get("floor", held.get("ceiling"))
        marked, said = ("" if bound is None else _told(bound) for bound in (mark, floor))
        print(f"{one}{marked:>7}{said:>9}{'  NOT HELD' if fails(one) else ''}")
    failed = [one.name for one in rows if fails(one)]
    print(
        f"\n{len(rows)} figures; {len(failed)} below the floor or above the ceiling"
        + "".join(f"\n  {n}" for n in failed)
    )
    return int(bool(failed))
