"""How much work a call is, told so that a slow or busy machine gives the same figure."""

from collections.abc import Callable
from time import process_time

# What counting to a million takes a machine of the year 2026 that has nothing else to do, in seconds.
_USUAL = 0.012


def work_of(call: Callable[[], object], *, tries: int = 3) -> float:
    """Return the call's CPU seconds, the least of some tries, as a machine would take that counts at the usual pace."""
    return min(_work_once(call) for _ in range(tries))


def _work_once(call: Callable[[], object]) -> float:
    counting = _seconds(_count)
    took = _seconds(call)
    return took * _USUAL * 2 / (counting + _seconds(_count))


def _count() -> None:
    for _ in range(1_000_000):
        pass


def _seconds(call: Callable[[], object]) -> float:
    start = process_time()
    call()
    return process_time() - start
