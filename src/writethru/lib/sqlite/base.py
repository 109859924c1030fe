"""Django's SQLite with a turnstile before each transaction that writes.

In SQLite one writes at a time. Whoever waits looks each tenth of a second whether it may, and a worker that writes, and
writes again, is seldom caught between two: it may keep everybody else out for the twenty seconds that they wait. Here
they pass a turnstile of two locks first. Who comes takes the first, so that nobody else comes in; then the second, once
that is free; then lets go of the first, writes, and lets go of the second. Whoever has just written finds the first
taken, by who waits.

Nothing rests on it: who can't pass in time goes on to SQLite's own lock. The locks are `flock`, which end with their
process, however that ends.
"""

import fcntl
import logging
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

LOOK_SECONDS = 0.001
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
log = logging.getLogger(__name__)


class Turnstile:
    """The two locks as one connection sees them, in two empty files beside the database."""

    def __init__(self, database: Path, *, seconds: float) -> None:
        """Take the database's file, and how long to wait at most."""
        self._database, self._seconds = database, seconds
        self._open: list[int] = []
        self._opened_by = 0
        self._is_in = False

    def __del__(self) -> None:
        """Close the files: a thread may end without closing its connection."""
        self.close()

    def enter(self) -> None:
        """Wait until it is our turn, or until the time is over: then SQLite's own lock is asked without."""
        if self._opened_by != os.getpid():  # a process that was forked shares the locks of its parent's files
            self._open, self._is_in, self._opened_by = self._opened(), False, os.getpid()
        if self._is_in or not self._open:
            return
        first, second = self._open
        until = time.monotonic() + self._seconds
        try:
            self._is_in = _lock(first, until=until) and _lock(second, until=until)
        finally:
            fcntl.flock(first, fcntl.LOCK_UN)

    def _opened(self) -> list[int]:
        """Return the two files open, or nothing and say why: without them SQLite works as it always has."""
        files: list[int] = []
        try:
            owned = self._database.stat()
            for which in ("next", "turn"):
                name = f"{self._database}-{which}"
                files.append(os.open(name, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, owned.st_mode & 0o660))
                if os.geteuid() == 0:  # the database's owner is to be let in as well
                    os.fchown(files[-1], owned.st_uid, owned.st_gid)
        except OSError as error:
            log.warning("Who waits to write in SQLite isn't next: %s", error)
            for file in files:
                os.close(file)
            return []
        return files

    def leave(self) -> None:
        """Let the next in."""
        if self._is_in and self._opened_by == os.getpid():
            self._is_in = False
            fcntl.flock(self._open[1], fcntl.LOCK_UN)

    def close(self) -> None:
        """Let the next in and close the files: a child that was forked meanwhile has them open still."""
        if self._opened_by == os.getpid():
            for file in self._open:
                fcntl.flock(file, fcntl.LOCK_UN)
                os.close(file)
        self._open, self._opened_by, self._is_in = [], 0, False


def _lock(file: int, *, until: float) -> bool:
    """Lock `file`, and say whether it is locked: it is asked again and again, as a flock that waits takes no time."""
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_SECONDS)
        else:
            return True


class Cursor(base.SQLiteCursorWrapper):  # type: ignore[misc]
    """A cursor that passes the turnstile with a statement that writes and is a transaction by itself."""

    def __init__(self, connection: Any, *, turnstile: Turnstile) -> None:
        """Take the connection, and its turnstile."""
        super().__init__(connection)
        self._turnstile = turnstile

    def execute(self, query: str, params: Any = None) -> Any:
        """Execute a statement."""
        return self._in_turn(super().execute, query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """Execute a statement for each of some parameters."""
        return self._in_turn(super().executemany, query, param_list)

    def _in_turn(self, run: Callable[[str, Any], Any], query: str, values: Any) -> Any:
        if self.connection.in_transaction or not query.lstrip()[:7].upper().startswith(WRITES):
            return run(query, values)
        try:
            self._turnstile.enter()
            return run(query, values)
        finally:
            self._turnstile.leave()


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    """Django's, with the turnstile."""

    _turnstile: Turnstile | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection to the database."""
        self._turnstile = None
        if not self.is_in_memory_db():  # which nobody else has
            # SQLite's own wait comes after this one.
            seconds = conn_params.get("timeout", 5) / 2
            self._turnstile = Turnstile(Path(conn_params["database"]).resolve(), seconds=seconds)
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor."""
        if self._turnstile is None:
            return super().create_cursor(name)
        return self.connection.cursor(factory=partial(Cursor, turnstile=self._turnstile))

    def _start_transaction_under_autocommit(self) -> None:
        try:
            if self._turnstile:
                self._turnstile.enter()
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> None:
        if self._turnstile:
            self._turnstile.leave()

    def _commit(self) -> Any:
        try:
            return super()._commit()
        finally:
            self._leave()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self._leave()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            if self._turnstile:
                self._turnstile.close()
