"""A turn of the ledger: what has been answered is marked and what is ready is claimed, in one commit.

In the statement that claims it is looked whether it is still true that a row is to go. The statements are in plain SQL:
a turn is a commit, and there are some hundred of them a second.
"""

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection

from writethru.bulletins.actions.claims import RESERVED_SECONDS, drop_all_if_void, drop_untrue, recount
from writethru.bulletins.carriers import Answer, Outcome, Parcel
from writethru.bulletins.models import Sending
from writethru.bulletins.replies import tidy
from writethru.lib.planned import Statement, run_together

CLAIM_MINUTES = 15  # longer than any server is waited for
TRIED_FOR = timedelta(hours=24)
BACK_OFF_MINUTES = (1, 5, 15, 30, 60)  # after the last, once an hour
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a row becomes, and the count of its dispatch that goes up."""

    status: str
    counted: str = ""


MARKS = {
    Outcome.SENT: _Mark(Sending.Status.SENT, "sent"),
    Outcome.FAILED: _Mark(Sending.Status.FAILED, "failed"),
    Outcome.GONE: _Mark(Sending.Status.FAILED, "failed"),
    Outcome.DOUBT: _Mark(Sending.Status.DOUBT, "in_doubt"),
    Outcome.LATER: _Mark(Sending.Status.WAITING),
    Outcome.FREE: _Mark(Sending.Status.WAITING),
}
_MARKED = """
    UPDATE bulletins_sending SET status = %s, answer = %s, done_at = %s, next_try_at = %s, attempts = attempts + 1,
        claimed_by = '', claimed_until = NULL
    WHERE id = %s AND claimed_by = %s AND status IN ('waiting', 'claimed')
"""
# For all at once, where each statement would be planned and waited for.
_MARKED_AT_ONCE = """
    UPDATE bulletins_sending SET status = m.status, answer = m.answer, done_at = m.done_at, next_try_at = m.again_at,
        attempts = attempts + 1, claimed_by = '', claimed_until = NULL
    FROM json_to_recordset(%s::json)
        AS m (id bigint, status text, answer text, done_at timestamptz, again_at timestamptz)
    WHERE bulletins_sending.id = m.id AND claimed_by = %s AND bulletins_sending.status IN ('waiting', 'claimed')
"""
_FREED = """
    UPDATE bulletins_sending SET status = 'waiting', claimed_until = %s
    WHERE id = %s AND claimed_by = %s AND status IN ('waiting', 'claimed')
"""
_COUNTED = """
    UPDATE bulletins_dispatch SET sent = sent + %s, failed = failed + %s, in_doubt = in_doubt + %s
    WHERE id = %s
"""
# What has to be true in the moment in which a row is claimed; `_reasons` says the same of those that it is not true of.
# COALESCE hides what waits from the planner: its figures are of a time when little did, and it would read through all
# that waits now to find these few.
_CLAIMED = """
    UPDATE bulletins_sending SET status = 'claimed', claimed_until = %s
    WHERE id {those} AND COALESCE(status, '') = 'waiting' AND claimed_by = %s AND id IN (
        SELECT s.id FROM bulletins_sending s
        JOIN bulletins_dispatch d ON d.id = s.dispatch_id
        LEFT JOIN readers_reader r ON r.id = s.reader_id
        LEFT JOIN readers_follow f ON f.id = s.follow_id
        LEFT JOIN readers_pushsubscription p ON p.id = s.subscription_id
        LEFT JOIN stories_version v ON v.id = d.version_id
        LEFT JOIN stories_reportstate t ON t.report_id = v.report_id
        WHERE s.id {those} AND d.status = 'sending' AND d.not_before <= %s
            AND (v.id IS NULL OR v.kind = 'withdrawal' OR (
                t.status = 'published' AND NOT t.held AND (t.public_from IS NULL OR t.public_from <= %s)
                AND (t.public_until IS NULL OR t.public_until > %s)))
            AND (d.kind = 'letter' OR (
                r.id IS NOT NULL AND r.paused_at IS NULL AND (r.muted_until IS NULL OR r.muted_until <= %s)
                AND (s.door = 'push' OR (r.mail_stopped_at IS NULL AND r.email <> ''))
                AND (s.door = 'mail' OR (p.id IS NOT NULL AND p.ended_at IS NULL))
                AND (f.id IS NULL OR (f.ended_at IS NULL AND f.paused_at IS NULL
                    AND (f.muted_until IS NULL OR f.muted_until <= %s)
                    AND (CASE s.door WHEN 'mail' THEN f.by_mail ELSE f.by_push END)))))
    )
    RETURNING id
