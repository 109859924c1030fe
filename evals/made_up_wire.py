"""Measure the engine on the made-up wire, by `writethru replay`: what the desk would have done with nobody at it.

The whole wire is replayed in one run, in all five languages, and each language's part once more by itself. A take is
folded rightly if the report that it was folded into began with an item of its own report. Filing is scored over
reports, by the story of each one's first item; one-offs are left out of precision and recall and counted apart, as in
filing.py, and then once more counted in, as stories of one. It needs nothing but this folder:

    python evals/made_up_wire.py [--mistakes N]
"""

import json
import lzma
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scores import Measured, Spread, bounds, over_pairs, over_reports, share
from summary import Row, print_table, row

WIRE = Path(__file__).parent / "made_up" / "wire.jsonl.xz"
PARTS = {"en": "English", "es": "Spanish", "fr": "French", "tl": "Tagalog", "ja": "Japanese"}
LABELS = ("report", "story", "kind", "about", "part")  # what the engine is not shown
MISTAKES = "--mistakes"  # and how many of each kind to print
# A resend has the first's words; what else carries them is told by its kind. In the order in which a reader asks.
KINDS = {
    "full": "flash, then the report",
    "update": "update",
    "writethru": "writethru",
    "take": "take of a long report",
    "add": "ADD",
    "correction": "correction",
    "rewording": "slip of the pen mended",
    "resend": "resend under a new id",
    "desk": "the same on another desk",
    "trim": "trim",
    "kill": "kill",
    "credited": "another paper's, with credit",
    "ticker": "headline service, with credit",
}
ABOUT = {
    "first": "first of a running story",
    "follow_up": "follow-up",
    "sidebar": "sidebar",
    "other_agency": "another agency on the event",
    "one_off": "one-off",
    "confusable": "one-off like another",
    "template": "table or form",
}


@dataclass(frozen=True)
class Told:
    """An item of the wire with its labels, and what replay decided on it."""

    gold: dict[str, Any]
    found: dict[str, Any]
    folded_into: str | None  # the report that the item it was folded into is truly of
    is_later: bool  # whether an item of its report came before

    @property
    def is_right(self) -> bool:
        return self.folded_into == self.gold["report"]

    @property
    def is_wrong(self) -> bool:
        return self.folded_into is not None and not self.is_right


@dataclass(frozen=True)
class Filing:
    """How well the reports of one part were filed."""

    pairs: Spread  # of the reports that are of a story
    reports: Spread  # the same, BCubed
    with_one_offs: Spread  # pairs, a one-off counted as a story of one
    stories: tuple[int, int]  # found, true
    one_offs: Measured  # filed into a story, of all


