"""Forgetting: somebody at their own wish, and everybody's rows when their time is over.

What is kept, and for how long, stands in docs/guide/privacy.md; a test holds that page to these figures.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from writethru.bulletins.models import Dispatch, Sending, Told
from writethru.readers.actions.suppress import suppress
from writethru.readers.models import ErrorReport, Follow, OptIn, PushSubscription, Reader, Seen, Suppression

KEEP_LETTERS = timedelta(days=7)  # they hold links that open doors
KEEP_OPT_INS = timedelta(days=30)
KEEP_ENDED = timedelta(days=90)  # follows that were stopped, browsers that are gone
KEEP_LEDGER = timedelta(days=180)  # so long a correction still finds who was told what was wrong
KEEP_SEEN = timedelta(days=365)
KEEP_IDLE = timedelta(days=90)  # a reader without an account who follows nothing
AT_ONCE = 2000  # rows in a transaction


@transaction.atomic
def forget_reader(reader: Reader, *, now: datetime) -> None:
    """Delete a reader, their account, and all that is held about them; of the address a keyed hash stays.

    What was being handed to the mail server at this moment may still arrive; nothing after it does.
    """
    email = reader.email
    if email:
        suppress(email, because=Suppression.Because.DELETED, now=now)
        OptIn.objects.filter(email=email).delete()
        ErrorReport.objects.filter(email__iexact=email).update(email="")
        # A letter is a dispatch of one line: its text goes with it.
        letters = Dispatch.objects.filter(kind=Dispatch.Kind.LETTER, sendings__address=email)
        _delete_dispatches(letters)
    _delete_sendings(Sending.objects.filter(reader=reader))
    account = reader.account
    reader.delete()
    if account:
        account.delete()


def forget_what_is_over(*, now: datetime) -> dict[str, int]:
    """Delete what is kept no longer, in small transactions, and return how much of each. Doing it twice is harmless."""
    dispatches = Dispatch.objects.exclude(status=Dispatch.Status.SENDING)
    letters = dispatches.filter(kind=Dispatch.Kind.LETTER, made_at__lt=now - KEEP_LETTERS)
    old = dispatches.exclude(kind=Dispatch.Kind.LETTER).filter(made_at__lt=now - KEEP_LEDGER)
    idle = Reader.objects.filter(account=None, made_at__lt=now - KEEP_IDLE).filter(
        ~Exists(Follow.objects.filter(reader=OuterRef("pk")))
    )
    return {
        "letters": _delete_dispatches(letters),
        "dispatches": _delete_dispatches(old),
        "opt-ins": _delete(OptIn.objects.filter(asked_at__lt=now - KEEP_OPT_INS)),
        "follows": _delete(Follow.objects.filter(ended_at__lt=now - KEEP_ENDED)),
        "browsers": _delete(PushSubscription.objects.filter(ended_at__lt=now - KEEP_ENDED)),
        "visits": _delete(Seen.objects.filter(seen_at__lt=now - KEEP_SEEN)),
        "readers": _delete(idle),
    }


def _delete(rows: QuerySet[Any]) -> int:
    """Delete `rows` with what hangs on them, some at a time."""
    deleted = 0
    while found := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        deleted += len(found)
        with transaction.atomic():
            rows.model.objects.filter(pk__in=found).delete()
    return deleted


def _delete_dispatches(dispatches: QuerySet[Dispatch]) -> int:
    deleted = 0
    for dispatch in list(dispatches.order_by("pk").values_list("pk", flat=True)):
        _delete_sendings(Sending.objects.filter(dispatch=dispatch))
        deleted += Dispatch.objects.filter(pk=dispatch).delete()[0] > 0
    return deleted


def _delete_sendings(rows: QuerySet[Sending]) -> None:
    """Delete lines of the ledger and what they told of."""
    while found := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            Told.objects.filter(sending__in=found).delete()
            Sending.objects.filter(pk__in=found).delete()
