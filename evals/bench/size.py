"""A store of a hundred thousand reports, or of REPORTS: what a look-up, an item and a grouping cost in it.

REPORTS=1000000 STORIES=20000 make bench ARGS=size    is some minutes, most of them to fill the store
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

import storytext  # noqa: E402
from bench.fill import Copy, html_of  # noqa: E402
from bench.table import row, spread, title  # noqa: E402
from writethru.lib.process import name_of_this_call  # noqa: E402
from writethru.stories.actions.cuttings import as_take  # noqa: E402
from writethru.stories.actions.fold import Lane, fold_waiting  # noqa: E402
from writethru.stories.actions.group import group_reports  # noqa: E402
from writethru.stories.actions.index import Keyed, find_candidates, note_keys  # noqa: E402
from writethru.stories.actions.window import Window  # noqa: E402
from writethru.stories.lexicon import background  # noqa: E402
from writethru.stories.models import Fold  # noqa: E402
from writethru.wire.actions.take import open_source, take_document  # noqa: E402
from writethru.wire.formats import Document, WireItem  # noqa: E402
from writethru.wire.models import Item  # noqa: E402

REPORTS = int(os.environ.get("REPORTS", "100000"))
STORIES = int(os.environ.get("STORIES", "20000"))
TEXTS, PEER = 5_000, int(os.environ.get("PEER", "20000"))
ITEMS, BATCH, SINGLE = 1_000, 100, 200
PEER_GOAL, RATE_GOAL, SLOWEST_GOAL, RSS_GOAL = 5, 1_000, 50, 500


def rss() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sent(copy: Copy, kept: list[list[str]], number: int) -> WireItem:
    """Return an item: of four, one is a fuller take of a report sent before."""
    if number % 4 == 3 and kept:
        head, *said = kept[-1 - copy.dice.randrange(min(len(kept), 50))]
        said = [*said, copy.sentence()]
    else:
        head, *said = copy.report()
        kept.append([head, *said])
    name = f"new{number}"
    return WireItem(name, head, html_of(said), "", timezone.now(), "", "en", (), name.encode())


def document(items: list[WireItem]) -> Document:
    return Document("Wire", "", "en", tuple(items), ())


def through(items: list[WireItem], *, source: object, lane: Lane) -> None:
    take_document(document(items), source=source, now=timezone.now())
    fold_waiting(claimed_by=name_of_this_call(), lane=lane)


def indexing(copy: Copy, source: object) -> float:
    """Return the takes a second whose keys are made, looked up and noted, a hundred in a transaction, on disk."""
    items = [
        Item(source=source, wire_id=f"i{n}", fingerprint=f"i{n}", raw=b"", received_at=timezone.now(),
             headline=head, html=html_of(said), dated_at=timezone.now())
        for n in range(ITEMS)
        for head, *said in [copy.report()]
    ]  # fmt: skip
    Item.objects.bulk_create(items, batch_size=200)
    spent, keyed = 0.0, 0.0
    for start in range(0, ITEMS, BATCH):
        began = time.process_time()
        with transaction.atomic():
            at = time.process_time()
            takes = [Keyed(item, storytext.index_keys(as_take(item))) for item in items[start : start + BATCH]]
            keyed += time.process_time() - at
            found = find_candidates(takes)
            note_keys([Keyed(take.item, one.keys) for take, one in zip(takes, found, strict=True)])
        spent += time.process_time() - began
    row("of it, keys from the text", f"{keyed / ITEMS * 1e6:.0f} µs a take")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM stories_shingle WHERE item_id >= %s", [items[0].pk])
    Item.objects.filter(pk__gte=items[0].pk).delete()
    return ITEMS / spent


def peer() -> tuple[float, float] | None:
    """Return datasketch's takes a second and its memory in MiB, in a venv of its own, or None if it can't be had."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder, "bin", "python")
        made = [[sys.executable, "-m", "venv", folder], [str(python), "-m", "pip", "install", "-q", "datasketch"]]
        if any(subprocess.run(command, check=False, capture_output=True).returncode for command in made):
            return None
        child = Path(__file__).with_name("peer_datasketch.py")
        said = subprocess.run([str(python), str(child), str(PEER)], check=True, capture_output=True, text=True).stdout
        rate, memory = json.loads(said)
        return rate, memory


