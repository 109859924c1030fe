"""The fold index: the keys of each take, by which the lane finds the takes that share words with a new one.

A key with its item is one row, and all that is asked of it stands in the row, so a look-up reads the index alone: no
row of an item, whose text would have to be read past. It reads no more as the store grows, but what is dated in the
days that count; and a key that stands in many takes of those days, as a form's words do, is not noted again.

Takes are looked up some at a time, for a query costs more than what it asks: each sees those before it, as if their
keys stood in the index already, and all are noted together. How they get there is told in fresh.py.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from itertools import groupby
from typing import Any

from django.db import connection

from writethru.stories.actions.fresh import PERIOD_HOURS, Fresh, Noted, keep_fresh
from writethru.wire.models import Item

CANDIDATES = 20
SLUGLINE_WITHIN = timedelta(days=3)
WORDS_WITHIN = timedelta(days=8)  # the engine folds nothing by its text that is further apart than a week
FLASH_WITHIN = timedelta(days=1)
COMMON = 200  # takes of those days that have a key; it tells them apart no more
HOUR = timedelta(hours=1)
AT_ONCE = 512  # values in a query: SQLite before 3.32 takes 999

# Both by an index of their names, the newest first. Ordered by id itself, SQLite reads all items of a source in that
# order, for the one name that it looks for.
_NAMED = """
    SELECT name, id FROM (
        SELECT {column} AS name, id, ROW_NUMBER() OVER (PARTITION BY {column} ORDER BY -id) AS place
        FROM wire_item WHERE source_id = %s AND {column} IN ({marks})) AS named
    WHERE place <= {most}
"""
_LABELLED = """
    SELECT id FROM wire_item WHERE source_id = %s AND label = %s AND dated_at BETWEEN %s AND %s
    ORDER BY -id LIMIT %s
"""
_SHARING = """
    SELECT key, item_id, keys, hour FROM stories_shingle
    WHERE period IN (%s, %s, %s) AND hour BETWEEN %s AND %s AND key IN ({marks})
"""
_NEWEST = "SELECT period FROM stories_shingle ORDER BY period DESC LIMIT 1"

Rows = defaultdict[int, dict[int, Noted]]  # for each key the items that have it, by their numbers
Names = dict[tuple[int, str], list[int]]  # the newest items of each source and name


@dataclass(frozen=True, slots=True)
class Keyed:
    """An item and the keys of its take."""

    item: Item
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What the index says of a take: the items that it may be a later sending of, and which keys are worth noting."""

    items: tuple[int, ...]
    keys: tuple[int, ...]


def find_candidates(takes: Sequence[Keyed], *, fresh: Fresh) -> list[Found]:
    """Return for each take, in order, the items that it may be a later sending of, newest first.

    By the wire's own name for it; by slugline; by the words that they share: the most within a week, and within a day
    those of which it holds the largest part, for a flash shares few with a long report, but most of its own.
    """
    named, rows = _Named([take.item for take in takes]), _sharing(takes, fresh)
    found = list[Found]()
    for take in takes:
        alike, keys = _alike(take, rows)
        items = {*named.like(take.item), *alike} - {take.item.pk}
        found.append(Found(tuple(sorted(items, reverse=True)), keys))
        noted = take.item.pk, len(keys), hour_of(take.item)
        for key in keys:
            rows[key].setdefault(take.item.pk, noted)
    return found


def note_keys(takes: Iterable[Keyed]) -> None:
    """Put the keys into the index; those of an item that was taken out of its report are there already."""
    keep_fresh([(take.item.pk, take.keys, hour_of(take.item)) for take in takes])


