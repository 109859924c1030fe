"""Row 3: eight workers on one dispatch, again and again: nobody is sent one twice."""

from pathlib import Path

import pytest
from gold import is_long

from prove.mailing import child, dispatches, fates, mailing, sink, told_by
from prove.stores import Stores, kill

pytestmark = pytest.mark.prove

WORKERS = 8
RECIPIENTS, RUNS = (10_000, 100) if is_long() else (800, 2)


def test_eight_workers_on_one_dispatch_send_to_everybody_once(stores: Stores, tmp_path: Path):
    with sink(tmp_path) as log:
        store = mailing(stores.make(), log.port)
        workers = [child(store, "send") for _ in range(WORKERS)]
        for _ in range(RUNS):
            told_by(child(store, "fill", str(RECIPIENTS)))
            for worker in workers:
                worker.stdin.write("go\n")
                worker.stdin.flush()
            assert [worker.stdout.readline() for worker in workers] == ["done\n"] * WORKERS
            # Who was sending the last of them as the others saw nothing left was the last to end.
            told_by(child(store, "send-all"))
        for worker in workers:
            kill(worker)

        found, finished = fates(store, log), dispatches(store)
    print(found)
    everybody = RECIPIENTS * RUNS
    assert found == {"everybody": everybody, "sent": everybody} | dict.fromkeys(
        ("in doubt", "twice", "lost", "sent without a 250", "accepted and waiting"), 0
    )
    assert finished == [("finished", RECIPIENTS, RECIPIENTS, 0, 0, 0)] * RUNS
