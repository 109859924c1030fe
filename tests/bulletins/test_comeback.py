import random
import time

import pytest
from returned import OURS, all_returned, complaint, plain, report

from writethru.bulletins.comeback import read
from writethru.bulletins.replies import Kind, kind_of_reply

SENDER = "bounce+1-aaaaaaaaaaaaaaaa@news.example"


def test_a_report_is_read_whole():
    raw = report("550 5.1.1 <{to}>: User unknown", code="5.1.1", sender=SENDER, id="x", n=1)

    told = read(raw)

    assert (told.kind, told.code, told.said) == (Kind.HARD, "5.1.1", "550 5.1.1 <anna@mail.example>: User unknown")
    assert told.addressed[0] == SENDER
    assert told.key == read(raw.replace(b"back", b"forth")).key
    assert told.key != read(raw.replace(b"<x@", b"<y@")).key


@pytest.mark.parametrize(
    ("said", "code", "kind"),
    [
        ("550 5.1.1 User unknown", "", "hard"),
        ("550 5.1.1 <spam@mail.example>: Recipient address rejected: User unknown", "5.1.1", "hard"),
        ("550 Mailbox quota exceeded", "", "soft"),
        ("450 4.2.1 mailbox unavailable", "4.2.1", "soft"),
        ("550 5.7.1 Message rejected as spam by user", "5.7.1", "soft"),
        ("550", "", "soft"),
        ("550 no", "", "hard"),
        ("554 Transaction failed", "", "soft"),
        ("", "5.1.1", "hard"),
        ("", "5.2.2", "soft"),
        ("", "", "soft"),
    ],
)
def test_what_a_server_says_of_an_address(said: str, code: str, kind: str):
    assert kind_of_reply(said, code=code) == kind


def test_a_report_about_several_is_about_the_one_that_failed():
    raw = report("550 5.1.1 User unknown", code="5.1.1", sender=SENDER, id="x", n=1)
    delivered = b"Final-Recipient: rfc822; bert@mail.example\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient"

    told = read(raw.replace(b"Final-Recipient", delivered, 1))

    assert (told.kind, told.code) == (Kind.HARD, "5.1.1")


def test_what_our_own_message_says_is_no_word_of_the_server():
    raw = plain("qmail", "Connection timed out (#4.4.1)", sender=SENDER, id="x")

    assert OURS.count("no such user") == 1
    assert read(raw).kind == Kind.SOFT


@pytest.mark.parametrize("sort", ["not-spam", "auth-failure"])
def test_a_report_that_all_is_well_is_no_complaint(sort: str):
    assert read(complaint(SENDER, id="x", sort=sort)).kind == Kind.UNKNOWN


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_a_complaint_names_our_message_wherever_it_stands(n: int):
    assert SENDER in read(complaint(SENDER, id="x", n=n)).addressed


def test_whatever_comes_is_read_to_its_end_in_time():
    chance = random.Random(1)
    whole = [raw for _, raw in all_returned(SENDER)]
    hostile = [
        b"",
        b"\xff\xfe" * 50_000,
        b"Subject: " + b"x" * 200_000,
        b"Subject: =?x-unknown?b?////?= =?utf-8?q?=ff?=\n\n",
        b"Content-Type: multipart/report; boundary=a\n\n" + b"--a\n" * 20_000,
        b"Content-Type: message/delivery-status\n\n" + b"Status: 5.1.1\n\n" * 20_000,
        b"From: mailer-daemon@x\nSubject: failure\n\n" + b"user mailbox " * 20_000,
        b"From: mailer-daemon@x\nSubject: failure\n\n" + b"550 " * 60_000,
        b"From: mailer-daemon@x\nSubject: failure\nContent-Type: text/html; charset=nonsense\n\n" + b"<" * 200_000,
        b"To: " + b"a@" * 100_000,
        b"Content-Type: text/plain; charset=utf-7\nFrom: postmaster@x\nSubject: failed\n\n+ADw-",
        b"".join(b"Content-Type: multipart/mixed; boundary=a%d\n\n--a%d\n" % (n, n) for n in range(5000)),
        b"Content-Type: message/rfc822\n\n" * 8000,
        b"Content-Type: message/delivery-status\n\n" + b"\n" * 240_000,
        *(b'Content-Type: text/plain; charset="%s"\n\n\xff' % name for name in (b"undefined", b"idna", b"a\0b")),
        b"Content-Type: text/plain; charset*=\"a\0b''x\"\n\n\xff",
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n"
        b"Content-Type: text/rfc822-headers; charset=undefined\n\nReturn-Path: \xff\n--a--\n",
        b"Message-ID: =?utf-7?q?+2AA-?=\n\n",
        b"Message-ID: =?unicode_escape?q?=5Cud800?=\n\n",
    ]
    for _ in range(400):
        raw = bytearray(chance.choice(whole))
        for _ in range(chance.randrange(1, 30)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
        hostile.append(bytes(raw))

    slowest = 0.0
    for raw in hostile:
        began = time.process_time()
        assert len(read(raw).said) <= 500
        slowest = max(slowest, time.process_time() - began)

    assert slowest < 1
