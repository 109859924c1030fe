"""PROOF 8: nobody is sent anything but the confirmation before they press the link in it, which nobody guesses."""

import os
import random
import threading
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from builders import make_story
from django.db import connections
from django.test import Client
from django.utils import timezone
from huey.storage import MemoryStorage
from mailserver import Mailbox

from prove.test_one_click import publish
from writethru.bulletins.actions import doors
from writethru.bulletins.actions.confirmations import send_due_confirmations
from writethru.bulletins.models import Sending
from writethru.lib.queue import lanes
from writethru.readers.actions.optin import ask_to_follow
from writethru.readers.following import asked_by, confirmation_token
from writethru.readers.links import CONFIRM, FOLLOW, STOP, STOP_ALL, BadToken, read, token
from writethru.readers.models import Follow, OptIn, Reader
from writethru.stories.models import Section, Story

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

OURS = {"Sec-Fetch-Site": "same-origin"}
GUESSES, ADDRESSES = (1_000_000, 1_000) if os.environ.get("LONG") else (50_000, 40)
THREADS = 4
TEN_MINUTES = timedelta(minutes=10)


def at_once(work: Any, times: int = THREADS) -> list[Any]:
    """Do it in some threads at the same moment; return what came of each, which must not be an error."""
    gate, done, wrong = threading.Barrier(times), list[Any](), list[Exception]()

    def run() -> None:
        gate.wait()
        try:
            done.append(work())
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(1200)
    assert (len(done), wrong) == (times, [])
    return done


def ask(story: Story, email: str) -> OptIn:
    now = timezone.now()
    return OptIn.objects.create(email=email, story=story, words="x", asked_at=now, letter_at=now)


def test_no_token_is_guessed(tree: Section, chance: random.Random):
    story = make_story()
    asked = [ask(story, f"r{n}@mail.example") for n in range(50)]
    good = [confirmation_token(one) for one in asked]
    raw = [bytearray(_bytes(one)) for one in good]
    guesses = [_text(flipped(raw[n % 50], n)) for n in range(256 * 50)]
    guesses += [token(door, one.pk, second) for door in (FOLLOW, STOP, STOP_ALL) for one in asked for second in (0, 1)]
    guesses += [_text(bytes(raw[n][:16] + raw[n - 1][16:])) for n in range(50)]
    guesses += [one[:-1] for one in good] + [f"{one}=" for one in good] + [f"{one}A" for one in good]
    guesses += [_text(bytes(raw[n % 50][:16]) + chance.randbytes(16)) for n in range(GUESSES - len(guesses))]
    mac_bytes = {len(one) - 16 for one in raw}

    opened = [guess for guess in guesses if _opens(guess)]
    by_http = [Client().get(f"/c/{guess}/").status_code for guess in chance.sample(guesses, 200)]

    print(f"{len(guesses)} guesses, {len(opened)} opened")
    assert (opened, set(by_http), mac_bytes) == ([], {404}, {16})
    assert all(asked_by(one, now=timezone.now()) for one in good)
    # A row that is there, its number signed by somebody with the key and without the row's nonce, is not opened either.
    assert asked_by(token(CONFIRM, asked[0].pk, 1), now=timezone.now()) is None


def flipped(raw: bytearray, n: int) -> bytes:
    """Return a token with one of its 256 bits turned."""
    bit = (n // 50) % 256
    return bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(raw))


def _opens(guess: str) -> bool:
    try:
        read(CONFIRM, guess)
    except BadToken:
        return False
    return True


def _bytes(given: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(given + "=" * (-len(given) % 4))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_link_is_good_once_however_many_press_it(tree: Section):
    story, statuses = make_story(), list[Counter[int]]()
    for n in range(ADDRESSES // 8):
        path = f"/c/{confirmation_token(ask(story, f'r{n}@mail.example'))}/"
        press = Client().post
        statuses.append(Counter(at_once(lambda: press(path, {"pace": "daily"}, headers=OURS).status_code)))  # noqa: B023

    assert statuses == [Counter({200: 1, 410: THREADS - 1})] * (ADDRESSES // 8)
    assert Follow.objects.count() == ADDRESSES // 8


def test_a_link_is_over_after_three_days(tree: Section):
    opt_in = ask(make_story(), "r@mail.example")
    given, ends = confirmation_token(opt_in), opt_in.asked_at + timedelta(days=3)

    assert asked_by(given, now=ends - timedelta(seconds=1)) == opt_in
    assert asked_by(given, now=ends) is None


@contextmanager
def nobody_awake() -> Iterator[None]:
    """Let wake-ups lie, so that the test says by which clock a job runs, and how many at once."""
    for lane in lanes.values():
        lane.immediate, lane.storage = False, MemoryStorage(lane.name)
    yield
    for lane in lanes.values():
        lane.immediate = True


def test_nothing_but_one_confirmation_in_ten_minutes(mailbox: Mailbox, tree: Section, chance: random.Random):
    story, begins = make_story(), timezone.now()
    ends = begins + TEN_MINUTES
    addresses = [f"r{n}@mail.example" for n in range(ADDRESSES)]
    with nobody_awake():
        for minute in (0, 3, 6, 9):
            now = begins + timedelta(minutes=minute)
            for n, address in enumerate(addresses):
                asked = {"story": story, "pace": "once", "words": "x", "network": f"192.0.2.{n}", "now": now}
                ask_to_follow(address, **asked)
            at_once(lambda: send_due_confirmations(now=now))  # noqa: B023
        at_once(lambda: send_due_confirmations(now=ends - timedelta(seconds=1)))
        doors.send_mail(clock=lambda: ends)
    in_ten = Counter(mailbox.recipients)
    subjects = {message["Subject"] for message in mailbox.messages}
    publish(story, "The lighthouse is sold")
    after_publishing = Counter(mailbox.recipients)
    with nobody_awake():
        at_once(lambda: send_due_confirmations(now=ends))
        doors.send_mail(clock=lambda: ends)
    then = Counter(mailbox.recipients)
    ledger = Counter(Sending.objects.values_list("status", "answer"))

    print(f"{len(addresses)} addresses, four asks each: {in_ten.total()} mails in ten minutes, {then.total()} then")
    print(f"the ledger: {dict(ledger)}")
    assert in_ten == dict.fromkeys(addresses, 1)
    assert subjects == {"Follow “The lighthouse”? Please confirm it"}
    assert (after_publishing, then) == (in_ten, dict.fromkeys(addresses, 2))
    assert (Reader.objects.count(), Follow.objects.count()) == (0, 0)
    assert all("List-Unsubscribe" not in message for message in mailbox.messages)
