"""Sending what is due: one loop for each door, which keeps a carrier busy and the ledger true.

    reserve rows → make parcels of them → the carrier gets ready → claim → hand over → mark

The loop goes on until nothing is due, and lingers for what is due soon. Audiences are added to as the first are already
being sent. What is urgent goes first: a letter that comes while a hundred thousand alerts are going out is next.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import OperationalError, connection
from django.db.models import Exists, OuterRef, Q

from writethru.bulletins.actions.audience import add_to_audience
from writethru.bulletins.actions.claims import (
    Row,
    drop_all_if_void,
    drop_empty,
    finish,
    free_reserved_by_ended,
    let_go,
    reserve,
)
from writethru.bulletins.actions.parcels import Packer
from writethru.bulletins.actions.turns import take_turn
from writethru.bulletins.carriers import Answer, Carrier, Outcome, Parcel
from writethru.bulletins.models import Dispatch, Sending
from writethru.bulletins.replies import tidy
from writethru.lib.process import name_of_this_call
from writethru.readers.actions.suppress import suppress
from writethru.readers.models import PushSubscription, Suppression

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.25  # how long until a new dispatch is seen
LINGER = timedelta(seconds=65)  # longer than the sweep is away
AHEAD_SECONDS = 1.0  # of work is reserved
FEWEST, MOST = 50, 1000
ON_THE_AGENDA = 50
TRIES = 5

closing = threading.Event()  # the process is to end: nothing more is begun


class Loop:
    """One run of sending by one door."""

    def __init__(
        self, carrier: Carrier, *, door: str, clock: Callable[[], datetime], linger: timedelta = LINGER
    ) -> None:
        """Take who carries, by which door, the clock, and how long to wait for what isn't due yet."""
        self._carrier, self._door, self._clock, self._linger = carrier, door, clock, linger
        self._by = name_of_this_call()
        self._packer = Packer(now=clock)
        self._ahead: deque[Parcel] = deque()
        self._rank = 0  # of what is ahead
        self._reserved_at = clock()
        self._nothing_until: dict[int, float] = {}
        self._looked_at = 0.0
        self._agenda: list[Dispatch] = []
        self._handed = 0
        self._has_changed = self._has_finished = False
        self._began = time.monotonic()

    def run(self) -> int:
        """Send until nothing is due; return how many were handed over."""
        try:
            while self._go_on():
                pass
        finally:
            left = [*self._ahead, *self._carrier.close()]
            let_go([parcel.sending for parcel in left], by=self._by)
        return self._handed

    def _go_on(self) -> bool:
        if not closing.is_set():
            self._look()
            self._fill()
        turn = self._carrier.wait(LOOK_SECONDS if self._waits() else 0)
        ends = closing.is_set()  # asked once: what has been handed over must not be given up as well
        if turn.ready or turn.answers:
            self._take([] if ends else turn.ready, turn.answers)
            if ends:
                self._carrier.give_up(turn.ready)
                self._ahead.extend(turn.ready)
        if self._carrier.is_busy:
            return True
        if closing.is_set():
            return False
        if self._ahead or self._carrier.has_more:
            return not self._carrier.trouble or self._lingers()
        self._looked_at = 0.0
        if self._has_changed:  # what was just answered may have been the last of a dispatch
            self._nothing_until.clear()
            self._has_changed = False
        self._has_finished = False
        self._look()
        self._fill()
        # Where some are finished, others stand in their places on the next agenda.
        return self._waits() or self._has_finished or self._lingers()

    def _waits(self) -> bool:
        return self._carrier.is_busy or bool(self._ahead) or self._carrier.has_more

    def _lingers(self) -> bool:
        """Wait a moment, if something is due soon, and say whether it is."""
        if not self._linger or not self._agenda:
            return False
        now = self._clock()
        until = now + self._linger
        again = Sending.objects.filter(
            dispatch__in=[row.pk for row in self._agenda], status=Sending.Status.WAITING, door=self._door
        )
        is_due = any(row.not_before > now for row in self._agenda) or again.filter(next_try_at__lte=until).exists()
        is_due = is_due or bool(self._carrier.trouble)
        if is_due:
            time.sleep(LOOK_SECONDS)
        return is_due

    # What is due

    def _look(self) -> None:
        """Look which dispatches are due, the most urgent first."""
        if time.monotonic() < self._looked_at + LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        until = self._clock() + self._linger
        its = Sending.objects.filter(dispatch=OuterRef("pk"))
        waiting, claimed = its.filter(status=Sending.Status.WAITING), its.filter(status=Sending.Status.CLAIMED)
        due = waiting.filter(Q(next_try_at=None) | Q(next_try_at__lte=until), door=self._door)
        # Those of which all has to be tried again later would keep the others off the agenda, for a day.
        has_something = Q(is_whole=False) | Exists(due) | (~Exists(waiting) & ~Exists(claimed))
        sending = Dispatch.objects.filter(has_something, status=Dispatch.Status.SENDING, not_before__lte=until)
        first = sending.order_by("rank", "not_before", "id").only("pk", "rank", "kind", "not_before", "is_whole")
        self._agenda = list(first[:ON_THE_AGENDA])
        if self._ahead and any(row.rank < self._rank and self._may_have(row) for row in self._agenda):
            let_go([parcel.sending for parcel in self._ahead], by=self._by)
            self._ahead.clear()

    def _may_have(self, dispatch: Dispatch) -> bool:
        is_due = dispatch.not_before <= self._clock()
        return is_due and time.monotonic() >= self._nothing_until.get(dispatch.pk, 0)

    def _fill(self) -> None:
        """Keep the carrier supplied, and reserve more when that runs low."""
        while (room := self._carrier.room) > 0:
            if not self._ahead and not self._reserve():
                return
            for _ in range(min(room, len(self._ahead))):
                parcel = self._ahead.popleft()
                if self._packer.pack(parcel):
                    self._carrier.take(parcel)
                else:
                    drop_empty(parcel.sending, by=self._by, now=self._clock())

    def _pack_meanwhile(self) -> None:
        """Pack what the carrier will want next, as far as that asks the database nothing and goes well."""
        if closing.is_set():
            return
        for _ in range(min(self._carrier.room, len(self._ahead))):
            try:
                is_packed = not self._packer.asks(self._ahead[0]) and self._packer.pack(self._ahead[0])
            except Exception:  # what is under way here is claimed: `_fill` meets it where nothing is
                return
            if not is_packed:
                return
            self._carrier.take(self._ahead.popleft())

    def _reserve(self) -> bool:
        """Reserve rows of the first dispatch that has any, and say whether one had."""
        if self._carrier.trouble:
            return False
        pace = self._handed / max(time.monotonic() - self._began, 0.1)
        limit = int(min(max(pace * AHEAD_SECONDS, FEWEST), MOST))
        for dispatch in self._agenda:
            if self._may_have(dispatch) and (rows := self._rows_of(dispatch, limit)):
                self._ahead.extend(self._packer.parcels(dispatch.pk, rows))
                self._rank = dispatch.rank
                return True
        return False

    def _rows_of(self, dispatch: Dispatch, limit: int) -> Sequence[Row]:
        now = self._clock()
        if not drop_all_if_void(dispatch.pk, now=now):
            rows = self._reserved(dispatch, limit, now)
            while not rows and not dispatch.is_whole:
                dispatch.is_whole = not add_to_audience(dispatch.pk, now=now)
                rows = self._reserved(dispatch, limit, now)
            if rows:
                return rows
            if free_reserved_by_ended(dispatch.pk):
                return self._reserved(dispatch, limit, now)
        self._has_finished |= finish(dispatch.pk, now=now)
        self._nothing_until[dispatch.pk] = time.monotonic() + 1
        return []

    def _reserved(self, dispatch: Dispatch, limit: int, now: datetime) -> Sequence[Row]:
        return reserve(dispatch.pk, door=self._door, by=self._by, now=now, limit=limit)

    # What has come up

    def _take(self, ready: Sequence[Parcel], answers: Sequence[Answer]) -> None:
        """Mark and claim in one commit, then hand over what is claimed."""
        now = self._clock()
        told = self._packer.as_they_stand(ready)
        for parcel in ready:
            if parcel not in told:
                drop_empty(parcel.sending, by=self._by, now=now)
        granted = self._turn(told, answers, now)
        self._has_changed = True
        self._carrier.hand_over(granted)
        self._handed += len(granted)
        if len(granted) < len(ready):
            self._carrier.give_up([parcel for parcel in ready if parcel not in granted])
        for answer in answers:
            if answer.outcome == Outcome.FREE:
                self._ahead.appendleft(answer.parcel)
            elif answer.is_hard:
                note_hard_bounce(answer, now=now)
            elif answer.outcome == Outcome.GONE:
                end_subscription(answer, now=now)

    def _turn(self, ready: Sequence[Parcel], answers: Sequence[Answer], now: datetime) -> list[Parcel]:
        for tried in range(TRIES):
            try:
                return take_turn(answers, ready, by=self._by, now=now, meanwhile=self._pack_meanwhile)
            except OperationalError as error:  # rolled back whole: locked for too long, or a ring of locks
                if tried == TRIES - 1:
                    raise
                log.warning("The ledger could not be written, and is again: %s", error)
                time.sleep(0.1 * 2**tried)
                connection.close_if_unusable_or_obsolete()  # a server that was restarted is asked on a new one
        raise AssertionError


def note_hard_bounce(answer: Answer, *, now: datetime) -> None:
    """Let no more mail go to an address that its server says nobody has."""
    address = answer.parcel.row.recipient.email
    if address:
        suppress(address, because=Suppression.Because.BOUNCED, note=tidy(answer.said), now=now)


def end_subscription(answer: Answer, *, now: datetime) -> None:
    """Note that a browser is no more."""
    browser = answer.parcel.row.subscription
    PushSubscription.objects.filter(pk=browser.pk, ended_at=None).update(ended_at=now)
