"""Thirty decisions as an editor reads them, good ones and wrong ones: prints `docs/idea/decisions.md`.

The copy is that of the made-up wire, the decision and its reasons are the engine's, the words are the desk's. What is
written here by hand is which they are, and what an editor would say to each:

    python evals/examples.py > docs/idea/decisions.md
    python evals/examples.py --check
"""

import json
import lzma
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import django
from train_filing import BACKGROUND

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "writethru.config.settings")
django.setup()

from storytext import Candidate, Filed, Filing, Reason, Take, fold, group, profile, spell  # noqa: E402
from writethru.desk.sentences import sentence, speaks_against  # noqa: E402

PAGE = Path(__file__).parent.parent / "docs" / "idea" / "decisions.md"
WIRE = Path(__file__).parent / "made_up" / "wire.jsonl.xz"
HEAD = """# Thirty decisions, right and wrong

Each is what the engine says of copy from the [made-up wire](../../evals/made_up/DATASHEET.md), in the words
of the desk, with what an editor would say to it. To make this page anew, which fails where a decision is no longer
what it is called here:

    .venv/bin/python evals/examples.py > docs/idea/decisions.md
"""
FOLDING = "\n## Is it a report that we have?\n\n"
FILING = """
## Which story is it of?

All reports of the wire are laid beside each other, and none is filed yet.

"""
MARK = {True: "✓", False: "✗"}


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
    """A report, by its headline, laid beside all others; `beside` is one of the group that it is to be put into."""

    report: str
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
        "A typo mended: readers are told nothing.",
    ),
    Folded(
        ("first", "Huxtable buttons came off Brill sacks"),
        ("correction", "CORRECTED-Huxtable buttons came off Brill sacks"),
        "same",
        True,
        "A figure of the lead is another: readers are told.",
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
        "Hardly a word in common: the marker and the headline tie them.",
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
        "The same table two days later, under a new id: it names its day.",
    ),
    Folded(
        ("first", "Tides at Capstan, 5 February"),
        ("first", "Tides at Capstan, 6 February"),
        "follow_up",
        True,
        "The next day's table, and no version of it.",
    ),
    Folded(
        ("first", "Aldry index fell 0.11 pct"),
        ("first", "Aldry index gained 0.09 pct"),
        "follow_up",
        True,
        "Nearly all words are the same, and it is another day.",
    ),
    Folded(
        ("update", "UPDATE 1-Dunnock Motors recalls 52,000 Wrens whose horn laughs"),
        ("full", "Dunnock recalls Bittern vans that reverse by themselves"),
        "new",
        True,
        "Two recalls of one maker.",
    ),
    Folded(
        ("writethru", "Jellyfish stop Merrin power station"),
        ("full", "Jellyfish stop Merrin power station again"),
        "new",
        True,
        "The second time is news of its own.",
    ),
    Folded(
        ("full", "Goat on church tower of Highmoss"),
        ("first", "Highmoss looks up to goat"),
        "follow_up",
        True,
        "Two agencies on one goat: two reports, of one story.",
    ),
    Folded(
        ("first", "Crack in Orsk parliament runs down the aisle"),
        ("writethru", "Divided house: quake splits Veldane's chamber"),
        "probably",
        True,
        "Told anew from the first word. Only the slugline speaks for it, so it is rightly asked.",
    ),
    Folded(
        ("flash", "ORLOP AIR GROUNDED BY ITS OWN GOOSE"),
        ("writethru", "UPDATE 1-One-plane airline stops flying"),
        "probably",
        True,
        "Rightly asked, for half of the words are others.",
    ),
    Folded(
        ("first", "Thole fish auction"),
        ("resend", "RPT-Thole fish auction"),
        "new",
        True,
        "A repeat, but of another day's prices.",
    ),
    Folded(
        ("first", "Pellworth board turns down tin maker"),
        ("full", "Gallant & Rudge raises bid for Pellworth to 680 million"),
        "new",
        True,
        "The next turn of one story.",
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
    Grouped("Highmoss looks up to goat", "Goat on church tower of Highmoss", True, "Two agencies, one goat."),
    Grouped(
        "Sallow dockers refuse ships from Brill",
        "Brill dockers walk out over humming cranes",
        True,
        "A strike spreads to another port.",
    ),
    Grouped(
        "Draughtsman drew Tidewater gates outwards",
        "Apprentice saw fault, was sent for tea",
        True,
        "One inquiry, another witness.",
    ),
    Grouped(
        "Passengers of Kestria walk, elephant carries bags",
        "Kestria's railway offers four and a half days",
        True,
        "What follows from a strike.",
    ),
    Grouped(
        "Dunnock recalls Bittern vans that reverse by themselves",
        "Dunnock vans roll backwards",
        True,
        "Kept from the same maker's other recall.",
    ),
    Grouped("Tides at Capstan, 5 February", None, True, "A table is of no story."),
    Grouped("Vermore's paint box shown in Orsk", None, True, "A painter's name, and another matter."),
    Grouped(
        "Copying room in focus at barrage inquiry",
        None,
        False,
        "Missed: it is of the Tidewater inquiry, and says so in one word. It is filed by hand.",
    ),
    Grouped(
        "Halcyon wins leg 9 of Round the Islands, into Sallow",
        None,
        False,
        "Too careful: the legs of a race look like a table.",
    ),
    Grouped(
        "Jellyfish have favourite colours and change them, study finds",
        "Jellyfish stop Merrin power station",
        False,
        "Wrong: jellyfish, and Merrin, and another matter. The score says that it is unsure.",
    ),
)


