"""The gold sets for filing: reports with the story that each is of, shuffled with a fixed seed.

They are read from the folder named by WRITETHRU_GOLD (default ../shared/data). None has times; the order says nothing.
"""

import json
import lzma
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

from storytext import Take

GOLD = Path(os.environ.get("WRITETHRU_GOLD", "../shared/data"))
SEED = 0
ONE_OFFS = 1500
ONE_OFF = "one-off "  # how the label of a report begins that is of no story


@dataclass(frozen=True)
class Labelled:
    """A report and the story that it is of."""

    take: Take
    story: str

    @property
    def is_one_off(self) -> bool:
        return self.story.startswith(ONE_OFF)


def load(name: str) -> list[Labelled]:
    """Return the reports of one set, shuffled."""
    dice = random.Random(SEED)
    rows = list(SETS[name](dice))
    dice.shuffle(rows)
    return [
        Labelled(Take(str(at), "gold", str(at), headline, text), str(story))
        for at, (headline, text, story) in enumerate(rows)
    ]


def half(reports: list[Labelled], which: int) -> list[Labelled]:
    """Return the reports of half of the stories: no story is in both."""
    return [one for one in reports if md5(one.story.encode(), usedforsecurity=False).digest()[-1] % 2 == which]


Row = tuple[str, str, object]  # headline, text, story


def read_rows(path: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a compressed file of the gold folder."""
    with lzma.open(GOLD / path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _uci(_: random.Random) -> Iterator[Row]:
    for row in read_rows("uci-news-aggregator/uci_half0.jsonl.xz"):
        yield str(row["title"]), "", row["story"]


def _uci_and_one_offs(dice: random.Random) -> Iterator[Row]:
    yield from _uci(dice)
    pages = [
        row for row in read_rows("bbc-headline-versions/bbc_2021-07_2022-12.jsonl.xz") if "/live" not in row["url"]
    ]
    for at, page in enumerate(dice.sample(pages, ONE_OFFS)):
        yield page["versions"][0]["title"], "", f"{ONE_OFF}{at}"


def _ecbplus(_: random.Random) -> Iterator[Row]:
    for row in read_rows("ecbplus/ecbplus_topics1-35.jsonl.xz"):
        yield "", " ".join(line for line in row["sentences"] if not line.startswith("http")), row["cluster"]


def _snippets(_: random.Random) -> Iterator[Row]:
    for row in read_rows("googlenews-short/TS_half0.jsonl.xz"):
        yield "", str(row["text"]), row["cluster"]


def _titles(_: random.Random) -> Iterator[Row]:
    for row in read_rows("googlenews-short/T_half0.jsonl.xz"):
        yield str(row["text"]), "", row["cluster"]


SETS: dict[str, Callable[[random.Random], Iterator[Row]]] = {
    "uci": _uci,
    "uci and one-offs": _uci_and_one_offs,
    "ecbplus": _ecbplus,
    "googlenews TS": _snippets,
    "googlenews T": _titles,
}
