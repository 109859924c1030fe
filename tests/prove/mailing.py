"""What the proofs of dispatch have in common: a sink, stores that send to it, and what became of everybody."""

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from prove.stores import Store

HERE = Path(__file__).parent
CONNECTIONS = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"nobody listens at {port}")


class Sink:
    """The process that takes the mail, and its log."""

    def __init__(self, log: Path, port: int) -> None:
        self.log, self.port = log, port

    def accepted(self) -> Counter[int]:
        """Return how often each line of the ledger was accepted, by the Message-ID."""
        if not self.log.exists():
            return Counter()
        return Counter(int(line.partition(".")[0]) for line in self.log.read_text().splitlines())


@contextmanager
def sink(folder: Path, *, faults: int = 0, seed: str = "0", pause: float = 0) -> Iterator[Sink]:
    made = Sink(folder / "accepted.log", free_port())
    process = subprocess.Popen(
        [sys.executable, "-m", "prove.mailsink", str(made.port), str(made.log), str(faults), seed],
        env={**os.environ, "PAUSE": str(pause)},
        cwd=HERE.parent,
    )
    try:
        wait_for(made.port)
        yield made
    finally:
        process.kill()
        process.wait()


def mailing(store: Store, port: int, **settings: str) -> Store:
    """Return the store with the sink as its mail server."""
    given = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_CONNECTIONS": str(CONNECTIONS), "LOG_FORMAT": "text"}
    return replace(store, settings={**store.settings, **given, **settings})


def child(store: Store, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "prove.mailchild", *arguments],
        env=store.environment(),
        cwd=HERE.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def told_by(process: subprocess.Popen[str], seconds: int = 3600) -> str:
    said, _ = process.communicate(timeout=seconds)
    assert process.returncode == 0, said
    return said


def ledger(store: Store) -> dict[int, tuple[str, str]]:
    """Return the status of each line and what was answered."""
    return {pk: (status, said) for pk, status, said in store.rows("SELECT id, status, answer FROM bulletins_sending")}


def dispatches(store: Store) -> list[tuple[Any, ...]]:
    return store.rows("SELECT status, audience, sent, failed, in_doubt, dropped FROM bulletins_dispatch ORDER BY id")


def is_finished(store: Store) -> bool:
    return {status for status, *_ in dispatches(store)} == {"finished"}


def fates(store: Store, sink: Sink) -> dict[str, int]:
    """Return what became of everybody: `lost` are those whom nobody told and of whom nothing says so."""
    lines, accepted = ledger(store), sink.accepted()
    sent = {pk for pk, (status, _) in lines.items() if status == "sent"}
    doubt = {pk for pk, (status, _) in lines.items() if status == "doubt"}
    failed = {pk for pk, (status, _) in lines.items() if status == "failed"}
    return {
        "everybody": len(lines),
        "sent": len(sent),
        "in doubt": len(doubt),
        "twice": sum(count - 1 for count in accepted.values() if count > 1),
        "lost": len(set(lines) - set(accepted) - doubt - failed),
        "sent without a 250": len(sent - set(accepted)),
        "accepted and waiting": len({pk for pk in accepted if lines[pk][0] in {"waiting", "claimed", "failed"}}),
    }
