"""A wire taken three times, shuffled and overlapping, killed at random moments: always the store of a quiet run."""

import random
import time
from datetime import timedelta
from pathlib import Path

import pytest
from gold import is_long

from prove.copy import BEGAN_AT, Sending, item, sentences, wire
from prove.stores import Store, Stores, content_hash, feed, kill

pytestmark = pytest.mark.prove

ITEMS, KILLS = (50_000, 50) if is_long() else (400, 5)
IN_A_FEED, OVERLAP = (500, 100) if is_long() else (80, 25)
OPTIONS = ("--source", "Wire", "--story", "The day", "--publish")


def in_order(folder: Path, sendings: list[Sending]) -> list[Path]:
    """Write the wire as a row of feeds, each of which begins with the end of the one before."""
    starts = range(0, len(sendings), IN_A_FEED - OVERLAP)
    parts = [sendings[start : start + IN_A_FEED] for start in starts]
    # As feeds are: the newest first.
    return [feed(folder, f"part-{n}", [sent.item for sent in reversed(part)]) for n, part in enumerate(parts)]


def shuffled(folder: Path, sendings: list[Sending], chance: random.Random, name: str) -> list[Path]:
    """Write the wire as feeds that hold it in no order, some of it twice."""
    mixed = [*sendings, *chance.sample(sendings, len(sendings) // 4)]
    chance.shuffle(mixed)
    parts = [mixed[start : start + IN_A_FEED] for start in range(0, len(mixed), IN_A_FEED)]
    return [feed(folder, f"{name}-{n}", [sent.item for sent in part]) for n, part in enumerate(parts)]


DONE = """
    SELECT (SELECT count(*) FROM wire_item) + (SELECT count(*) FROM stories_fold)
    + (SELECT count(*) FROM stories_version) + (SELECT coalesce(sum(done), 0) FROM stories_bake)
"""


def done(store: Store) -> int:
    ((count,),) = store.rows(DONE)
    return int(count)


def take_and_kill(store: Store, feeds: list[Path], *, at: int) -> bool:
    """Take the feeds, killed when so much has been done; return whether it was killed before its end."""
    process = store.start("take", *map(str, feeds), *OPTIONS)
    while process.poll() is None and done(store) < at:
        time.sleep(0.005)
    killed = process.poll() is None
    kill(process)
    store.let_claims_end()
    return killed


def test_a_wire_taken_again_and_again_and_killed_is_the_store_of_a_quiet_run(
    stores: Stores, tmp_path: Path, chance: random.Random
):
    sendings = wire(chance, items=ITEMS)
    ordered = in_order(tmp_path, sendings)
    mixed = [shuffled(tmp_path, sendings, chance, name) for name in ("mixed", "again")]
    quiet, troubled = stores.make(), stores.make()
    quiet.run("take", *map(str, ordered), *OPTIONS)
    moments = sorted(chance.randint(1, done(quiet) - 1) for _ in range(KILLS))

    kills = [take_and_kill(troubled, ordered, at=moment) for moment in moments]
    hashes = []
    for feeds in (ordered, *mixed):
        troubled.run("take", *map(str, feeds), *OPTIONS)
        hashes.append(content_hash(troubled))

    assert sum(kills) >= KILLS - 1  # one may come as the last page is baked
    assert hashes == [content_hash(quiet)] * 3
    assert troubled.rows("SELECT count(*) FROM wire_item") == [(ITEMS,)]
    assert troubled.rows("SELECT count(*) FROM stories_bake WHERE done < asked") == [(0,)]
    assert {path for path in troubled.pages() if path.startswith("pages/news/")} == {
        path for path in quiet.pages() if path.startswith("pages/news/")
    }


def test_a_late_old_version_never_overwrites_a_newer_one(stores: Stores, tmp_path: Path, chance: random.Random):
    store, reports = stores.make(), 60
    takes: list[list[dict]] = []
    for number in range(reports):
        said, headline = sentences(chance, 9), sentences(chance, 1)[0]
        at = BEGAN_AT + timedelta(minutes=number)
        takes.append(
            [item(f"r{number}", headline, said[: 3 + 2 * k], at + timedelta(hours=k)) for k in range(4)]  # grows
        )
    arrivals = [(number, k) for number in range(reports) for k in range(4)]
    chance.shuffle(arrivals)

    for start in range(0, len(arrivals), 60):
        part = [takes[number][k] for number, k in arrivals[start : start + 60]]
        store.run("take", str(feed(tmp_path, f"part-{start}", part)), *OPTIONS)

    newest = {f"r{n}": takes[n][3]["content_html"].replace("</p><p>", "</p>\n<p>") for n in range(reports)}
    stands = store.rows("""
        SELECT i.wire_id, v.html FROM stories_reportstate s JOIN stories_version v ON v.id = s.current_id
        JOIN wire_item i ON i.id = v.item_id
    """)
    assert dict(stands) == newest
    assert len(stands) == reports
