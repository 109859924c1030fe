"""A store of a hundred thousand reports: what a look-up, an item and a grouping cost in it, beside datasketch.

LONG=1 make bench ARGS=size        a store of a million as well, and how many times as long an item takes in it
REPORTS=20000 make bench ARGS=size  another size

Each size is measured in a process of its own, so that its memory is its own. All is on disk, with each commit synced.
"""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
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
from writethru.stories.actions.fold import LANE, Lane, fold_waiting  # noqa: E402
from writethru.stories.actions.fresh import Fresh, sort_in  # noqa: E402
from writethru.stories.actions.group import group_reports  # noqa: E402
from writethru.stories.actions.index import Keyed, find_candidates, note_keys  # noqa: E402
from writethru.stories.actions.lease import give_up_lease, take_lease  # noqa: E402
from writethru.stories.actions.window import Window  # noqa: E402
from writethru.stories.lexicon import LANGUAGES, background  # noqa: E402
from writethru.stories.models import Fold, FreshKeys  # noqa: E402
from writethru.wire.actions.take import open_source, take_document  # noqa: E402
from writethru.wire.formats import Document, WireItem  # noqa: E402
from writethru.wire.models import Item  # noqa: E402

LONG = bool(os.environ.get("LONG"))
SIZES = (100_000, 1_000_000) if LONG else (int(os.environ.get("REPORTS", "100000")),)
STORIES, TEXTS = int(os.environ.get("STORIES", "20000")), 5_000
PEER = int(os.environ.get("PEER", "100000" if LONG else "20000"))
INDEXED, ITEMS, BATCH, SINGLE = 4_000, 5_000, 100, 400  # so many that fresh keys are sorted in among them
A_MINUTE = 60
PEER_GOAL, INDEX_GOAL, RATE_GOAL, SLOWEST_GOAL, RSS_GOAL, GROWN_GOAL = 5, 40, 1_000, 50, 500, 1.5


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def held() -> float:
    """Return the MiB that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def met(is_met: bool) -> str:
    return "reached" if is_met else "NOT reached"


# The index, and its peer


def items_to_index(copy: Copy, source: object) -> list[Item]:
    items = [
        Item(source=source, wire_id=f"i{n}", fingerprint=f"i{n}", raw=b"", received_at=timezone.now(),
             headline=head, html=html_of(said), dated_at=timezone.now())
        for n in range(INDEXED)
        for head, *said in [copy.report()]
    ]  # fmt: skip
    Item.objects.bulk_create(items, batch_size=200)
    return items


def indexing(items: list[Item]) -> tuple[float, float]:
    """Return the seconds in which takes are looked up and noted, a hundred in a transaction, and those of their keys.

    Reading the fresh keys that an earlier process left is in it, and sorting them into the index, once in so many.
    """
    us, fresh, all_of_it, keyed = name_of_this_call(), Fresh(), 0.0, 0.0
    before = held()
    take_lease(LANE, claimed_by=us, seconds=600)
    for start in range(0, INDEXED, BATCH):
        began = time.process_time()
        takes = [Keyed(item, storytext.index_keys(as_take(item))) for item in items[start : start + BATCH]]
        looked_up = time.process_time()
        with transaction.atomic():
            found = find_candidates(takes, fresh=fresh)
            note_keys([Keyed(take.item, one.keys) for take, one in zip(takes, found, strict=True)])
        sort_in(fresh, claimed_by=us, seconds=600)
        keyed += looked_up - began
        all_of_it += time.process_time() - looked_up
    give_up_lease(LANE, claimed_by=us)
    grown = held() - before
    row("memory that the index takes, at any size", f"{grown:.0f} MiB; goal {INDEX_GOAL}: {met(grown <= INDEX_GOAL)}")
    return all_of_it, keyed


def clear(items: list[Item]) -> None:
    numbers = {item.pk for item in items}
    FreshKeys.objects.filter(item__in=range(min(numbers), max(numbers) + 1)).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM stories_shingle WHERE item_id >= %s", [min(numbers)])
    Item.objects.filter(pk__gte=min(numbers)).delete()


def peer() -> dict[str, float] | None:
    """Return what datasketch takes, measured in a venv of its own, or None if it can't be had."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder, "bin", "python")
        made = [[sys.executable, "-m", "venv", folder], [str(python), "-m", "pip", "install", "-q", "datasketch"]]
        if any(subprocess.run(command, check=False, capture_output=True).returncode for command in made):
            return None
        child = Path(__file__).with_name("peer_datasketch.py")
        said = subprocess.run([str(python), str(child), str(PEER)], check=True, capture_output=True, text=True).stdout
        return json.loads(said)


