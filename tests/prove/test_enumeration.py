"""Who has an account is told to nobody: the same answer, byte for byte, and as late, whoever is asked about.

Each pair asks one door about an address that has an account and about one that has none, in an order that chance
chooses. What differs of itself is masked: the token of the form, and the address that was asked about. The time that
an answer takes is compared by the area under the ROC curve: how often the one with an account took longer. 0.5 is
a coin. Beside it stands the same for what this process worked, which is what an answer in steps of time hides.

A password is hashed in a twentieth of production's rounds. That hides less, not more: a hash lies on both sides over
whatever else differs, and one that is made on one side alone still takes longer than any answer varies by.
"""

import gc
import random
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from builders import make_follow, make_reader, make_story
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.utils import timezone
from gold import is_long

from prove.visitors import door as door_of
from writethru.bulletins.actions.confirmations import send_due_confirmations
from writethru.bulletins.models import Dispatch
from writethru.config import settings as production
from writethru.readers.actions.reader import vouch_for
from writethru.readers.models import Account, Reader, Tries

pytestmark = [pytest.mark.prove, pytest.mark.django_db]

PAIRS = 2_000 if is_long() else 60
# Of so few pairs the area is off by a twentieth of itself by chance alone: the short proof allows for two of those.
HIGHEST = 0.60 if is_long() else 0.60 + 2 * (6 * PAIRS) ** -0.5
PASSWORD = "a lamp on the rock"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


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


def follow_by_mail(client: Client, email: str) -> Any:
    fields = {"email": email, "pace": "daily"}
    return client.post("/story/the-lighthouse/follow/", fields, headers={"Sec-Fetch-Site": "same-origin"})


DOORS: dict[str, Callable[[Client, str], Any]] = {
    "sign-up": sign_up,
    "forgotten password": forgotten,
    "code asked for": ask_for_code,
    "wrong password": wrong_password,
    "wrong code": wrong_code,
    "the desk's login": at_the_desk,
    "follow by e-mail": follow_by_mail,
    "follow by e-mail what they follow": follow_by_mail,
}
FOLLOWING = {"follow by e-mail", "follow by e-mail what they follow"}


class Hasher(PBKDF2PasswordHasher):
    """Production's, in a twentieth of its rounds."""

    iterations = PBKDF2PasswordHasher.iterations // 20


@pytest.fixture(autouse=True)
def as_in_production(settings: Any) -> None:
    """Hash as production does; the tests' own is too quick to show what it hides. Answer in its steps of time."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Hasher"]
    settings.ANSWER_STEP_SECONDS = production.ANSWER_STEP_SECONDS


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
    worked: dict[bool, list[float]] = {True: [], False: []}
    unknown = [f"nobody{n:06}@home.example" for n in chance.sample(range(10**6), PAIRS)]
    story, visitor = make_story(), door_of()
    followers = staff_and_readers if door == "follow by e-mail what they follow" else []
    for email in followers:
        make_follow(story, reader=make_reader(email))
    for email in ("warm@home.example", "first@home.example"):
        DOORS[door](visitor(), email)
    cookies = {name: cookie.value for name, cookie in visitor().get("/account/login/").cookies.items()}
    gc.disable()

    for pair in zip(staff_and_readers, unknown, strict=True):
        for is_known in chance.sample((True, False), 2):
            email = pair[0] if is_known else pair[1]
            client = visitor()
            client.cookies.load(cookies)
            began, at_work = time.perf_counter(), time.thread_time()
            answer = DOORS[door](client, email)
            took[is_known].append(time.perf_counter() - began)
            worked[is_known].append(time.thread_time() - at_work)
            seen.add(_masked(answer, client, email))
        Tries.objects.all().delete()
    gc.enable()
    if door in FOLLOWING:
        send_due_confirmations(now=timezone.now())

    auc, of_work = _auc(took[True], took[False]), _auc(worked[True], worked[False])
    mails = Dispatch.objects.count()
    said = f"AUC {auc:.3f} ({_medians(took)}), of the work {of_work:.3f} ({_medians(worked)})"
    print(f"{door}: {PAIRS} pairs, {said}, {len(seen)} kinds of answer, {mails} letters")
    assert len(seen) == 1
    assert 1 - HIGHEST <= auc <= HIGHEST
    if door in {"sign-up", "forgotten password", "code asked for"} | FOLLOWING:
        assert mails == 2 * PAIRS + 2
    assert Reader.objects.count() == len(followers)


def _masked(answer: Any, client: Client, email: str) -> tuple[Any, ...]:
    body = TOKEN.sub(b"", answer.content).replace(email.encode(), b"ADDRESS")
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in {"Expires"})
    cookies = sorted((name, len(cookie.value), str(cookie["path"])) for name, cookie in answer.cookies.items())
    # What a page that is led to says is part of the answer.
    after = answer.headers.get("Location")
    then = TOKEN.sub(b"", client.get(after).content).replace(email.encode(), b"ADDRESS") if after else b""
    return answer.status_code, body, tuple(headers), tuple(cookies), then


def _medians(took: dict[bool, list[float]]) -> str:
    known, unknown = (sorted(took[is_known])[PAIRS // 2] * 1000 for is_known in (True, False))
    return f"{known:.2f} and {unknown:.2f} ms"


def _auc(known: list[float], unknown: list[float]) -> float:
    """Return how often one of `known` is above one of `unknown`; a draw counts half."""
    above = sum((one > other) + (one == other) / 2 for one in known for other in unknown)
    return above / (len(known) * len(unknown))
