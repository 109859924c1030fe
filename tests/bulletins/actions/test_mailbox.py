from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_reader
from imapserver import Mailbox, mailbox
from returned import report

from writethru.bulletins.actions.mailbox import NoMailbox, take_bounces
from writethru.bulletins.jobs import take_bounces as job
from writethru.bulletins.models import Dispatch, Returned, Sending
from writethru.bulletins.returns import envelope_sender

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with mailbox() as box:
        told = {"user": "bounce", "password": box.password, "folder": "INBOX", "tls": "off"}
        settings.BOUNCE_MAILBOX = {"host": "127.0.0.1", "port": box.port, **told}
        yield box


def bounces(count: int) -> list[bytes]:
    """Return hard bounces of as many lines of the ledger."""
    dispatch = Dispatch.objects.create(kind="alert", key="a", made_at=NOON, not_before=NOON, sent=count, audience=count)
    sendings = [
        Sending.objects.create(dispatch=dispatch, reader=make_reader(), door="mail", status="sent", done_at=NOON)
        for _ in range(count)
    ]
    said = ("550 5.1.1 User unknown", "5.1.1")
    return [report(said[0], code=said[1], sender=envelope_sender(row.pk), id=f"b{row.pk}") for row in sendings]


def later() -> Any:
    return NOON + timedelta(hours=1)


def test_what_is_unread_is_taken_in_and_marked_and_nothing_is_deleted(box: Mailbox):
    box.messages = [*bounces(2), b"Subject: lamps\r\n\r\nCheap.", b""]
    box.seen = {1}

    counted = take_bounces(now=later)
    again = take_bounces(now=later)

    assert (counted, again) == (1, 0)
    assert box.seen == {1, 2, 3, 4}
    assert [row.kind for row in Returned.objects.all()] == ["hard"]
    assert not [asked for asked in box.asked if "DELETE" in asked.upper() or "EXPUNGE" in asked.upper()]


def test_a_line_that_breaks_loses_nothing_and_counts_nothing_twice(box: Mailbox):
    box.messages = bounces(5)
    broke = 0

    for _ in range(9):
        box.ends_after = len(box.asked) + 7
        try:
            take_bounces(now=later)
        except NoMailbox:
            broke += 1

    told = Dispatch.objects.get()
    assert broke >= 2
    assert (Returned.objects.count(), told.sent, told.failed) == (5, 0, 5)
    assert box.seen == {1, 2, 3, 4, 5}


def test_a_mailbox_that_cannot_be_read_is_said_and_the_job_goes_on(
    box: Mailbox, settings: Any, caplog: pytest.LogCaptureFixture
):
    settings.BOUNCE_MAILBOX = {**settings.BOUNCE_MAILBOX, "password": "wrong"}

    with pytest.raises(NoMailbox, match="AUTHENTICATIONFAILED"):
        take_bounces(now=later)
    job.call_local()

    assert "The bounce mailbox can't be read: " in caplog.text
    assert "wrong" not in caplog.text


def test_without_a_mailbox_nothing_is_asked(box: Mailbox, settings: Any):
    settings.BOUNCE_MAILBOX = {}

    job.call_local()

    assert box.asked == []
