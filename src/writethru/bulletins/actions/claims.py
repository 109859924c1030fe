"""The ledger's claims: who may hand over what, and what became of it.

Rows are *reserved* in hundreds, so that workers don't get in each other's way; that promises nothing, and runs out in a
minute. A row is *claimed* in the moment before it is handed over, as many at once as a carrier hands over at once (see
`turns`). What was claimed and not marked is *in doubt* when its claim has run out or its process has ended: never sent
again by itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from writethru.bulletins.models import Dispatch, Sending
from writethru.bulletins.personal import Recipient
from writethru.lib.process import has_ended
from writethru.readers.models import Follow, PushSubscription, Reader
from writethru.stories.models import ReportState, Version

RESERVED_SECONDS = 60
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
        if not found:
            return []
        # A dispatch's lines mostly stand together: their first and last are read faster than a thousand numbers.
        stand_together = found[-1] - found[0] == len(found) - 1
        those = Q(pk__range=(found[0], found[-1])) if stand_together else Q(pk__in=found)
        Sending.objects.filter(those).update(claimed_by=by, claimed_until=until)
    # Values and no models: of each row a model of its own would cost as much as sending it.
    rows = Sending.objects.filter(those).order_by("pk").values_list(*_READ)
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


@transaction.atomic
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
