"""The ninjs reader on IPTC's own examples and test suite, and on what agencies send: items, or a reason for each."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from gold import gold_members

from writethru.wire.copy import clean_copy
from writethru.wire.formats import Unreadable
from writethru.wire.formats.document import read

pytestmark = pytest.mark.gold

ARCHIVES = ("iptc-newsinjson", "superdesk-core", "superdesk-ntb", "dpa-iptc7901")


def samples() -> Iterator[tuple[str, bytes]]:
    for archive in ARCHIVES:
        for name, body in gold_members(f"wire-fixtures/{archive}.tar.xz"):
            if body.lstrip()[:1] in (b"{", b"["):
                yield name, body


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield what has an id of ninjs, found by plain looking, not below another one."""
    if isinstance(value, list):
        for one in value:
            yield from objects(one)
    elif isinstance(value, dict) and (value.get("uri") or value.get("guid")):
        yield value
    elif isinstance(value, dict):
        for name in ("data", "item", "items"):
            yield from objects(value.get(name))


def title_of(value: dict[str, Any]) -> str:
    mains = [one["value"] for one in value.get("headlines", []) if one.get("role") in (None, "main")]
    others = [text for name, text in value.items() if name.startswith("headline_")]  # 1.x: headline_anything
    found = [value.get("headline"), *mains, *others, value.get("title")]
    return " ".join(next(filter(None, found), "").split())


def date_of(value: dict[str, Any]) -> datetime | None:
    for name in ("versioncreated", "versionCreated", "firstcreated", "firstCreated", "contentcreated"):
        if name in value:
            moment = datetime.fromisoformat(value[name])
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    return None


def test_every_sample_gives_items_or_a_reason_and_none_breaks():
    counted: Counter[str] = Counter()
    for name, body in samples():
        try:
            document = read(body)
        except Unreadable as error:
            counted[error.reason] += 1
            continue
        assert document.items or document.set_aside, name
        assert all(copy.html == "" or copy.html.startswith("<") for copy in map(clean_copy, document.items)), name
        counted["items"] += len(document.items)
        counted.update(f"aside: {entry.reason}" for entry in document.set_aside)

    print(dict(counted))
    assert counted["items"] >= 90
    assert counted["not_a_feed"] + counted["not_ninjs"] + counted["broken_json"] < 30


def test_items_are_those_that_plain_looking_finds():
    agreed, differing = 0, []
    for name, body in samples():
        if "should_fail" in name or "dpa-iptc7901" in name:
            continue
        try:
            document = read(body)
        except Unreadable:
            continue
        found = {one.get("uri") or one["guid"]: one for one in objects(json.loads(body))}
        read_ids = {json.loads(one.raw).get("uri") or json.loads(one.raw).get("guid") for one in document.items}
        asides = {json.loads(one.raw).get("uri") or json.loads(one.raw).get("guid") for one in document.set_aside}
        assert read_ids | asides == set(found), name
        for item in document.items:
            raw = json.loads(item.raw)
            whole = raw.get("uri") or raw["guid"]
            link = item.wire_id if item.wire_id.startswith(("http://", "https://")) else ""
            for what, ours, theirs in (
                ("id", item.wire_id, whole),
                ("link", item.url, link),
                ("title", item.headline, title_of(raw)),
                ("date", item.dated_at, date_of(raw)),
            ):
                agreed += ours == theirs
                differing += [] if ours == theirs else [(name, what, ours, theirs)]

    print(f"{agreed} agree; {len(differing)} differ: {differing}")
    # AP puts the token of whoever asks behind its ids, and the same item twice would be two.
    assert [(what, "?qt=" in theirs) for _, what, _, theirs in differing] == [("id", True)] * 2
    assert agreed > 300
