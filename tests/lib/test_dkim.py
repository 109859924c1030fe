from typing import Any

import dkim as dkimpy
import pytest

from writethru.lib import dkim

KEY = dkim.make_key()
MESSAGE = (
    b"From: The Daily Example <news@news.example>\r\nTo: anna@mail.example\r\n"
    b"Subject: =?utf-8?q?The_lighthouse?=\r\n =?utf-8?q?_is_sold?= \r\nDate: Mon, 15 Jun 2026 12:00:00 +0000\r\n"
    b"Message-ID: <1@news.example>\r\nList-Unsubscribe: <https://news.example/u/AAAA/>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nX-Other: 1\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative;\r\n\tboundary="=_1"\r\n\r\n'
    b"--=_1\r\nContent-Type: text/plain\r\n\r\nSold  on Tuesday.  \r\n\t\r\n\r\n--=_1--\r\n\r\n\r\n"
)


@pytest.fixture(autouse=True)
def signing(settings: Any) -> None:
    settings.DKIM_DOMAIN, settings.DKIM_SELECTOR, settings.DKIM_KEY = "news.example", "writethru", KEY


def holds(message: bytes) -> bool:
    """Return what whoever gets it finds, with our record in the DNS."""
    name, text = dkim.record()
    return bool(
        dkimpy.verify(message, dnsfunc=lambda asked, timeout=5: {f"{name}.".encode(): text.encode()}.get(asked))
    )


@pytest.mark.parametrize(
    "message",
    [
        MESSAGE,
        b"From: a@b.example\r\n\r\n",
        b"From: a@b.example\r\n\r\n\r\n\r\n",
        b"From: a@b.example\r\nSubject:\r\n\r\nno end of line",
        b"from:   a@b.example\r\nSUBJECT: x\r\nsubject: y\r\n\r\n x \r\ny\t z\r\n",
        MESSAGE.replace(b"Sold", "灯台が売却された".encode()),
    ],
)
def test_a_signature_holds(message: bytes):
    assert holds(dkim.sign(message) + message)


def test_nobody_has_tampered_with_what_is_signed():
    signed = dkim.sign(MESSAGE) + MESSAGE
    changes = [
        (b"Tuesday", b"Monday"),
        (b"anna@", b"bert@"),
        (b"=?utf-8?q?The_lighthouse?=", b"Sale"),
        (b"u/AAAA/", b"u/BBBB/"),
        (b"=One-Click", b"=Two-Clicks"),
        (b"multipart/alternative", b"text/html"),
        (b"MIME-Version: 1.0", b"MIME-Version: 1.1"),
        (b"<1@news", b"<2@news"),
        (b"Jun 2026", b"Jul 2026"),
        (b"From: The Daily", b"From: mallory@evil.example\r\nFrom: The Daily"),
    ]

    kept = [before for before, after in changes if holds(signed.replace(before, after, 1))]

    assert kept == []


def test_what_servers_do_on_the_way_does_no_harm():
    signed = dkim.sign(MESSAGE) + MESSAGE
    changed = signed.replace(b"Sold  on", b"Sold on").replace(b"X-Other: 1", b"X-Other: 2") + b"\r\n"

    assert holds(b"Received: by mx.mail.example\r\n" + changed)


def test_without_a_domain_nothing_is_signed(settings: Any):
    settings.DKIM_DOMAIN = ""

    assert dkim.sign(MESSAGE) == b""


def test_no_line_of_the_signature_is_too_long():
    assert max(map(len, dkim.sign(MESSAGE).split(b"\r\n"))) <= 78


@pytest.mark.parametrize("key", ["", "rubbish", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----"])
def test_what_is_no_key_is_refused(key: str):
    with pytest.raises(dkim.BadKey):
        dkim.public_key(key)
