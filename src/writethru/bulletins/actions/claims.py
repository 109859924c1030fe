"""The ledger's claims: who may hand over what, and what became of it.

Rows are *reserved* in hundreds, so that workers don't get in each other's way; that promises nothing, and runs out in a
minute. A row is *claimed* in the moment before it is handed over, as many at once as a carrier hands over at once, and
in the same statement it is looked whether it is still true that it is to go. What was claimed and not marked is *in
doubt* when its claim has run out or its process has ended: never sent again by itself.

The statements of a turn are in plain SQL, the same for both databases: a turn is a commit, and there are some hundred
of them a second.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from writethru.bulletins.carriers import Answer, Outcome, Parcel
from writethru.bulletins.models import Dispatch, Sending
from writethru.bulletins.personal import Recipient
from writethru.lib.planned import execute, planned_cursor
from writethru.lib.process import has_ended
from writethru.readers.models import Follow, PushSubscription, Reader
from writethru.stories.models import ReportState, Version

RESERVED_SECONDS = 60
CLAIM_MINUTES = 15  # longer than any server is waited for
TRIED_FOR = timedelta(hours=24)
BACK_OFF_MINUTES = (1, 5, 15, 30, 60)  # after the last, once an hour
MOST_WORDS = 1000
OF_THE_WHOLE = 2  # the first of `_reasons` are true of all rows of a dispatch, or of none
_READ = (
    *("pk", "attempts", "address", "content", "reader_id", "follow_id", "reader__email", "reader__language"),
    *("follow__pace", "follow__followed_at", "subscription_id"),
)
Status, Door = Sending.Status, Sending.Door


# Reserving


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the ledger that is reserved."""

    recipient: Recipient
    attempts: int
    subscription: PushSubscription | None = None


def reserve(dispatch_id: int, *, door: str, by: str, now: datetime, limit: int) -> list[Row]:
    """Reserve the next rows of a dispatch that may be sent now, and return them with their readers and follows."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    due = Q(next_try_at=None) | Q(next_try_at__lte=now)
    waiting = Sending.objects.filter(free, due, dispatch=dispatch_id, status=Status.WAITING, door=door)
    until = now + timedelta(seconds=RESERVED_SECONDS)
    with transaction.atomic():
        found = list(waiting.select_for_update(skip_locked=True).order_by("id").values_list("pk", flat=True)[:limit])
        Sending.objects.filter(pk__in=found).update(claimed_by=by, claimed_until=until)
    if not found:
        return []
    # Values and no models: of each row a model of its own would cost as much as sending it.
    rows = Sending.objects.filter(pk__in=found).order_by("pk").values_list(*_READ)
    browsers = {}
    if door == Door.PUSH:
        browsers = PushSubscription.objects.in_bulk([row[-1] for row in rows if row[-1]])
    return [
        Row(
            Recipient(
                sending=pk,
                reader=reader or 0,
                follow=follow or 0,
                email=address or email or "",
                pace=pace or "",
                followed_at=followed_at,
                language=language or "",
                content=content,
            ),
            attempts,
            browsers.get(browser),
        )
        for pk, attempts, address, content, reader, follow, email, language, pace, followed_at, browser in rows
    ]


def let_go(sendings: Sequence[int], *, by: str) -> None:
    """Give back rows that were reserved and not handed over."""
    mine = Sending.objects.filter(pk__in=sendings, claimed_by=by, status=Status.WAITING)
    mine.update(claimed_by="", claimed_until=None)


def free_reserved_by_ended(dispatch_id: int) -> bool:
    """Give back what ended processes had reserved, and say whether that was anything."""
    waiting = Sending.objects.filter(dispatch=dispatch_id, status=Status.WAITING).exclude(claimed_by="")
    ended = [name for name in waiting.values_list("claimed_by", flat=True).distinct() if has_ended(name)]
    return bool(ended and waiting.filter(claimed_by__in=ended).update(claimed_by="", claimed_until=None))


# A turn: what has been answered is marked, what is ready is claimed, in one commit


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a row becomes, and the count of its dispatch that goes up."""

    status: str
    counted: str = ""


