"""Logging in, by each of its ways, through the client."""

import re
import time
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import allauth
import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from builders import NOON, make_follow, make_reader, make_story
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone
from letters import code, letters, link

from writethru.front import account_tries, door
from writethru.front.account_letters import LETTERS, letter_of
from writethru.front.templatetags.accounts import browser
from writethru.readers.actions.reader import reader_of, vouch_for
from writethru.readers.actions.tries import key_of
from writethru.readers.links import address_hash
from writethru.readers.models import Account, Reader, Suppression, Tries

pytestmark = pytest.mark.django_db

KEEPER = "keeper@home.example"
PASSWORD = "a lamp on the rock"
NEW = {"password1": "a bell on the reef", "password2": "a bell on the reef"}
DOORS = ["/account/login/", "/account/signup/", "/account/password/reset/", "/account/login/code/"]


def make_account(email: str = KEEPER, password: str | None = PASSWORD) -> Account:
    account = Account.objects.create_user(email, password)
    vouch_for(account)
    return account


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def log_in(client: Client, email: str = KEEPER, password: str = PASSWORD, **more: str):
    return client.post("/account/login/", {"login": email, "password": password, **more})


def app_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def test_a_reader_signs_up_confirms_by_pressing_and_is_logged_in(client: Client):
    signed_up = client.post("/account/signup/", {"email": "Keeper@home.example", "password1": PASSWORD})
    before = log_in(Client())
    page = client.get(link(KEEPER))
    still = EmailAddress.objects.get().verified
    confirmed = client.post(link(KEEPER))
    first, second = (client.get(path).content.decode() for path in ("/account/", "/account/logout/"))

    said = f'role="status"><p>{KEEPER} is confirmed.</p>'
    assert (first.count(said), second.count("is confirmed")) == (1, 0)
    assert (signed_up.status_code, signed_up["Location"]) == (302, "/account/confirm-email/")
    assert before["Location"] == "/account/confirm-email/"
    assert (page.status_code, still) == (200, False)
    assert (confirmed.status_code, confirmed["Location"], is_in(client)) == (302, "/account/", True)
    reader = Reader.objects.get()
    assert (reader.email, reader.account.email, reader.confirmed_at is not None) == (KEEPER, KEEPER, True)
    assert letters(KEEPER) == ["Confirm your e-mail address"] * 2


def test_who_confirms_in_another_browser_is_not_logged_in_there(client: Client):
    client.post("/account/signup/", {"email": KEEPER, "password1": PASSWORD})
    other = Client()

    other.post(link(KEEPER))

    assert (is_in(other), EmailAddress.objects.get().verified) == (False, True)


def test_what_was_followed_by_mail_is_the_accounts_once_the_address_is_confirmed():
    reader = make_reader(KEEPER)
    account = make_account()

    theirs = reader_of(account, now=NOON)

    assert (theirs.pk, theirs.account, Reader.objects.count()) == (reader.pk, account, 1)


def test_a_password_lets_in_and_logging_out_asks(client: Client):
    make_account()

    wrong = log_in(client, password="a lamp in the hall")
    right = log_in(client, next="/story/the-lighthouse/")
    asked = client.get("/account/logout/")
    still = is_in(client)
    client.post("/account/logout/")

    assert "That address and that password don&#x27;t go together." in wrong.content.decode()
    assert (right.status_code, right["Location"]) == (302, "/story/the-lighthouse/")
    assert (asked.status_code, "Are you sure?" in asked.content.decode(), still) == (200, True, True)
    assert not is_in(client)


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "http://localhost/", "javascript:1"])
def test_nobody_is_led_away_after_logging_in(client: Client, onward: str):
    make_account()

    assert log_in(client, next=onward)["Location"] == "/account/"


def test_a_code_by_mail_lets_in(client: Client):
    make_account()

    asked = client.post("/account/login/code/", {"email": KEEPER})
    wrong = client.post("/account/login/code/confirm/", {"code": "BBBB-BBBB"})
    right = client.post("/account/login/code/confirm/", {"code": code(KEEPER).lower()})

    assert asked["Location"] == "/account/login/code/confirm/"
    assert (wrong.status_code, "That is not the code." in wrong.content.decode()) == (200, True)
    assert (right["Location"], is_in(client)) == ("/account/", True)


