"""Row 1: workers killed at random moments of a dispatch, the queue's server too: nobody is lost, few are in doubt."""

import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from gold import is_long

from prove.forks import Fork, forks
from prove.mailing import (
    CONNECTIONS,
    Sink,
    child,
    dispatches,
    fates,
    free_port,
    is_finished,
    mailing,
    sink,
    told_by,
    wait_for,
)
from prove.stores import Store, Stores, kill

pytestmark = pytest.mark.prove

RECIPIENTS, KILLS = (10_000, 200) if is_long() else (800, 5)
PATIENCE_SECONDS = 120


@contextmanager
def redis_of_its_own(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a redis-server that may be killed, and yield its address and the process, to be put back by `again`."""
    port = free_port()
    running = [start_redis(folder, port)]
    try:
        yield f"redis://127.0.0.1:{port}/0", running
    finally:
        running[-1].kill()
        running[-1].wait()


def start_redis(folder: Path, port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder)], stdout=subprocess.DEVNULL
    )
    wait_for(port)
    return process


def rise(worker: subprocess.Popen[str] | Fork, log: Sink, before: int) -> None:
    """Wait until the worker has sent something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while sum(log.accepted().values()) == before and worker.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def finish(store: Store) -> None:
    """Let a worker go on undisturbed until all is finished."""
    worker, deadline = store.start("work"), time.monotonic() + PATIENCE_SECONDS
    while not is_finished(store) and time.monotonic() < deadline:
        time.sleep(0.2)
    kill(worker)


def test_a_worker_killed_at_any_moment_loses_nobody_and_leaves_few_in_doubt(
    stores: Stores, tmp_path: Path, chance: random.Random
):
    has_redis = bool(stores._server) and shutil.which("redis-server")
    with sink(tmp_path, pause=0.02) as log, redis_of_its_own(tmp_path) if has_redis else no_redis() as (url, running):
        store = mailing(stores.make(), log.port)
        if url:
            store = replace(store, settings={**store.settings, "QUEUE_URL": url})
        told_by(child(store, "fill", str(RECIPIENTS)))

        kills = 0
        with forks(store) as workers:
            while kills < KILLS and not is_finished(store):
                before, worker = sum(log.accepted().values()), workers.start()
                rise(worker, log, before)
                time.sleep(chance.uniform(0, 0.25 * RECIPIENTS / 10_000 * 200 / KILLS))
                if url and kills % 3 == 1:
                    running[-1].kill()
                    running[-1].wait()
                    time.sleep(chance.uniform(0, 0.2))
                kill(worker)
                if url and kills % 3 == 1:
                    running.append(start_redis(tmp_path, int(url.rpartition(":")[2].partition("/")[0])))
                kills += 1
        finish(store)

        found = fates(store, log)
        print(kills, "kills:", found)
        ((status, audience, sent, failed, in_doubt, dropped),) = dispatches(store)
    assert (found["everybody"], found["lost"], found["sent without a 250"]) == (RECIPIENTS, 0, 0)
    assert found["accepted and waiting"] == 0
    assert found["twice"] + found["in doubt"] <= kills * CONNECTIONS
    assert found["twice"] == 0
    assert (status, audience, sent + failed + in_doubt + dropped) == ("finished", RECIPIENTS, RECIPIENTS)
    assert (sent, in_doubt) == (found["sent"], found["in doubt"])
    assert kills == KILLS


@contextmanager
def no_redis() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    yield "", []
