import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from builders import NOON, make_follow, make_reader, make_staff, make_story
from django.apps import apps
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from writethru.bulletins.actions.letters import send_letter
from writethru.bulletins.models import Digest
from writethru.bulletins.yours import NOT_TOLD, SECRETS, held_about
from writethru.front.readable import CALLED
from writethru.readers import links
from writethru.readers.actions.reader import reader_of, vouch_for
from writethru.readers.models import (
    Account,
    Consent,
    ErrorReport,
    Follow,
    OptIn,
    PushSubscription,
    Reader,
    Seen,
    Suppression,
)

pytestmark = pytest.mark.django_db

TOLD = {  # by held_about, each table by its own line or with what it hangs on
    *("readers.Account", "readers.Reader", "readers.Follow", "readers.PushSubscription", "readers.Consent"),
    *("readers.Seen", "bulletins.Sending", "bulletins.Digest", "readers.OfferAnswer"),
}
LOGINS = {"account", "mfa", "socialaccount", "usersessions"}  # told by whatever of theirs leads to an account
STAFFS_WORK = {  # rows of the desk's, with the name of who did it
    *("stories", "wire", "wagtailcore", "wagtailimages", "wagtaildocs", "wagtailusers", "wagtailadmin"),
    *("readers.ErrorReport", "bulletins.Dispatch", "admin"),
}


def test_every_table_that_leads_to_a_reader_is_told_or_has_a_reason():
    leading = {
        model._meta.label
        for model in apps.get_models(include_auto_created=False)
        for field in model._meta.concrete_fields
        if field.related_model in (Reader, Account) and model._meta.app_label not in LOGINS
    }
    staffs = {one for one in leading if one in STAFFS_WORK or one.partition(".")[0] in STAFFS_WORK}

    assert leading - staffs - TOLD - set(NOT_TOLD) == set()


def test_a_reader_sees_and_takes_along_what_is_held():
    account = Account.objects.create_user("reader@mail.example", "a long password")
    reader = reader_of(account, now=NOON)
    make_follow(make_story(), reader=reader)
    send_letter(to=reader.email, subject="Please confirm", text="t", html="h", key="k", now=NOON)
    client = Client()
    client.force_login(account)

    page, taken = client.get("/account/yours/").content.decode(), client.get("/account/yours.json")

    held = taken.json()
    assert [row["story"] for row in held["What you follow"]] == ["The lighthouse"]
    assert [row["subject"] for row in held["What was sent to you"]] == ["Please confirm"]
    assert held["You"]["email"] == held["Account"]["email"] == "reader@mail.example"
    assert "password" not in held["Account"]
    assert reader.key not in page + taken.content.decode()
    assert ("The lighthouse" in page, "no-store" in taken["Cache-Control"]) == (True, True)


def test_what_is_held_is_said_in_words_and_no_key_of_a_session_is(client: Client):
    account = Account.objects.create_user("reader@mail.example", "a long password")
    reader = reader_of(account, now=NOON)
    make_follow(make_story(), reader=reader, by_push=False, pace="key")
    client.post("/account/login/", {"login": account.email, "password": "a long password"})
    vouch_for(account)
    client.post("/account/login/", {"login": account.email, "password": "a long password"})

    page, taken = client.get("/account/yours/").content.decode(), client.get("/account/yours.json")
    said = re.findall(r"<dt>(.*?)</dt><dd>(?:<time[^>]*>)?(.*?)(?:</time>)?</dd>", page)

    assert [pair for pair in said if pair[0] in {"How often", "By e-mail", "In the browser", "Digests at"}] == [
        ("Digests at", "7:00 am"),
        ("How often", "Key entries only"),
        ("By e-mail", "Yes"),
        ("In the browser", "No"),
    ]
    assert ("Confirmed", "24 November 2026, 8:00 pm PHT") in said
    assert [name for name, _ in said if "_" in name] == []
    assert taken.json()["Where you are logged in"][0]["ip"] == "127.0.0.1"
    assert client.cookies["sessionid"].value not in page + taken.content.decode()


def test_every_field_that_is_told_has_a_name_in_words():
    told = [
        *(Account, Reader, Follow, Consent, PushSubscription, Seen, Digest, Suppression, OptIn, ErrorReport),
        *(EmailAddress, SocialAccount, Authenticator, UserSession),
    ]
    staffs = {"user_permissions", "groups", "is_superuser", "is_staff"}
    fields = {field.name for model in told for field in model._meta.concrete_fields} - SECRETS - staffs

    assert fields - set(CALLED) == set()


def test_the_link_of_a_mail_opens_the_same_without_logging_in_and_no_other_link_does():
    reader = make_reader("reader@mail.example")
    token, other = links.token(links.FOLLOW, reader.pk), links.token(links.STOP, reader.pk)

    answers = [Client().get(f"/f/{one}/yours.json").status_code for one in (token, other, "x", token[:-1])]

    assert answers == [200, 404, 404, 404]
    assert Client().get(f"/f/{links.token(links.FOLLOW, 999_999)}/yours/").status_code == 404


@pytest.mark.parametrize("door", ["yours/", "yours.json", "delete/"])
def test_by_the_link_of_a_mail_nobody_reads_or_deletes_an_account(door: str):
    account = Account.objects.create_user("reader@mail.example", "a lamp on the rock")
    reader = make_reader(account.email, account=account)
    address = f"/f/{links.token(links.FOLLOW, reader.pk)}/{door}"

    read, pressed = Client().get(address), Client().post(address)

    assert [(answer.status_code, answer["Location"]) for answer in (read, pressed)] == [(303, f"/account/{door}")] * 2
    assert Account.objects.filter(pk=account.pk).exists()


def test_deleting_asks_first_and_then_deletes():
    reader = make_reader("reader@mail.example")
    door = f"/f/{links.token(links.FOLLOW, reader.pk)}/delete/"

    asked = Client().get(door)
    done = Client(enforce_csrf_checks=True).post(door)

    assert (asked.status_code, done.status_code, done["Location"]) == (200, 303, "/deleted/")
    assert (Reader.objects.count(), Suppression.objects.get().because) == (0, "deleted")
    assert Client().get("/deleted/").status_code == 200
    assert Client().get(door).status_code == 404


def test_who_works_here_is_not_deleted_by_a_press():
    account = make_staff("editor@desk.example")
    client = Client()
    client.force_login(account)

    assert client.post("/account/delete/").status_code == 403
    assert Account.objects.filter(pk=account.pk).exists()


def test_as_many_queries_for_one_follow_as_for_three(django_assert_num_queries: DjangoAssertNumQueries):
    reader = make_reader()
    make_follow(make_story("A"), reader=reader)
    with django_assert_num_queries(9):
        held_about(reader)
    make_follow(make_story("B"), reader=reader)
    make_follow(make_story("C"), reader=reader)
    with django_assert_num_queries(9):
        held_about(reader)
