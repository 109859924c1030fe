"""What a provider tells of mail that it sent for us: bounced, refused, reported as spam, unsubscribed.

It names the line of the ledger by what we gave it along with the message: the envelope sender, which is signed.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from writethru.bulletins.actions.bounces import NotForUs, Taken, take_return
from writethru.bulletins.models import Returned
from writethru.bulletins.replies import kind_of_reply, tidy
from writethru.bulletins.returns import NotOurs, sending_of

Kind = Returned.Kind
_BY_REASON = {"spam": Kind.COMPLAINT, "unsubscribed": Kind.LEFT, "bounced": Kind.HARD, "invalid": Kind.HARD}
_BY_TYPE = {
    "complained": Kind.COMPLAINT,
    "unsubscribed": Kind.LEFT,
    "deferred": Kind.DELAYED,
    "autoresponded": Kind.AUTO,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider said, in anymail's words: the type of event, why it was refused, and what the server said."""

    type: str
    reason: str
    said: str
    sender: str
    id: str


def take_event(told: Told, *, now: datetime) -> Taken | None:
    """Take in what a provider said; None where that is of no matter, or of no mail of ours."""
    kind = _kind(told)
    if kind is None:
        return None
    try:
        key = sha256(f"{told.type} {told.id}".encode()).hexdigest()
        return take_return(sending_of(told.sender), kind=kind, said=tidy(told.said), key=key, now=now)
    except (NotOurs, NotForUs):
        return None


def _kind(told: Told) -> str | None:
    if told.type in _BY_TYPE:
        return _BY_TYPE[told.type]
    if told.type not in {"bounced", "rejected", "failed"}:
        return None
    by_reason = _BY_REASON.get(told.reason)
    if by_reason in {Kind.COMPLAINT, Kind.LEFT}:
        return by_reason
    # "bounced" is said of full mailboxes, too; where the server's words are there, they decide.
    if told.said.strip():
        return kind_of_reply(told.said)
    return by_reason or Kind.SOFT
