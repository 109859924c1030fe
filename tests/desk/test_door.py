"""The desk's own door: one login, and the second factor that a newsroom may ask of its staff."""

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from builders import make_staff
from django.test import Client

from writethru.readers.actions.reader import vouch_for
from writethru.readers.models import Account
from writethru.stories.models import Home

pytestmark = pytest.mark.django_db

PASSWORD = "a lamp on the rock"


@pytest.fixture
def editor() -> Account:
    account = make_staff("editor@desk.example", on=Home.objects.get())
    account.set_password(PASSWORD)
    account.save()
    vouch_for(account)
    return account


def log_in(client: Client, email: str = "editor@desk.example", *, onward: str = "/desk/") -> Any:
    return client.post("/account/login/", {"login": email, "password": PASSWORD, "next": onward})


def test_the_desk_leads_to_the_one_login_and_back(client: Client, editor: Account):
    asked = client.get("/desk/wire/", follow=True)

    entered = log_in(client, onward="/desk/wire/")

    chain = [("/desk/login/?next=/desk/wire/", 302), ("/account/login/?next=/desk/wire/", 302)]
    assert (asked.status_code, asked.redirect_chain) == (200, chain)
    assert b'name="next" value="/desk/wire/"' in asked.content
    assert (entered.status_code, entered["Location"]) == (302, "/desk/wire/")


def test_wagtails_own_doors_take_no_password(client: Client, editor: Account):
    given = {"username": "editor@desk.example", "password": PASSWORD}

    answers = [client.post("/desk/login/", given), client.get("/desk/password_reset/")]
    client.force_login(editor)
    page = client.get("/desk/account/").content

    assert [answer.status_code for answer in answers] == [405, 404]
    assert (b"old_password" in page, b'type="email"' in page) == (False, False)


def test_a_reader_is_told_that_they_have_no_desk_and_is_not_led_round(client: Client):
    vouch_for(Account.objects.create_user("reader@home.example", PASSWORD))
    log_in(client, "reader@home.example")

    page = client.get("/desk/", follow=True)

    assert (page.status_code, page.redirect_chain) == (403, [("/desk/login/?next=/desk/", 302)])
    assert "You have no desk here" in page.content.decode()


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/"])
def test_the_desks_door_leads_nobody_away(client: Client, editor: Account, onward: str):
    anonymous = client.get("/desk/login/", {"next": onward})
    client.force_login(editor)
    entered = client.get("/desk/login/", {"next": onward})

    assert (anonymous["Location"], entered["Location"]) == ("/account/login/?next=/desk/", "/desk/")


def test_where_it_is_asked_for_nothing_of_the_desk_is_shown_without_a_second_factor(
    client: Client, editor: Account, settings: Any
):
    settings.STAFF_SECOND_FACTOR = "required"
    client.force_login(editor)

    paths = ["/desk/", "/desk/wire/", "/desk/wire/arrivals.json", "/desk/users/", "/media/original_images/one.jpg"]
    before = [client.get(path) for path in paths]
    posted = client.post("/desk/wire/undo/")
    told = client.get("/account/two-factor/").content.decode()
    TOTP.activate(editor, "JBSWY3DPEHPK3PXP")
    after = client.get("/desk/wire/")

    assert [answer["Location"] for answer in [*before, posted]] == ["/account/two-factor/"] * 6
    assert "The desk asks for a second factor." in told
    assert after.status_code == 200


def test_a_trial_asks_for_none(client: Client, editor: Account):
    client.force_login(editor)

    assert client.get("/desk/wire/").status_code == 200


def test_staff_with_a_second_factor_are_asked_for_it_at_the_login(client: Client, editor: Account):
    TOTP.activate(editor, "JBSWY3DPEHPK3PXP")

    half = log_in(client)

    assert half["Location"] == "/account/two-factor/authenticate/"
    assert client.get("/desk/")["Location"] == "/desk/login/?next=/desk/"
