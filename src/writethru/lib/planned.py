"""Statements that run some hundred times a second: all or none of them, on PostgreSQL planned once and in one trip.

    claimed, marked = run_together([(CLAIM, (…)), (MARK, (…))], meanwhile=pack)

Django lets psycopg put the values into the text, so that each statement is read and planned anew, which takes three
times as long as running one that looks at seven tables; and beginning, each statement and the commit wait for an answer
of their own. Here they are prepared, and go in a pipeline together, which is one transaction (PostgreSQL, 34.5 and
55.2.4.1), on libpq itself: a cursor of psycopg's prepares nothing on a connection of Django's, whatever it is asked,
and waits for the answers, where there is something else to do. SQLite keeps its statements by itself, and is no trip
away.
"""

import os
import select
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from secrets import token_hex
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import psycopg
from django.db import connection, transaction
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

Statement = tuple[str, Sequence[Any]]

# Planned for whatever values, and not anew for these: the ids are of rows with an index on them. A plan is kept while
# tables grow, so that one made when they were empty must not read through them.
_PLANNED_ONCE = (
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)"
)
# A prepared statement that the server doesn't know, as a pooler gave us another, or that a migration has made stale. On
# such a connection none is prepared any more: they would pile up on all of the pooler's.
_FORGOTTEN = {"26000", "0A000"}
_forgetful: WeakSet[psycopg.Connection[Any]] = WeakSet()
_names: WeakKeyDictionary[psycopg.Connection[Any], dict[str, bytes]] = WeakKeyDictionary()
_OURS = token_hex(4).encode()  # a pooler gives the same server to others too
_numbers = count()


@dataclass(frozen=True, slots=True)
class Done:
    """What a statement came to: the rows that it returned, and how many it changed."""

    rows: list[tuple[Any, ...]]
    count: int


def run_together(statements: Sequence[Statement], *, meanwhile: Callable[[], None] | None = None) -> list[Done]:
    """Run statements with their values in one transaction, and return what came of each; raise Django's errors.

    `meanwhile` is called while the server works. It must ask the database nothing.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            return _in_one_trip(connection.connection, statements, meanwhile)
    with transaction.atomic(), connection.cursor() as cursor:
        done = [_done(cursor.execute(sql, values) or cursor) for sql, values in statements]
    if meanwhile:
        meanwhile()
    return done


def _done(cursor: Any) -> Done:
    return Done(cursor.fetchall() if cursor.description else [], cursor.rowcount)


def _in_one_trip(
    own: psycopg.Connection[Any], statements: Sequence[Statement], meanwhile: Callable[[], None] | None
) -> list[Done]:
    names = _names.setdefault(own, {})
    planned = [(_PLANNED_ONCE, ()), *statements]
    values = [[_as_text(value) for value in its] for _, its in planned]
    results = None
    try:
        prepared = _send(own, [sql for sql, _ in planned], values, names)
        try:
            if meanwhile:
                meanwhile()
        finally:
            results = _receive(own)
            own.pgconn.exit_pipeline_mode()
    except BaseException:
        if results is None:
            connection.close()  # what it is in the midst of, nobody could tell
        raise
    # What is prepared stays so, whatever becomes of the transaction.
    for (sql, name), result in zip(prepared.items(), results[: len(prepared)], strict=True):
        if result.status == ExecStatus.COMMAND_OK:
            names[sql] = name
    wrong = next((result for result in results if result.status == ExecStatus.FATAL_ERROR), None)
    if wrong is not None:
        error = psycopg.errors.error_from_result(wrong)
        if error.sqlstate in _FORGOTTEN and own not in _forgetful:
            _forgetful.add(own)
            return _in_one_trip(own, statements, None)
        raise error
    transformer = Transformer(own)
    return [_read(transformer, result) for result in results[len(prepared) + 1 :]]


def _send(
    own: psycopg.Connection[Any], texts: Sequence[str], values: Sequence[list[bytes | None]], names: dict[str, bytes]
) -> dict[str, bytes]:
    """Send them, each that is new to the server prepared first, and return the names of those."""
    server, new = own.pgconn, dict[str, bytes]()
    server.enter_pipeline_mode()
    if own in _forgetful:
        for sql, its in zip(texts, values, strict=True):
            server.send_query_params(_numbered(sql), its)
    else:
        for sql in texts:
            if sql not in names and sql not in new:
                new[sql] = b"writethru_%s_%d_%d" % (_OURS, os.getpid(), next(_numbers))
                server.send_prepare(new[sql], _numbered(sql))
        for sql, its in zip(texts, values, strict=True):
            server.send_query_prepared(names.get(sql) or new[sql], its)
    server.pipeline_sync()
    server.flush()
    return new


def _receive(own: psycopg.Connection[Any]) -> list[PGresult]:
    """Return what came of everything that was sent, up to the commit."""
    server, poll = own.pgconn, select.poll()
    results: list[PGresult] = []
    while True:
        is_sent = not server.flush()
        if server.is_busy() or not is_sent:
            poll.register(server.socket, select.POLLIN if is_sent else select.POLLIN | select.POLLOUT)
            poll.poll()
            server.consume_input()
            continue
        result = server.get_result()
        if result is None:
            if server.status != ConnStatus.OK:
                raise psycopg.OperationalError(server.get_error_message())
            continue
        if result.status == ExecStatus.PIPELINE_SYNC:
            return results
        results.append(result)


def _read(transformer: Any, result: PGresult) -> Done:
    rows: list[tuple[Any, ...]] = []
    if result.status == ExecStatus.TUPLES_OK:
        transformer.set_pgresult(result)
        rows = transformer.load_rows(0, result.ntuples, tuple)
    return Done(rows, result.command_tuples or 0)


@lru_cache(maxsize=64)
def _numbered(sql: str) -> bytes:
    first, *others = sql.split("%s")
    return "".join([first, *(f"${at}{piece}" for at, piece in enumerate(others, 1))]).encode()


def _as_text(value: Any) -> bytes | None:
    if value is None:
        return None
    text = str(value).encode()
    if b"\0" in text:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return text
