"""Wagtail's user list has staff in it, and no reader."""

import pytest
from builders import make_staff
from django.contrib.auth.models import Group
from django.test import Client

from writethru.readers.actions.reader import vouch_for
from writethru.readers.models import Account
from writethru.stories.models import Home

pytestmark = pytest.mark.django_db

NEW = {
    "email": "Keeper@home.example",
    "first_name": "The",
    "last_name": "Keeper",
    "password1": "a lamp on the rock",
    "password2": "a lamp on the rock",
}


@pytest.fixture
def chief(client: Client) -> Client:
    client.force_login(Account.objects.create_superuser("chief@desk.example", "a lamp on the rock"))
    return client


def test_the_user_list_shows_staff_and_no_reader(chief: Client):
    make_staff("editor@desk.example", on=Home.objects.get())
    in_group = Account.objects.create_user("subs@desk.example", "a lamp on the rock")
    in_group.groups.add(Group.objects.get(name="Section editors"))
    reader = Account.objects.create_user("reader@home.example", "a lamp on the rock")

    page = chief.get("/desk/users/")

    listed = [account.email for account in page.context["users"]]
    assert sorted(listed) == ["chief@desk.example", "editor@desk.example", "subs@desk.example"]
    assert b"bulk-action" not in page.content.split(b"<table")[1]
    for door in ("edit", "delete", "history"):
        assert chief.get(f"/desk/users/{door}/{reader.pk}/").status_code == 404
        assert chief.get(f"/desk/users/{door}/{in_group.pk}/").status_code == 200


@pytest.mark.parametrize("is_reader", [False, True])
def test_a_user_made_at_the_desk_is_staff_a_reader_too(chief: Client, is_reader: bool):
    if is_reader:
        Account.objects.create_user("keeper@home.example", "what the reader chose")
    editors = Group.objects.get(name="Editors")

    made = chief.post("/desk/users/new/", {**NEW, "groups": [editors.pk]})

    account = Account.objects.get(email__iexact=NEW["email"])
    assert (made.status_code, made["Location"]) == (302, "/desk/users/")
    assert (account.is_staff, account.is_superuser, list(account.groups.all())) == (True, False, [editors])
    assert account.check_password(NEW["password1"])
    entered = Client().post("/account/login/", {"login": NEW["email"], "password": NEW["password1"], "next": "/desk/"})
    assert entered["Location"] == "/desk/"  # whoever made the account has vouched for its address
    again = chief.post("/desk/users/new/", NEW)
    assert (again.status_code, Account.objects.count()) == (200, 2)


def test_an_address_that_is_changed_at_the_desk_is_the_one_that_logs_in(chief: Client):
    account = make_staff("editor@desk.example", on=Home.objects.get())
    vouch_for(account)

    names = {"first_name": "The", "last_name": "Editor", "is_active": "on"}
    changed = chief.post(f"/desk/users/edit/{account.pk}/", {**names, "email": "New@desk.example"})

    addresses = list(account.emailaddress_set.values_list("email", "verified", "primary"))
    assert (changed.status_code, addresses) == (302, [("new@desk.example", True, True)])
