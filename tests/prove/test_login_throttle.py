"""Guessing at every door that takes a password or a code: five wrong tries of an account in five minutes, no more.

A real server with three processes is asked by a dozen threads at once: from one address, from a thousand, from one /64,
each at an account of its own. It is killed in between, and remembers. Somebody else on the attacker's network logs in
all the while.
"""

import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import count
from typing import Any

import pytest
import requests
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve
from gold import is_long
from ops.nginx import free_port

from prove.stores import Store, Stores, kill

pytestmark = pytest.mark.prove

TRIES = 10_000 // 3 + 1 if is_long() else 150  # from each of three kinds of network
THREADS, WINDOW = 12, 300
PASSWORD, SECRET = "a lamp on the rock", "JBSWY3DPEHPK3PXP"
HONEST = "honest@home.example"
NETWORKS: dict[str, Callable[[int], str]] = {
    "one address": lambda n: "203.0.113.7",
    "a thousand addresses": lambda n: f"198.51.{n % 1000 // 250}.{n % 250 + 1}",
    "one /64": lambda n: f"2001:db8:1:2::{n + 1:x}",
}
VICTIMS = {network: f"victim-{n}@home.example" for n, network in enumerate(NETWORKS)}
PLANT = f"""
from allauth.mfa.totp.internal.auth import TOTP
from writethru.readers.actions.reader import vouch_for
from writethru.readers.models import Account
for email in {[*VICTIMS.values(), HONEST]!r}:
    vouch_for(Account.objects.create_user(email, {PASSWORD!r}))
"""
SECOND_FACTORS = f"""
for email in {[*VICTIMS.values()]!r}:
    TOTP.activate(Account.objects.get(email=email), {SECRET!r})
"""
Try = Callable[[str, str], requests.Response]


class Browser:
    """Somebody at the site, who says which address they come from."""

    def __init__(self, site: str, cookies: Any = None) -> None:
        self.site, self.session = site, requests.Session()
        self.session.cookies.update(cookies or {})

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


def at_the_login(site: str, victim: str) -> Try:
    browser = Browser(site)
    return lambda guess, address: browser.log_in(victim, guess, address=address)


def with_a_code(site: str, victim: str) -> Try:
    tried, at = count(), [Browser(site)]

    def try_(guess: str, address: str) -> requests.Response:
        if next(tried) % 2 == 0:  # three wrong ones void a code: ask for another after two
            at[0] = Browser(site)
            at[0].post("/account/login/code/", email=victim, address=address)
        return at[0].post("/account/login/code/confirm/", code=guess, address=address)

    return try_


def with_the_second_factor(site: str, victim: str) -> Try:
    browser = Browser(site, password_given(site, victim))
    return lambda guess, address: browser.post("/account/two-factor/authenticate/", code=guess, address=address)


def with_a_stolen_session(site: str, victim: str) -> Try:
    browser, tried = Browser(site, password_given(site, victim)), count()
    new = {"password1": "a bell on the reef", "password2": "a bell on the reef"}

    def try_(guess: str, address: str) -> requests.Response:
        if next(tried) % 2:
            return browser.post("/account/reauthenticate/", password=guess, address=address)
        return browser.post("/account/password/change/", oldpassword=guess, address=address, **new)

    return try_


def with_a_stolen_session_and_a_code(site: str, victim: str) -> Try:
    browser, tried = Browser(site), count()
    browser.log_in(victim)  # each has a session of their own: a code is kept in it

    def try_(guess: str, address: str) -> requests.Response:
        if next(tried) % 2 == 0:
            browser.post("/account/reauthenticate/code/", recipient=victim, address=address)
        return browser.post("/account/reauthenticate/code/confirm/", code=guess, address=address)

    return try_


def with_a_stolen_session_and_the_second_factor(site: str, victim: str) -> Try:
    browser = Browser(site, both_given(site, victim))
    return lambda guess, address: browser.post("/account/two-factor/reauthenticate/", code=guess, address=address)


@cache
def password_given(site: str, victim: str) -> Any:
    """Return the cookies of a session whose password was right."""
    browser = Browser(site)
    browser.log_in(victim)
    return browser.session.cookies


@cache
def both_given(site: str, victim: str) -> Any:
    browser = Browser(site, password_given(site, victim))
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    answer = browser.post("/account/two-factor/authenticate/", code=code)
    assert answer.status_code == 302, answer.text
    return browser.session.cookies


# Each kind of guessing, and the paths at which it guesses.
DOORS: dict[str, tuple[Callable[[str, str], Try], set[str]]] = {
    "login": (at_the_login, {"account/login/"}),
    "code": (with_a_code, {"account/login/code/confirm/"}),
    "second factor": (with_the_second_factor, {"account/two-factor/authenticate/"}),
    "stolen session": (with_a_stolen_session, {"account/reauthenticate/", "account/password/change/"}),
    "stolen session, code": (with_a_stolen_session_and_a_code, {"account/reauthenticate/code/confirm/"}),
    "stolen session, second factor": (
        with_a_stolen_session_and_the_second_factor,
        {"account/two-factor/reauthenticate/"},
    ),
}
NO_GUESSING = {"account/two-factor/totp/activate/"}  # the secret is shown on the page itself
WRONG = ("don&#x27;t go together", "That is not the code.", "That is not your password.", "not your present password")
TOO_MANY = "Too many tries within five minutes"


