"""Statements that run some hundred times a second: all or none of them, on PostgreSQL planned once and in one trip.

marked, counted = run_together([(MARK, (…)), (COUNT, (…))])

Django lets psycopg put the values into the text, so that each statement is planned anew: for one that looks at seven
tables that takes four times as long as running it. And beginning, each statement and the commit wait for an answer of
their own. In a pipeline they go together, and are one transaction (PostgreSQL, 55.2.4.1). SQLite keeps its statements
by itself, and is no trip away.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection, transaction


@dataclass(frozen=True, slots=True)
class Done:
    """What a statement came to: the rows that it returned, and how many it changed."""

    rows: list[tuple[Any, ...]]
    count: int


def run_together(statements: Sequence[tuple[str, Sequence[Any]]]) -> list[Done]:
    """Run statements with their values in one transaction, and return what came of each; raise Django's errors."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        with transaction.atomic(), connection.cursor() as cursor:
            return [_done(cursor.execute(sql, values) or cursor) for sql, values in statements]
    connection.ensure_connection()
    own = connection.connection
    with connection.wrap_database_errors, ExitStack() as stack:
        cursors = [stack.enter_context(psycopg.Cursor(own)) for _ in statements]
        with own.pipeline():
            for cursor, (sql, values) in zip(cursors, statements, strict=True):
                cursor.execute(sql, values, prepare=True)
        return [_done(cursor) for cursor in cursors]


def _done(cursor: Any) -> Done:
    return Done(cursor.fetchall() if cursor.description else [], cursor.rowcount)
