"""SQLite's turnstile: whoever waits to write is next, and nobody is kept out by who has ended."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import NOON, make_reader
from django.db import connection, transaction

from writethru.lib.sqlite.base import Turnstile
from writethru.readers.models import Reader

HOLD = """
import sys, time
from pathlib import Path
from writethru.lib.sqlite.base import Turnstile
held = Turnstile(Path(sys.argv[1]), seconds=5)
held.enter()
print("in", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> Path:
    (tmp_path / "store").touch()
    return tmp_path / "store"


def passes(database: Path, *, seconds: float = 0.05) -> bool:
    turnstile = Turnstile(database, seconds=seconds)
    turnstile.enter()
    is_in = turnstile._is_in
    turnstile.close()
    return is_in


def is_taken(file: Path) -> bool:
    with file.open() as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def alone() -> None:
    Reader.objects.filter(email="nobody@home.example").update(paused_at=NOON)


def together() -> None:
    with transaction.atomic():
        alone()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many that write")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [alone, together])
def test_who_writes_again_and_again_lets_in_who_waits(write: Callable[[], None]):
    reader, began, done = make_reader("greedy@home.example"), [0], [0]
    asks, is_over = threading.Event(), threading.Event()

    def greedy() -> None:
        while not is_over.is_set() and began[0] < 200:
            with transaction.atomic():
                began[0] += 1
                Reader.objects.filter(pk=reader.pk).update(paused_at=NOON)
                asks.set()
                time.sleep(0.03)
            done[0] += 1
        connection.close()

    thread = threading.Thread(target=greedy)
    thread.start()
    waited = []
    for _ in range(5):
        asks.clear()
        asks.wait(10)  # it writes at this moment
        at = done[0]
        write()
        waited.append(done[0] - at)
    is_over.set()
    thread.join()

    assert max(waited) <= 2


def test_one_at_a_time_passes_and_the_next_once_it_has_left(tmp_path: Path):
    first = Turnstile(tmp_path / "store", seconds=1)
    first.enter()
    meanwhile = passes(tmp_path / "store")
    first.leave()

    assert (meanwhile, passes(tmp_path / "store")) == (False, True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["store", "store-next", "store-turn"]


def test_who_has_left_and_comes_again_stands_behind_who_waits(tmp_path: Path):
    first, order = Turnstile(tmp_path / "store", seconds=5), []
    first.enter()

    def other() -> None:
        second = Turnstile(tmp_path / "store", seconds=5)
        second.enter()
        order.append("who waited")
        second.leave()

    thread = threading.Thread(target=other)
    thread.start()
    while not is_taken(tmp_path / "store-next"):
        time.sleep(0.001)
    first.leave()
    first.enter()
    order.append("who came again")
    thread.join()

    assert order == ["who waited", "who came again"]


def test_a_process_that_is_killed_lets_the_next_in(tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "store")], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdout and process.stdout.readline() == "in\n"
    meanwhile = passes(tmp_path / "store")
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()

    assert (meanwhile, passes(tmp_path / "store")) == (False, True)


def test_a_fork_is_somebody_else(tmp_path: Path):
    turnstile = Turnstile(tmp_path / "store", seconds=0.05)
    turnstile.enter()
    if not (child := os.fork()):
        turnstile.enter()
        os._exit(int(turnstile._is_in))
    _, status = os.waitpid(child, 0)

    assert (os.waitstatus_to_exitcode(status), passes(tmp_path / "store")) == (0, False)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many that write")
@pytest.mark.django_db(transaction=True)
def test_who_cannot_pass_in_time_writes_all_the_same():
    make_reader("keeper@home.example")
    other = Turnstile(Path(connection.settings_dict["NAME"]), seconds=1)
    connection.close()
    connection.ensure_connection()
    connection._turnstile._seconds = 0.01
    other.enter()

    together()
    changed = Reader.objects.update(paused_at=NOON)
    other.close()

    assert changed == 1


def test_a_wait_that_is_broken_off_leaves_nothing_locked(store: Path):
    first, second = Turnstile(store, seconds=5), Turnstile(store, seconds=5)
    first.enter()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    with pytest.raises(KeyboardInterrupt):
        second.enter()
    signal.signal(signal.SIGALRM, before)

    first.leave()
    assert passes(store)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files that are somebody else's")
def test_what_root_makes_is_the_database_s_owner_s(store: Path):
    os.chown(store, 65534, 65534)
    store.chmod(0o644)

    passes(store)

    made = [(file.stat().st_uid, file.stat().st_mode & 0o007) for file in sorted(store.parent.glob("store-*"))]
    assert made == [(65534, 0)] * 2


def test_without_the_files_sqlite_works_as_it_always_has(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    turnstiles = [Turnstile(tmp_path / "gone" / "store", seconds=1) for _ in range(20)]

    for one in turnstiles:
        one.enter(), one.enter(), one.leave()

    assert len(list(Path("/proc/self/fd").iterdir())) == open_before
    assert caplog.text.count("Who waits to write in SQLite isn't next") == 20


def test_a_connection_that_nobody_closes_leaves_no_files_open(store: Path):
    open_before = len(list(Path("/proc/self/fd").iterdir()))

    for _ in range(20):
        Turnstile(store, seconds=1).enter()

    assert len(list(Path("/proc/self/fd").iterdir())) == open_before
    assert passes(store)
