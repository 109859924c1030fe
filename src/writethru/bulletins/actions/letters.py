"""Letters: a message to one address, which goes the same way as all that is sent, before everything else."""

from datetime import datetime

from django.db import transaction

from writethru.bulletins.models import Dispatch, Sending
from writethru.lib.queue import wake
from writethru.readers.models import Reader

RANK = 0


@transaction.atomic
def send_letter(
    *, to: str, subject: str, text: str, html: str, key: str, now: datetime, reader: Reader | None = None
) -> Dispatch:
    """Put a letter to the address `to` into the ledger; with a `key` that was used before it stays with that one.

    It goes out after commit. What a suppressed address may still be sent is for the caller to know.
    """
    dispatch, is_new = Dispatch.objects.get_or_create(
        key=key,
        defaults={
            "kind": Dispatch.Kind.LETTER,
            "subject": subject,
            "text": text,
            "html": html,
            "rank": RANK,
            "made_at": now,
            "not_before": now,
            "is_whole": True,
            "audience": 1,
        },
    )
    if is_new:
        Sending.objects.create(dispatch=dispatch, reader=reader, door=Sending.Door.MAIL, address=to)
        wake("send_due_dispatches")
    return dispatch
