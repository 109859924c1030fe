"""Making parcels of the ledger's rows: whom each goes to, and what it says to them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings

from writethru.bulletins.actions.claims import Row
from writethru.bulletins.carriers import Parcel
from writethru.bulletins.digests import message_of, standing
from writethru.bulletins.models import Dispatch
from writethru.bulletins.personal import Recipient, values_for
from writethru.bulletins.returns import envelope_sender
from writethru.lib import dkim
from writethru.lib.mail import Frame, date_header

KEPT = 8  # frames of dispatches that are under way at the same time


class Packer:
    """Keeps the frames of the dispatches that are being sent, and fills them in."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        """Take the clock."""
        self._now = now
        self._of = lru_cache(maxsize=KEPT)(_Kind)
        self._domain = parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2]
        self._is_signed = bool(settings.DKIM_DOMAIN)

    def parcels(self, dispatch: int, rows: Sequence[Row]) -> list[Parcel]:
        """Return a parcel for each row, with what is the recipient's own, still without its message."""
        kind = self._of(dispatch)
        values: list[dict[str, str]] = [{} for _ in rows]
        if not kind.is_letter:
            values = values_for([row.recipient for row in rows])
        since = kind.dispatch.not_before
        return [
            Parcel(row.recipient.sending, dispatch, since, row.attempts, values=its, row=row, kind=kind)
            for row, its in zip(rows, values, strict=True)
        ]

    def asks(self, parcel: Parcel) -> bool:
        """Return whether packing it asks the database something."""
        return bool(parcel.kind.is_digest)

    def pack(self, parcel: Parcel) -> bool:
        """Put the message into a parcel; return False if there is nothing to tell any more."""
        kind, recipient = parcel.kind, parcel.row.recipient
        if kind.is_digest:
            parcel.stands = standing([recipient.content])
        frame, push = kind.frame(recipient, parcel.stands)
        if parcel.row.subscription is not None:
            parcel.push = {name: _filled(value, parcel.values) for name, value in push.items()}
            return bool(push)
        if frame is None:
            return False
        parcel.to = recipient.email
        parcel.sender = envelope_sender(parcel.sending)
        parcel.message = frame.message(
            to=recipient.email,
            id=f"<{parcel.sending}.{kind.mark}@{self._domain}>",
            date=date_header(int(self._now().timestamp())),
            values=parcel.values,
            unsubscribe=kind.unsubscribe(parcel),
        )
        if self._is_signed:
            parcel.message = dkim.sign(parcel.message) + parcel.message
        parcel.has_dots = frame.has_dots
        return True

    def as_they_stand(self, parcels: Sequence[Parcel]) -> list[Parcel]:
        """Return the parcels that have something to tell still, digests packed anew where what they tell has changed.

        A parcel that is packed may wait for its server as long as that likes, and a report be withdrawn meanwhile.
        """
        digests = [parcel for parcel in parcels if parcel.kind.is_digest]
        if not digests:
            return list(parcels)
        now = standing(parcel.row.recipient.content for parcel in digests)
        changed = [one for one in digests if any(now.get(report) != version for report, version in one.stands.items())]
        empty = [parcel for parcel in changed if not self.pack(parcel)]
        return [parcel for parcel in parcels if parcel not in empty]


class _Kind:
    """A dispatch with the frame of its message."""

    def __init__(self, pk: int) -> None:
        self.dispatch = Dispatch.objects.get(pk=pk)
        self.mark = f"{int(self.dispatch.made_at.timestamp()):x}"  # so that no other store makes the same Message-ID
        self.is_letter = self.dispatch.kind == Dispatch.Kind.LETTER
        self.is_digest = self.dispatch.kind == Dispatch.Kind.DIGEST
        self._base = settings.BASE_URL
        self._frame = None
        if not self.is_digest:
            self._frame = self._built(self.dispatch.subject, self.dispatch.text, self.dispatch.html)

    def _built(self, subject: str, text: str, html: str) -> Frame:
        return Frame(
            sender=settings.MAIL_FROM,
            subject=subject,
            text=text,
            html=html,
            headers={**self.dispatch.headers, **({"Auto-Submitted": "auto-generated"} if self.is_letter else {})},
            has_places=not self.is_letter and not self.is_digest,
        )

    def frame(self, recipient: Recipient, public: dict[int, int]) -> tuple[Frame | None, dict[str, Any]]:
        """Return the frame of the message for a recipient, and what a browser is given; of a digest, its own."""
        if self._frame:
            return self._frame, self.dispatch.push or {}
        told = message_of(recipient, public=public)
        return (self._built(*told[:3]), told[3]) if told else (None, {})

    def unsubscribe(self, parcel: Parcel) -> str:
        """Return where one press ends what this mail comes from: the follow, or of a digest all mail."""
        if self.is_letter:
            return ""
        door = f"u/{parcel.values['stop']}" if parcel.row.recipient.follow else f"u/all/{parcel.values['all']}"
        return f"{self._base}/{door}/"


def _filled(value: Any, values: dict[str, str]) -> Any:
    if not isinstance(value, str) or "%%" not in value:
        return value
    for name, its in values.items():
        value = value.replace(f"%%{name}%%", its)
    return value
