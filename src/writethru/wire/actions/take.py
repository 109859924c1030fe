"""Taking in: a document from a source becomes items, each kept once."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from django.db import IntegrityError, transaction

from storytext import read_markers
from writethru.lib.queue import wake
from writethru.wire.copy import clean_copy
from writethru.wire.formats import Document, WireItem, WirePhoto
from writethru.wire.models import Item, Source

EARLIEST = datetime(1800, 1, 1, tzinfo=UTC)  # before it no wire ran: 0001-01-01 is a program's word for "no date"
NAME_LENGTH = Source._meta.get_field("name").max_length or 200
ADDRESS_LENGTH = Source._meta.get_field("address").max_length or 2000
ID_BYTES = 1000  # PostgreSQL indexes at most 2,704
HIGHEST_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one document: its items in the order of their ids, how many are new, and how many were left."""

    items: tuple[Item, ...]
    new: int
    left: int = 0


@dataclass(frozen=True, slots=True)
class Portion:
    """How much of a document is taken in at once: new items, and characters of their text."""

    items: int
    text: int


def open_source(*, name: str, address: str = "", language: str = "") -> Source:
    """Return the source at `address`, else the one called `name`, else a new one of normal trust.

    Two feeds may bear one name: the second is called "News (2)".
    """
    name, address = storable(name)[:NAME_LENGTH].strip(), storable(address)[:ADDRESS_LENGTH]
    while True:
        # Another process may make the same source at the same moment: then it is there at the second look.
        with suppress(IntegrityError):
            return _open_source(name or address[:NAME_LENGTH], address, storable(language)[:35])


def _open_source(name: str, address: str, language: str) -> Source:
    with transaction.atomic():
        known = Source.objects.filter(address=address).first() if address else None
        if known:
            return known
        free, number = name, 1
        while held := Source.objects.filter(name__iexact=free).first():
            if not held.address or not address:
                return held
            number += 1
            free = f"{name[: NAME_LENGTH - 6]} ({number})"
        return Source.objects.create(name=free, address=address, language=language)


def take_document(document: Document, *, source: Source, now: datetime, portion: Portion | None = None) -> Taken:
    """Keep the items of `document`, oldest first, and wake the folding lane; one that is known already is kept once.

    An item is known by its source, the source's own id for it, and a fingerprint of what it says. With `portion`, what
    is more than that is left for the next time that the document is taken.
    """
    rows = {
        (_wire_id(item), mark): (item, mark) for item in _oldest_first(document, now) for mark in [fingerprint(item)]
    }
    with transaction.atomic():
        # One document of a source at a time: two that hold the same items in another order would deadlock.
        Source.objects.select_for_update(no_key=True).get(pk=source.pk)
        known = _known(source, rows)
        unknown = [sent for key, sent in rows.items() if key not in known]
        portioned = _first(unknown, portion) if portion else unknown
        fresh = [_item(item, mark, source=source, now=now) for item, mark in portioned]
        if fresh:
            _wait_for_turn()
        Item.objects.bulk_create(fresh, batch_size=200, ignore_conflicts=True)
        kept = _known(source, rows)
        if fresh:
            wake("fold_waiting_items")
    left = len(unknown) - len(portioned)
    return Taken(tuple(sorted(kept.values(), key=lambda item: item.pk)), len(kept) - len(known), left)


def _wait_for_turn() -> None:
    """Wait until who is putting items in has committed them: ids are seen in order, so they are folded in order.

    The first source stands for the whole wire. Its own documents are taken under the same lock, and want no other.
    """
    Source.objects.select_for_update(no_key=True).order_by("pk").values_list("pk").first()


def _first(sent: list[tuple[WireItem, str]], portion: Portion) -> list[tuple[WireItem, str]]:
    """Return the first of the items that make a portion: one at least, so that the rest gets its turn."""
    lengths = accumulate(len(item.html) + len(item.headline) for item, _ in sent)
    within = sum(1 for length in lengths if length <= portion.text)
    return sent[: max(1, min(within, portion.items))]


