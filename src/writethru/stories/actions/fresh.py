"""Fresh keys: those of the newest items, in a row for each, until they are sorted into the fold index together.

A key's place in the index is anywhere in it, so each item would change some fifty pages of the disk, and write them
twice. Thousands of items change hardly more pages than one batch. Until then their keys are read from their rows, and
the process that folds keeps them: some 30 MB, which another process, or the next, reads in a twentieth of a second.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from django.db import connection, transaction

from writethru.lib.process import no_collecting
from writethru.stories.actions.lease import LANE, hold_lease
from writethru.stories.models import FreshKeys

MOST = 4_000  # items; with half as many the index writes twice the pages, with twice as many they take twice the memory
PARTS = 16  # of the keys, sorted in one after the other: an editor's decision waits for one of them, some 20 ms
PERIOD_HOURS = 8 * 24
_LITTLE = np.dtype("<i8")

Noted = tuple[int, int, int]  # an item of the index, how many keys it has, the hour that it is dated

_FRESH = "INSERT INTO stories_freshkeys (item_id, keys, hour) VALUES (%s, %s, %s)"
_SORTED = """
    INSERT INTO stories_shingle (period, key, item_id, keys, hour) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


class Fresh:
    """The fresh keys that one process has read; what it says is the same whatever it held before."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._by_key = defaultdict[int, tuple[Noted, ...]](tuple)
        self.items = 0
        self._ends: tuple[tuple[int, int], ...] = ()  # of what was read, the first row and the last, with their items

    def read(self) -> None:
        """Read the rows that have come since; read all anew if those read before are there no more."""
        ends = FreshKeys.objects.filter(pk__in=[pk for pk, _item in self._ends]).values_list("pk", "item")
        if {*ends} != {*self._ends}:
            self._forget()
        after = self._ends[-1][0] if self._ends else 0
        rows = list(FreshKeys.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "item", "keys", "hour"))
        for _pk, item, keys, hour in rows:
            its = np.frombuffer(keys, _LITTLE).tolist()
            noted = item, len(its), hour
            for key in its:
                self._by_key[key] += (noted,)
        self.items += len(rows)
        read = [*self._ends, *((pk, item) for pk, item, *_ in rows)]
        self._ends = (read[0], read[-1]) if read else ()

    def of(self, key: int) -> Sequence[Noted]:
        """Return the items that have a key."""
        return self._by_key.get(key, ())


def keep_fresh(rows: Sequence[tuple[int, Sequence[int], int]]) -> None:
    """Put (item, keys, hour) into the rows that are still to be sorted in."""
    with connection.cursor() as cursor:
        kept = [(item, np.array(keys, dtype=_LITTLE).tobytes(), hour) for item, keys, hour in rows]
        cursor.executemany(_FRESH, kept)


def put_in(rows: Sequence[tuple[int, Sequence[int], int]]) -> None:
    """Put the keys of (item, keys, hour) into the index at once, in the transaction under way."""
    told = [(0, item, np.array(keys, dtype=_LITTLE).tobytes(), hour) for item, keys, hour in rows if keys]
    if told:
        with connection.cursor() as cursor:
            cursor.executemany(_SORTED, _in_order(told).tolist())


def sort_in(fresh: Fresh, *, claimed_by: str, seconds: int) -> bool:
    """Sort the fresh keys into the index, if enough have been read; return whether there were. Raises LeaseLost.

    A part of the keys is sorted in at a time, in a transaction of its own, and what is found in both places counts
    once: what is killed in between is sorted in again.
    """
    if fresh.items < MOST:
        return False
    rows = list(FreshKeys.objects.order_by("pk").values_list("pk", "item", "keys", "hour")[:MOST])
    for part in np.array_split(_in_order(rows), PARTS):
        with no_collecting(), transaction.atomic(), connection.cursor() as cursor:
            hold_lease(LANE, claimed_by=claimed_by, seconds=seconds)
            cursor.executemany(_SORTED, part.tolist())
    with transaction.atomic():
        hold_lease(LANE, claimed_by=claimed_by, seconds=seconds)
        FreshKeys.objects.filter(pk__lte=rows[-1][0]).delete()
    return True


def _in_order(rows: Sequence[tuple[int, int, bytes, int]]) -> np.ndarray:
    """Return (period, key, item, how many keys that has, its hour) for each key of the rows, as the index has them."""
    keys = [np.frombuffer(held, _LITTLE) for _pk, _item, held, _hour in rows]
    many = [len(its) for its in keys]
    items, hours = (np.repeat([row[at] for row in rows], many) for at in (1, 3))
    columns = (hours // PERIOD_HOURS, np.concatenate(keys), items, np.repeat(many, many), hours)
    order = np.lexsort((columns[2], columns[1], columns[0]))
    return np.column_stack(columns)[order]
