"""Queries that are put into words once: Django takes a millisecond to word what the database answers in a tenth.

    @prepared
    def _newest(limit, *, story):
        return Entry.objects.filter(story=story).order_by("-dated_at")[:limit]

    _newest(10, story=7)    worded and asked
    _newest(10, story=8)    asked

The function is given a place for each named value, and returns the query with these places in it. It is called once
for each set of plain arguments, so nothing in it may be read that changes, the clock least of all: that is a value.
"""

from collections.abc import Callable
from copy import copy
from datetime import datetime
from itertools import chain
from types import SimpleNamespace
from typing import Any

from django.db import connections
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateTimeField,
    Expression,
    ExpressionList,
    Field,
    QuerySet,
    TextField,
)

KINDS: dict[type, type[Field]] = {
    bool: BooleanField,
    int: BigIntegerField,
    str: TextField,
    datetime: DateTimeField,
}


class _Place(Expression):  # type: ignore[misc]
    """Where a value goes; the value itself stands in no query."""

    def __init__(self, name: str, index: int, kind: type) -> None:
        super().__init__(output_field=KINDS[kind]())
        self.name, self.index = name, index

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return a parameter that is this place."""
        return "%s", [self]


class _Worded:
    """A query in words, its places to be filled."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows, self.compiler = rows, rows.query.get_compiler(using=rows.db)
        self.sql, self.params = self.compiler.as_sql()

    def answer(self, given: dict[str, tuple[Any, ...]]) -> list[Any]:
        """Return what the QuerySet would hold with these values: Django reads the rows, and words nothing."""
        connection, compiler = connections[self.rows.db], copy(self.compiler)
        params = tuple(_bound(param, given, connection) for param in self.params)
        compiler.connection, compiler.as_sql = connection, lambda *_args, **_named: (self.sql, params)
        query = SimpleNamespace(get_compiler=lambda *_args, **_named: compiler)
        rows = SimpleNamespace(db=self.rows.db, model=self.rows.model, query=query, _known_related_objects={})
        return list(self.rows._iterable_class(rows))  # by which a QuerySet reads its rows


def _bound(param: Any, given: dict[str, tuple[Any, ...]], connection: Any) -> Any:
    if not isinstance(param, _Place):
        return param
    return param.output_field.get_db_prep_value(given[param.name][param.index], connection)


class prepared:
    """What gives the answer of the query that `word` returns. A named value may be a list, for `__in`, not empty."""

    def __init__(self, word: Callable[..., QuerySet[Any]]) -> None:
        self.word = word
        self._worded: dict[Any, _Worded] = {}

    def __call__(self, *plain: Any, **values: Any) -> list[Any]:
        given = {name: _filled_up(value) for name, value in values.items()}
        shape = (plain, tuple((name, len(its), type(its[0])) for name, its in given.items()))
        if shape not in self._worded:
            places = {
                name: [_Place(name, index, type(one)) for index, one in enumerate(its)] for name, its in given.items()
            }
            # As one expression: of a list Django would make numbers, where a key is looked for.
            told = {
                name: ExpressionList(*its) if isinstance(values[name], list) else its[0] for name, its in places.items()
            }
            self._worded[shape] = _Worded(self.word(*plain, **told))
        return self._worded[shape].answer(given)


def _filled_up(value: Any) -> tuple[Any, ...]:
    """Return the value or values; of several as many as a power of two, so that few queries are worded."""
    if not isinstance(value, list):
        return (value,)
    return tuple(chain(value, value[-1:] * ((1 << (len(value) - 1).bit_length()) - len(value))))
