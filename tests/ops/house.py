"""A house of its own, set up, whose real processes a test may start: a copy of the tests' own database."""

import itertools
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections
from prove.stores import Store, Stores

_numbers = itertools.count(1)


@dataclass(frozen=True)
class House(Store):
    """A store whose processes are told where readers find it, and whose log is JSON."""

    port: int = 0

    def environment(self) -> dict[str, str]:
        ours = {"BASE_URL": f"http://127.0.0.1:{self.port}", "LOG_FORMAT": "json"}
        clean = {name: value for name, value in super().environment().items() if name != "SECRET_KEY"}
        queue = {"QUEUE_URL": os.environ["QUEUE_URL"]} if self.database and os.environ.get("QUEUE_URL") else {}
        return {**clean, **queue, **ours}

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `writethru` to its end, whatever that is."""
        return subprocess.run(
            [sys.executable, "-m", "writethru", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Run `writethru` until the block ends."""
        process = self.start(*arguments)
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                return
            time.sleep(0.05)
        raise AssertionError("the house does not answer")


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Give a house that is set up."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    if connections["default"].vendor == "sqlite":
        name = settings.DATABASES["default"]["TEST"]["NAME"]
        target = folder / "writethru.sqlite3"
        target.touch(mode=0o600)
        with closing(sqlite3.connect(name)) as theirs, closing(sqlite3.connect(target)) as ours:
            theirs.backup(ours)
        yield House(folder, "", port)
        return
    stores = Stores(folder, os.environ["DATABASE_URL"])
    try:
        store = stores.make()
        yield House(store.folder, store.database, port)
    finally:
        stores.remove()
