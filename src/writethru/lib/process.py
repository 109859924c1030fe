"""The process itself: a name that no other call on any machine has, to hold a claim by; and its memory."""

import gc
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager


def name_of_this_call() -> str:
    """Return a name for `claimed_by`, new at each call: host, process and a token, at most 64 characters."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(6)}"


def has_ended(claimed_by: str) -> bool:
    """Return whether the process that took this name is known to be gone: it ran on this machine and runs no more."""
    host, _, rest = claimed_by.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname()[:32] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@contextmanager
def no_collecting() -> Iterator[None]:
    """Let no garbage be collected meanwhile: where much is kept in memory, looking through it takes an eighth of all.

    For a fraction of a second's work, which leaves little that goes only when it is collected.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
