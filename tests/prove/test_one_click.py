"""PROOF 6: one press in a mail program stops what it brings (RFC 8058); looking at the link stops nothing."""

import os
import re
import time
from email.message import EmailMessage
from typing import Any

import dkim
import pytest
from builders import make_report, make_story
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.test import override_settings
from django.utils import timezone
from mailserver import Mailbox

from prove.visitors import door
from writethru.readers.models import Follow, Reader
from writethru.stories.models import Section, Story

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

MAILS = 10_000 if os.environ.get("LONG") else 300
SECONDS = 1.0
LOOKS = ({}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"User-Agent": "a scanner of links"})


def make_followers(story: Story, n: int) -> None:
    now = timezone.now()
    readers = [Reader(email=f"r{i}@mail.example", confirmed_at=now, made_at=now) for i in range(n)]
    Reader.objects.bulk_create(readers, batch_size=1000)
    follows = [Follow(reader=one, story=story, pace="once", by_mail=True, followed_at=now) for one in readers]
    Follow.objects.bulk_create(follows, batch_size=1000)


def publish(story: Story, headline: str) -> None:
    """Publish a report: what wakes the alerts, and sends them, is what does so anywhere."""
    now = timezone.now()
    make_report(headline=headline, stories=[story], dated_at=now, now=now)


def links_of(messages: list[EmailMessage]) -> list[str]:
    assert {message["List-Unsubscribe-Post"] for message in messages} == {"List-Unsubscribe=One-Click"}
    return [message["List-Unsubscribe"].strip("<>").removeprefix(settings.BASE_URL) for message in messages]


def is_signed(raw: bytes, record: bytes) -> bool:
    """Return whether a signature that holds covers both fields."""
    signature = re.sub(rb"\s+", b"", raw.partition(b"\r\n\r\n")[0].partition(b"h=")[2].partition(b";")[0]).split(b":")
    covered = {b"list-unsubscribe", b"list-unsubscribe-post"} <= {name.lower() for name in signature}
    return covered and dkim.verify(raw, dnsfunc=lambda *_asked, **_named: record)


def test_one_press_stops_it_and_a_look_does_not(mailbox: Mailbox, tree: Section):
    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + _base64(public)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    story = make_story()
    make_followers(story, MAILS)

    with override_settings(DKIM_DOMAIN="example.com", DKIM_SELECTOR="test", DKIM_KEY=pem):
        publish(story, "The lighthouse is sold")
    links, unsigned = links_of(mailbox.messages), sum(not is_signed(raw, record) for raw in mailbox.raw)
    mailbox.clear()  # a press isn't to wait until Python has looked through 10,000 letters for garbage
    visitor = door(enforce_csrf_checks=True)
    asking = visitor()
    for n, link in enumerate(links):
        looked = (asking.get, asking.head)[n // len(LOOKS) % 2](link, headers=LOOKS[n % len(LOOKS)])
        assert (looked.status_code, looked.cookies) == (200, {})
    after_looking = Follow.objects.exclude(ended_at=None).count()
    slowest, wrong = 0.0, list[Any]()
    for link in links:
        for _again in range(2):
            began = time.perf_counter()
            done = visitor().post(link, {"List-Unsubscribe": "One-Click"})
            slowest = max(slowest, time.perf_counter() - began)
            if (done.status_code, done.content, done.cookies) != (200, b"Done.\n", {}):
                wrong.append((link, done.status_code))
    publish(story, "The lighthouse is let")

    print(f"{len(links)} mails, {unsigned} unsigned, slowest press {slowest * 1000:.0f} ms")
    assert (len(links), len(set(links)), unsigned, after_looking, wrong) == (MAILS, MAILS, 0, 0, [])
    assert (Follow.objects.filter(ended_at=None).count(), mailbox.recipients) == (0, [])
    assert slowest <= SECONDS


def _base64(raw: bytes) -> bytes:
    from base64 import b64encode

    return b64encode(raw)
