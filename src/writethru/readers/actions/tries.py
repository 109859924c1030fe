"""Counting who knocks: every door that lets somebody try, or that sends mail, asks here first.

The counts are rows, changed by one statement each: they hold across workers, and a restart forgets none.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from writethru.readers.models import Tries


class TooManyTries(Exception):
    """Somebody has knocked too often; `until` is when they may again."""

    def __init__(self, until: datetime) -> None:
        """Note when it ends."""
        super().__init__(until)
        self.until = until


@transaction.atomic
def knock(door: str, who: str, *, most: int, within: timedelta, now: datetime, is_strict: bool = False) -> None:
    """Count a try of `who` at `door`; the count begins anew `within` after its first. Raises TooManyTries.

    If it `is_strict` it begins anew `within` after the last that was let in, so that no stretch of that length has more
    than `most`, wherever it begins. The row is locked until the transaction ends: of any number at once only `most`
    come through.
    """
    key = key_of(door, who)
    Tries.objects.bulk_create([Tries(key=key, count=0, until=now + within)], ignore_conflicts=True)
    Tries.objects.filter(key=key, until__lte=now).update(count=0, until=now + within)
    later = {"until": now + within} if is_strict else {}
    if not Tries.objects.filter(key=key, count__lt=most).update(count=F("count") + 1, **later):
        raise TooManyTries(Tries.objects.get(key=key).until)


def take_back(door: str, who: str) -> None:
    """Uncount a try of `who` at `door`: it was right."""
    Tries.objects.filter(key=key_of(door, who), count__gt=0).update(count=F("count") - 1)


def forgive(door: str, who: str) -> None:
    """Forget the tries of `who` at `door`: they have shown who they are."""
    Tries.objects.filter(key=key_of(door, who)).delete()


def forget_tries(*, now: datetime) -> int:
    """Forget the counts that are over; return how many."""
    return Tries.objects.filter(until__lte=now).delete()[0]


def mailbox_of(email: str) -> str:
    """Return whose mailbox an address is, without what many servers let anybody add after a plus."""
    local, at, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def key_of(door: str, who: str) -> str:
    """Return a hash that without our key tells nobody who knocked where."""
    return hmac.new(settings.SECRET_KEY.encode(), f"tries {door} {who}".encode(), hashlib.sha256).hexdigest()