def on_disk() -> None:
    file = Path(settings.WRITETHRU_DATA, "writethru.sqlite3").stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'stories_shingle%' AND aggregate = TRUE")
        index = cursor.fetchone()[0]
    row("on disk", f"{index / REPORTS:,.0f} bytes a report for the fold index, {file / REPORTS:,.0f} in all")


def met(is_met: bool) -> str:
    return "reached" if is_met else "NOT reached"


def rates(copy: Copy, lane: Lane, source: object) -> None:
    kept: list[list[str]] = []
    by_batch = []
    for start in range(0, ITEMS, BATCH):
        items = [sent(copy, kept, start + n) for n in range(BATCH)]
        began, ran = time.perf_counter(), time.process_time()
        through(items, source=source, lane=lane)
        by_batch.append((BATCH / (time.perf_counter() - began), BATCH / (time.process_time() - ran)))
    for name, some in zip(("by the clock", "of this process's time"), zip(*by_batch, strict=True), strict=True):
        low, high = spread(some)
        rate = statistics.median(some)
        said = f"{rate:.0f} items/s  ({low:.0f} to {high:.0f}, n = {len(some)} batches of {BATCH})"
        row(f"taken, stored and folded, {name}", f"{said}; goal {RATE_GOAL}: {met(rate >= RATE_GOAL)}")
    one_by_one(copy, kept, lane, source)
    takes = Fold.objects.filter(kind=Fold.Kind.TAKE).count()
    row("of them folded into a report that was there", f"{takes} of {ITEMS + SINGLE}")


def one_by_one(copy: Copy, kept: list[list[str]], lane: Lane, source: object) -> None:
    times, ran = [], []
    for number in range(SINGLE):
        item = sent(copy, kept, ITEMS + number)
        began, at = time.perf_counter(), time.process_time()
        through([item], source=source, lane=lane)
        times.append((time.perf_counter() - began) * 1e3)
        ran.append((time.process_time() - at) * 1e3)
    for name, some in (("by the clock", times), ("of this process's time", ran)):
        slowest = sorted(some)[int(len(some) * 0.99)]
        said = f"{statistics.median(some):.1f} ms, p99 {slowest:.1f} ms (n = {SINGLE})"
        row(f"one item alone, {name}", f"{said}; goal {SLOWEST_GOAL} ms: {met(slowest <= SLOWEST_GOAL)}")


def timed(what: str, work: Callable[[], object]) -> None:
    began = time.process_time()
    work()
    row(what, f"{time.process_time() - began:.1f} s")


def main() -> None:
    title(f"size: a store of {REPORTS:,} reports and {STORIES:,} stories")
    began = time.monotonic()
    with tempfile.NamedTemporaryFile() as texts:
        filling = [sys.executable, "-m", "bench.fill", str(REPORTS), str(STORIES), str(TEXTS), texts.name]
        subprocess.run(filling, check=True)
    row("filled in", f"{time.monotonic() - began:.0f} s")
    on_disk()
    copy, lane, source = Copy(2), Lane(), open_source(name="Wire")
    rate = indexing(copy, source)
    row("keys, look-up and insert, durable", f"{rate:,.0f} takes/s")
    if theirs := peer():
        row(f"datasketch, MinHash and LSH in memory, at {PEER:,}", f"{theirs[0]:,.0f} takes/s, {theirs[1]:,.0f} MiB")
        row("ours to datasketch's", f"{rate / theirs[0]:.2f} ×; goal {PEER_GOAL}: {met(rate >= PEER_GOAL * theirs[0])}")
    else:
        row("datasketch", "could not be installed, so it is not compared")
    rates(copy, lane, source)
    row("memory of the folding process", f"{rss():.0f} MB; goal {RSS_GOAL}: {met(rss() < RSS_GOAL)}")
    window = Window()
    group = lambda: group_reports(window, background=background(), now=timezone.now())  # noqa: E731
    timed("first grouping of the newest 6,000 (the job of each minute)", group)
    timed("another one, with all read", group)
    row("memory with grouping", f"{rss():.0f} MB; goal {RSS_GOAL}: {met(rss() < RSS_GOAL)}")


if __name__ == "__main__":
    main()
