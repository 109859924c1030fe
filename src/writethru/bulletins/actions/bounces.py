"""What is done about what comes back: the ledger is told, and an address that is dead, or complains, gets no more mail.

Only what names a line of the ledger by a signature of ours counts, and only if that line was sent. The same thing twice
counts once: by its own name, and a line fails once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min

from writethru.bulletins.comeback import read
from writethru.bulletins.models import Dispatch, Returned, Sending
from writethru.bulletins.replies import Kind
from writethru.bulletins.returns import NotOurs, sending_of
from writethru.readers.actions.suppress import Because, suppress
from writethru.readers.links import address_hash

# Whose mail was not delivered this often, over so many days, has left the address or will never read it.
SOFT_MOST = 5
SOFT_SPAN = timedelta(days=7)
SOFT_WITHIN = timedelta(days=30)

Status = Sending.Status
_WAS_SENT = (Status.SENT, Status.DOUBT, Status.CLAIMED, Status.FAILED)
_COUNTED_AS = {Status.SENT: "sent", Status.DOUBT: "in_doubt"}
_BECAUSE = {
    Returned.Kind.HARD: Because.BOUNCED,
    Returned.Kind.COMPLAINT: Because.COMPLAINED,
    Returned.Kind.LEFT: Because.ASKED,
}


class NotForUs(Exception):
    """It names no line of the ledger by a signature of ours, or one that was never sent; nothing was done."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was made of something that came back; `is_new` is False where it had come before."""

    kind: str
    sending: int
    is_new: bool
    is_suppressed: bool


def take_bounce(raw: bytes, *, to: Iterable[str] = (), now: datetime) -> Taken:
    """Take in a message that came back, to these addresses if the carrier says which. Raises NotForUs."""
    told = read(raw)
    for address in (*to, *told.addressed):
        try:
            line = sending_of(address)
        except NotOurs:
            continue
        return take_return(line, kind=told.kind, code=told.code, said=told.said, key=told.key, now=now)
    raise NotForUs("no signature of ours")


@transaction.atomic
def take_return(sending_id: int, *, kind: str, key: str, now: datetime, code: str = "", said: str = "") -> Taken:
    """Take in what came back about a line of the ledger. Raises NotForUs if that was never sent."""
    sending = (
        Sending.objects.select_for_update(of=("self",))
        .select_related("reader")
        .filter(pk=sending_id, door=Sending.Door.MAIL, status__in=_WAS_SENT)
        .first()
    )
    address = _address(sending, now=now) if sending else ""
    if sending is None or not address:
        raise NotForUs("never sent")
    known = address_hash(address)
    row, is_new = Returned.objects.get_or_create(
        sending=sending,
        key=key,
        defaults={"kind": kind, "code": code, "said": said, "address_hash": known, "came_at": now},
    )
    if not is_new:
        return Taken(row.kind, sending.pk, is_new=False, is_suppressed=False)
    if kind in {Kind.HARD, Kind.SOFT}:
        _fail(sending, said=said, now=now)
    because = _BECAUSE.get(Returned.Kind(kind))
    if kind == Kind.SOFT and _is_ill_for_good(known, now=now):
        because = Because.BOUNCED
    if because:
        suppress(address, because=because, note=said, now=now)
    return Taken(kind, sending.pk, is_new=True, is_suppressed=bool(because))


def _address(sending: Sending, *, now: datetime) -> str:
    """Return the address that a line went to; "" if nobody can say, or its owner has another one by now."""
    if sending.address or sending.reader is None:
        return sending.address
    confirmed_at, went_at = sending.reader.confirmed_at, sending.done_at or now
    return sending.reader.email if confirmed_at and confirmed_at <= went_at else ""


def _fail(sending: Sending, *, said: str, now: datetime) -> None:
    """Mark a line that counted as sent as failed. One that is being handed over is its carrier's to mark."""
    counted = _COUNTED_AS.get(Status(sending.status))
    if counted is None:
        return
    changed = Sending.objects.filter(pk=sending.pk, status=sending.status).update(
        status=Status.FAILED, answer=said, done_at=now
    )
    if changed:
        Dispatch.objects.filter(pk=sending.dispatch_id).update(**{counted: F(counted) - 1, "failed": F("failed") + 1})


def _is_ill_for_good(known: str, *, now: datetime) -> bool:
    """Return whether an address has failed often enough, for long enough."""
    soft = Returned.objects.filter(address_hash=known, kind=Kind.SOFT, came_at__gt=now - SOFT_WITHIN)
    first = soft.aggregate(at=Min("came_at"))["at"]
    return bool(first) and now - first >= SOFT_SPAN and soft.values("sending").distinct().count() >= SOFT_MOST
