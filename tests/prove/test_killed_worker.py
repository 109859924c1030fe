"""A worker killed while it bakes two hundred pages: when it has been started again, every page is the newest."""

import random
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from gold import is_long

from prove.copy import BEGAN_AT, item, sentences
from prove.stores import Store, Stores, feed, kill

pytestmark = pytest.mark.prove

REPORTS, KILLS = 90, 50 if is_long() else 5  # two pages each, and those of the story and the front
PATIENCE_SECONDS = 120


def rise(store: Store, process: subprocess.Popen[str]) -> None:
    """Wait until the worker has baked something, or has nothing to bake."""
    before = due(store)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while due(store) == before > 0 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def due(store: Store) -> int:
    ((count,),) = store.rows("SELECT count(*) FROM stories_bake WHERE done < asked")
    return count


def ask_for_everything(store: Store) -> None:
    """Change what every page shows, as an upgrade or a new title does, and ask for it."""
    store.write("UPDATE stories_version SET headline = headline || ' again'")
    store.write("UPDATE stories_bake SET asked = asked + 1")


def test_a_worker_killed_at_any_moment_leaves_every_page_newest_after_a_restart(
    stores: Stores, tmp_path: Path, chance: random.Random
):
    store = stores.make()
    wire = [
        item(f"r{n}", sentences(chance, 1)[0], sentences(chance, 3), BEGAN_AT + timedelta(minutes=n))
        for n in range(REPORTS)
    ]
    store.run("take", str(feed(tmp_path, "wire", wire)), "--story", "The day", "--publish")
    assert len(store.pages()) > 180

    left = []
    for _ in range(KILLS):
        ask_for_everything(store)
        worker = store.start("work")
        rise(store, worker)
        time.sleep(chance.uniform(0, 0.6))
        kill(worker)
        left.append(due(store))
        store.let_claims_end()
    worker = store.start("work")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while due(store) and time.monotonic() < deadline:
        time.sleep(0.1)
    kill(worker)

    assert (due(store), any(left)) == (0, True)
    after = store.pages()
    store.write("UPDATE stories_bake SET asked = asked + 1")
    store.run("take", str(feed(tmp_path, "nothing", [])))  # bakes everything again, undisturbed
    assert store.pages() == after
    headlines = [headline for (headline,) in store.rows("SELECT headline FROM stories_version")]
    reports = [body.decode() for path, body in after.items() if path.startswith("pages/news/")]
    assert len(reports) == REPORTS
    assert all(any(headline in body for body in reports) for headline in headlines)
    assert not [path for path in after if Path(path).name.startswith(".")]