def test_a_forgotten_password_is_set_by_a_link_that_is_good_once(client: Client):
    make_account()

    client.post("/account/password/reset/", {"email": KEEPER})
    sent = link(KEEPER)
    form = client.get(sent, follow=True)
    done = client.post(
        form.redirect_chain[-1][0], {"password1": "a bell on the reef", "password2": "a bell on the reef"}
    )
    again = Client().get(sent)

    assert (done.status_code, is_in(client)) == (302, True)
    assert is_in_after(password="a bell on the reef")
    assert (again.status_code, "That link is used up" in again.content.decode()) == (200, True)
    assert letters(KEEPER) == ["Set a new password", "Your password was changed"]


def is_in_after(*, password: str) -> bool:
    client = Client()
    log_in(client, password=password)
    return is_in(client)


def test_a_changed_password_ends_the_other_sessions(client: Client):
    make_account()
    other = Client()
    log_in(client), log_in(other)

    changed = client.post("/account/password/change/", {"oldpassword": PASSWORD, **NEW})

    assert changed.status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/")["Location"] == "/account/login/?next=/account/"


def test_a_changed_address_counts_once_confirmed_and_is_the_readers_too(client: Client):
    account = make_account()
    log_in(client)
    Suppression.objects.create(address_hash=address_hash("keeper@reef.example"), because="asked", made_at=NOON)

    asked = client.post("/account/email/", {"email": "keeper@reef.example", "action_add": "1"})
    proved = client.post(asked["Location"], {"password": PASSWORD})
    before = Account.objects.get().email
    client.post(link("keeper@reef.example"))

    account.refresh_from_db()
    assert asked["Location"] == "/account/reauthenticate/?next=%2Faccount%2Femail%2F"
    assert (proved["Location"], before) == ("/account/email/", KEEPER)
    assert (account.email, account.reader.email) == ("keeper@reef.example", "keeper@reef.example")
    assert Suppression.objects.count() == 1
    assert letters(KEEPER) == ["Your address was changed"]


def test_who_never_confirmed_an_address_loses_it_to_who_does(client: Client):
    make_account()
    Client().post("/account/signup/", {"email": "keeper@reef.example", "password1": "the password of a thief"})
    log_in(client)
    client.post("/account/reauthenticate/", {"password": PASSWORD})

    client.post("/account/email/", {"email": "keeper@reef.example", "action_add": "1"})
    client.post(link("keeper@reef.example"))

    assert [account.email for account in Account.objects.all()] == ["keeper@reef.example"]


def test_sessions_are_seen_and_ended(client: Client):
    make_account()
    elsewhere = Client(HTTP_USER_AGENT="A lamp")
    log_in(client), log_in(elsewhere)

    page = client.get("/account/sessions/").content.decode()
    client.post("/account/sessions/")

    assert ("<b>Here</b>" in page, "A lamp" in page) == (True, True)
    assert (client.get("/account/").status_code, elsewhere.get("/account/").status_code) == (200, 302)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/143.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/143.0 Safari/537.36 Edg/143.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("A lamp", "A lamp"),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent: str, name: str):
    assert browser(agent) == name


def test_an_app_is_set_up_asked_for_and_each_of_its_codes_is_good_once(client: Client):
    account = make_account()
    log_in(client)
    client.post("/account/reauthenticate/", {"password": PASSWORD})

    page = client.get("/account/two-factor/totp/activate/")
    secret = page.context["form"].secret
    client.post("/account/two-factor/totp/activate/", {"code": app_code(secret)})
    kept = Authenticator.objects.get(type="totp").data["secret"]
    other, third = Client(), Client()
    half = log_in(other)
    log_in(third)
    given = app_code(secret)
    in_ = other.post("/account/two-factor/authenticate/", {"code": given})
    again = third.post("/account/two-factor/authenticate/", {"code": given})

    assert (page.status_code, b"<svg" in page.content, b"data:" in page.content) == (200, True, False)
    assert (secret in kept, half["Location"]) == (False, "/account/two-factor/authenticate/")
    assert (in_["Location"], is_in(other)) == ("/account/", True)
    assert (again.status_code, is_in(third)) == (200, False)
    assert Authenticator.objects.filter(user=account, type="recovery_codes").exists()


def test_a_recovery_code_lets_in_once(client: Client):
    account = make_account()
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    first = RecoveryCodes.activate(account).generate_codes()[0]
    entered = []
    for _ in range(2):
        one = Client()
        log_in(one)
        one.post("/account/two-factor/authenticate/", {"code": first})
        entered.append(is_in(one))

    assert entered == [True, False]


def test_nothing_is_sent_to_an_address_whose_mail_came_back(client: Client):
    make_account()
    Suppression.objects.create(address_hash=address_hash(KEEPER), because="bounced", made_at=NOON)

    page = client.post("/account/password/reset/", {"email": KEEPER})

    assert (page["Location"], letters(KEEPER)) == ("/account/password/reset/done/", [])


