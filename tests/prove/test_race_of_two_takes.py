"""Two processes take two takes of the same reports at the same moment: never two reports of one."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from prove.copy import BEGAN_AT, item, sentences
from prove.stores import Store, Stores, feed

pytestmark = pytest.mark.prove

REPORTS = 200


def two_feeds(folder: Path, chance: random.Random) -> tuple[Path, Path]:
    """Write a feed of flashes and one of the full reports, under other ids, each half of them the other's way round."""
    sides: tuple[list[dict], list[dict]] = ([], [])
    for number in range(REPORTS):
        said, headline = sentences(chance, 8), sentences(chance, 1)[0]
        at = BEGAN_AT + timedelta(minutes=number)
        takes = [item(f"{number}-flash", headline, said[:5], at), item(f"{number}-full", headline, said, at)]
        chance.shuffle(takes)
        for side, take in zip(sides, takes, strict=True):
            side.append(take)
    return feed(folder, "one", sides[0]), feed(folder, "two", sides[1])


def take_both_at_once(store: Store, feeds: tuple[Path, Path], *arguments: str) -> None:
    processes = [store.start("take", str(file), "--source", "Wire", *arguments) for file in feeds]
    said = [process.communicate(timeout=600)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said


def takes_in_each_report(store: Store) -> list[int]:
    counts = store.rows("SELECT count(*) FROM stories_fold GROUP BY report_id")
    return sorted(count for (count,) in counts)


def test_two_takes_at_the_same_moment_are_one_report(stores: Stores, tmp_path: Path, chance: random.Random):
    store, feeds = stores.make(), two_feeds(tmp_path, chance)

    take_both_at_once(store, feeds)

    assert takes_in_each_report(store) == [2] * REPORTS
    assert store.rows("SELECT count(*), count(DISTINCT name) FROM wire_source WHERE name = 'Wire'") == [(1, 1)]


def test_two_that_publish_into_one_story_open_one_story_and_publish_each_report_whole(
    stores: Stores, tmp_path: Path, chance: random.Random
):
    store, feeds = stores.make(), two_feeds(tmp_path, chance)

    take_both_at_once(store, feeds, "--story", "The race", "--publish")

    assert takes_in_each_report(store) == [2] * REPORTS
    assert store.rows("SELECT count(*) FROM stories_story") == [(1,)]
    assert store.rows("SELECT count(*) FROM stories_entry") == [(REPORTS,)]
    # The text of each version is that of the take that it names.
    assert store.rows("""
        SELECT count(*) FROM stories_version v JOIN wire_item i ON i.id = v.item_id WHERE v.html <> i.html
    """) == [(0,)]
    # And in the end readers have the fuller take of each, or it waits to be published.
    store.run("take", str(feeds[0]), str(feeds[1]), "--source", "Wire", "--publish")
    assert store.rows("""
        SELECT count(*) FROM stories_reportstate s JOIN stories_version v ON v.id = s.current_id
        JOIN wire_item i ON i.id = v.item_id WHERE i.wire_id LIKE '%-full' AND s.status = 'published'
    """) == [(REPORTS,)]
    assert store.rows("SELECT count(*) FROM stories_bake WHERE done < asked") == [(0,)]


def test_the_same_feed_taken_by_two_at_once_is_taken_once(stores: Stores, tmp_path: Path, chance: random.Random):
    store, (one, _two) = stores.make(), two_feeds(tmp_path, chance)

    take_both_at_once(store, (one, one), "--publish")

    assert takes_in_each_report(store) == [1] * REPORTS
    assert store.rows("SELECT count(*) FROM wire_item") == [(REPORTS,)]
    assert store.rows("SELECT number, count(*) FROM stories_version GROUP BY number") == [(1, REPORTS)]
