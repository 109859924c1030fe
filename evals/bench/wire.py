"""Reading and cleaning feeds, beside feedparser: the same files in turn, a round of each after the other."""

import io
import os
import tarfile
import time
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

import feedparser  # noqa: E402

from bench.table import ratio, row, title  # noqa: E402
from writethru.ops.demo.feeds import documents  # noqa: E402
from writethru.ops.demo.wire import read as read_demo  # noqa: E402
from writethru.wire.copy import clean_copy  # noqa: E402
from writethru.wire.formats import Unreadable  # noqa: E402
from writethru.wire.formats.feed import read  # noqa: E402

GOLD = Path(os.environ.get("WRITETHRU_GOLD") or Path(__file__).parents[3] / "shared" / "data")
ADDRESS = "https://feed.example/feed"
EVERY, ROUNDS = 4, 3  # feedparser takes ten seconds for all


def feeds() -> tuple[str, list[bytes]]:
    """Return real feeds, if they are there, else those of the demo."""
    archive = GOLD / "feeds" / "fastfeedparser.tar.xz"
    if not archive.exists():
        return "the demo's", list(documents(read_demo().items, day_zero=datetime(2026, 11, 24, tzinfo=UTC)).values())
    with tarfile.open(archive) as opened:
        files = [member for member in opened.getmembers() if member.isfile() and not member.name.endswith(".json")]
        found = [opened.extractfile(member).read() for member in sorted(files, key=lambda file: file.name)]
    return f"real ones, each {EVERY}th of {len(found)}", found[::EVERY]


def ours(body: bytes) -> int:
    try:
        items = read(body, address=ADDRESS).items
    except Unreadable:
        return 0
    for item in items:
        clean_copy(item)
    return len(items)


def main() -> None:
    title("wire: parse and clean a feed, against feedparser with its own sanitising")
    what, bodies = feeds()
    ours(bodies[0])  # what is compiled once is not measured
    feedparser.parse(io.BytesIO(bodies[0]))
    spent: tuple[list[float], list[float]] = ([], [])
    items = 0
    for _ in range(ROUNDS):
        for body in bodies:
            began = time.process_time()
            items += ours(body)
            half = time.process_time()
            feedparser.parse(io.BytesIO(body))
            spent[0].append(half - began)
            spent[1].append(time.process_time() - half)
    size = sum(map(len, bodies)) / 1e6
    row("feeds", f"{what}: {len(bodies)}, {size:.1f} MB, {items // ROUNDS} items")
    for name, seconds in (("ours", sum(spent[0])), ("feedparser", sum(spent[1]))):
        row(name, f"{len(spent[0]) / seconds:,.0f} feeds/s, {items / seconds:,.0f} items/s")
    by_round = [[sum(side[at : at + len(bodies)]) for at in range(0, len(side), len(bodies))] for side in spent]
    ratio("all files, a round each in turn", *by_round, goal=20)
    ratio("one file in the middle", *spent, goal=20)


main()