def beside_peer(copy: Copy, source: object) -> None:
    items = items_to_index(copy, source)
    spent, keyed = indexing(items)
    clear(items)
    whole, alone = INDEXED / (spent + keyed), INDEXED / spent
    row("keys from the text", f"{keyed / INDEXED * 1e6:.0f} µs a take (n = {INDEXED:,})")
    row("look-up and insert, durable", f"{alone:,.0f} takes/s; from the text on {whole:,.0f}")
    theirs = peer()
    if theirs is None:
        row("datasketch", "could not be installed, so it is not compared")
        return
    said = f"{theirs['alone']:,.0f} takes/s; from the text on {theirs['whole']:,.0f}; {theirs['memory']:,.0f} MiB"
    row(f"datasketch, in memory, at {PEER:,}", said)
    for name, ours, its in (("look-up and insert", alone, "alone"), ("from the text on", whole, "whole")):
        ratio = ours / theirs[its]
        row(f"ours to datasketch's, {name}", f"{ratio:.2f} ×; goal {PEER_GOAL}: {met(ratio >= PEER_GOAL)}")


def on_disk(reports: int) -> None:
    file = Path(settings.WRITETHRU_DATA, "writethru.sqlite3").stat().st_size
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE"
            " AND (name LIKE 'stories_shingle%' OR name LIKE 'stories_freshkeys%')"
        )
        index = cursor.fetchone()[0]
    row("on disk", f"{index / reports:,.0f} bytes a report for the fold index, {file / reports:,.0f} in all")


# An item


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


def through(items: list[WireItem], *, source: object, lane: Lane) -> None:
    take_document(Document("Wire", "", "en", tuple(items), ()), source=source, now=timezone.now())
    fold_waiting(claimed_by=name_of_this_call(), lane=lane)


def rates(copy: Copy, kept: list[list[str]], lane: Lane, source: object) -> float:
    """Print how many items a second go through; return the seconds of this process's time that one takes."""
    by_batch = []
    for start in range(0, ITEMS, BATCH):
        items = [sent(copy, kept, start + n) for n in range(BATCH)]
        began, ran = time.perf_counter(), time.process_time()
        through(items, source=source, lane=lane)
        by_batch.append((time.perf_counter() - began, time.process_time() - ran))
    for name, some in zip(("by the clock", "of this process's time"), zip(*by_batch, strict=True), strict=True):
        # Of all together, for once in forty batches keys are sorted into the index.
        rate, (low, high) = ITEMS / sum(some), spread([BATCH / seconds for seconds in some])
        said = f"{rate:.0f} items/s  ({low:.0f} to {high:.0f}, n = {len(some)} batches of {BATCH})"
        row(f"taken, stored and folded, {name}", f"{said}; goal {RATE_GOAL}: {met(rate >= RATE_GOAL)}")
    return sum(ran for _, ran in by_batch) / ITEMS


