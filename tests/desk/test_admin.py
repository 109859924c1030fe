"""Wagtail's admin at the desk: it opens, and an editor can work on a story there."""

import pytest
from builders import make_report, make_staff, make_story
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


def test_the_first_page_says_how_much_waits_for_whom():
    tree, other = make_story().get_parent(), make_staff("other@desk.example")
    make_report(publish=False), make_report(publish=False)
    editor, client = make_staff("editor@desk.example", on=tree), Client()

    said = []
    for one in (editor, other):
        client.force_login(one)
        said.append(client.get("/desk/").content.decode())

    assert '<a href="/desk/wire/">2 wait at the wire desk</a>' in said[0]
    assert '<a href="/desk/wire/">0 wait at the wire desk</a>' in said[1]
