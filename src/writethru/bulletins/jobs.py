"""What the worker does for bulletins."""

from django.utils import timezone

from writethru.bulletins.actions import doors
from writethru.bulletins.actions.claims import doubt_ended_claims
from writethru.bulletins.actions.stop import drop_what_is_stopped
from writethru.lib.queue import job, mail, wake


@job(lane=mail)
def send_due_dispatches() -> None:
    """Send what is due: by mail here, to browsers beside it."""
    doubt_ended_claims(now=timezone.now())
    drop_what_is_stopped(now=timezone.now())
    wake("push_due_dispatches")
    doors.send_mail(clock=timezone.now)


@job(lane=mail)
def push_due_dispatches() -> None:
    """Send what is due to browsers."""
    doors.send_push(clock=timezone.now)
