"""What readers tell the desk about errors, and what the desk does with it."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from writethru.readers.models import Account, ErrorReport
from writethru.stories.models import Report

AN_HOUR = timedelta(hours=1)
SENDER_AN_HOUR = 5
ALL_AN_HOUR = 300  # more than a desk could read; what a flood sends after that is refused
KEEP_SENDER = timedelta(days=1)


class TooManyErrorReports(Exception):
    """This sender, or everybody together, has reported too much within the hour."""


@transaction.atomic
def report_error(*, report_id: int, version: int, text: str, email: str, address: str, now: datetime) -> ErrorReport:
    """Keep what a reader says is wrong in a report; of `address`, the network's, a keyed hash is kept for a day.

    Raises TooManyErrorReports.
    """
    sender = _sender(address)
    # Two at once from one sender wait for each other, so that the count holds across processes.
    Report.objects.select_for_update(no_key=True).only("pk").get(pk=report_id)
    recent = ErrorReport.objects.filter(sent_at__gt=now - AN_HOUR)
    if recent.filter(sender=sender).count() >= SENDER_AN_HOUR or recent.count() >= ALL_AN_HOUR:
        raise TooManyErrorReports(sender)
    return ErrorReport.objects.create(
        report_id=report_id, version=version, text=text, email=email, sender=sender, sent_at=now
    )


def settle_error_report(error: ErrorReport, *, user: Account, now: datetime) -> None:
    """Mark a reported error as done; one that is done already keeps who did it and when."""
    ErrorReport.objects.filter(pk=error.pk, settled_at=None).update(settled_at=now, settled_by=user)
    error.refresh_from_db()


def reopen_error_report(error: ErrorReport) -> None:
    """Take a reported error up again."""
    ErrorReport.objects.filter(pk=error.pk).update(settled_at=None, settled_by=None)
    error.refresh_from_db()


def forget_senders(*, now: datetime) -> int:
    """Forget where errors were reported from, a day after; return of how many."""
    return ErrorReport.objects.exclude(sender="").filter(sent_at__lt=now - KEEP_SENDER).update(sender="")


def _sender(address: str) -> str:
    """Return a hash of a network address that without our key leads back to nobody."""
    return hmac.new(settings.SECRET_KEY.encode(), f"sender {address}".encode(), hashlib.sha256).hexdigest()[:32]
