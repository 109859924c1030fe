"""Workers to be killed by the hundred: each is a fork of a process that has imported everything, and no more.

Starting a worker takes three seconds of a core, for its imports; a fork takes some milliseconds. From there on it is
`writethru work` as anybody runs it, in a process and a session of its own.

python -m prove.forks: fork a worker for each line that is read, with the settings in it (JSON); print its process id.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prove.stores import Store

HERE = Path(__file__).parent


class Fork:
    """A worker, as `prove.stores.kill` takes one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """Return whether it has ended: what ends is buried by its parent at once."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return -1
        return None

    def communicate(self, timeout: float = 3600) -> tuple[str, str]:
        """Wait until it has ended, as that of a process: it has nothing to say."""
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("work", timeout)
            time.sleep(0.002)
        return "", ""


class Forks:
    """Starts workers on a store."""

    def __init__(self, parent: subprocess.Popen[str]) -> None:
        self._parent = parent

    def start(self, **settings: Any) -> Fork:
        self._parent.stdin.write(json.dumps(settings) + "\n")
        self._parent.stdin.flush()
        return Fork(int(self._parent.stdout.readline()))


@contextmanager
def forks(store: Store) -> Iterator[Forks]:
    parent = subprocess.Popen(
        [sys.executable, "-m", "prove.forks"],
        env=store.environment(),
        cwd=HERE.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Forks(parent)
    finally:
        parent.kill()
        parent.wait()


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command, load_command_class

    load_command_class("writethru.ops", "work")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks what became of them
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            os.dup2(0, 1)
            os.dup2(0, 2)  # as the server of the queue is killed, each thread says so
            for name, value in json.loads(line).items():
                setattr(settings, name, value)
            call_command("work")
            os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