def take_item(sent: WireItem, *, source: Source, now: datetime) -> Item:
    """Keep one item and return it, or the one that was kept before."""
    mark = fingerprint(sent)
    kept = Item.objects.filter(source=source, wire_id=_wire_id(sent), fingerprint=mark).first()
    if kept is None:
        kept = _item(sent, mark, source=source, now=now)
        kept.save(force_insert=True)
        wake("fold_waiting_items")
    return kept


def fingerprint(item: WireItem) -> str:
    """Return the SHA-256 of what an item says: the same text sent again under the same id is the same item."""
    said: tuple[Any, ...] = (
        *(item.headline, item.html, item.url, item.dated_at, item.byline, item.version, item.slugline, item.photos),
    )
    # A kill or an embargo may say nothing else than that. Left out where there is none: what was kept is known by it.
    bounds = (item.pubstatus, item.embargoed_until, item.held)
    if bounds != ("usable", None, False):
        said = (*said, *bounds)
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()


def _oldest_first(document: Document, now: datetime) -> list[WireItem]:
    # Feeds list the newest first: among equal times the one further down came earlier.
    placed = sorted(enumerate(document.items), key=lambda place: (_dated_at(place[1], now), -place[0]))
    return [item for _, item in placed]


def storable(text: str) -> str:
    """Return `text` as every database takes it: without NUL and without halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def _dated_at(item: WireItem, now: datetime) -> datetime:
    """Return the wire's time, never after receipt; an item without a time that can be meant has that of its receipt."""
    return min(item.dated_at, now) if item.dated_at and item.dated_at >= EARLIEST else now


def _storable(sent: WireItem) -> WireItem:
    return replace(sent, **_words(sent), photos=tuple(replace(photo, **_words(photo)) for photo in sent.photos))


def _words(sent: WireItem | WirePhoto) -> dict[str, Any]:
    held = {field.name: getattr(sent, field.name) for field in fields(sent)}
    return {name: storable(text) for name, text in held.items() if isinstance(text, str)}


def _wire_id(item: WireItem) -> str:
    return _as_id(item.wire_id)


def _as_id(name: str) -> str:
    """Return a source's id as a column takes it: a long one by its start and its hash."""
    whole = name.replace("\0", "").encode("utf-8", "ignore")
    if len(whole) <= ID_BYTES:
        return whole.decode()
    return f"{whole[: ID_BYTES - 100].decode('utf-8', 'ignore')}#{hashlib.sha256(whole).hexdigest()}"


def _known(source: Source, rows: dict[tuple[str, str], tuple[WireItem, str]]) -> dict[tuple[str, str], Item]:
    ids: Sequence[str] = list({wire_id for wire_id, _ in rows})
    found: dict[tuple[str, str], Item] = {}
    for start in range(0, len(ids), 500):
        for item in Item.objects.filter(source=source, wire_id__in=ids[start : start + 500]).select_related("source"):
            if (item.wire_id, item.fingerprint) in rows:
                found[item.wire_id, item.fingerprint] = item
    return found


def _item(sent: WireItem, mark: str, *, source: Source, now: datetime) -> Item:
    sent = _storable(sent)
    copy = clean_copy(sent, credit=source.credit)
    return Item(
        source=source,
        wire_id=_wire_id(sent),
        fingerprint=mark,
        raw=sent.raw,
        received_at=now,
        headline=copy.headline,
        html=copy.html,
        credit=copy.credit[:500],
        dateline=copy.dateline[:500],
        correction=copy.correction,
        url=sent.url[:2000],
        language=(sent.language or source.language)[:35],
        slugline=sent.slugline[:500],
        label=read_markers(sent.slugline).headline.strip().lower()[:500],
        dated_at=_dated_at(sent, now),
        version=sent.version if sent.version is None or abs(sent.version) <= HIGHEST_VERSION else None,
        evolved_from=_as_id(sent.evolved_from),
        photos=[
            {"address": photo.address, "caption": photo.caption, "credit": photo.credit, "alt": photo.alt}
            for photo in copy.photos
        ],
        pubstatus=sent.pubstatus,
        embargoed_until=sent.embargoed_until,
        held=sent.held,
        rights=sent.rights,
        ednote=sent.ednote,
    )
