"""Making parcels of the ledger's rows: whom each goes to, and what it says to them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings

from writethru.bulletins.carriers import Parcel
from writethru.bulletins.models import Dispatch, Sending
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

    def parcels(self, dispatch: int, rows: Sequence[Sending]) -> list[Parcel]:
        """Return a parcel for each row, with what is the recipient's own, still without its message."""
        kind = self._of(dispatch)
        recipients = [_recipient(row) for row in rows]
        values = [{}] * len(rows) if kind.is_letter else values_for(recipients)
        return [
            Parcel(
                sending=row.pk,
                dispatch=dispatch,
                since=kind.dispatch.not_before,
                attempts=row.attempts,
                address=recipient.email,
                to=recipient.email,
                values=its,
                recipient=recipient,
                row=row,
            )
            for row, recipient, its in zip(rows, recipients, values, strict=True)
        ]

    def pack(self, parcel: Parcel) -> None:
        """Put the message into a parcel."""
        kind = self._of(parcel.dispatch)
        if parcel.row.door == Sending.Door.PUSH:
            parcel.push = kind.push(parcel)
            return
        parcel.to = parcel.address
        parcel.sender = envelope_sender(parcel.sending)
        message = kind.frame(parcel).message(
            to=parcel.address,
            id=f"<{parcel.sending}.{kind.mark}@{self._domain}>",
            date=date_header(int(self._now().timestamp())),
            values=parcel.values,
            unsubscribe=kind.unsubscribe(parcel),
        )
        parcel.message = dkim.sign(message) + message if self._is_signed else message


def _recipient(row: Sending) -> Recipient:
    reader, follow = row.reader, row.follow
    return Recipient(
        sending=row.pk,
        reader=row.reader_id or 0,
        follow=row.follow_id or 0,
        email=row.address or (reader.email if reader else ""),
        pace=follow.pace if follow else "",
        followed_at=follow.followed_at if follow else None,
        language=reader.language if reader else "",
        content=row.content,
    )


class _Kind:
    """A dispatch with the frame of its message."""

    def __init__(self, pk: int) -> None:
        self.dispatch = Dispatch.objects.get(pk=pk)
        self.mark = f"{int(self.dispatch.made_at.timestamp()):x}"  # so that no other store makes the same Message-ID
        self.is_letter = self.dispatch.kind == Dispatch.Kind.LETTER
        self.is_digest = self.dispatch.kind == Dispatch.Kind.DIGEST
        self._frame = (
            None if self.is_digest else self._built(self.dispatch.subject, self.dispatch.text, self.dispatch.html)
        )

    def _built(self, subject: str, text: str, html: str) -> Frame:
        headers = {**self.dispatch.headers, **({"Auto-Submitted": "auto-generated"} if self.is_letter else {})}
        return Frame(
            sender=settings.MAIL_FROM,
            subject=subject,
            text=text,
            html=html,
            headers=headers,
            has_places=not self.is_letter,
        )

    def frame(self, parcel: Parcel) -> Frame:
        """Return the frame of a parcel's message: the dispatch's, or of a digest its own."""
        if self._frame is None:
            subject, text, html, _ = _digest(parcel.recipient)
            return self._built(subject, text, html)
        return self._frame

    def unsubscribe(self, parcel: Parcel) -> str:
        """Return where one press ends what this mail comes from: the follow, or of a digest all mail."""
        if self.is_letter:
            return ""
        door = f"u/{parcel.values['stop']}" if parcel.recipient.follow else f"u/all/{parcel.values['all']}"
        return f"{settings.BASE_URL}/{door}/"

    def push(self, parcel: Parcel) -> dict[str, Any]:
        """Return what the service worker is given."""
        push = _digest(parcel.recipient)[3] if self.is_digest else self.dispatch.push
        return {name: _filled(value, parcel.values) for name, value in (push or {}).items()}


def _digest(recipient: Recipient) -> tuple[str, str, str, dict[str, Any]]:
    from writethru.bulletins.digests import message_of  # noqa: PLC0415

    return message_of(recipient)


def _filled(value: Any, values: dict[str, str]) -> Any:
    if not isinstance(value, str) or "%%" not in value:
        return value
    for name, its in values.items():
        value = value.replace(f"%%{name}%%", its)
    return value
