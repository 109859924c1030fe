"""What the worker does for bulletins."""

import logging
import time

from django.conf import settings
from django.db import connection
from django.utils import timezone

from writethru.bulletins import due
from writethru.bulletins.actions import alerts, audience, closing, confirmations, digests, doors, forgetting, mailbox
from writethru.bulletins.actions.claims import doubt_ended_claims
from writethru.bulletins.actions.stop import drop_what_is_stopped
from writethru.lib.process import name_of_this_call
from writethru.lib.queue import job, mail, slow, wake
from writethru.stories.actions.lease import take_lease

A_DAY_SECONDS = 86_400
BATCH = 500
UNHURRIED_SECONDS = 0.5  # a digest is due in hours; alerts are being sent meanwhile, and in SQLite one writes at a time

log = logging.getLogger(__name__)
_gathering = doors.Once()


@job(lane=mail)
def send_due_dispatches() -> None:
    """Send what is due: by mail here, to browsers beside it; who waits for a digest is put down for it after that."""
    doubt_ended_claims(now=timezone.now())
    drop_what_is_stopped(now=timezone.now())
    wake("push_due_dispatches")
    doors.send_mail(clock=timezone.now)
    wake("gather_for_digests")


@job(lane=mail)
def push_due_dispatches() -> None:
    """Send what is due to browsers."""
    doors.send_push(clock=timezone.now)


@job(lane=slow)
def forget_what_is_over() -> None:
    """Delete what is kept no longer, once a day: whoever takes the lease holds it until the next."""
    if take_lease("forgetting", claimed_by=name_of_this_call(), seconds=A_DAY_SECONDS):
        forgetting.forget_what_is_over(now=timezone.now())


@job
def make_due_alerts() -> None:
    """Make the alerts of what has been published."""
    now = timezone.now()
    for version in due.versions_to_tell(now=now):
        alerts.make_alert(version, now=now)
    for alert, story in due.late_key_entries(now=now):
        alerts.make_key_alert(alert, story=story, now=now)


@job(lane=slow)
def gather_for_digests() -> None:
    """Put down for their next digest those whom it has something to tell."""
    _gathering.run(_gather)


def _gather() -> None:
    for pk in due.dispatches_to_gather():
        while audience.gather(pk, now=timezone.now()):
            if connection.vendor == "sqlite" and not settings.QUEUE_IMMEDIATE:
                time.sleep(UNHURRIED_SECONDS)


@job
def send_due_confirmations() -> None:
    """Write the letters to those who asked to follow by e-mail."""
    confirmations.send_due_confirmations(now=timezone.now())


@job(lane=slow)
def make_due_digests() -> None:
    """Make the digests that are due."""
    while digests.make_digests(now=timezone.now(), limit=BATCH) == BATCH:
        pass


@job(lane=slow)
def take_bounces() -> None:
    """Take in what has come back to the bounce mailbox, if there is one."""
    if settings.BOUNCE_MAILBOX:
        try:
            mailbox.take_bounces(now=timezone.now)
        except mailbox.NoMailbox as error:
            log.warning("The bounce mailbox can't be read: %s", error)


@job(lane=slow)
def close_follows() -> None:
    """Give the followers of closed stories a last word, and end their follows."""
    closing.take_back_last_words(now=timezone.now())
    for story in due.closed_stories():
        closing.close_follows(story, now=timezone.now())
