"""Who carries what is sent: an SMTP server, a provider, a folder, the browsers' push services.

A carrier is given parcels. It says which it is ready to hand over; only then are they claimed in the ledger, and only
then does it hand them over. So no more are ever in doubt than it hands over at once. It knows nothing of the ledger.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from queue import Empty, SimpleQueue
from typing import Any, Protocol


class Outcome(StrEnum):
    """What became of a parcel."""

    SENT = "sent"
    LATER = "later"  # to be tried again
    FAILED = "failed"
    DOUBT = "doubt"  # handed over, and nobody said what became of it
    FREE = "free"  # it was not handed over: it waits as before
    GONE = "gone"  # the browser is no more


@dataclass(slots=True, eq=False)
class Parcel:
    """A line of the ledger as a carrier takes it: to whom, and what, and since when it may go."""

    sending: int
    dispatch: int
    since: datetime
    attempts: int = 0
    sender: str = ""
    to: str = ""
    message: bytes = b""
    push: dict[str, Any] = field(default_factory=dict)
    has_dots: bool = True  # a line of the message may begin with a dot
    values: dict[str, str] = field(default_factory=dict)
    stands: dict[int, int] = field(default_factory=dict)  # of a digest: the versions that it was packed with
    row: Any = None
    kind: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a parcel, and what the other side said; `is_hard`: at its address nobody takes mail."""

    parcel: Parcel
    outcome: Outcome
    said: str = ""
    is_hard: bool = False
    wait_seconds: int = 0


@dataclass(slots=True)
class Turn:
    """What has come up: parcels that can be handed over as soon as they are claimed, and answers."""

    ready: list[Parcel] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


class Carrier(Protocol):
    """What `bulletins.actions.send` asks of whoever carries."""

    @property
    def room(self) -> int:
        """Return how many more parcels it takes now."""

    @property
    def is_busy(self) -> bool:
        """Return whether it holds any parcel."""

    @property
    def has_more(self) -> bool:
        """Return whether it holds parcels that it has not begun with."""

    @property
    def trouble(self) -> str:
        """Return why nothing can be handed over at all, in a sentence; "" where it can."""

    def take(self, parcel: Parcel) -> None:
        """Take a parcel that is not claimed yet, and get ready for it."""

    def wait(self, seconds: float) -> Turn:
        """Return what has come up; wait for it `seconds` at most."""

    def hand_over(self, parcels: Sequence[Parcel]) -> None:
        """Hand over parcels that were ready, now that they are claimed."""

    def give_up(self, parcels: Sequence[Parcel]) -> None:
        """Forget parcels that were ready, as they are not to go."""

    def close(self) -> list[Parcel]:
        """Let go of everything, and return the parcels that were not handed over."""


class Threads:
    """A carrier that hands each parcel over by one call, `send`, in some threads at once: what is asked is slow.

    `send` reads and writes no row. With no threads it is called in the caller's own.
    """

    trouble = ""
    has_more = False

    def __init__(self, send: Callable[[Parcel], Answer], *, threads: int) -> None:
        """Take what hands one over, and how many at once."""
        self._send, self._threads = send, threads
        self._ready: deque[Parcel] = deque()
        self._under_way = 0
        self._given: SimpleQueue[Parcel | None] = SimpleQueue()
        self._answers: SimpleQueue[Answer] = SimpleQueue()
        for _ in range(threads):
            threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while parcel := self._given.get():
            self._answers.put(self._answer(parcel))

    def _answer(self, parcel: Parcel) -> Answer:
        try:
            return self._send(parcel)
        except Exception as error:  # whatever it was, the parcel may have been handed over
            return Answer(parcel, Outcome.DOUBT, f"{type(error).__name__}: {error}")

    @property
    def room(self) -> int:
        return max(self._threads, 1) - self._under_way - len(self._ready)

    @property
    def is_busy(self) -> bool:
        return bool(self._ready or self._under_way)

    def take(self, parcel: Parcel) -> None:
        self._ready.append(parcel)

    def wait(self, seconds: float) -> Turn:
        turn = Turn(ready=list(self._ready))
        wait = 0 if turn.ready else seconds
        while self._under_way:
            try:
                turn.answers.append(self._answers.get(timeout=wait) if wait else self._answers.get_nowait())
            except Empty:
                break
            self._under_way -= 1
            wait = 0
        return turn

    def hand_over(self, parcels: Sequence[Parcel]) -> None:
        for parcel in parcels:
            self._ready.remove(parcel)
            self._under_way += 1
            if self._threads:
                self._given.put(parcel)
            else:
                self._answers.put(self._answer(parcel))

    def give_up(self, parcels: Sequence[Parcel]) -> None:
        for parcel in parcels:
            self._ready.remove(parcel)

    def close(self) -> list[Parcel]:
        for _ in range(self._threads):
            self._given.put(None)
        left = list(self._ready)
        self._ready.clear()
        return left