def outcome(answer: requests.Response) -> str:
    """Return whether the guess was looked at.

    Whoever has asked for 300 codes is sent none for an hour, and is led back to where one asks: nothing is guessed at.
    """
    if TOO_MANY in answer.text or answer.headers.get("Location", "").endswith("/code/"):
        return "refused"
    if any(words in answer.text for words in WRONG):
        return "looked at"
    return f"{answer.status_code} {answer.headers.get('Location', '')}"


@pytest.fixture
def store(stores: Stores, door: str) -> Iterator[Store]:
    store = stores.make()
    store.settings["GUNICORN_CMD_ARGS"] = "--preload"  # three processes that are one start
    store.run("shell", "-c", PLANT + (SECOND_FACTORS if "second factor" in door else ""))
    yield store


def serve(store: Store, port: int) -> subprocess.Popen[str]:
    # Not into a pipe: one that nobody reads stops who writes.
    process = store.start("serve", "--bind", f"127.0.0.1:{port}", "--workers", "3", into=subprocess.DEVNULL)
    for _ in range(600):
        try:
            if requests.get(f"http://127.0.0.1:{port}/account/login/", timeout=60).ok:
                return process
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("The server did not start.")


def routes(resolver: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every path of the site with what answers it."""
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, path)
        else:
            yield path, one.callback


def takes_a_secret(view: Any) -> bool:
    form = getattr(getattr(view, "view_class", None), "form_class", None)
    return bool({"password", "oldpassword", "code"} & set(getattr(form, "base_fields", {})))


@pytest.mark.django_db
def test_there_is_no_other_door():
    taking = {path for path, view in routes(get_resolver()) if takes_a_secret(view) and "<" not in path}
    reached = {path for path in taking if takes_a_secret(resolve(f"/{path}").func)}
    given = {"username": HONEST, "login": HONEST, "password": PASSWORD}
    elsewhere = ("/desk/login/", "/admin/", "/admin/login/", "/django-admin/", "/django-admin/login/", "/api/v1/")

    answers = [Client().post(path, given) for path in elsewhere]

    assert reached == set().union(*(paths for _, paths in DOORS.values())) | NO_GUESSING
    assert taking - reached == {"desk/login/"}  # Wagtail's own: ours stands before it, and takes nothing
    assert {answer.status_code for answer in answers} <= {404, 405}
    assert all("sessionid" not in answer.cookies for answer in answers)


@pytest.mark.parametrize("door", DOORS)
def test_five_wrong_tries_and_no_more(store: Store, chance: random.Random, door: str):
    port = free_port()
    process, site = serve(store, port), f"http://127.0.0.1:{port}"
    seen, entered, after, later, begun, most = {}, {}, {}, {}, {}, {}
    guess_at, attackers = DOORS[door][0], dict[str, list[Try]]()

    try:
        for network, victim in VICTIMS.items():
            attackers[network] = [guess_at(site, victim) for _ in range(THREADS)]
            guesses = [f"{chance.randrange(10**8):08}" for _ in range(TRIES)]
            begun[network] = time.monotonic()
            seen[network], entered[network] = attack(site, attackers[network], guesses, NETWORKS[network])
            seconds = time.monotonic() - begun[network]
            most[network] = 5 * (1 + int(seconds // WINDOW))
            print(f"{door}, from {network}: {dict(seen[network])} of {TRIES} in {seconds:.0f} s", flush=True)
            print(f"somebody else from there: {dict(entered[network])}", flush=True)
        kill(process)
        process = serve(store, port)
        for network, address in NETWORKS.items():
            if time.monotonic() - begun[network] < WINDOW:  # all are, where ten thousand guesses don't take minutes
                after[network] = outcome(attackers[network][0]("guess-after", address(1)))
        store.write("UPDATE readers_tries SET until = '2001-01-01 00:00:00+00'")
        for network, address in NETWORKS.items():
            again = [attackers[network][0](guess, address(1)) for guess in ("guess-later", "guess-anew")]
            later[network] = {outcome(answer) for answer in again}  # the first may have no code to guess at
    finally:
        kill(process)

    print(f"{door}: after a kill {set(after.values())}, later {list(later.values())}")
    assert all(set(came) == {"looked at", "refused"} and came.total() == TRIES for came in seen.values())
    assert all(5 <= came["looked at"] <= most[network] for network, came in seen.items())
    assert [set(answers) for answers in entered.values()] == [{"302 /account/"}] * len(NETWORKS)
    assert set(after.values()) == {"refused"}
    assert all("looked at" in came for came in later.values())


def attack(
    site: str, attackers: list[Try], guesses: list[str], address: Callable[[int], str]
) -> tuple[Counter[str], Counter[str]]:
    """Return what came of the guesses, and of somebody else's logging in from there until they ended."""
    numbers, is_over = count(), threading.Event()

    def guess(n: int) -> Counter[str]:
        return Counter(outcome(attackers[n](one, address(next(numbers)))) for one in guesses[n::THREADS])

    def log_in_all_the_while() -> Counter[str]:
        came = Counter[str]()
        while not came or not is_over.wait(2):
            came[outcome(Browser(site).log_in(HONEST, address=address(0)))] += 1
        return came

    with ThreadPoolExecutor(THREADS + 1) as pool:
        honest = pool.submit(log_in_all_the_while)
        try:
            seen = sum(pool.map(guess, range(THREADS)), Counter[str]())
        finally:
            is_over.set()
        return seen, honest.result()
