"""Who holds a claim: a name that no other call on any machine has."""

import os
import secrets
import socket


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
