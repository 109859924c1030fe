"""What the worker does for readers."""

from django.utils import timezone

from writethru.lib.queue import job
from writethru.readers.actions import errors, offers, sessions, tries


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
