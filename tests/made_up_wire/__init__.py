"""Made-up wire copy in pairs, for the engine's tests: look-alikes that are two reports, versions that are one.

Every firm, person, ship and figure is invented; offices, countries and cities are real so that the copy reads as
copy does. A pair's headline is its lead cut short, as in the feeds that carry none, unless it is given.
"""

from dataclasses import dataclass
from typing import Any

from storytext import Candidate, Fold, Take, fold

STARTED_AT = 1_679_965_200.0  # 28 March 2023, 01:00 UTC


@dataclass(frozen=True)
class CopyPair:
    name: str
    hours: float
    old: str
    new: str
    old_headline: str = ""
    new_headline: str = ""


def cut_short(text: str) -> str:
    return " ".join(text.split()[:11]) + "…"


def make_take(
    text: str, *, id: str = "t1", hours: float = 0.0, headline: str = "", source: str = "wire", **more: Any
) -> Take:
    return Take(id, source, f"guid-{id}", headline or cut_short(text), text, STARTED_AT + hours * 3600, **more)


def fold_pair(pair: CopyPair, *, backwards: bool = False) -> Fold:
    old = make_take(pair.old, id="t1", headline=pair.old_headline)
    new = make_take(pair.new, id="t2", hours=pair.hours, headline=pair.new_headline)
    if backwards:
        return fold(old, [Candidate("r1", new)])
    return fold(new, [Candidate("r1", old)])
