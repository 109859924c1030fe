"""Who has an account is told to nobody: the same answer, byte for byte, and the same work, whoever is asked about.

Each pair asks one door about an address that has an account and about one that has none, in an order that chance
chooses. What differs of itself is masked: the token of the form, and the address that was asked about. The time that
an answer takes is compared by the area under the ROC curve: how often the one with an account took longer. 0.5 is
a coin.
"""

import gc
import random
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from gold import is_long

from writethru.bulletins.models import Dispatch
from writethru.readers.actions.reader import vouch_for
from writethru.readers.models import Account, Reader, Tries

pytestmark = [pytest.mark.prove, pytest.mark.django_db]

PAIRS = 2_000 if is_long() else 60
HIGHEST = 0.60
PASSWORD = "a lamp on the rock"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
OURS = {"Sec-Fetch-Site": "same-origin"}


def sign_up(client: Client, email: str) -> Any:
    return client.post("/account/signup/", {"email": email, "password1": PASSWORD})


def forgotten(client: Client, email: str) -> Any:
    return client.post("/account/password/reset/", {"email": email})


def ask_for_code(client: Client, email: str) -> Any:
    return client.post("/account/login/code/", {"email": email})


def wrong_password(client: Client, email: str) -> Any:
    return client.post("/account/login/", {"login": email, "password": "a lamp in the hall"})


def wrong_code(client: Client, email: str) -> Any:
    client.post("/account/login/code/", {"email": email})
    return client.post("/account/login/code/confirm/", {"code": "BBBB-BBBB"})


def at_the_desk(client: Client, email: str) -> Any:
    given = {"login": email, "password": "a lamp in the hall", "next": "/desk/"}
    return client.post("/account/login/", given)


DOORS: dict[str, Callable[[Client, str], Any]] = {
    "sign-up": sign_up,
    "forgotten password": forgotten,
    "code asked for": ask_for_code,
    "wrong password": wrong_password,
    "wrong code": wrong_code,
    "the desk's login": at_the_desk,
}


@pytest.fixture(autouse=True)
def hasher(settings: Any) -> None:
    """Hash as in production; the tests' own is too quick to show what it hides."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]


@pytest.fixture
def staff_and_readers(chance: random.Random) -> list[str]:
    """Return addresses that have an account; the hash is made once, for making it is what takes the time."""
    first = Account.objects.create_user("first@home.example", PASSWORD)
    emails = [f"reader{n:06}@home.example" for n in chance.sample(range(10**6), PAIRS)]
    Account.objects.bulk_create([Account(email=email, password=first.password) for email in emails])
    for account in Account.objects.all():
        vouch_for(account)
    return emails


@pytest.mark.parametrize("door", DOORS)
def test_nobody_learns_who_has_an_account(staff_and_readers: list[str], chance: random.Random, door: str):
    seen: set[tuple[Any, ...]] = set()
    took: dict[bool, list[float]] = {True: [], False: []}
    unknown = [f"nobody{n:06}@home.example" for n in chance.sample(range(10**6), PAIRS)]
    DOORS[door](Client(), "warm@home.example"), DOORS[door](Client(), "first@home.example")
    gc.disable()

    for pair in zip(staff_and_readers, unknown, strict=True):
        for is_known in chance.sample((True, False), 2):
            email = pair[0] if is_known else pair[1]
            client = Client()
            client.get("/account/login/")
            began = time.thread_time()
            answer = DOORS[door](client, email)
            took[is_known].append(time.thread_time() - began)
            seen.add(_masked(answer, client, email))
        Tries.objects.all().delete()
    gc.enable()

    auc = _auc(took[True], took[False])
    medians = {name: sorted(took[known])[PAIRS // 2] * 1000 for name, known in (("known", True), ("unknown", False))}
    mails = Dispatch.objects.count()
    print(f"{door}: {PAIRS} pairs, AUC {auc:.3f}, medians {medians}, {len(seen)} kinds of answer, {mails} letters")
    assert len(seen) == 1
    assert 1 - HIGHEST <= auc <= HIGHEST
    if door in {"sign-up", "forgotten password", "code asked for"}:
        assert mails == 2 * PAIRS + 2
    assert Reader.objects.count() == 0


def _masked(answer: Any, client: Client, email: str) -> tuple[Any, ...]:
    body = TOKEN.sub(b"", answer.content).replace(email.encode(), b"ADDRESS")
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in {"Expires"})
    cookies = sorted((name, len(cookie.value), str(cookie["path"])) for name, cookie in answer.cookies.items())
    # What a page that is led to says is part of the answer.
    after = answer.headers.get("Location")
    then = TOKEN.sub(b"", client.get(after).content).replace(email.encode(), b"ADDRESS") if after else b""
    return answer.status_code, body, tuple(headers), tuple(cookies), then


def _auc(known: list[float], unknown: list[float]) -> float:
    """Return how often one of `known` is above one of `unknown`; a draw counts half."""
    above = sum((one > other) + (one == other) / 2 for one in known for other in unknown)
    return above / (len(known) * len(unknown))
