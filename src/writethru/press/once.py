"""What several pages of one run are made from is read once: the sections, a story, what its feeds carry.

    with run():
        once(queries.public_story)("two-islands")    asks the database
        once(queries.public_story)("two-islands")    doesn't

A run begins after its pages are claimed: a change since then asks for them again, so what was read within the run is
as new as each of them must be.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")
_read: ContextVar[dict[Any, Any] | None] = ContextVar("read", default=None)


@contextmanager
def run() -> Iterator[None]:
    """Keep what `once` reads until the end; a run within a run is part of it."""
    if _read.get() is not None:
        yield
        return
    before = _read.set({})
    try:
        yield
    finally:
        _read.reset(before)


def once(read: Callable[Given, Found]) -> Callable[Given, Found]:
    """Return `read` so that within a run it reads once for the same arguments. Nobody may change what it gives."""

    @wraps(read)
    def asked(*given: Given.args, **named: Given.kwargs) -> Found:
        kept = _read.get()
        if kept is None:
            return read(*given, **named)
        key = (read, given, frozenset(named.items()))
        if key not in kept:
            kept[key] = read(*given, **named)
        return kept[key]

    return asked


def known(read: Callable[..., Found], *given: Any) -> Found | None:
    """Return what `once(read)` has given for these arguments in this run; None if it has not been asked."""
    return (_read.get() or {}).get((read, given, frozenset()))