MARKS = {
    Outcome.SENT: _Mark(Status.SENT, "sent"),
    Outcome.FAILED: _Mark(Status.FAILED, "failed"),
    Outcome.GONE: _Mark(Status.FAILED, "failed"),
    Outcome.DOUBT: _Mark(Status.DOUBT, "in_doubt"),
    Outcome.LATER: _Mark(Status.WAITING),
    Outcome.FREE: _Mark(Status.WAITING),
}
_MARK = """
    UPDATE bulletins_sending SET status = %s, answer = %s, done_at = %s, next_try_at = %s, attempts = attempts + %s,
        claimed_by = '', claimed_until = NULL
    WHERE id = %s AND claimed_by = %s AND status IN ('waiting', 'claimed')
"""
_FREE = """
    UPDATE bulletins_sending SET status = 'waiting', claimed_until = %s
    WHERE id = %s AND claimed_by = %s AND status IN ('waiting', 'claimed')
"""
_COUNT = """
    UPDATE bulletins_dispatch SET sent = sent + %s, failed = failed + %s, in_doubt = in_doubt + %s,
        dropped = dropped + %s
    WHERE id = %s
"""
# What has to be true in the moment in which a row is claimed; `_reasons` says the same of those that it is not true of.
# COALESCE hides what waits from the planner: its figures are of a time when little did, and it would read through all
# that waits now to find these few.
_CLAIM = """
    UPDATE bulletins_sending SET status = 'claimed', claimed_until = %s
    WHERE id IN ({ids}) AND COALESCE(status, '') = 'waiting' AND claimed_by = %s AND id IN (
        SELECT s.id FROM bulletins_sending s
        JOIN bulletins_dispatch d ON d.id = s.dispatch_id
        LEFT JOIN readers_reader r ON r.id = s.reader_id
        LEFT JOIN readers_follow f ON f.id = s.follow_id
        LEFT JOIN readers_pushsubscription p ON p.id = s.subscription_id
        LEFT JOIN stories_version v ON v.id = d.version_id
        LEFT JOIN stories_reportstate t ON t.report_id = v.report_id
        WHERE s.id IN ({ids}) AND d.status = 'sending' AND d.not_before <= %s
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


def take_turn(answers: Sequence[Answer], ready: Sequence[Parcel], *, by: str, now: datetime) -> list[Parcel]:
    """Mark what has been answered and claim what is ready, in one commit; return what may be handed over now.

    What isn't returned is no longer to go, or somebody else has it.
    """
    # Everybody changes lines of the ledger first, then the counts of their dispatches: so nobody waits in a ring.
    with transaction.atomic(), planned_cursor() as cursor:
        granted = _claim(cursor, ready, by=by, now=now)
        _mark(cursor, answers, by=by, now=now)
    refused = [parcel for parcel in ready if parcel.sending not in granted]
    if refused:
        for dispatch in sorted({parcel.dispatch for parcel in refused}):
            drop_all_if_void(dispatch, now=now)
        drop_untrue(Sending.objects.filter(pk__in=[parcel.sending for parcel in refused]), now=now)
    its_own = {parcel.sending: parcel for parcel in ready}  # one, whatever the carrier says
    return [parcel for pk, parcel in its_own.items() if pk in granted]


def _mark(cursor: Any, answers: Sequence[Answer], *, by: str, now: datetime) -> None:
    adapt = connection.ops.adapt_datetimefield_value
    free = [answer for answer in answers if answer.outcome == Outcome.FREE]
    if free:
        until = adapt(now + timedelta(seconds=RESERVED_SECONDS))
        cursor.executemany(_FREE, [(until, answer.parcel.sending, by) for answer in free])
    settled = sorted(
        (answer for answer in answers if answer.outcome != Outcome.FREE), key=lambda answer: answer.parcel.sending
    )
    if not settled:
        return
    told = [_told(answer, now=now) for answer in settled]
    cursor.executemany(
        _MARK,
        [
            (
                mark.status,
                answer.said[:MOST_WORDS],
                adapt(now) if mark.counted else None,
                adapt(again_at) if again_at else None,
                1,
                answer.parcel.sending,
                by,
            )
            for answer, (mark, again_at) in zip(settled, told, strict=True)
        ],
    )
    is_held = cursor.rowcount == len(settled)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for answer, (mark, _) in zip(settled, told, strict=True):
        if mark.counted:
            counts[answer.parcel.dispatch][mark.counted] += 1
    for dispatch, its in sorted(counts.items()):
        if is_held:
            execute(cursor, _COUNT, (its["sent"], its["failed"], its["in_doubt"], 0, dispatch))
        else:  # somebody else has put one of them in doubt
            recount(dispatch)


def _told(answer: Answer, *, now: datetime) -> tuple[_Mark, datetime | None]:
    """Return what the answer makes of the row, and when it is tried again."""
    if answer.outcome != Outcome.LATER:
        return MARKS[answer.outcome], None
    minutes = BACK_OFF_MINUTES[min(answer.parcel.attempts, len(BACK_OFF_MINUTES) - 1)]
    again_at = now + max(timedelta(minutes=minutes), timedelta(seconds=answer.wait_seconds))
    if again_at > answer.parcel.since + TRIED_FOR:
        return MARKS[Outcome.FAILED], None
    return MARKS[Outcome.LATER], again_at


def _claim(cursor: Any, ready: Sequence[Parcel], *, by: str, now: datetime) -> set[int]:
    if not ready:
        return set()
    adapt = connection.ops.adapt_datetimefield_value
    # Filled up to a power of two, so that there are few statements to be read.
    ids = [parcel.sending for parcel in ready]
    ids += ids[-1:] * ((1 << (len(ids) - 1).bit_length()) - len(ids))
    at = adapt(now)
    execute(
        cursor,
        _CLAIM.format(ids=", ".join(["%s"] * len(ids))),
        [adapt(now + timedelta(minutes=CLAIM_MINUTES)), *ids, by, *ids, at, at, at, at, at],
    )
    return {row[0] for row in cursor.fetchall()}


# What is no longer true


def drop_untrue(rows: QuerySet[Sending], *, now: datetime) -> int:
    """Drop those of `rows` that wait and are no longer to go, each with its reason; return how many.

    A row is changed only as it waits, so a claim that is being committed is waited for and then left alone.
    """
    dropped: Counter[int] = Counter()
    with transaction.atomic():
        for reason, is_so in _reasons(now):
            found = list(rows.filter(is_so, status=Status.WAITING).values_list("pk", "dispatch"))
            for dispatch, its in groupby(sorted(found, key=lambda one: (one[1], one[0])), key=lambda one: one[1]):
                waiting = Sending.objects.filter(pk__in=[pk for pk, _ in its], status=Status.WAITING)
                dropped[dispatch] += waiting.update(
                    status=Status.DROPPED, answer=reason, done_at=now, claimed_by="", claimed_until=None
                )
        for dispatch, count in sorted(dropped.items()):
            Dispatch.objects.filter(pk=dispatch).update(dropped=F("dropped") + count)
    return sum(dropped.values())


def drop_empty(sending: int, *, by: str, now: datetime) -> None:
    """Drop a row that is reserved, as there is nothing to tell any more: of a digest all has been withdrawn."""
    mine = Sending.objects.filter(pk=sending, claimed_by=by, status=Status.WAITING)
    with transaction.atomic():
        for dispatch in mine.values_list("dispatch", flat=True):
            count = mine.update(
                status=Status.DROPPED, answer="nothing to tell", done_at=now, claimed_by="", claimed_until=None
            )
            Dispatch.objects.filter(pk=dispatch).update(dropped=F("dropped") + count)


def drop_all_if_void(dispatch_id: int, *, now: datetime) -> str:
    """Drop all that waits of a dispatch that is stopped, or whose report is no longer public; return why, or ""."""
    for reason, is_so in _reasons(now)[:OF_THE_WHOLE]:
        its = Sending.objects.filter(dispatch=dispatch_id, status=Status.WAITING)
        if its.filter(is_so, pk__in=list(its.order_by("id").values_list("pk", flat=True)[:1])).exists():
            with transaction.atomic():
                count = its.update(status=Status.DROPPED, answer=reason, done_at=now, claimed_by="", claimed_until=None)
                Dispatch.objects.filter(pk=dispatch_id).update(dropped=F("dropped") + count)
            return reason
    return ""


def _reasons(now: datetime) -> list[tuple[str, Q]]:
    """Return why a row is not to go, each with its condition, in the order in which they count."""
    letter = Q(dispatch__kind=Dispatch.Kind.LETTER)
    public = ReportState.objects.public(now).filter(report=OuterRef("dispatch__version__report"))
    follows = Follow.objects.filter(pk=OuterRef("follow"))
    readers = Reader.objects.filter(pk=OuterRef("reader"))
    subscriptions = PushSubscription.objects.filter(pk=OuterRef("subscription"), ended_at=None)
    is_told_of = Q(dispatch__version__isnull=False) & ~Q(dispatch__version__kind=Version.Kind.WITHDRAWAL)
    by_door = Q(door=Door.MAIL, follow__by_mail=False) | Q(door=Door.PUSH, follow__by_push=False)
    no_mail = Q(mail_stopped_at__isnull=False) | Q(email="")
    return [
        ("stopped", Q(dispatch__status=Dispatch.Status.STOPPED)),
        ("not public any more", is_told_of & ~Exists(public)),
        ("no reader", ~letter & Q(reader=None)),
        ("unfollowed", ~letter & Exists(follows.filter(ended_at__isnull=False))),
        (
            "paused",
            ~letter
            & (Exists(follows.filter(paused_at__isnull=False)) | Exists(readers.filter(paused_at__isnull=False))),
        ),
        (
            "muted",
            ~letter & (Exists(follows.filter(muted_until__gt=now)) | Exists(readers.filter(muted_until__gt=now))),
        ),
        ("mail stopped", ~letter & Q(door=Door.MAIL) & Exists(readers.filter(no_mail))),
        ("browser gone", Q(door=Door.PUSH) & ~Exists(subscriptions)),
        ("other door", ~letter & by_door),
    ]


# What is in doubt, and what is finished


def doubt_ended_claims(*, now: datetime) -> int:
    """Put in doubt what was claimed by a process that has ended, or for too long; return how many rows."""
    claimed = Sending.objects.filter(status=Status.CLAIMED)
    names = claimed.order_by().values_list("claimed_by", flat=True).distinct()
    over = Q(claimed_until__lt=now) | Q(claimed_by__in=[name for name in names if has_ended(name)])
    doubtful = 0
    for dispatch in sorted(set(claimed.filter(over).values_list("dispatch", flat=True))):
        with transaction.atomic():
            its = claimed.filter(over, dispatch=dispatch)
            count = its.update(
                status=Status.DOUBT,
                done_at=now,
                claimed_until=None,
                answer="The worker ended before the server's answer came.",
            )
            Dispatch.objects.filter(pk=dispatch).update(in_doubt=F("in_doubt") + count)
        doubtful += count
    return doubtful


def finish(dispatch_id: int, *, now: datetime) -> bool:
    """Note that a dispatch is finished, if it is: everybody is in its ledger, and nothing waits or is claimed."""
    open_rows = Sending.objects.filter(dispatch=dispatch_id, status__in=[Status.WAITING, Status.CLAIMED])
    with transaction.atomic():
        sending = Dispatch.objects.filter(pk=dispatch_id, status=Dispatch.Status.SENDING, is_whole=True)
        if not sending.select_for_update().exists() or open_rows.exists():
            return False
        recount(dispatch_id)
        return bool(sending.update(status=Dispatch.Status.FINISHED, finished_at=now))


def recount(dispatch_id: int) -> None:
    """Count a dispatch's ledger anew. Rows that went with their reader count as dropped."""
    rows = Sending.objects.filter(dispatch=dispatch_id).order_by()
    counts = dict(rows.values_list("status").annotate(n=Count("pk")))
    for dispatch in Dispatch.objects.select_for_update().filter(pk=dispatch_id).only("audience"):
        gone = max(dispatch.audience - sum(counts.values()), 0)
        Dispatch.objects.filter(pk=dispatch_id).update(
            sent=counts.get(Status.SENT, 0),
            failed=counts.get(Status.FAILED, 0),
            in_doubt=counts.get(Status.DOUBT, 0),
            dropped=counts.get(Status.DROPPED, 0) + gone,
        )
