"""Carrying mail to an SMTP server over connections that are kept, all watched by one thread."""

import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from smtplib import SMTP

from writethru.bulletins.carriers import Answer, Outcome, Parcel, Turn
from writethru.bulletins.replies import Kind, kind_of_reply
from writethru.lib.smtp import (
    BadAddress,
    Event,
    NoServer,
    Ready,
    Said,
    Server,
    Session,
    connect,
    dotted,
    ended,
    wire_address,
)

ANSWER_SECONDS = 60.0  # to a command
DOT_SECONDS = 300.0  # to a message: until then it isn't known what became of it
GATHER_SECONDS = 0.001  # one commit for those that answer at about the same time
LONGEST_BACK_OFF = 60.0
_ABOUT_US = {530, 534, 535, 538}  # log in first: nothing is wrong with the message


class Smtp:
    """Hands parcels to an SMTP server, over `connections` connections at most: as many are opened as there is to do."""

    def __init__(self, server: Server, *, name: str, connections: int) -> None:
        """Take the server, what we call ourselves, and how many connections it may get from us."""
        self._server, self._name, self._most = server, name, connections
        self._sessions: list[Session] = []
        self._of: dict[int, Session] = {}  # by the id of what it is ready for
        self._queue: deque[Parcel] = deque()
        self._opened: SimpleQueue[SMTP | NoServer] = SimpleQueue()
        self._opening = 0
        self._refusals = 0
        self._limit, self._limited_until, self._again_at = connections, 0.0, 0.0
        self._selector = selectors.DefaultSelector()
        self._bell, self._rung = socket.socketpair()
        self._rung.setblocking(False)
        self._selector.register(self._rung, selectors.EVENT_READ)
        self._turn = Turn()
        self._looked_at = 0.0
        self.trouble = ""

    @property
    def room(self) -> int:
        """Return how many more parcels it takes: one under way and one that waits for each connection."""
        return 2 * (len(self._sessions) or (0 if self.trouble else self._limit)) - self._held()

    def _held(self) -> int:
        under_way = sum((session.handed is not None) + (session.offered is not None) for session in self._sessions)
        return len(self._queue) + under_way

    @property
    def is_busy(self) -> bool:
        """Return whether anything is offered or handed over."""
        return bool(self._turn.answers) or any(
            session.handed is not None or session.offered is not None for session in self._sessions
        )

    @property
    def has_more(self) -> bool:
        """Return whether parcels wait for a connection."""
        return bool(self._queue)

    def take(self, parcel: Parcel) -> None:
        """Take a parcel: offered to the server as soon as a connection is free."""
        try:
            parcel.to = wire_address(parcel.to)
        except BadAddress as error:
            self._turn.answers.append(Answer(parcel, Outcome.FAILED, str(error)))
            return
        self._queue.append(parcel)

    def wait(self, seconds: float) -> Turn:
        """Return what has come up, gathered for a moment so that one commit is for many."""
        self._open_more()
        self._offer()
        until, wait = 0.0, 0.0 if self._turn.answers else seconds
        while True:
            self._select(wait)
            got = len(self._turn.ready) + len(self._turn.answers)
            now = time.monotonic()
            until = until or now + GATHER_SECONDS
            # As many may come as there are connections at work; half of them are worth a commit.
            if not got or now >= until or 2 * len(self._turn.ready) >= len(self._sessions):
                break
            wait = until - now
        self._end_the_silent()
        turn, self._turn = self._turn, Turn()
        return turn

    def hand_over(self, parcels: Sequence[Parcel]) -> None:
        """Send the messages to their dots, each with the next envelope in the same write."""
        for parcel in parcels:
            session = self._of.pop(parcel.sending)
            following = self._queue.popleft() if self._queue else None
            then = (following, following.sender, following.to) if following else None
            wired = dotted(parcel.message) if parcel.has_dots else ended(parcel.message)
            session.send(wired, then=then)
            self._watch(session)

    def give_up(self, parcels: Sequence[Parcel]) -> None:
        """Forget what a server waits for: only by ending the connection can it be told that nothing comes."""
        for parcel in parcels:
            session = self._of.pop(parcel.sending)
            self._leave(session)
            session.end("")

    def close(self) -> list[Parcel]:
        """End all connections and return what was not handed over; what was and is not answered stays claimed."""
        left = list(self._queue)
        self._queue.clear()
        for session in list(self._sessions):
            if session.offered is not None:
                left.append(session.offered)
            self._leave(session)
            session.quit()
        self._of.clear()
        self._selector.close()
        self._bell.close()
        self._rung.close()
        return left

    # Connections

    def _open_more(self) -> None:
        """Begin to open as many as there is to do, in threads, because opening one waits."""
        now = time.monotonic()
        if now < self._again_at:
            return
        limit = self._limit if now < self._limited_until else self._most
        idle = sum(1 for session in self._sessions if session.offered is None and session.handed is None)
        for _ in range(min(limit - len(self._sessions), len(self._queue) - idle) - self._opening):
            self._opening += 1
            threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        try:
            self._opened.put(connect(self._server, name=self._name))
        except NoServer as error:
            self._opened.put(error)
        except Exception as error:  # else the place that is kept for it would never be free again
            self._opened.put(NoServer(f"{self._server.host}: {error!r}."))
        with suppress(OSError):
            self._bell.send(b"!")

    def _take_opened(self) -> None:
        with suppress(BlockingIOError):
            self._rung.recv(4096)
        while True:
            try:
                got = self._opened.get_nowait()
            except Empty:
                return
            self._opening -= 1
            if isinstance(got, NoServer):
                self._back_off(str(got))
                continue
            self._refusals, self._again_at, self.trouble = 0, 0.0, ""
            session = Session(got, clock=time.monotonic)
            self._sessions.append(session)
            self._selector.register(session, selectors.EVENT_READ, session)
            self._offer()

    def _back_off(self, why: str) -> None:
        """Leave the server alone for a while: it refused a connection, or ended one."""
        now = time.monotonic()
        if self._sessions:  # it takes some, so there have been too many
            self._limit, self._limited_until = len(self._sessions), now + LONGEST_BACK_OFF
            return
        if now >= self._again_at:
            self._refusals += 1
            self._again_at = now + min(0.5 * 2**self._refusals, LONGEST_BACK_OFF)
        self.trouble = why

    def _leave(self, session: Session) -> None:
        if session in self._sessions:
            self._sessions.remove(session)
            with suppress(KeyError, ValueError):
                self._selector.unregister(session)

    def _watch(self, session: Session) -> None:
        if session.wants_to_write:
            self._selector.modify(session, selectors.EVENT_READ | selectors.EVENT_WRITE, session)

    def _offer(self) -> None:
        """Offer what waits to connections with nothing to do."""
        for session in self._sessions:
            if not self._queue:
                return
            if session.offered is None and session.handed is None:
                parcel = self._queue.popleft()
                session.offer(parcel, sender=parcel.sender, to=parcel.to)
                self._watch(session)

    # What comes from them

    def _select(self, seconds: float) -> None:
        for key, mask in self._selector.select(seconds):
            session = key.data
            if session is None:
                self._take_opened()
                continue
            if mask & selectors.EVENT_WRITE:
                session.write()
                if not session.wants_to_write:
                    self._selector.modify(session, selectors.EVENT_READ, session)
            if mask & selectors.EVENT_READ:
                self._understand(session, session.read())

    def _understand(self, session: Session, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Ready):
                self._of[event.key.sending] = session
                self._turn.ready.append(event.key)
            elif isinstance(event, Said):
                self._turn.answers.append(_answer(event))
                if event.code in _ABOUT_US:
                    self._understand(session, session.end(f"{event.code} {event.text}"))
            else:
                self._leave(session)
                if event.key is not None:
                    self._lost(event.key, had_dot=event.had_dot, why=event.why)
                if session.served == 0 or event.why.startswith("421") or event.why[:3].isdigit():
                    self._back_off(event.why)
        if session.is_open and session.wants_to_write:
            self._watch(session)

    def _lost(self, parcel: Parcel, *, had_dot: bool, why: str) -> None:
        if self._of.pop(parcel.sending, None):
            self._turn.ready = [ready for ready in self._turn.ready if ready is not parcel]
        outcome = Outcome.DOUBT if had_dot else Outcome.FREE
        self._turn.answers.append(Answer(parcel, outcome, why))

    def _end_the_silent(self) -> None:
        now = time.monotonic()
        if now < self._looked_at + 1:
            return
        self._looked_at = now
        for session in list(self._sessions):
            patience = DOT_SECONDS if session.handed is not None else ANSWER_SECONDS
            waits = session.handed is not None or (session.offered is not None and not session.is_ready)
            if waits and now > session.asked_at + patience:
                self._understand(session, session.end(f"The server said nothing for {patience:.0f} seconds."))


def _answer(said: Said) -> Answer:
    """Return what the server's answer means. Nothing is sent without a 2xx to the dot."""
    words, parcel = f"{said.code} {said.text}", said.key
    if said.to == "dot":
        outcome = {2: Outcome.SENT, 4: Outcome.LATER, 5: Outcome.FAILED}.get(said.code // 100, Outcome.DOUBT)
        return Answer(parcel, outcome, words)
    if said.code == 421 or said.code in _ABOUT_US:
        return Answer(parcel, Outcome.FREE, words)
    if said.code // 100 != 5:
        return Answer(parcel, Outcome.LATER, words)
    is_hard = said.to == "rcpt" and kind_of_reply(words) == Kind.HARD
    return Answer(parcel, Outcome.FAILED, words, is_hard)
