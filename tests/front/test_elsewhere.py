"""Logging in with another site's account, against a provider that the tests start."""

import html
import re
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from builders import make_reader
from django.test import Client
from letters import letters
from provider import Provider, described, provider

from writethru.readers.actions.reader import vouch_for
from writethru.readers.models import Account, Reader

pytestmark = pytest.mark.django_db

KEEPER = "keeper@home.example"


@pytest.fixture
def newsroom() -> Iterator[Provider]:
    with provider(sub="17", email=KEEPER, email_verified=True, name="The Keeper") as it:
        yield it


@pytest.fixture(params=[True, False], ids=["trusted", "not trusted"])
def trust(request: pytest.FixtureRequest, settings: Any, newsroom: Provider) -> bool:
    settings.SOCIALACCOUNT_PROVIDERS = described(newsroom, trust=request.param)
    return request.param


def through(client: Client, newsroom: Provider, *, onward: str = "/account/", process: str = "login") -> Any:
    """Press the button, say yes there, and come back."""
    page = client.post(f"/account/oidc/newsroom/login/?process={process}&next={onward}")
    there = html.unescape(re.search(r'<a class="btn" href="([^"]+)"', page.content.decode())[1])
    answer = urllib.request.urlopen(there).read().decode()
    back = urlsplit(html.unescape(re.search(r'href="([^"]+)"', answer)[1]))
    return client.get(f"{back.path}?{back.query}")


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_login_leads_there_by_a_page_of_ours_and_a_press(client: Client, newsroom: Provider, trust: bool):
    login = client.get("/account/login/?next=/desk/").content.decode()
    asked = client.get("/account/oidc/newsroom/login/")
    page = client.post("/account/oidc/newsroom/login/")

    assert "Continue with the newsroom" in login
    assert 'action="/account/oidc/newsroom/login/?process=login&amp;next=%2Fdesk%2F"' in login
    assert (asked.status_code, newsroom.url in asked.content.decode()) == (200, False)
    assert (page.status_code, f'content="0; url={newsroom.url}/authorize?' in page.content.decode()) == (200, True)
    assert "code_challenge_method=S256" in page.content.decode()


def test_a_newcomer_is_logged_in_if_the_site_is_trusted_and_else_confirms_first(
    client: Client, newsroom: Provider, trust: bool
):
    reader = make_reader(KEEPER)

    back = through(client, newsroom)

    assert (newsroom.refused, is_in(client)) == ([], trust)
    assert EmailAddress.objects.get().verified == trust
    assert back["Location"] == ("/account/" if trust else "/account/confirm-email/")
    assert letters(KEEPER) == ([] if trust else ["Confirm your e-mail address"])
    reader.refresh_from_db()
    assert (reader.account is not None, Reader.objects.count()) == (trust, 1)


def test_an_account_is_taken_over_by_a_trusted_site_alone(client: Client, newsroom: Provider, trust: bool):
    account = Account.objects.create_user(KEEPER, "a lamp on the rock")
    vouch_for(account)

    through(client, newsroom)
    again = Client()
    through(again, newsroom)

    assert (is_in(client), is_in(again), Account.objects.count()) == (trust, trust, 1)
    told = ["Another account logs in to yours"] if trust else ["You have an account already"] * 2
    assert letters(KEEPER) == told


@pytest.mark.parametrize("claimed", [False, None, "no"])
def test_an_address_that_the_site_has_not_verified_takes_over_nothing(
    client: Client, newsroom: Provider, settings: Any, claimed: Any
):
    settings.SOCIALACCOUNT_PROVIDERS = described(newsroom, trust=True)
    vouch_for(Account.objects.create_user(KEEPER, "a lamp on the rock"))
    newsroom.claims["email_verified"] = claimed

    through(client, newsroom)

    assert not is_in(client)


def test_somebody_who_is_logged_in_connects_another_account_and_takes_it_off(
    client: Client, newsroom: Provider, settings: Any
):
    settings.SOCIALACCOUNT_PROVIDERS = described(newsroom, trust=False)
    account = Account.objects.create_user("other@home.example", "a lamp on the rock")
    vouch_for(account)
    client.post("/account/login/", {"login": "other@home.example", "password": "a lamp on the rock"})
    client.post("/account/reauthenticate/", {"password": "a lamp on the rock"})

    connected = through(client, newsroom, process="connect", onward="/account/connections/")
    page = client.get("/account/connections/").content.decode()
    other = Client()
    through(other, newsroom)
    entered = is_in(other)
    client.post("/account/connections/", {"account": account.socialaccount_set.get().pk})
    third = Client()
    through(third, newsroom)

    assert connected["Location"] == "/account/connections/"
    assert page.count("Connect an account at the newsroom") == 1
    assert ("the newsroom: " in page, entered, is_in(third)) == (True, True, False)


def test_an_answer_without_our_question_logs_nobody_in(client: Client, newsroom: Provider, trust: bool):
    code = newsroom.grant({"redirect_uri": "http://testserver/account/oidc/newsroom/login/callback/", "state": "x"})
    back = urlsplit(code)

    page = client.get(f"{back.path}?{back.query}")

    assert (page.status_code, is_in(client)) == (401, False)
    assert "The other site said no" in page.content.decode()


def test_a_site_that_was_not_set_up_is_no_door(client: Client):
    assert client.post("/account/oidc/evil/login/").status_code == 404


def test_who_breaks_off_there_is_told_so(client: Client, newsroom: Provider, trust: bool):
    page = client.post("/account/oidc/newsroom/login/")
    state = re.search(r"state=(\w+)", page.content.decode())[1]

    back = client.get(f"/account/oidc/newsroom/login/callback/?error=access_denied&state={state}", follow=True)

    assert "You broke off" in back.content.decode()
