"""The made-up wire of evals/made_up: that it is what its builder makes, and that its labels agree with each other."""

import json
import lzma
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

MADE_UP = Path(__file__).parents[2] / "evals" / "made_up"
Wire = list[dict[str, Any]]
Reports = dict[str, Wire]  # the items of each report, in order
SOURCES = {"otb", "sns", "mcs", "own", "sig"}
LATER = {"full", "update", "writethru", "add", "take", "correction", "rewording", "resend", "desk", "trim", "kill"}
# At least so many of each kind, or a rate of it says next to nothing.
FEWEST = {
    "flash": 200,
    "update": 200,
    "correction": 60,
    "resend": 80,
    "writethru": 40,
    "add": 40,
    "take": 20,
    "kill": 15,
}


@pytest.fixture(scope="module")
def wire() -> Wire:
    with lzma.open(MADE_UP / "wire.jsonl.xz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def reports(wire: Wire) -> Reports:
    found: Reports = defaultdict(list)
    for item in wire:
        found[item["report"]].append(item)
    return found


def test_the_builder_makes_the_wire_that_is_here() -> None:
    assert subprocess.run([sys.executable, str(MADE_UP / "build.py"), "--check"], check=False).returncode == 0


def test_every_item_has_a_name_of_its_own(wire: Wire) -> None:
    names = Counter((item["id"], item.get("version")) for item in wire)

    assert [name for name, times in names.items() if times > 1] == []


def test_an_id_stands_for_one_report_whose_versions_rise(wire: Wire) -> None:
    versions, told = defaultdict[str, list[int]](list), defaultdict[str, set[str]](set)
    for item in wire:
        told[item["id"]].add(item["report"])
        versions[item["id"]].append(item.get("version", 1))

    assert [id for id, reports in told.items() if len(reports) > 1] == []
    assert [id for id, found in versions.items() if found != list(range(1, len(found) + 1))] == []


def test_a_report_is_called_by_its_first_item(reports: Reports) -> None:
    assert [name for name, items in reports.items() if items[0]["id"] != name] == []


def test_the_items_of_a_report_agree_on_its_story_what_it_is_and_its_language(reports: Reports) -> None:
    said = {
        name: {(i["story"], i["about"], i["part"], i["language"]) for i in items} for name, items in reports.items()
    }

    assert [name for name, labels in said.items() if len(labels) > 1] == []


def test_only_what_is_of_a_story_has_one(wire: Wire) -> None:
    """A one-off that another agency tells as well is of no running story either."""
    alone = {item["about"] for item in wire if item["story"] is None}
    in_story = {item["about"] for item in wire if item["story"]}

    assert (alone, in_story) == (
        {"one_off", "confusable", "template", "other_agency"},
        {"first", "follow_up", "sidebar", "other_agency"},
    )


def test_every_story_has_two_reports_at_least(reports: Reports) -> None:
    sizes = Counter(items[0]["story"] for items in reports.values())

    assert [story for story, size in sizes.items() if size < 2] == []


def test_what_comes_later_follows_something_of_its_report(reports: Reports) -> None:
    first = {items[0]["kind"] for items in reports.values()}

    assert first == {"first", "flash"}
    assert {item["kind"] for items in reports.values() for item in items[1:]} == LATER | {"credited", "ticker"}


def test_a_take_that_names_another_names_an_earlier_one_of_its_report(reports: Reports) -> None:
    astray = [
        item["id"]
        for items in reports.values()
        for at, item in enumerate(items)
        if "evolvedfrom" in item and item["evolvedfrom"] not in {before["id"] for before in items[:at]}
    ]

    assert astray == []


def test_the_items_stand_in_the_order_of_their_times(wire: Wire) -> None:
    exact = [item["time"] for item in wire if item["source"] != "mcs"]  # which gives the day alone
    days = [item["time"][:10] for item in wire]

    assert exact == sorted(exact)
    assert days == sorted(days)


def test_nothing_that_the_engine_reads_holds_a_label(wire: Wire) -> None:
    shown = {key for item in wire for key in item} - {"report", "story", "kind", "about", "part"}

    assert shown == {"id", "source", "time", "title", "text", "slugline", "version", "evolvedfrom", "language"}
    assert [item["id"] for item in wire if not (item["title"].strip() or item["text"].strip())] == []


def test_there_is_enough_of_everything(wire: Wire, reports: Reports) -> None:
    kinds = Counter(item["kind"] for item in wire)
    alone = sum(items[0]["story"] is None for items in reports.values())

    assert {kind: kinds[kind] for kind, fewest in FEWEST.items() if kinds[kind] < fewest} == {}
    assert len(wire) >= 3_000
    assert {item["source"] for item in wire} == SOURCES
    assert alone >= 0.6 * len(reports)


def test_the_datasheet_has_the_wires_own_counts(wire: Wire, reports: Reports) -> None:
    sheet = (MADE_UP / "DATASHEET.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (en|es|fr|tl|ja|all) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", sheet, re.MULTILINE
    )
    stated = {part: [int(count.replace(",", "")) for count in counts] for part, *counts in rows}

    assert stated == {part: _counts(wire, reports, part) for part in ("en", "es", "fr", "tl", "ja", "all")}
    listed = [
        (label, int(n.replace(",", ""))) for label, n in re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", sheet, re.MULTILINE)
    ]
    kinds, abouts = Counter(item["kind"] for item in wire), Counter(items[0]["about"] for items in reports.values())
    assert sorted(listed) == sorted([*kinds.items(), *abouts.items()])


def _counts(wire: Wire, reports: Reports, part: str) -> list[int]:
    """Return the items, reports, stories and one-offs of a part."""
    firsts = [items[0] for items in reports.values() if part in ("all", items[0]["part"])]
    return [
        sum(part in ("all", item["part"]) for item in wire),
        len(firsts),
        len({item["story"] for item in firsts} - {None}),
        sum(item["story"] is None for item in firsts),
    ]
