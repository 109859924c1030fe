"""What the worker does for bulletins."""

import logging

from django.conf import settings
from django.utils import timezone

from writethru.bulletins.actions import forgetting, mailbox
from writethru.lib.process import name_of_this_call
from writethru.lib.queue import job, slow
from writethru.stories.actions.lease import take_lease

A_DAY_SECONDS = 86_400

log = logging.getLogger(__name__)


@job
def send_due_dispatches() -> None:
    """Send what is due."""


@job(lane=slow)
def forget_what_is_over() -> None:
    """Delete what is kept no longer, once a day: whoever takes the lease holds it until the next."""
    if take_lease("forgetting", claimed_by=name_of_this_call(), seconds=A_DAY_SECONDS):
        forgetting.forget_what_is_over(now=timezone.now())


@job(lane=slow)
def take_bounces() -> None:
    """Take in what has come back to the bounce mailbox, if there is one."""
    if settings.BOUNCE_MAILBOX:
        try:
            mailbox.take_bounces(now=timezone.now)
        except mailbox.NoMailbox as error:
            log.warning("The bounce mailbox can't be read: %s", error)
