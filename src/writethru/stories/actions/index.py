"""The fold index: the keys of each take, by which the lane finds the takes that share words with a new one.

A key with its item is one row, and all that is asked of it stands in the row, so a look-up reads the index alone: no
row of an item, whose text would have to be read past. It reads no more as the store grows, but what came in the days
that count; and a key that stands in many takes of those days, as a form's words do, is not noted again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from writethru.wire.models import Item

CANDIDATES = 20
SLUGLINE_WITHIN = timedelta(days=3)
WORDS_WITHIN = timedelta(days=8)  # the engine folds nothing by its text that is further apart than a week
FLASH_WITHIN = timedelta(days=1)
COMMON = 200  # takes of those days that have a key; it tells them apart no more
HOUR = timedelta(hours=1)

# Each arm by its own index, the newest first. Ordered by id itself, SQLite reads all items of a source in that order.
_NAMED = """
    SELECT id FROM (SELECT id FROM wire_item WHERE source_id = %s AND wire_id = %s ORDER BY -id LIMIT 20) AS a
    UNION SELECT id FROM (
        SELECT id FROM wire_item WHERE source_id = %s AND wire_id = %s ORDER BY -id LIMIT 20) AS b
    UNION SELECT id FROM (
        SELECT id FROM wire_item WHERE source_id = %s AND evolved_from = %s ORDER BY -id LIMIT 20) AS c
"""
_LABELLED = """
    UNION SELECT id FROM (
        SELECT id FROM wire_item WHERE source_id = %s AND label = %s AND dated_at BETWEEN %s AND %s
        ORDER BY -id LIMIT 20) AS d
"""
_SINCE = "SELECT id FROM wire_item WHERE received_at >= %s ORDER BY received_at, id LIMIT 1"
_SHARING = "SELECT key, item_id, keys, hour FROM stories_shingle WHERE item_id >= %s AND key IN ({})"
_NOTED = "INSERT INTO stories_shingle (key, item_id, keys, hour) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class Found:
    """What the index says of a take: the items that it may be a later sending of, and which keys are worth noting."""

    items: tuple[int, ...]
    keys: tuple[int, ...]


def find_candidates(item: Item, *, keys: Sequence[int]) -> Found:
    """Return the items that `item` may be a later sending of, newest first.

    By the wire's own name for it; by slugline; by the words that they share: the most within a week, and within a day
    those of which it holds the largest part, for a flash shares few with a long report, but most of its own.
    """
    rows = _sharing(item, keys)
    common = {key for key, n in Counter(key for key, *_ in rows).items() if n >= COMMON}
    shared = Counter(pk for key, pk, *_ in rows if key not in common)
    told = {pk: (of, abs(hour - _hour(item.dated_at))) for _, pk, of, hour in rows}
    most = sorted(shared, key=lambda pk: (-shared[pk], -pk))[:CANDIDATES]
    near = [pk for pk in shared if told[pk][1] <= FLASH_WITHIN / HOUR]
    largest = sorted(near, key=lambda pk: (-shared[pk] / told[pk][0], -shared[pk], -pk))[: CANDIDATES // 2]
    found = {*_named(item), *most, *largest} - {item.pk}
    return Found(tuple(sorted(found, reverse=True)), tuple(key for key in keys if key not in common))


def note_keys(item: Item, *, keys: Sequence[int]) -> None:
    """Put the keys of `item` into the index; one that was taken out of its report is there already."""
    hour = _hour(item.dated_at)
    with connection.cursor() as cursor:
        cursor.executemany(_NOTED, [(key, item.pk, len(keys), hour) for key in keys])


def _named(item: Item) -> set[int]:
    given: list[Any] = [item.source_id, item.wire_id, item.source_id, item.evolved_from or item.wire_id]
    given += [item.source_id, item.wire_id]
    if item.label:
        times = (item.dated_at - SLUGLINE_WITHIN, item.dated_at + SLUGLINE_WITHIN)
        given += [item.source_id, item.label, *map(connection.ops.adapt_datetimefield_value, times)]
    rows = _rows(_NAMED + (_LABELLED if item.label else ""), given)
    return set(sorted((pk for (pk,) in rows), reverse=True)[:CANDIDATES])


def _sharing(item: Item, keys: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Return (key, item, how many keys that has, the hour that it is dated) of all that share a key in those days."""
    # What came before those days is dated before them, so the index is read from there on only; an hour more, for ids
    # and times of receipt are not in one order to the second.
    came_at = connection.ops.adapt_datetimefield_value(item.dated_at - WORDS_WITHIN - HOUR)
    since = _rows(_SINCE, [came_at])
    if not keys or not since:
        return []
    rows = _rows(_SHARING.format(", ".join(["%s"] * len(keys))), [since[0][0], *keys])
    here, within = _hour(item.dated_at), WORDS_WITHIN / HOUR
    return [row for row in rows if abs(row[3] - here) <= within and row[1] != item.pk]


def _hour(at: datetime) -> int:
    return int(at.timestamp() // 3600)


def _rows(sql: str, given: Iterable[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(given))
        return list(cursor.fetchall())
