from base64 import urlsafe_b64decode
from typing import Any

import pytest
from pushing import Browser, check_signature

from writethru.lib import webpush


def test_only_the_browser_that_it_is_sealed_for_can_open_it():
    ours, another = Browser(), Browser()

    sealed = webpush.encrypt(b"The lighthouse is sold", p256dh=ours.p256dh, auth=ours.auth)

    assert ours.open(sealed) == b"The lighthouse is sold"
    with pytest.raises(Exception, match="Decryption error"):
        another.open(sealed)


def test_the_same_message_is_sealed_otherwise_each_time():
    browser = Browser()

    sealed = {webpush.encrypt(b"x", p256dh=browser.p256dh, auth=browser.auth) for _ in range(3)}

    assert len(sealed) == 3


def test_what_is_longer_than_a_service_must_take_is_not_sealed():
    browser = Browser()

    longest = webpush.encrypt(b"x" * 3993, p256dh=browser.p256dh, auth=browser.auth)

    assert len(longest) == 4096
    with pytest.raises(webpush.TooLong, match=r"^3994 bytes; 3993 may come$"):
        webpush.encrypt(b"x" * 3994, p256dh=browser.p256dh, auth=browser.auth)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", ""),
        ("rubbish", "AAAAAAAAAAAAAAAAAAAAAA"),
        ("BA" + "A" * 85, "AAAAAAAAAAAAAAAAAAAAAA"),  # no point of the curve
        (Browser().p256dh, "AAAA"),
        (Browser().p256dh, "schlüssel"),
        ("é", Browser().auth),
    ],
    ids=range(6),  # keys are new at each run
)
def test_keys_that_no_browser_makes_are_refused(p256dh: str, auth: str):
    with pytest.raises(webpush.BadSubscription):
        webpush.encrypt(b"x", p256dh=p256dh, auth=auth)


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "https://news.example"])
def test_a_service_can_tell_that_it_is_from_us(settings: Any, base: str):
    settings.BASE_URL = base

    told = webpush.authorization("https://push.example:8443/send/abc?x=1")

    check_signature(told, audience="https://push.example:8443")
    with pytest.raises(Exception, match="Audience"):
        check_signature(told, audience="https://other.example")


def test_the_public_key_is_a_point_as_browsers_want_it():
    raw = urlsafe_b64decode(webpush.public_key() + "=")

    assert (len(raw), raw[0]) == (65, 4)
