"""Sending again what is in doubt: an editor says so, nobody else."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from writethru.bulletins.models import Dispatch, Sending
from writethru.lib.queue import wake

AGAIN = (Sending.Status.DOUBT, Sending.Status.FAILED)


@transaction.atomic
def send_again(sending: Sending, *, user: Any, now: datetime) -> bool:
    """Let a line of the ledger that is in doubt, or has failed, be sent once more; return False if it is neither.

    Of a dispatch that is stopped nothing is sent again: it would go on for all who were still to get it. The line keeps
    its Message-ID, so that a mailbox that has it already may know it again.
    """
    was = Sending.objects.filter(pk=sending.pk, status__in=AGAIN).values_list("status", flat=True).first()
    waiting = Sending.objects.filter(pk=sending.pk, status=was).update(
        status=Sending.Status.WAITING,
        attempts=0,
        next_try_at=None,
        done_at=None,
        claimed_by="",
        claimed_until=None,
        answer=f"Sent again by {user} ({now:%Y-%m-%d %H:%M} UTC).",
    )
    if not waiting:
        return False
    counted = "in_doubt" if was == Sending.Status.DOUBT else "failed"
    goes_on = (
        Dispatch.objects.filter(pk=sending.dispatch_id)
        .exclude(status=Dispatch.Status.STOPPED)
        .update(**{counted: F(counted) - 1, "status": Dispatch.Status.SENDING, "finished_at": None, "not_before": now})
    )
    if not goes_on:
        transaction.set_rollback(True)
        return False
    wake("send_due_dispatches")
    return True
