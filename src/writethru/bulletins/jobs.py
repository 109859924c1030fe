"""What the worker does for bulletins."""

from django.utils import timezone

from writethru.bulletins.actions import forgetting
from writethru.lib.process import name_of_this_call
from writethru.lib.queue import job, slow
from writethru.stories.actions.lease import take_lease

A_DAY_SECONDS = 86_400


@job
def send_due_dispatches() -> None:
    """Send what is due."""


@job(lane=slow)
def forget_what_is_over() -> None:
    """Delete what is kept no longer, once a day: whoever takes the lease holds it until the next."""
    if take_lease("forgetting", claimed_by=name_of_this_call(), seconds=A_DAY_SECONDS):
        forgetting.forget_what_is_over(now=timezone.now())
