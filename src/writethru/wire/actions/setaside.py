"""Setting aside: what can't be read is kept with its reason, once, and holds nothing else up."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from writethru.wire.actions.take import Taken, storable, take_document
from writethru.wire.formats import Document, Unreadable
from writethru.wire.formats.document import read, read_entry
from writethru.wire.formats.guard import charset_of, decode
from writethru.wire.models import SetAside, Source

MOST_BYTES = 1024 * 1024  # of each; what is larger is cut
SHOWN = 2000  # characters of it on the desk
MOST_OF_A_DOCUMENT = 100  # entries; a feed of 20,000 empty ones says nothing more
MOST_OF_A_SOURCE = 200  # the newest; the bytes of a server's error page are others each time


@dataclass(frozen=True, slots=True)
class _Aside:
    raw: bytes
    reason: str
    is_document: bool
    charset: str


def set_document_aside(body: bytes, *, reason: str, source: Source | None, address: str, now: datetime) -> None:
    """Keep a document that can't be read, the code of why, and when it came."""
    _keep([_Aside(body, reason, True, charset_of(body[:MOST_BYTES]))], source=source, address=address, now=now)


def set_entries_aside(document: Document, *, source: Source, address: str, body: bytes, now: datetime) -> None:
    """Keep what stood in a document, whose bytes are `body`, where items should."""
    if document.set_aside:
        charset = charset_of(body)
        entries = document.set_aside[:MOST_OF_A_DOCUMENT]
        found = [_Aside(entry.raw, entry.reason, False, charset) for entry in entries]
        _keep(found, source=source, address=address, now=now)


def _keep(found: list[_Aside], *, source: Source | None, address: str, now: datetime) -> None:
    rows = [
        SetAside(
            source=source,
            address=address[:2000],
            is_document=one.is_document,
            reason=one.reason,
            start=_start(one),
            raw=one.raw[:MOST_BYTES],
            size=len(one.raw),
            charset=one.charset[:40],
            digest=_digest(one.raw, source),
            set_aside_at=now,
        )
        for one in found
    ]
    with transaction.atomic():
        SetAside.objects.bulk_create(rows, ignore_conflicts=True)
        newest = SetAside.objects.filter(source=source).order_by("-set_aside_at", "-pk")
        over = list(newest.values_list("pk", flat=True)[MOST_OF_A_SOURCE : MOST_OF_A_SOURCE + 1000])
        SetAside.objects.filter(pk__in=over).delete()


def _digest(raw: bytes, source: Source | None) -> str:
    digest = hashlib.sha256(f"{source.pk if source else ''}\n".encode())
    digest.update(raw)
    return digest.hexdigest()


def _start(one: _Aside) -> str:
    return storable(decode(one.raw[: 4 * SHOWN], content_type=f"text/plain; charset={one.charset}")[:SHOWN])


class StillUnreadable(Exception):
    """What was set aside can't be read today either; `reason` is the code of why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_again(kept: SetAside, *, now: datetime) -> Taken:
    """Read what was set aside with today's readers, and take its items in; it is set aside no longer.

    Raises StillUnreadable, with it kept as it is: also for what is cut, and for what no source is known of.
    """
    raw = bytes(kept.raw)
    if kept.is_cut:
        raise StillUnreadable("too_large")
    if kept.source is None:
        raise StillUnreadable("no_source")
    try:
        label = f"text/plain; charset={kept.charset}" if kept.charset else ""
        reader = read(raw, content_type=label, address=kept.address) if kept.is_document else None
        document = reader or read_entry(raw, charset=kept.charset, address=kept.address)
    except Unreadable as error:
        raise StillUnreadable(error.reason) from error
    if not document.items:
        raise StillUnreadable(next((entry.reason for entry in document.set_aside), "empty"))
    with transaction.atomic():
        taken = take_document(document, source=kept.source, now=now)
        set_entries_aside(document, source=kept.source, address=kept.address, body=raw, now=now)
        kept.delete()
    return taken


def drop_set_aside(kept: SetAside) -> None:
    """Let go of what was set aside: an editor has seen it."""
    kept.delete()