def wire() -> list[dict[str, Any]]:
    """Return the made-up wire, in order."""
    with lzma.open(WIRE, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def replay(items: Sequence[dict[str, Any]]) -> list[Told]:
    """Return what `writethru replay` decides on the items, shown without their labels."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for item in items:
            shown = {key: value for key, value in item.items() if key not in LABELS}
            file.write(json.dumps(shown, ensure_ascii=False) + "\n")
        file.flush()
        command = [sys.executable, "-m", "writethru", "replay", file.name]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(f"writethru replay ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return list(_told(items, [json.loads(line) for line in done.stdout.splitlines()]))


def _told(items: Sequence[dict[str, Any]], decisions: Sequence[dict[str, Any]]) -> Iterator[Told]:
    report_of = {item["id"]: item["report"] for item in items}  # an id is sent again for takes of one report only
    seen = set[str]()
    for item, decision in zip(items, decisions, strict=True):
        of = decision["fold"]["of"]
        yield Told(item, decision, of and report_of[of], item["report"] in seen)
        seen.add(item["report"])


def fold_rows(told: Sequence[Told]) -> list[Row]:
    """Print how each kind of take was folded, and return the rows of the summary."""
    print(f"\n{'a later take of a report':32}{'n':>6}  {'folded rightly':22}{'as a proposal':>14}{'elsewhere':>11}")
    later = [one for one in told if one.is_later]
    for kind, name in KINDS.items():
        mine = [one for one in later if one.gold["kind"] == kind]
        _print_kind(name, mine)
    _print_kind("all", later)
    print(f"\n{'a new report':32}{'n':>6}  {'folded wrongly':22}")
    new = [one for one in told if not one.is_later]
    for about, name in ABOUT.items():
        mine = [one for one in new if one.gold["about"] == about]
        print(f"{name:32}{len(mine):>6}  {share(sum(one.is_wrong for one in mine), len(mine))}")
    right, wrong = sum(one.is_right for one in later), sum(one.is_wrong for one in told)
    often = share(wrong, len(told))
    in_10_000 = Measured(10_000 * often.figure, 10_000 * often.low, 10_000 * often.high, often.size)
    return [
        row("made-up wire: folding, recall of later takes", share(right, len(later)), of="takes"),
        row("made-up wire: folding, precision", share(right, right + wrong), of="folds"),
        row("made-up wire: wrong folds in 10,000 items", in_10_000, of="items"),
    ]


def _print_kind(name: str, mine: Sequence[Told]) -> None:
    right, wrong = sum(one.is_right for one in mine), sum(one.is_wrong for one in mine)
    proposed = sum(one.is_right and one.found["fold"]["kind"] == "probably" for one in mine)
    print(f"{name:32}{len(mine):>6}  {share(right, len(mine))!s:22}{proposed:>14}{wrong:>11}")


def folding_of(told: Sequence[Told]) -> Spread:
    """Return the rates over pairs of takes."""
    return over_pairs([one.gold["report"] for one in told], [one.found["report"] for one in told])


def filing_of(told: Sequence[Told]) -> Filing:
    """Return the rates over reports, each where its first item is."""
    firsts = [one for one in told if not one.is_later]
    mine = [one for one in firsts if one.gold["story"]]
    gold, found = [one.gold["story"] for one in mine], [_story_found(one) for one in mine]
    all_gold = [one.gold["story"] or one.gold["report"] for one in firsts]
    alone = [one for one in firsts if not one.gold["story"]]
    groups = {one.found["story"] for one in told} - {None}
    return Filing(
        over_pairs(gold, found),
        over_reports(gold, found),
        over_pairs(all_gold, [_story_found(one) for one in firsts]),
        (len(groups), len(set(gold))),
        share(sum(one.found["story"] is not None for one in alone), len(alone)),
    )


def _story_found(one: Told) -> str:
    return str(one.found["story"] or one.gold["report"])


def part_rows(told: dict[str, list[Told]], *, how: str) -> list[Row]:
    """Print each part's folding and filing and how far it is below English; return the rows of the summary."""
    print(f"\n{how}: pairwise F1")
    print(f"{'':10}{'items':>6}  {'folding':22}{'below English':24}{'reports':>7}  {'filing':22}below English")
    folding, filing = ({part: of(mine) for part, mine in told.items()} for of in (folding_of, filing_of))
    rows = list[Row]()
    for part, name in PARTS.items():
        fold, file = folding[part].f1, filing[part].pairs.f1
        gaps = [_gap(folding["en"], folding[part]), _gap(filing["en"].pairs, filing[part].pairs)]
        print(f"{name:10}{fold.size:>6}  {fold!s:22}{gaps[0]!s:24}{file.size:>7}  {file!s:22}{gaps[1]}")
        rows += [row(f"{how}, {name}: folding, pairwise F1", fold, of="items")]
        rows += [row(f"{how}, {name}: filing, pairwise F1", file, of="reports")]
        if part != "en":
            rows += [row(f"{how}, {name}: folding, below English by", gaps[0], of="items")]
            rows += [row(f"{how}, {name}: filing, below English by", gaps[1], of="reports")]
    _print_filing(filing)
    return rows


def _gap(english: Spread, other: Spread) -> Measured:
    drawn = [one - two for one, two in zip(english.draws, other.draws, strict=True)]
    return Measured(english.f1.figure - other.f1.figure, *bounds(drawn), other.f1.size)


def _print_filing(filing: dict[str, Filing]) -> None:
    print(f"{'':10}{'P':22}{'R':22}{'BCubed F1':22}{'F1, one-offs in':22}{'stories':>10}  one-offs filed")
    for part, one in filing.items():
        name, (found, true), alone = PARTS.get(part, part), one.stories, one.one_offs
        cells = (one.pairs.precision, one.pairs.recall, one.reports.f1, one.with_one_offs.f1)
        print(f"{name:10}{''.join(f'{cell!s:22}' for cell in cells)}{found:>6}/{true:<4} {alone} n = {alone.size}")


def filing_rows(told: Sequence[Told]) -> list[Row]:
    """Print which one-offs were filed; return the rows of the summary for the whole wire."""
    whole = filing_of(told)
    print("\nThe whole wire: filing")
    _print_filing({"all": whole})
    alone = [one for one in told if not one.is_later and not one.gold["story"]]
    for about in ("one_off", "confusable", "template"):
        mine = [one for one in alone if one.gold["about"] == about]
        filed = share(sum(one.found["story"] is not None for one in mine), len(mine))
        print(f"  {ABOUT[about]:24}filed {filed} n = {len(mine)}")
    sisters, together = _across(told)
    print(
        f"  reports of a story that another language has too, filed with it: {share(together, sisters)} n = {sisters}"
    )
    return [
        row("made-up wire: filing, pairwise F1", whole.pairs.f1, of="reports"),
        row("made-up wire: filing, BCubed F1", whole.reports.f1, of="reports"),
        row("made-up wire: filing, pairwise F1, one-offs counted in", whole.with_one_offs.f1, of="reports"),
        row("made-up wire: one-offs wrongly filed", whole.one_offs, of="one-offs"),
        Row("made-up wire: stories found", whole.stories[0], size=f"{whole.stories[1]} true"),
    ]


def _across(told: Sequence[Told]) -> tuple[int, int]:
    """Return how many reports have a sister in another language, and how many of them are in one story with one."""
    stories = defaultdict[str, list[Told]](list)
    for one in told:
        if one.gold["story"] and not one.is_later:
            stories[one.gold["story"]].append(one)
    sisters = together = 0
    for reports in stories.values():
        for one in reports:
            others = {_story_found(other) for other in reports if other.gold["part"] != one.gold["part"]}
            sisters += bool(others)
            together += _story_found(one) in others
    return sisters, together


def print_mistakes(told: Sequence[Told], most: int) -> None:
    """Print some mistakes of each kind, to be read: labels and headlines."""
    kinds: dict[str, Callable[[Told], bool]] = {
        f"not folded: {name}": lambda one, kind=kind: one.is_later and one.gold["kind"] == kind and not one.is_right
        for kind, name in KINDS.items()
    }
    kinds["folded wrongly"] = lambda one: one.is_wrong
    for about in ("one_off", "confusable", "template"):
        kinds[f"filed: {ABOUT[about]}"] = lambda one, about=about: bool(
            not one.is_later and one.gold["about"] == about and one.found["story"]
        )
    titles = {one.gold["id"]: one.gold["title"] for one in reversed(told)}
    for name, holds in kinds.items():
        mine = [one for one in told if holds(one)]
        print(f"\n{name}: {len(mine)}")
        for one in mine[:: max(len(mine) // most, 1)][:most]:
            reasons = one.found["fold"]["because"] if "fold" in name else (one.found["file"] or {}).get("because", ())
            near = (
                one.found["fold"]["of"] if one.is_wrong else one.gold["report"] if one.is_later else one.found["story"]
            )
            print(f"  {one.gold['id']} {one.gold['title']} | {near} {titles.get(near, '')} | {reasons}")


def measure() -> list[Row]:
    """Print the tables and return the rows of the summary."""
    items = wire()
    kinds = Counter(item["kind"] for item in items)
    print(f"The made-up wire: {len(items):,} items, {len({item['report'] for item in items}):,} reports; {dict(kinds)}")
    began = time.perf_counter()
    told = replay(items)
    seconds = time.perf_counter() - began
    rows = fold_rows(told) + filing_rows(told)
    rows += part_rows({part: [one for one in told if one.gold["part"] == part] for part in PARTS}, how="in the whole")
    alone = {part: replay([item for item in items if item["part"] == part]) for part in PARTS}
    rows += part_rows(alone, how="by itself")
    if MISTAKES in sys.argv:
        print_mistakes(told, int(sys.argv[sys.argv.index(MISTAKES) + 1]))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [
        *rows,
        Row("made-up wire: replay, items/s, start included", len(items) / seconds, size=f"{len(items):,} items"),
        Row("made-up wire: replay, peak memory, MB", peak),
    ]


if __name__ == "__main__":
    raise SystemExit(print_table(measure()))
