"""Row 5: workers paused, ended and started anew with other settings: nobody is lost, nobody told twice."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from gold import is_long

from prove.forks import forks
from prove.mailing import child, dispatches, fates, is_finished, mailing, sink, told_by
from prove.stores import Stores, kill
from prove.test_dispatch_crash import finish, rise

pytestmark = pytest.mark.prove

RECIPIENTS, ROUNDS = (10_000, 100) if is_long() else (800, 4)


def test_pauses_and_restarts_with_other_settings_lose_nobody_and_leave_no_doubt(
    stores: Stores, tmp_path: Path, chance: random.Random
):
    with sink(tmp_path, pause=0.012) as log:
        store = mailing(stores.make(), log.port)
        told_by(child(store, "fill", str(RECIPIENTS)))

        with forks(store) as workers:
            for _ in range(ROUNDS):
                if is_finished(store):
                    break
                before = sum(log.accepted().values())
                worker = workers.start(MAIL_CONNECTIONS=chance.randint(1, 20), SITE_NAME="Another")
                rise(worker, log, before)
                time.sleep(chance.uniform(0, 0.2))
                if chance.random() < 0.5:
                    os.kill(worker.pid, signal.SIGSTOP)
                    time.sleep(chance.uniform(0, 0.5))
                    os.kill(worker.pid, signal.SIGCONT)
                os.kill(worker.pid, chance.choice([signal.SIGINT, signal.SIGTERM]))
                try:
                    worker.communicate(timeout=30)
                except subprocess.TimeoutExpired:
                    kill(worker)
                    raise
        finish(store)

        found = fates(store, log)
        print(found)
        ((status, audience, *counts),) = dispatches(store)
    assert found == {"everybody": RECIPIENTS, "sent": RECIPIENTS} | dict.fromkeys(
        ("in doubt", "twice", "lost", "sent without a 250", "accepted and waiting"), 0
    )
    assert (status, audience, counts) == ("finished", RECIPIENTS, [RECIPIENTS, 0, 0, 0])
