"""PROOF 7: whoever stops a follow while an alert is being sent, and has not had it yet, does not get it."""

import os
import random
import threading
from typing import Any

import pytest
from builders import make_story
from django.db import connection, connections
from django.utils import timezone
from mailserver import Mailbox

from prove.test_one_click import make_followers
from prove.visitors import door
from writethru.bulletins.actions import doors
from writethru.bulletins.models import Dispatch, Sending
from writethru.readers.links import STOP, STOP_ALL, token
from writethru.readers.models import Follow
from writethru.stories.models import Section, Story

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

READERS, PRESSES = (40_000, 500) if os.environ.get("LONG") else (6_000, 100)


def make_dispatch(story: Story) -> Dispatch:
    """Return an alert whose audience is whole."""
    now = timezone.now()
    words = {"subject": "Sold", "text": "Sold. %%why%%\n", "html": "<p>%%stop%%</p>"}
    dispatch = Dispatch.objects.create(
        kind="alert", key="alert 1", story=story, made_at=now, not_before=now, is_whole=True, audience=READERS, **words
    )
    follows = Follow.objects.filter(story=story).order_by("pk").values_list("pk", "reader")
    rows = [Sending(dispatch=dispatch, follow_id=pk, reader_id=reader, door="mail") for pk, reader in follows]
    Sending.objects.bulk_create(rows, batch_size=1000)
    return dispatch


def test_nobody_is_mailed_after_the_answer(mailbox: Mailbox, tree: Section, chance: random.Random):
    story = make_story()
    make_followers(story, READERS)
    dispatch = make_dispatch(story)
    follows = list(Follow.objects.filter(story=story).select_related("reader"))
    chance.shuffle(follows)
    wrong: list[Any] = []

    def send() -> None:
        try:
            doors.send_mail(clock=timezone.now)
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    if connection.vendor == "sqlite":
        connection.close()
    sender = threading.Thread(target=send)
    sender.start()
    had: dict[str, int] = {}
    visitor = door()
    in_time = 0
    for follow in follows:
        if len(had) == PRESSES or not sender.is_alive():
            break
        address = follow.reader.email
        if address in set(mailbox.recipients):
            continue
        all_mail = chance.random() < 0.2
        path = (
            f"/u/all/{token(STOP_ALL, follow.reader_id)}/"
            if all_mail
            else f"/u/{token(STOP, follow.reader_id, follow.pk)}/"
        )
        answer = visitor().post(path, {"List-Unsubscribe": "One-Click"})
        had[address] = mailbox.recipients.count(address)
        in_time += not had[address]
        assert answer.status_code == 200
    sender.join(3600)

    late = {address: mailbox.recipients.count(address) - n for address, n in had.items()}
    dispatch.refresh_from_db()
    print(f"{len(had)} stopped it while it was being sent, {in_time} before it was theirs; {dispatch.sent} were sent")
    assert (wrong, sender.is_alive()) == ([], False)
    assert [address for address, n in late.items() if n] == []
    assert len(had) == PRESSES
    assert in_time >= PRESSES * 0.9
    assert (dispatch.status, dispatch.sent + dispatch.dropped) == ("finished", READERS)
    assert dispatch.dropped == in_time