def one_by_one(copy: Copy, kept: list[list[str]], lane: Lane, source: object) -> float:
    """Print how long an item alone takes; return the middle of this process's time, in milliseconds."""
    times, ran = [], []
    for number in range(SINGLE):
        item = sent(copy, kept, ITEMS + number)
        began, at = time.perf_counter(), time.process_time()
        through([item], source=source, lane=lane)
        times.append((time.perf_counter() - began) * 1e3)
        ran.append((time.process_time() - at) * 1e3)
    for name, some in (("by the clock", times), ("of this process's time", ran)):
        p99 = sorted(some)[int(len(some) * 0.99)]
        said = f"{statistics.median(some):.1f} ms, p99 {p99:.1f} ms, longest {max(some):.0f} ms (n = {SINGLE})"
        row(f"one item alone, {name}", f"{said}; goal {SLOWEST_GOAL} ms: {met(p99 <= SLOWEST_GOAL)}")
    return statistics.median(ran)


def grouping(a_fold: float) -> None:
    """Print what filing takes, which is a job of each minute, and how many items a second that leaves."""
    before = held()
    words = background()
    files = Path(__import__("wordfreq").__file__).parent / "data"
    used = sum((files / f"small_{language}.msgpack.gz").stat().st_size for language in LANGUAGES)
    row("what wordfreq adds", f"{used / 1e6:.1f} MB of lists that are read, {held() - before:.0f} MiB of memory")
    window, seconds = Window(), []
    for name in ("first grouping of the newest reports", "another one, with all read"):
        began = time.process_time()
        group_reports(window, background=words, now=timezone.now())
        seconds.append(time.process_time() - began)
        row(name, f"{seconds[-1]:.1f} s of {len(window.read()):,} reports")
    rate = (1 - seconds[1] / A_MINUTE) / a_fold
    said = f"{rate:.0f} items/s of this process's time; goal {RATE_GOAL}: {met(rate >= RATE_GOAL)}"
    row("and filed, reckoned with one grouping each minute", said)


def measure(reports: int, figures: Path) -> None:
    title(f"size: a store of {reports:,} reports and {STORIES:,} stories")
    began = time.monotonic()
    with tempfile.NamedTemporaryFile() as texts:
        filling = [sys.executable, "-m", "bench.fill", str(reports), str(STORIES), str(TEXTS), texts.name]
        subprocess.run(filling, check=True)
    row("filled in", f"{time.monotonic() - began:.0f} s")
    on_disk(reports)
    copy, lane, source, kept = Copy(2), Lane(), open_source(name="Wire"), list[list[str]]()
    beside_peer(copy, source)
    a_fold = rates(copy, kept, lane, source)
    alone = one_by_one(copy, kept, lane, source)
    takes = Fold.objects.filter(kind=Fold.Kind.TAKE).count()
    row("of them folded into a report that was there", f"{takes} of {ITEMS + SINGLE}")
    row("memory of the folding process", f"{peak():.0f} MiB; goal {RSS_GOAL}: {met(peak() < RSS_GOAL)}")
    grouping(a_fold)
    row("memory with grouping", f"{peak():.0f} MiB; goal {RSS_GOAL}: {met(peak() < RSS_GOAL)}")
    figures.write_text(json.dumps([a_fold, alone]))


def grown(small: list[float], large: list[float]) -> None:
    title(f"size: {SIZES[-1] // SIZES[0]} times the store")
    for name, before, after in zip(("in a batch", "alone"), small, large, strict=True):
        ratio = after / before
        row(f"an item {name}", f"{ratio:.2f} × the time; goal {GROWN_GOAL}: {met(ratio <= GROWN_GOAL)}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="writethru-size-") as folder:
        found = []
        for reports in SIZES:
            store, figures = Path(folder, str(reports)), Path(folder, f"{reports}.json")
            shutil.copytree(settings.WRITETHRU_DATA, store)
            env = {**os.environ, "WRITETHRU_DATA": str(store)}
            subprocess.run([sys.executable, "-m", "bench.size", str(reports), str(figures)], env=env, check=True)
            found.append(json.loads(figures.read_text()))
            shutil.rmtree(store)
    if len(found) > 1:
        grown(*found)


if __name__ == "__main__":
    measure(int(sys.argv[1]), Path(sys.argv[2])) if len(sys.argv) > 1 else main()
