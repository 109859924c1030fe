"""Wagtail's admin at the desk: it opens, and an editor can work on a story there."""

import pytest
from builders import make_story
from django.test import Client
from django.urls import reverse

from writethru.readers.actions.reader import vouch_for
from writethru.readers.models import Account

pytestmark = pytest.mark.django_db


def test_an_editor_logs_in_by_email_in_any_case_and_opens_a_story():
    vouch_for(Account.objects.create_superuser("editor@desk.example", "a lamp on the rock"))
    story, client = make_story(), Client()

    asked = client.get("/desk/", follow=True)
    entered = client.post(
        "/account/login/", {"login": "Editor@Desk.example", "password": "a lamp on the rock", "next": "/desk/"}
    )
    pages = [
        client.get(reverse("wagtailadmin_pages:edit", args=[story.pk])),
        client.get("/desk/"),
        client.get("/desk/images/"),
    ]

    assert asked.redirect_chain == [("/desk/login/?next=/desk/", 302), ("/account/login/?next=/desk/", 302)]
    assert asked.status_code == 200
    assert (entered.status_code, entered["Location"]) == (302, "/desk/")
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert b'name="standfirst"' in pages[0].content
