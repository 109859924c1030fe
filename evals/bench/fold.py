"""Items through take and fold, one process: into an empty store, and into one that has grown."""

import random
import time
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402
from prove.copy import Sending, wire  # noqa: E402

from bench.table import row, spread, title  # noqa: E402
from writethru.lib.process import name_of_this_call  # noqa: E402
from writethru.stories.actions.fold import fold_waiting  # noqa: E402
from writethru.stories.models import Fold  # noqa: E402
from writethru.wire.actions.take import open_source, take_document  # noqa: E402
from writethru.wire.formats.feed import read  # noqa: E402

ITEMS, BATCH = 1_200, 100


def document(sendings: list[Sending]) -> bytes:
    import json  # noqa: PLC0415

    items = [{**sending.item, "url": f"https://wire.example/{number}"} for number, sending in enumerate(sendings)]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": items}).encode()


def main() -> None:
    title("fold: items through take and fold")
    source = open_source(name="Wire")
    sendings = wire(random.Random(1), items=ITEMS)
    rates = []
    for start in range(0, ITEMS, BATCH):
        body = document(sendings[start : start + BATCH])
        began = time.perf_counter()
        take_document(read(body, address="https://wire.example/feed"), source=source, now=timezone.now() + timedelta(0))
        fold_waiting(claimed_by=name_of_this_call())
        rates.append(BATCH / (time.perf_counter() - began))
    third = len(rates) // 3
    for name, some in (
        (f"a store of 0 to {third * BATCH:,}", rates[:third]),
        (f"a store of {ITEMS - third * BATCH:,} to {ITEMS:,}", rates[-third:]),
    ):
        low, high = spread(some)
        row(name, f"{sum(some) / len(some):.0f} items/s  ({low:.0f} to {high:.0f}, n = {len(some)} batches of {BATCH})")
    takes = Fold.objects.filter(kind=Fold.Kind.TAKE).count()
    row("of them folded into a report that was there", f"{takes} of {ITEMS}")


main()
