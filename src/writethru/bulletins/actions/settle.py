"""Letting what is being handed over come to its end, for somebody who has just said that they want no more."""

import time

from django.db import transaction
from django.utils import timezone

from writethru.bulletins.actions.claims import drop_untrue
from writethru.bulletins.models import Sending

LOOK_SECONDS = 0.02


def wait_for_claims(reader_id: int, *, seconds: float = 2) -> bool:
    """Return once nothing is being handed over for this reader, and whether that was within `seconds`.

    What waits and is not wanted any more is dropped first. That changes the very rows that a claim changes, so a claim
    that has not been committed yet is waited for and then seen; one that comes after finds them dropped. Call it when
    what the reader asked for has been committed.
    """
    ends = time.monotonic() + seconds
    with transaction.atomic():
        drop_untrue(Sending.objects.filter(reader=reader_id), now=timezone.now())
    while Sending.objects.filter(reader=reader_id, status=Sending.Status.CLAIMED).exists():
        if time.monotonic() >= ends:
            return False
        time.sleep(LOOK_SECONDS)
    return True