@cache
def wire() -> tuple[dict[str, Any], ...]:
    """Return the English items of the made-up wire."""
    with lzma.open(WIRE, "rt", encoding="utf-8") as lines:
        return tuple(item for item in map(json.loads, lines) if item["part"] == "en")


def as_take(item: dict[str, Any]) -> Take:
    """Return an item as the engine sees it."""
    return Take(
        id=item["id"],
        source=item["source"],
        wire_id=item["id"],
        headline=item["title"],
        text=item["text"],
        dated_at=datetime.fromisoformat(item["time"]).timestamp(),
        slugline=item.get("slugline") or "",
        language=item["language"],
        credit=item.get("credit") or "",
    )


def found(kind: str, title: str, *, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the first item of a kind under a title, or the last that came before another: titles come again."""
    until = wire().index(before) if before else None
    fits = [item for item in wire()[:until] if (item["kind"], item["title"]) == (kind, title)]
    if not fits:
        raise LookupError(f"The made-up wire has no {kind} “{title}”")
    return fits[-1 if before else 0]


def told(because: Iterable[Sequence[Any]]) -> str:
    """Return the reasons as the desk words them, those against it apart."""
    reasons = [[code, value] for code, value in because]
    speaking = [sentence(one) for one in reasons if not speaks_against(one)]
    against = [sentence(one) for one in reasons if speaks_against(one)]
    return ". But ".join("; ".join(part) for part in (speaking, against) if part)


def folded(one: Folded) -> str:
    """Return what the engine says of a pair; raises SystemExit where it is no longer what is told here."""
    later = found(*one.later)
    earlier = found(*one.earlier, before=later)
    decision = fold(replace(as_take(later), wire_id=""), [Candidate("r", as_take(earlier))])
    if decision.kind != one.answer:
        raise SystemExit(f"“{later['title']}” is now {decision.kind}, not {one.answer}: {decision.because}")
    verb = {
        "same": "a version of",
        "probably": "perhaps a version of",
        "new": "no version of",
        "follow_up": "a follow-up to",
    }
    said = told((reason.code, reason.value) for reason in decision.because) or "they share too little"
    return f"**“{later['title']}”** is {verb[one.answer]} **“{earlier['title']}”**: {said}."


@cache
def groups() -> tuple[Mapping[str, tuple[int, Filing]], Mapping[str, str]]:
    """Return of each report that is put into a group which, and how, and what it is called."""
    fullest: dict[str, dict[str, Any]] = {}
    for item in wire():
        if item["kind"] != "kill" and len(item["text"]) >= len(fullest.get(item["report"], item)["text"]):
            fullest[item["report"]] = item
    takes = {report: as_take(item) for report, item in fullest.items()}
    filed = [Filed(report, profile(take)) for report, take in takes.items()]
    where = {
        filing.report: (at, spelt(filing, takes))
        for at, one in enumerate(group(filed, background=BACKGROUND))
        for filing in one.filings
    }
    return where, {report: item["title"] for report, item in fullest.items()}


def spelt(filing: Filing, takes: Mapping[str, Take]) -> Filing:
    """Return a filing with the words of its reasons as they stand in the report."""
    take = takes[filing.report]
    because = [
        Reason(one.code, ", ".join(spell(take, str(one.value).split(", ")))) if one.code.endswith("_shared") else one
        for one in filing.because
    ]
    return replace(filing, because=tuple(because))


def grouped(one: Grouped) -> str:
    """Return what the engine says of a report; raises SystemExit where it is no longer what is told here."""
    where, called = groups()
    by_title = {item["title"]: item["report"] for item in reversed(wire())}
    at, filing = where.get(by_title[one.report], (None, None))
    beside = where.get(by_title[one.beside], (None,))[0] if one.beside else None
    if at != beside or (one.beside and at is None):
        raise SystemExit(f"“{one.report}” is now put with {filing and called[filing.nearest]}, not with {one.beside}")
    if filing is None:
        return f"**“{one.report}”** is left alone."
    said = told((reason.code, reason.value) for reason in filing.because)
    return f"**“{one.report}”** belongs with **“{one.beside}”** ({filing.score:.2f}): {said}."


def page() -> str:
    """Return the page."""
    lines = [HEAD, FOLDING]
    for one in FOLDS:
        lines.append(f"- {MARK[one.right]} {folded(one)} *{one.remark}*\n")
    lines.append(FILING)
    for one in FILINGS:
        lines.append(f"- {MARK[one.right]} {grouped(one)} *{one.remark}*\n")
    return "".join(lines)


def main() -> None:
    """Print the page, or check that it is the one in the docs."""
    if "--check" not in sys.argv:
        print(page(), end="")
    elif page() != PAGE.read_text(encoding="utf-8"):
        sys.exit(
            f"{PAGE.name} tells other decisions than the engine's: python evals/examples.py > docs/idea/{PAGE.name}"
        )


if __name__ == "__main__":
    main()
