"""Who holds a claim: a name that no other call on any machine has."""

import os
import secrets
import socket


def name_of_this_call() -> str:
    """Return a name for `claimed_by`, new at each call: host, process and a token, at most 64 characters."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(6)}"
