"""What the worker does for readers."""

from django.utils import timezone

from writethru.lib.queue import job
from writethru.readers import actions


@job
def forget_senders() -> None:
    """Forget where errors were reported from."""
    actions.forget_senders(now=timezone.now())