@pytest.mark.parametrize("path", ["/account/password/reset/", "/account/login/code/"])
def test_the_database_is_asked_as_often_about_an_address_that_nobody_has(client: Client, path: str):
    make_account()
    asked = []

    for email in ("warm@home.example", KEEPER, "nobody@home.example"):
        with CaptureQueriesContext(connection) as seen:
            Client().post(path, {"email": email})
        asked.append(len(seen))

    assert asked[1] == asked[2]


@pytest.mark.parametrize(("took", "waits"), [(0.012, 0.038), (0.049, 0.001), (0.051, 0.049), (0.413, 0.037)])
def test_what_may_tell_who_has_an_account_is_answered_in_steps_of_time(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, took: float, waits: float
):
    settings.ANSWER_STEP_SECONDS, waited = 0.05, []
    clock = cycle((7.0, 7.0 + took))
    monkeypatch.setattr(door, "time", SimpleNamespace(perf_counter=lambda: next(clock), sleep=waited.append))

    for path in DOORS:
        client.post(path, {"email": "nobody@home.example", "login": "nobody@home.example", "password": "a"})
    client.post("/account/login/code/confirm/", {"code": "BBBB-BBBB"})

    assert waited == [pytest.approx(waits)] * 5


def test_each_door_that_is_answered_in_step_is_one():
    assert {resolve(reverse(name)).url_name for name in door.IN_STEP} == door.IN_STEP


def test_pages_and_refusals_are_not_waited_for(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch):
    settings.ANSWER_STEP_SECONDS, waited = 0.05, []
    monkeypatch.setattr(account_tries, "LETTERS_OF_A_NETWORK", 0)
    monkeypatch.setattr(door, "time", SimpleNamespace(perf_counter=time.perf_counter, sleep=waited.append))

    pages = [client.get(path).status_code for path in DOORS]
    refused = client.post("/account/password/reset/", {"email": "nobody@home.example"})
    forged = Client(enforce_csrf_checks=True).post("/account/login/", {"login": KEEPER, "password": PASSWORD})

    assert (pages, refused.status_code, forged.status_code, waited) == ([200] * 4, 429, 403, [])


