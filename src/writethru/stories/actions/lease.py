"""A right that one process holds at a time: the folding lane has one. It ends by the clock of the wall."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from writethru.lib.process import has_ended
from writethru.stories.models import Lease

LANE = "folding"


class LeaseLost(Exception):
    """Somebody else holds the lease now: what was being done in its name must be rolled back."""


def take_lease(name: str, *, claimed_by: str, seconds: int) -> bool:
    """Take the lease `name`, or renew it; return False while somebody else holds it."""
    now = timezone.now()
    Lease.objects.get_or_create(name=name)
    free = Q(claimed_until=None) | Q(claimed_until__lt=now) | Q(claimed_by=claimed_by)
    holder = Lease.objects.values_list("claimed_by", flat=True).get(name=name)
    if has_ended(holder):
        free |= Q(claimed_by=holder)
    until = now + timedelta(seconds=seconds)
    return bool(Lease.objects.filter(free, name=name).update(claimed_by=claimed_by, claimed_until=until))


def hold_lease(name: str, *, claimed_by: str, seconds: int) -> None:
    """Renew a lease that one holds, inside the transaction that it protects. Raises LeaseLost.

    The row stays locked until that transaction ends, so two holders can't both commit.
    """
    until = timezone.now() + timedelta(seconds=seconds)
    if not Lease.objects.filter(name=name, claimed_by=claimed_by).update(claimed_until=until):
        raise LeaseLost(name)


def wait_for_lease(name: str) -> None:
    """Lock the lease `name` until the transaction under way ends, whoever holds it: its holder's next one waits."""
    Lease.objects.get_or_create(name=name)
    Lease.objects.select_for_update().get(name=name)


def give_up_lease(name: str, *, claimed_by: str) -> None:
    """Free the lease, if one still holds it."""
    Lease.objects.filter(name=name, claimed_by=claimed_by).update(claimed_by="", claimed_until=None)


def leave_trace(name: str, *, by: str, now: datetime) -> None:
    """Note that `by` did at `now` what bears this name: a lease that has just ended, so that nobody waits for it."""
    Lease.objects.update_or_create(name=name, defaults={"claimed_by": by, "claimed_until": now})