def _alike(take: Keyed, rows: Rows) -> tuple[set[int], tuple[int, ...]]:
    """Return the items that share most words with a take, and those of its keys that are not common."""
    here, within, own = hour_of(take.item), WORDS_WITHIN // HOUR, take.item.pk
    shared, told, rare = Counter[int](), dict[int, Noted](), list[int]()
    for key in take.keys:
        near = [noted for noted in rows[key].values() if abs(noted[2] - here) <= within and noted[0] != own]
        if len(near) < COMMON:
            rare.append(key)
            told.update((noted[0], noted) for noted in near)
            shared.update(noted[0] for noted in near)
    most = sorted(shared, key=lambda pk: (-shared[pk], -pk))[:CANDIDATES]
    near_by = [pk for pk, _many, hour in told.values() if abs(hour - here) <= FLASH_WITHIN // HOUR]
    largest = sorted(near_by, key=lambda pk: (-shared[pk] / told[pk][1], -shared[pk], -pk))[: CANDIDATES // 2]
    return {*most, *largest}, tuple(rare)


def _sharing(takes: Sequence[Keyed], fresh: Fresh) -> Rows:
    """Return for each key of the takes the items that have it, of the days that count and some more."""
    rows, within = Rows(dict), WORDS_WITHIN // HOUR
    fresh.read()
    for key in {key for take in takes for key in take.keys}:
        if its := fresh.of(key):
            rows[key] = {noted[0]: noted for noted in its}
    newest = max((period for (period,) in _rows(_NEWEST)), default=0)  # mostly there is nothing of the period after
    # Each period by itself: for one take of years ago the rest need not be looked up in its days as well.
    for period, some in groupby(sorted(takes, key=_period), key=_period):
        of_period = list(some)
        keys = sorted({key for take in of_period for key in take.keys})
        hours = [hour_of(take.item) for take in of_period]
        bounds = period - 1, period, min(period + 1, newest), min(hours) - within, max(hours) + within
        for row in _asked(_SHARING, bounds, keys):
            rows[row[0]][row[1]] = row[1:]
    return rows


def _period(take: Keyed) -> int:
    return hour_of(take.item) // PERIOD_HOURS


class _Named:
    """The items that bear the wire's own names of some takes: its ids, and its sluglines within some days."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._by_id = _newest("wire_id", items, lambda item: {item.wire_id, item.evolved_from})
        self._after = _newest("evolved_from", items, lambda item: {item.wire_id})

    def like(self, item: Item) -> list[int]:
        """Return the newest of those that bear a name of this one."""
        own = item.source_id, item.wire_id
        before = item.source_id, item.evolved_from
        found = {*self._by_id[own], *self._by_id[before], *self._after[own], *_labelled(item)}
        return nlargest(CANDIDATES, found)


def _newest(column: str, items: Sequence[Item], names_of: Callable[[Item], set[str]]) -> Names:
    names, found = defaultdict[int, set[str]](set), defaultdict[tuple[int, str], list[int]](list)
    for item in items:
        names[item.source_id] |= names_of(item) - {""}
    sql = _NAMED.replace("{column}", column).replace("{most}", str(CANDIDATES))
    for source, its in names.items():
        for name, pk in _asked(sql, [source], sorted(its)):
            found[source, name].append(pk)
    return found


def _labelled(item: Item) -> list[int]:
    if not item.label:
        return []
    times = map(_as_given, (item.dated_at - SLUGLINE_WITHIN, item.dated_at + SLUGLINE_WITHIN))
    return [pk for (pk,) in _rows(_LABELLED, [item.source_id, item.label, *times, CANDIDATES])]


def hour_of(item: Item) -> int:
    """Return when an item is dated, in hours since 1970."""
    return int(item.dated_at.timestamp() // 3600)


def _as_given(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _asked(sql: str, first: Sequence[Any], values: Sequence[Any]) -> Iterable[Any]:
    """Yield the rows for all values, asked for some at a time; as many as a power of two, so that few are worded."""
    for start in range(0, len(values), AT_ONCE):
        some = values[start : start + AT_ONCE]
        marks = 1 << (len(some) - 1).bit_length()
        filled = [*some, *[some[-1]] * (marks - len(some))]
        yield from _rows(sql.replace("{marks}", ", ".join(["%s"] * marks)), [*first, *filled])


def _rows(sql: str, given: Iterable[Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(given))
        return list(cursor.fetchall())
