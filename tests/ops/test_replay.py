import io
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from made_up_wire.running import BRIDGE, LAMP, SINGLES

from writethru.ops.replay import BadLine, replay

pytestmark = pytest.mark.django_db

FLASH = (
    "The port of Ember Quay has sold its lighthouse to a retired clockmaker for one peso, the harbour board said.\n\n"
    "The buyer has promised to keep the lamp lit and to open the tower to schools, it said in a statement."
)
FULL = FLASH + "\n\nThe tower was built in 1871 and has been dark since the storm of March, when a wave broke the lens."
FERRY = (
    "The night ferry will not sail because of high seas, the line said.\n\n"
    "Tickets may be used on any other day this month, and those stranded will be given a bed."
)
ITEMS = [
    {"id": "a", "title": "Lighthouse sold", "text": FLASH, "time": "2026-11-24T10:00:00+08:00"},
    {"id": "b", "title": "Ferry stays in", "text": FERRY, "time": 1795490000},
    {"id": "c", "title": "Lighthouse sold", "text": FULL, "time": "2026-11-24T11:00:00+08:00"},
    {"id": "a", "title": "Lighthouse sold", "text": FULL + "\n\nThe sale ends a quarrel.", "version": 3},
]
UNSURE = [
    {"id": "a", "title": "Lighthouse sold", "text": FLASH, "slugline": "LIGHTHOUSE", "time": 1795490000},
    {"id": "b", "title": "UPDATE 2-Storm", "text": FERRY, "slugline": "LIGHTHOUSE", "time": 1795493600},
]


def lines(items: Iterable[Any]) -> list[bytes]:
    return [json.dumps(item).encode() + b"\n" for item in items]


def decisions(items: Iterable[Any], *, strict: bool = False) -> list[dict[str, Any]]:
    out = io.StringIO()
    replay(lines(items), out, strict=strict)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_item_has_its_line_in_the_order_of_the_input():
    told = decisions(ITEMS)

    assert [(line["id"], line["report"], line["story"], line["file"]) for line in told] == [
        ("a", "a", None, None),
        ("b", "b", None, None),
        ("c", "a", None, None),
        ("a", "a", None, None),
    ]
    assert [(line["fold"]["kind"], line["fold"]["of"]) for line in told] == [
        ("new", None),
        ("new", None),
        ("same", "a"),
        ("same", "a"),
    ]
    assert told[3]["fold"]["because"] == [["same_id", "a"]]


def test_a_proposal_counts_as_accepted():
    (_first, second) = decisions(UNSURE)

    assert (second["report"], second["fold"]["kind"], second["fold"]["of"]) == ("a", "probably", "a")


def test_a_proposal_that_the_engine_has_little_faith_in_counts_for_nothing():
    flash = {"id": "b", "title": "Port of Ember Quay sells its lighthouse for 30 pesos", "time": 1795490600}

    (_first, second) = decisions([{**ITEMS[0], "time": 1795490000}, flash])

    assert (second["report"], second["fold"]["kind"]) == ("b", "new")


def test_strictly_a_proposal_counts_for_nothing():
    (_first, second) = decisions(UNSURE, strict=True)

    assert (second["report"], second["fold"]["kind"], second["fold"]["of"]) == ("b", "new", None)


def test_the_same_line_twice_is_decided_once():
    first, second = decisions([ITEMS[0], ITEMS[0]])

    assert first == second


def test_blank_lines_and_ids_that_are_numbers_are_allowed():
    out = io.StringIO()

    replay([b"\n", *lines([{"id": 7, "title": "Sold", "text": FLASH}]), b"  \n"], out, strict=False)

    assert [json.loads(line)["id"] for line in out.getvalue().splitlines()] == [7]


@pytest.mark.parametrize(
    "bad",
    [
        b"{",
        b"[]",
        b'"a"',
        b'{"title": "No id"}',
        b'{"id": "x", "time": "yesterday"}',
        b'{"id": "x", "time": "2026-13-45T00:00:00Z"}',
        b'{"id": "x", "time": 1e300}',
        b'{"id": "x", "time": "9999-12-31T23:59:59Z"}',
        b'{"id": "x", "time": [1]}',
        b'{"id": "x", "version": "two"}',
        b'{"id": "x", "text": 7}',
        b"\xff\xfe",
    ],
)
def test_a_bad_line_is_told_by_its_number(bad: bytes):
    with pytest.raises(BadLine, match=r"^line 3 is no item \(.+\)\.$"):
        replay([*lines(ITEMS[:1]), b"\n", bad], io.StringIO(), strict=False)


def test_what_a_database_refuses_does_not_stop_a_replay():
    nasty = {"id": "a\0b", "title": "\ud800", "text": "\0", "version": 10**30, "slugline": "\0"}

    assert [line["report"] for line in decisions([nasty])] == ["a\0b"]


def test_the_same_input_gives_the_same_bytes():
    said = []
    for _ in range(2):
        out = io.StringIO()
        with suppress(ZeroDivisionError), transaction.atomic():
            replay(lines([*ITEMS, *UNSURE]), out, strict=False)
            raise ZeroDivisionError  # the store that a replay had goes
        said.append(out.getvalue())

    assert said[0] == said[1] != ""


def test_a_store_that_holds_items_is_not_replayed_into(tmp_path: Path):
    file = tmp_path / "items.jsonl"
    file.write_bytes(b"".join(lines(ITEMS)))
    call_command("replay", str(file), "--here", stdout=io.StringIO())

    with pytest.raises(CommandError, match="only for an empty one"):
        call_command("replay", str(file), "--here", stdout=io.StringIO())


def test_a_file_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(CommandError) as refused:
        call_command("replay", str(tmp_path / "none.jsonl"), "--here")

    assert str(refused.value) == f"{tmp_path}/none.jsonl: can't be read (No such file or directory)."


def test_reports_of_one_story_get_the_label_of_the_one_in_the_middle():
    told = [("b", BRIDGE), ("s", SINGLES), ("l", LAMP)]
    items = [
        {"id": f"{name}{n}", "title": headline, "text": text, "time": f"2026-11-{n + 1:02}T10:00:00+08:00"}
        for name, copy in told
        for n, (headline, text) in enumerate(copy)
    ]

    found = {line["id"]: line for line in decisions(items)}

    stories = {ident: line["story"] for ident, line in found.items()}
    assert len({stories[f"b{n}"] for n in range(6)}) == 1
    assert stories["b0"] in {f"b{n}" for n in range(6)}
    assert stories["l0"] in {f"l{n}" for n in range(6)}
    assert {stories[f"s{n}"] for n in range(5)} == {None}
    assert found["b0"]["file"]["of"] == stories["b0"]
    assert "hangs_together" in dict(found["b0"]["file"]["because"])


def test_strictly_no_story_is_opened():
    items = [{"id": f"b{n}", "title": headline, "text": text} for n, (headline, text) in enumerate(BRIDGE)]

    assert {line["story"] for line in decisions(items, strict=True)} == {None}


def test_a_version_is_found_whose_report_came_first_though_all_are_dated_before_it():
    items = [
        {"id": "a", "title": "Lighthouse sold", "text": FULL, "time": "2026-11-24T12:00:00+08:00"},
        {"id": "b", "title": "Ferry stays in", "text": FERRY, "time": "2026-11-24T10:00:00+08:00"},
        {"id": "c", "title": "Lighthouse sold", "text": FULL, "time": "2026-11-24T10:30:00+08:00"},
    ]

    assert [one["fold"]["of"] for one in decisions(items, strict=True)] == [None, None, "a"]
