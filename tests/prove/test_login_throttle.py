"""Guessing at every door that takes a password or a code: five wrong tries of an account in five minutes, no more.

A real server with three processes is asked by a dozen threads at once: from one address, from a thousand, from one /64.
It is killed in between, and remembers. Others on the attacker's network log in all the while.
"""

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
import requests
from gold import is_long
from ops.nginx import free_port

from prove.stores import Store, Stores, kill

pytestmark = pytest.mark.prove

TRIES = 10_000 if is_long() else 150
THREADS = 12
OWNER, NEIGHBOUR = "owner@home.example", "neighbour@home.example"
PASSWORD = "a lamp on the rock"
PLANT = f"""
from allauth.mfa.totp.internal.auth import TOTP
from writethru.readers.actions.reader import vouch_for
from writethru.readers.models import Account
for email in ({OWNER!r}, "factor@home.example", {NEIGHBOUR!r}):
    vouch_for(Account.objects.create_user(email, {PASSWORD!r}))
TOTP.activate(Account.objects.get(email="factor@home.example"), "JBSWY3DPEHPK3PXP")
"""
NETWORKS: dict[str, Callable[[int], str]] = {
    "one address": lambda n: "203.0.113.7",
    "a thousand addresses": lambda n: f"198.51.{n % 1000 // 250}.{n % 250 + 1}",
    "one /64": lambda n: f"2001:db8:1:2::{n + 1:x}",
}


class Browser:
    """Somebody at the login, who says which address they come from."""

    def __init__(self, site: str) -> None:
        self.site, self.session = site, requests.Session()

    def post(self, path: str, *, address: str = "203.0.113.7", **fields: str) -> requests.Response:
        if "csrftoken" not in self.session.cookies:
            self.session.get(f"{self.site}/account/login/", timeout=60)
        token = {"csrfmiddlewaretoken": self.session.cookies["csrftoken"]}
        headers = {"X-Forwarded-For": address}
        return self.session.post(
            self.site + path, {**fields, **token}, headers=headers, timeout=120, allow_redirects=False
        )

    def log_in(self, email: str, password: str = PASSWORD, *, address: str = "203.0.113.7") -> requests.Response:
        return self.post("/account/login/", login=email, password=password, address=address)


def at_the_login(site: str) -> Callable[[str, str], requests.Response]:
    browser = Browser(site)
    return lambda guess, address: browser.log_in(OWNER, guess, address=address)


def with_a_code(site: str) -> Callable[[str, str], requests.Response]:
    tried, at = count(), [Browser(site)]

    def try_(guess: str, address: str) -> requests.Response:
        if next(tried) % 2 == 0:  # three wrong ones void a code: ask for another after two
            at[0] = Browser(site)
            at[0].post("/account/login/code/", email=OWNER, address=address)
        return at[0].post("/account/login/code/confirm/", code=guess, address=address)

    return try_


def with_the_second_factor(site: str) -> Callable[[str, str], requests.Response]:
    browser = Browser(site)
    browser.log_in("factor@home.example")
    return lambda guess, address: browser.post("/account/two-factor/authenticate/", code=guess, address=address)


def with_a_stolen_session(site: str) -> Callable[[str, str], requests.Response]:
    browser = Browser(site)
    browser.log_in(NEIGHBOUR)
    new = {"password1": "a bell on the reef", "password2": "a bell on the reef"}
    tried = count()

    def try_(guess: str, address: str) -> requests.Response:
        if next(tried) % 2:
            return browser.post("/account/reauthenticate/", password=guess, address=address)
        return browser.post("/account/password/change/", oldpassword=guess, address=address, **new)

    return try_


DOORS = {
    "login": at_the_login,
    "code": with_a_code,
    "second factor": with_the_second_factor,
    "stolen session": with_a_stolen_session,
}
WRONG = ("don&#x27;t go together", "That is not the code.", "That is not your password.", "not your present password")
TOO_MANY = "Too many tries within five minutes"


def outcome(answer: requests.Response) -> str:
    """Return whether the guess was looked at."""
    if TOO_MANY in answer.text:
        return "refused"
    if any(words in answer.text for words in WRONG):
        return "looked at"
    return f"{answer.status_code} {answer.headers.get('Location', '')}"


@pytest.fixture
def store(stores: Stores) -> Iterator[Store]:
    store = stores.make()
    store.run("shell", "-c", PLANT)
    yield store


def serve(store: Store, port: int) -> subprocess.Popen[str]:
    process = store.start("serve", "--bind", f"127.0.0.1:{port}", "--workers", "3")
    for _ in range(600):
        try:
            if requests.get(f"http://127.0.0.1:{port}/account/login/", timeout=60).ok:
                return process
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("The server did not start.")


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("door", DOORS)
def test_five_wrong_tries_and_no_more(store: Store, chance: random.Random, door: str, network: str):
    port = free_port()
    process, site = serve(store, port), f"http://127.0.0.1:{port}"
    guesses = [f"{chance.randrange(10**8):08}" for _ in range(TRIES)]
    numbers, attackers = count(), [DOORS[door](site) for _ in range(THREADS)]

    def attack(n: int) -> Counter[str]:
        mine = guesses[n::THREADS]
        return Counter(outcome(attackers[n](guess, NETWORKS[network](next(numbers)))) for guess in mine)

    try:
        began = time.monotonic()
        with ThreadPoolExecutor(THREADS) as pool:
            seen = sum(pool.map(attack, range(THREADS)), Counter())
        seconds = time.monotonic() - began
        entered = Browser(site).log_in(OWNER if door == "stolen session" else NEIGHBOUR, address=NETWORKS[network](0))
        kill(process)
        process = serve(store, port)
        after = outcome(attackers[0]("guess-after", NETWORKS[network](1)))
        store.write("UPDATE readers_tries SET until = '2001-01-01 00:00:00+00'")
        later = outcome(attackers[0]("guess-later", NETWORKS[network](1)))
    finally:
        kill(process)

    print(f"{door}, from {network}: {dict(seen)} of {TRIES} in {seconds:.0f} s; after a kill {after}, later {later}")
    assert seen == {"looked at": 5, "refused": TRIES - 5}
    assert (entered.status_code, entered.headers.get("Location")) == (302, "/account/")
    assert (after, later) == ("refused", "looked at")