def test_who_sends_slowly_does_not_choose_when_the_step_ends(
    rf: RequestFactory, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    settings.ANSWER_STEP_SECONDS, said, waited = 0.05, iter(("began", "done")), []
    clock = {"began": 7.0, "done": 7.01}
    request = rf.post("/account/login/", {"login": KEEPER})
    seen = []

    def now() -> float:
        seen.append(hasattr(request, "_body"))
        return clock[next(said)]

    def answer(request: Any) -> HttpResponse:
        request.META[door.IN_STEP_KEY] = True
        return HttpResponse()

    monkeypatch.setattr(door, "time", SimpleNamespace(perf_counter=now, sleep=waited.append))
    door.InStep(answer)(request)

    assert (seen, waited) == ([True, True], [pytest.approx(0.04)])


def test_an_address_gets_five_letters_of_a_kind_an_hour(client: Client):
    make_account()

    for _ in range(7):
        client.post("/account/password/reset/", {"email": KEEPER})
    client.post("/account/login/code/", {"email": KEEPER})

    assert letters(KEEPER) == ["Set a new password"] * 5 + ["Your code to log in"]


@pytest.mark.parametrize(
    "path", ["/account/login/", "/account/signup/", "/account/password/reset/", "/account/login/code/"]
)
def test_a_page_of_the_account_is_kept_nowhere_and_loads_from_nobody(client: Client, path: str):
    page = client.get(path)

    assert (page.status_code, page["Cache-Control"], page["X-Robots-Tag"]) == (200, "no-store", "noindex")
    assert page["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert (b"<style" in page.content, b" style=" in page.content, b" on" + b"click" in page.content) == (False,) * 3


def test_a_baked_page_sets_no_cookie_and_is_the_same_for_who_is_logged_in(client: Client):
    make_account()
    nobody = client.get("/")
    log_in(client)
    somebody = client.get("/")

    assert (nobody.content, nobody.cookies, nobody.get("Vary", "")) == (
        somebody.content,
        somebody.cookies,
        somebody.get("Vary", ""),
    )
    assert (len(nobody.cookies), "Cookie" in nobody.get("Vary", "")) == (0, False)
    assert b'<a href="/account/">Account</a>' in nobody.content


def test_sessions_cookie_is_for_the_server_alone(client: Client):
    make_account()

    cookie = log_in(client).cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_letters_that_one_network_asks_for_have_an_end(client: Client):
    until = timezone.now() + timedelta(hours=1)
    Tries.objects.create(key=key_of("letters of", "127.0.0.1"), count=299, until=until)

    answers = [client.post("/account/password/reset/", {"email": f"{n}@home.example"}) for n in range(2)]
    elsewhere = client.post("/account/password/reset/", {"email": KEEPER}, REMOTE_ADDR="203.0.113.7")

    assert [answer.status_code for answer in answers] == [302, 429]
    assert "That was too often" in answers[1].content.decode()
    assert elsewhere.status_code == 302


def test_who_is_kept_out_by_anothers_guesses_gets_in_by_a_link(client: Client):
    make_account()
    for _ in range(5):
        log_in(Client(REMOTE_ADDR="203.0.113.7"), password="a lamp in the hall")

    kept_out = log_in(client)
    client.post("/account/password/reset/", {"email": KEEPER})
    form = client.get(link(KEEPER), follow=True)
    client.post(form.redirect_chain[-1][0], NEW)

    assert "Too many tries within five minutes." in kept_out.content.decode()
    assert is_in(client)


def test_five_minutes_later_a_right_password_lets_in_again(client: Client):
    make_account()
    for _ in range(6):
        log_in(client, password="a lamp in the hall")

    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        log_in(client)

    assert is_in(client)


def test_right_passwords_are_no_tries(client: Client):
    make_account()

    entered = [is_in(one) for one in [Client() for _ in range(8)] if log_in(one)]

    assert entered == [True] * 8


def test_after_many_wrong_passwords_from_a_network_a_right_one_needs_a_code_too(client: Client):
    make_account()
    until = timezone.now() + timedelta(minutes=5)
    Tries.objects.create(key=key_of("wrong", "203.0.113.7"), count=100, until=until)
    office = Client(REMOTE_ADDR="203.0.113.7")
    log_in(office, "nobody@home.example")

    half = log_in(office)
    before = is_in(office)
    office.post("/account/login/code/confirm/", {"code": code(KEEPER)})
    log_in(client)

    assert (half["Location"], before) == ("/account/login/code/confirm/", False)
    assert (is_in(office), is_in(client)) == (True, True)


def test_every_letter_of_the_login_has_its_words():
    folder = Path(allauth.__file__).parent / "templates"
    named = {
        str(file.relative_to(folder)).removesuffix("_message.txt") for file in folder.glob("*/email/*_message.txt")
    }

    assert (
        named - set(LETTERS)
        == {
            "account/email/base",
            "account/email/email_confirm",
            "account/email/base_notification",
            "account/email/password_reset_code",
        }
        & named
    )


def test_a_letter_of_the_login_has_the_frame_of_all_mail(settings: Any):
    settings.POSTAL_ADDRESS = "12 Harbour Road"
    letter = letter_of("account/email/login_code", {"code": "BCDF-GHJK"})
    said = [
        text.strip() for text in re.sub(r"<(style|title|div).*?</\1>", "", letter.html, flags=re.DOTALL).split("<p")
    ]

    assert letter.text == (
        "Your code to log in\n\nType this code on the page where you asked for it, at The Daily Example:\n\n"
        "BCDF-GHJK\n\nIt is good for a quarter of an hour. Tell it to nobody: we never ask for it.\n\n"
        "If you asked for none, do nothing: without it nobody gets in.\n\n-- \nThe Daily Example, 12 Harbour Road\n"
    )
    assert [re.sub(r"<[^>]+>", "", text.partition(">")[2]).strip() for text in said[1:]] == [
        "Type this code on the page where you asked for it, at The Daily Example:",
        "BCDF-GHJK",
        "It is good for a quarter of an hour. Tell it to nobody: we never ask for it.",
        "If you asked for none, do nothing: without it nobody gets in.",
        "The Daily Example, 12 Harbour Road. No pictures and no trackers in this mail.",
    ]


def test_an_address_that_two_readers_have_becomes_the_one_reader_of_its_account():
    account = make_account()
    reader = reader_of(account, now=NOON)
    other = make_reader("keeper@reef.example")
    both, theirs = make_story("Both"), make_story("Theirs")
    make_follow(both, reader=reader)
    make_follow(both, reader=other)
    make_follow(theirs, reader=other)

    Account.objects.filter(pk=account.pk).update(email="keeper@reef.example")
    account.refresh_from_db()
    merged = reader_of(account, now=NOON)

    assert (merged.pk, merged.email) == (reader.pk, "keeper@reef.example")
    assert [row.story for row in merged.follows.filter(ended_at=None).order_by("pk")] == [both, theirs]
    assert Reader.objects.get(pk=other.pk).email == ""
