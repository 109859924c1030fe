"""One parent, its children, and nobody left behind.

The children get sessions of their own, so that Ctrl-C reaches the parent alone; it passes the end on, waits, and in
the last resort kills. Where the kernel can (Linux), a child is also told when its parent has died.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1  # prctl(2)


def run_together(commands: Sequence[Sequence[str]]) -> int:
    """Run `commands` until one ends or the parent is told to end; end the others and return the exit status."""
    told: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        told.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, note)
    children = [
        subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)  # noqa: PLW1509, S603
        for command in commands
    ]
    try:
        while not told and all(child.poll() is None for child in children):
            time.sleep(0.1)
    finally:
        _end(children)
    return 0 if told else 1


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def own_environment(folder: str) -> dict[str, str]:
    """Return an environment for a child whose store is all in `folder`, whatever database and queue are set here."""
    elsewhere = {"DATABASE_URL", "QUEUE_URL", "PAGES_URL", "WRITETHRU_DATA"}
    ours = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in elsewhere}
    return {**ours, "WRITETHRU_DATA": folder}
