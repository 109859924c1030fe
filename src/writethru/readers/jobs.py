"""What the worker does for readers."""

from django.utils import timezone

from writethru.lib.process import name_of_this_call
from writethru.lib.queue import job, slow
from writethru.readers.actions import counts, errors, offers, sessions, tries
from writethru.stories.actions.lease import take_lease

A_DAY_SECONDS = 86_400


@job
def forget_senders() -> None:
    """Forget where errors were reported from."""
    errors.forget_senders(now=timezone.now())


@job
def forget_tries() -> None:
    """Forget who knocked, once the counts are over."""
    tries.forget_tries(now=timezone.now())


@job
def make_due_offers() -> None:
    """Ask the followers of stories of which a part was moved whether they follow that too."""
    offers.make_offers(now=timezone.now())


@job
def forget_sessions() -> None:
    """Forget sessions that have run out."""
    sessions.forget_sessions(now=timezone.now())


@job(lane=slow)
def recount_followers() -> None:
    """Count followers anew, once a day: whoever takes the lease holds it until the next."""
    if take_lease("recounting", claimed_by=name_of_this_call(), seconds=A_DAY_SECONDS):
        counts.recount_followers()