"""


def take_turn(
    answers: Sequence[Answer],
    ready: Sequence[Parcel],
    *,
    by: str,
    now: datetime,
    meanwhile: Callable[[], None] | None = None,
) -> list[Parcel]:
    """Mark what has been answered and claim what is ready, in one commit; return what may be handed over now.

    What isn't returned is no longer to go, or somebody else has it. `meanwhile` is called while a server writes, and
    must ask the database nothing.
    """
    settled = sorted(
        (_settled(answer, now=now) for answer in answers if answer.outcome != Outcome.FREE), key=lambda one: one.sending
    )
    free = [answer for answer in answers if answer.outcome == Outcome.FREE]
    claims = [_claiming(ready, by=by, now=now)] if ready else []
    marks = _marking(settled, by=by)
    counts = _counting(settled)
    # Everybody changes lines of the ledger first, then the counts of their dispatches: so nobody waits in a ring.
    done = run_together([*claims, *_freeing(free, by=by, now=now), *marks, *counts], meanwhile=meanwhile)
    granted = {pk for (pk,) in done[0].rows} if claims else set()
    marked = sum(one.count for one in done[len(done) - len(counts) - len(marks) :][: len(marks)])
    refused = [parcel for parcel in ready if parcel.sending not in granted]
    try:
        if marked != len(settled):
            for dispatch in sorted({one.dispatch for one in settled}):  # somebody else has put one of them in doubt
                recount(dispatch)
        _drop(refused, now=now)
    except OperationalError as error:
        # What is claimed is claimed by now: asked again it would not be granted, and be in doubt though nobody has it.
        log.warning("What is not to go is looked at when it is next due: %s", error)
    its_own = {parcel.sending: parcel for parcel in ready}  # one, whatever the carrier says
    return [parcel for pk, parcel in its_own.items() if pk in granted]


def _drop(refused: Sequence[Parcel], *, now: datetime) -> None:
    for dispatch in sorted({parcel.dispatch for parcel in refused}):
        drop_all_if_void(dispatch, now=now)
    if refused:
        drop_untrue(Sending.objects.filter(pk__in=[parcel.sending for parcel in refused]), now=now)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What an answer makes of its row."""

    sending: int
    dispatch: int
    mark: _Mark
    said: str
    done_at: Any
    again_at: Any


def _settled(answer: Answer, *, now: datetime) -> _Settled:
    mark, again_at = _told(answer, now=now)
    adapt = connection.ops.adapt_datetimefield_value
    return _Settled(
        answer.parcel.sending,
        answer.parcel.dispatch,
        mark,
        tidy(answer.said),  # a push service is anybody's, and PostgreSQL keeps no NUL
        adapt(now) if mark.counted else None,
        adapt(again_at) if again_at else None,
    )


def _told(answer: Answer, *, now: datetime) -> tuple[_Mark, datetime | None]:
    """Return what the answer makes of the row, and when it is tried again."""
    if answer.outcome != Outcome.LATER:
        return MARKS[answer.outcome], None
    minutes = BACK_OFF_MINUTES[min(answer.parcel.attempts, len(BACK_OFF_MINUTES) - 1)]
    again_at = now + max(timedelta(minutes=minutes), timedelta(seconds=answer.wait_seconds))
    if again_at > answer.parcel.since + TRIED_FOR:
        return MARKS[Outcome.FAILED], None
    return MARKS[Outcome.LATER], again_at


def _marking(settled: Sequence[_Settled], *, by: str) -> list[Statement]:
    if settled and connection.vendor == "postgresql":
        names = ("id", "status", "answer", "done_at", "again_at")
        values = ((one.sending, one.mark.status, one.said, one.done_at, one.again_at) for one in settled)
        rows = [dict(zip(names, its, strict=True)) for its in values]
        return [(_MARKED_AT_ONCE, (json.dumps(rows, default=str), by))]
    return [(_MARKED, (one.mark.status, one.said, one.done_at, one.again_at, one.sending, by)) for one in settled]


def _freeing(free: Sequence[Answer], *, by: str, now: datetime) -> list[Statement]:
    until = connection.ops.adapt_datetimefield_value(now + timedelta(seconds=RESERVED_SECONDS))
    return [(_FREED, (until, answer.parcel.sending, by)) for answer in free]


def _counting(settled: Sequence[_Settled]) -> list[Statement]:
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for one in settled:
        if one.mark.counted:
            counts[one.dispatch][one.mark.counted] += 1
    return [
        (_COUNTED, (its["sent"], its["failed"], its["in_doubt"], dispatch)) for dispatch, its in sorted(counts.items())
    ]


def _claiming(ready: Sequence[Parcel], *, by: str, now: datetime) -> Statement:
    adapt = connection.ops.adapt_datetimefield_value
    at, until = adapt(now), adapt(now + timedelta(minutes=CLAIM_MINUTES))
    ids = [parcel.sending for parcel in ready]
    if connection.vendor == "postgresql":
        those: list[Any] = [f"{{{','.join(map(str, ids))}}}"]
        sql = _CLAIMED.format(those="= ANY (%s::bigint[])")
    else:
        those, sql = ids, _CLAIMED.format(those=f"IN ({', '.join(['%s'] * len(ids))})")
    return sql, [until, *those, by, *those, at, at, at, at, at]
