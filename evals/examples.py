"""Thirty decisions as an editor reads them, good ones and wrong ones: prints `docs/idea/decisions.md`.

The copy is that of the made-up wire, the decision and its reasons are the engine's, the words are the desk's. What is
written here by hand is which they are, and what an editor would say to each:

    python evals/examples.py > docs/idea/decisions.md
    python evals/examples.py --check
"""

import json
import lzma
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from storytext import Candidate, Filed, Take, fold, group, profile, spell

PAGE = Path(__file__).parent.parent / "docs" / "idea" / "decisions.md"
WIRE = Path(__file__).parent / "made_up" / "wire.jsonl.xz"
HEAD = """# Thirty decisions, right and wrong

Each is what the engine says of copy from the [made-up wire](../../evals/made_up/DATASHEET.md), in the words of the desk, with what
an editor would say to it. `python evals/examples.py` makes this page anew, and fails where a decision is no longer what
it is called here.
"""
FOLDING, FILING = (
    "\n## Is it a report that we have?\n",
    "\n## Which story is it of?\n\nWhat waits is laid beside all that is at hand. Of each group the desk shows who belongs, and why.\n",
)


@dataclass(frozen=True)
class Folded:
    """An item laid beside an earlier one, each known by kind and headline; `answer` is what the engine is to say."""

    earlier: tuple[str, str]
    later: tuple[str, str]
    answer: str
    right: bool
    remark: str


@dataclass(frozen=True)
class Grouped:
    """A report laid beside all others; `nearest` is a report of the group that it is to be put into, or None."""

    report: tuple[str, str]
    beside: str | None
    right: bool
    remark: str


FOLDS = (
    Folded(
        ("flash", "Canal of Loom frozen for first time in 30 years"),
        ("full", "Canal of Loom frozen for first time in 30 years"),
        "same",
        True,
        "A flash and its report.",
    ),
    Folded(
        ("flash", "BUCKET TEST GOES AGAINST ROPEWALK DEFENCE"),
        ("full", "Bucket test goes against Ropewalk defence"),
        "same",
        True,
        "Capitals make no other headline.",
    ),
    Folded(
        ("first", "Science in Sallow: smiling wears out the left canine"),
        ("update", "Science in Sallow: smiling wears out the left canine (update 1)"),
        "same",
        True,
        "The wire says so, and the text bears it out.",
    ),
    Folded(
        ("first", "Veldane votes 90 million crowns for Tamber"),
        ("rewording", "REFILE-Veldane votes 90 million crowns for Tamber"),
        "same",
        True,
        "A typo mended; readers are told nothing.",
    ),
    Folded(
        ("first", "Huxtable buttons came off Brill sacks"),
        ("correction", "CORRECTED-Huxtable buttons came off Brill sacks"),
        "same",
        True,
        "One figure of the lead is another: readers are told.",
    ),
    Folded(
        ("first", "Thieves take the mayor's portrait and not the frame in Tamber"),
        ("trim", "Thieves take the mayor's portrait and not the frame in Tamber"),
        "same",
        True,
        "A trim. The fuller text stands.",
    ),
    Folded(
        ("first", "Expedition ship fast in ice"),
        ("add", "Expedition ship fast in ice -ADD 1"),
        "same",
        True,
        "No word in common: the marker and the headline tie them.",
    ),
    Folded(
        ("first", "Trapped Highmoss miners ask for cards and a draughtboard"),
        ("credited", "Trapped Highmoss miners ask for cards and a draughtboard"),
        "same",
        True,
        "Another paper's copy, which credits the agency.",
    ),
    Folded(
        ("first", "Kestria to sell island nobody has found"),
        ("kill", "Kestria to sell island nobody has found"),
        "same",
        True,
        "The kill finds its report, and takes it off the page.",
    ),
    Folded(
        ("first", "Ship arrivals at Brill, Friday"),
        ("resend", "Ship arrivals at Brill, Friday"),
        "same",
        True,
        "The same table again, under a new id.",
    ),
    Folded(
        ("first", "Tides at Capstan, 5 February"),
        ("first", "Tides at Capstan, 6 February"),
        "new",
        True,
        "The next day's table, and no version of it.",
    ),
    Folded(
        ("first", "Aldry index fell 0.11 pct"),
        ("first", "Aldry index gained 0.09 pct"),
        "new",
        True,
        "Nearly all words are the same, and it is another day.",
    ),
    Folded(
        ("full", "Dunnock Motors recalls 52,000 Wrens whose horn laughs"),
        ("full", "Dunnock recalls Bittern vans that reverse by themselves"),
        "new",
        True,
        "Two recalls of one maker.",
    ),
    Folded(
        ("first", "Jellyfish stop Merrin power station"),
        ("first", "Jellyfish stop Merrin power station again"),
        "new",
        True,
        "The second time is news of its own.",
    ),
    Folded(
        ("first", "Goat on church tower of Highmoss"),
        ("first", "Highmoss looks up to goat"),
        "new",
        True,
        "Two agencies on one goat: two reports, of one story.",
    ),
    Folded(
        ("first", "Crack in Orsk parliament runs down the aisle"),
        ("writethru", "Divided house: quake splits Veldane's chamber"),
        "same",
        True,
        "Told anew from the first word; without the slugline nobody could tell.",
    ),
    Folded(
        ("flash", "ORLOP AIR GROUNDED BY ITS OWN GOOSE"),
        ("writethru", "UPDATE 1-One-plane airline stops flying"),
        "probably",
        True,
        "Rightly asked: hardly a word is the same.",
    ),
    Folded(
        ("first", "Thole fish auction"),
        ("resend", "RPT-Thole fish auction"),
        "same",
        False,
        "Wrong: a repeat of another day's prices, under a headline that names no day.",
    ),
    Folded(
        ("first", "Ex-minister opened barrage with eyes shut"),
        ("writethru", "Pike did not look behind the ribbon (new lead)"),
        "new",
        False,
        "Wrong: a new lead, told in other words, without a slugline. An editor folds it by hand.",
    ),
    Folded(
        ("flash", "DIARY OF WRONG ADMIRAL TREMLOW FOUND; IT IS IN CIPHER"),
        ("full", "Diary of wrong Admiral Tremlow found; it is in cipher"),
        "probably",
        False,
        "Too careful: it is the report of the flash.",
    ),
)
FILINGS = (
    Grouped(
        ("first", "Brill dockers walk out over humming cranes"), "Port of Brill idle", True, "Two agencies, one strike."
    ),
)


@cache
def wire() -> tuple[dict[str, Any], ...]:
    """Return the items of the made-up wire."""
    with lzma.open(WIRE, "rt", encoding="utf-8") as lines:
        return tuple(map(json.loads, lines))
