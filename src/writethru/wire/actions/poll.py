"""Polling: a source that is due is claimed, asked, and told when it is due again.

Asking touches no row, so that many sources are asked at once and what they answer is taken in one after the other.
A source that fails is left alone for twice as long each time; one whose claim was lost meanwhile is left as it is.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from writethru.lib.http import NotFetched, Response, fetch
from writethru.lib.process import has_ended, name_of_this_call
from writethru.lib.queue import wake
from writethru.wire.actions.setaside import set_document_aside, set_entries_aside
from writethru.wire.actions.take import Portion, Taken, storable, take_document
from writethru.wire.formats import Unreadable
from writethru.wire.formats.document import read
from writethru.wire.models import Source, SourceState
from writethru.wire.words import why_unread

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
MOST_BYTES = 6_000_000  # once unpacked; the longest of 116 real feeds has 1.5 million
CLAIM_SECONDS = 120  # asking ends after 20; the rest is for its turn to be taken in
MOST_ITEMS = 2_000  # of a fetch; the longest of 116 real feeds has 338. `writethru take` takes ten times as many
# What is more has its turn a minute later: a fetch must end, and the others wait for theirs.
PORTION = Portion(items=1_000, text=1_500_000)
LONGEST_MINUTES = 12 * 60
LONGEST_ASKED_MINUTES = 24 * 60  # a server may ask for more patience than we would have
MINUTES_TO_THE_REST = 1
NOTHING = Taken((), 0)
LATER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


@dataclass(frozen=True, slots=True)
class SourceClaim:
    """A source that this call may fetch until its claim ends, and what it answered last time."""

    source_id: int
    address: str
    etag: str
    last_modified: str
    body_hash: str
    claimed_by: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered, or why there is nothing."""

    response: Response | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a fetch, the last of it in words; `ok` also where nothing was new."""

    ok: bool
    items: int
    new_items: int
    said: str


def claim_sources(*, now: datetime, limit: int) -> list[SourceClaim]:
    """Claim up to `limit` sources that are due: those that answer before those that fail, the longest due first."""
    _give_states(now=now)
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    due = SourceState.objects.filter(free, source__is_polled=True, next_fetch_at__lte=now)
    claimed_by = name_of_this_call()
    with transaction.atomic():
        answering = due.filter(failures=0).order_by("next_fetch_at", "pk")
        found = _locked(answering, limit)
        found += _locked(due.filter(failures__gt=0).order_by("next_fetch_at", "pk"), limit - len(found))
        SourceState.objects.filter(free, pk__in=found).update(
            claimed_by=claimed_by, claimed_until=now + timedelta(seconds=CLAIM_SECONDS)
        )
    return _claims(found, claimed_by=claimed_by)


def _locked(due: Any, limit: int) -> list[int]:
    return list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:limit])


def claim_source(source: Source, *, now: datetime) -> SourceClaim | None:
    """Claim this source, due or not, to try it; None while it is being fetched."""
    SourceState.objects.get_or_create(source=source, defaults={"next_fetch_at": now})
    claimed_by = name_of_this_call()
    SourceState.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), source=source).update(
        claimed_by=claimed_by, claimed_until=now + timedelta(seconds=CLAIM_SECONDS)
    )
    return next(iter(_claims([source.pk], claimed_by=claimed_by)), None)


def _give_states(*, now: datetime) -> None:
    new = Source.objects.filter(is_polled=True, state=None).values_list("pk", flat=True)
    SourceState.objects.bulk_create([SourceState(source_id=pk, next_fetch_at=now) for pk in new], ignore_conflicts=True)


def _claims(found: list[int], *, claimed_by: str) -> list[SourceClaim]:
    mine = SourceState.objects.filter(pk__in=found, claimed_by=claimed_by).select_related("source")
    return [
        SourceClaim(state.pk, state.source.address, state.etag, state.last_modified, state.body_hash, claimed_by)
        for state in mine.order_by("next_fetch_at", "pk")
    ]


def free_sources_of_ended_processes() -> int:
    """End the claims of processes that have died on this machine, and return how many sources that frees."""
    names = SourceState.objects.exclude(claimed_by="").values_list("claimed_by", flat=True).distinct()
    ended = [name for name in names if has_ended(name)]
    return SourceState.objects.filter(claimed_by__in=ended).update(claimed_by="", claimed_until=None)


def source_changed(source: Source, *, address_changed: bool, now: datetime) -> None:
    """Heed what an editor changed of a source: another address is another server, of which nothing is known."""
    SourceState.objects.get_or_create(source=source, defaults={"next_fetch_at": now})
    if address_changed:
        blank = dict.fromkeys(("etag", "last_modified", "body_hash", "moved_to", "error", "claimed_by"), "")
        SourceState.objects.filter(source=source).update(
            **blank, failures=0, failing_since=None, is_gone=False, claimed_until=None, next_fetch_at=now
        )
    if source.is_polled:
        wake("fetch_due_sources")


def ask(claim: SourceClaim, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Answer:
    """Return what a source answers, if it is another than last time. Touches no row; raises nothing."""
    try:
        return Answer(
            fetch(
                claim.address,
                max_bytes=MOST_BYTES,
                timeout_seconds=timeout_seconds,
                etag=claim.etag,
                last_modified=claim.last_modified,
            )
        )
    except NotFetched as error:
        return Answer(None, str(error))
    except Exception as error:  # whoever waits for the answer must get one
        log.exception("%s can't be asked", claim.address)
        return Answer(None, f"{type(error).__name__}: {error}")


def fetch_source(claim: SourceClaim, *, now: datetime, timeout_seconds: float = TIMEOUT_SECONDS) -> Fetched | None:
    """Ask a claimed source and take in what it answers; None if the claim was lost meanwhile."""
    return take_answer(claim, ask(claim, timeout_seconds=timeout_seconds), now=now)


def take_answer(claim: SourceClaim, answer: Answer, *, now: datetime) -> Fetched | None:
    """Take in what a claimed source answered, and set when it is due again; None if the claim was lost meanwhile."""
    source = Source.objects.filter(pk=claim.source_id, state__claimed_by=claim.claimed_by).first()
    if source is None:
        return None
    response = answer.response
    if response is None:
        return _fail(claim, source, error=answer.error, now=now)
    if response.status == HTTPStatus.GONE:
        return _stop(claim, now=now)
    if response.status == HTTPStatus.NOT_MODIFIED:
        return _succeed(claim, source, response, now=now)
    if response.status != HTTPStatus.OK:
        error = _("Its server answered %(status)s.") % {"status": _status(response.status)}
        return _fail(claim, source, error=error, now=now, wait=_asked_wait(response, now=now))
    digest = hashlib.sha256(response.body).hexdigest()
    if digest == claim.body_hash:
        return _succeed(claim, source, response, now=now)
    return _take_body(claim, source, response, digest=digest, now=now)


def _take_body(claim: SourceClaim, source: Source, response: Response, *, digest: str, now: datetime) -> Fetched | None:
    try:
        content_type = response.headers.get("Content-Type", "")
        document = read(response.body, content_type=content_type, address=response.address, max_items=MOST_ITEMS)
        taken = take_document(document, source=source, now=now, portion=PORTION)
        set_entries_aside(document, source=source, address=response.address, body=response.body, now=now)
    except Unreadable as error:
        return _fail_unread(claim, source, response, reason=error.reason, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # one bad document must not hold up the other sources
        log.exception("What %s sent can't be taken", source)
        return _fail_unread(claim, source, response, reason="stumbled", now=now)
    return _succeed(claim, source, response, taken=taken, now=now, body_hash=digest)


def _fail_unread(
    claim: SourceClaim, source: Source, response: Response, *, reason: str, now: datetime
) -> Fetched | None:
    set_document_aside(response.body, reason=reason, source=source, address=response.address, now=now)
    error = _("What it sent can't be read: %(why)s. It was set aside.") % {"why": why_unread(reason)}
    return _fail(claim, source, error=error, now=now)


def _succeed(
    claim: SourceClaim,
    source: Source,
    response: Response,
    *,
    now: datetime,
    taken: Taken = NOTHING,
    body_hash: str = "",
) -> Fetched | None:
    minutes = min(source.poll_minutes, MINUTES_TO_THE_REST) if taken.left else source.poll_minutes
    changes: dict[str, Any] = {
        "moved_to": storable(response.moved_to)[:2000],
        "fetched_at": now,
        "succeeded_at": now,
        "failing_since": None,
        "failures": 0,
        "error": "",
        "is_gone": False,
        "next_fetch_at": now + timedelta(minutes=minutes),
    }
    if taken.left:  # the same document is wanted again
        changes |= {"etag": "", "last_modified": "", "body_hash": "", "new_items": taken.new}
    elif response.status == HTTPStatus.OK:
        changes |= {
            "etag": _header(response, "ETag", 1000),
            "last_modified": _header(response, "Last-Modified", 100),
            "body_hash": body_hash or claim.body_hash,
            "new_items": taken.new,
        }
    return (
        Fetched(True, len(taken.items), taken.new, _in_words(taken, body_hash)) if _finish(claim, **changes) else None
    )


def _in_words(taken: Taken, body_hash: str) -> str:
    if not body_hash:
        return _("It answers, and has nothing new since the last fetch.")
    items, new = len(taken.items), taken.new
    said = ngettext("It answers with %(items)s item", "It answers with %(items)s items", items) % {"items": items}
    whole = f"{said}, " + ngettext("%(new)s of them new", "%(new)s of them new", new) % {"new": new} + "."
    if not taken.left:
        return whole
    rest = ngettext("%(n)s more has its turn in a minute.", "%(n)s more have their turn in a minute.", taken.left)
    return f"{whole} {rest % {'n': taken.left}}"


def _header(response: Response, name: str, length: int) -> str:
    """Return a validator to send back, whole or not at all."""
    value = storable(response.headers.get(name) or "")
    return value if len(value) <= length and value.isprintable() else ""


def _fail(
    claim: SourceClaim, source: Source, *, error: str, now: datetime, wait: timedelta = timedelta(0)
) -> Fetched | None:
    state = SourceState.objects.get(pk=claim.source_id)
    # 2 ** 10 minutes are more than the longest already.
    minutes = min(source.poll_minutes * 2 ** min(state.failures + 1, 10), max(LONGEST_MINUTES, source.poll_minutes))
    done = _finish(
        claim,
        fetched_at=now,
        failing_since=state.failing_since or now,
        failures=state.failures + 1,
        error=storable(error)[:2000],
        next_fetch_at=now + max(timedelta(minutes=minutes), wait),
    )
    return Fetched(False, 0, 0, error) if done else None


def _stop(claim: SourceClaim, *, now: datetime) -> Fetched | None:
    error = _("Its server says that it is gone for good (410). It is not asked again until its address is changed.")
    state = SourceState.objects.get(pk=claim.source_id)
    since = state.failing_since or now
    done = _finish(claim, fetched_at=now, failing_since=since, error=error, is_gone=True, next_fetch_at=None)
    return Fetched(False, 0, 0, error) if done else None


def _finish(claim: SourceClaim, **changes: Any) -> bool:
    """Write down what came of a fetch and give the claim back; return False if it was lost."""
    held = SourceState.objects.filter(pk=claim.source_id, claimed_by=claim.claimed_by)
    return bool(held.update(**changes, claimed_by="", claimed_until=None))


def _status(code: int) -> str:
    try:
        return f"{code} ({HTTPStatus(code).phrase})"
    except ValueError:
        return str(code)


def _asked_wait(response: Response, *, now: datetime) -> timedelta:
    """Return how long a server that has too much to do asks to be left alone (RFC 9110, 10.2.3), a day at most."""
    said = (response.headers.get("Retry-After") or "").strip() if response.status in LATER else ""
    longest = timedelta(minutes=LONGEST_ASKED_MINUTES)
    if said.isascii() and said.isdecimal():
        return min(timedelta(seconds=int(said[:9])), longest)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return timedelta(0)
    return min(max((until if until.tzinfo else until.replace(tzinfo=UTC)) - now, timedelta(0)), longest)
