"""An editor's draft against a newer take ends in the merge, is published, and is seen on the page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from builders import MORNING, NOON, make_item, make_report, make_story
from django.test import Client
from playwright.sync_api import Page

from writethru.press.bake import bake_due
from writethru.readers.models import Account
from writethru.stories.actions.standing import let_stand
from writethru.stories.models import Report, Section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
SOLD = "<p>The lighthouse was sold on Tuesday.</p>"
BUYER = "<p>The buyer is a clockmaker.</p>"
LAMP = "<p>The lamp will be lit again.</p>"


@pytest.fixture
def report(tree: Section) -> Report:
    return make_report(html=SOLD + BUYER, dated_at=MORNING, stories=[make_story()])


@pytest.fixture
def logged_in() -> dict[str, Any]:
    """Return what a browser knows in which an editor has logged in."""
    client = Client()
    client.force_login(Account.objects.create_superuser("editor@desk.example", "a lamp on the rock"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "domain": "localhost", "path": "/"}
    return {"storage_state": {"cookies": [session], "origins": []}}


def newer_take_comes(report: Report) -> None:
    wired = Report.objects.select_related("state__current", "state__item").get(pk=report.pk)
    let_stand(wired, make_item(source=report.source, html=SOLD.replace("Tuesday", "Monday") + BUYER + LAMP))


def what_readers_have(page: Page, report: Report) -> str:
    bake_due(now=NOON + timedelta(days=1))
    page.goto(page.url.split("/desk/")[0] + report.state.path_on_site)
    return page.locator("article").first.inner_text()


def test_a_draft_against_a_newer_take_ends_in_the_merge(open_page: Open, report: Report, logged_in: dict[str, Any]):
    page = open_page(f"/desk/report/edit/{report.pk}/", **logged_in)
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Hear this! ")
    page.wait_for_function("document.querySelector('[name=html]').value.includes('Hear this! ')")
    newer_take_comes(report)

    page.locator("footer").get_by_role("button", name="More actions").click()
    page.click("[name=action-publish]")
    page.wait_for_url("**/desk/report/merge/**")
    page.get_by_label("Keep yours").check()
    page.click("button[name=publish]")
    page.wait_for_url("**/desk/report/edit/**")

    shown = what_readers_have(page, report)
    for words in ("Hear this! The lighthouse was sold on Tuesday.", "The lamp will be lit again."):
        assert words in shown


def test_the_merge_needs_no_script(open_page: Open, report: Report, logged_in: dict[str, Any]):
    draft = Report.objects.get()
    draft.html, draft.based_on_take = SOLD.replace("sold", "sold off") + BUYER, report.state.item_id
    draft.save_revision()
    newer_take_comes(report)

    page = open_page(f"/desk/report/merge/{report.pk}/", java_script_enabled=False, **logged_in)
    page.get_by_label("Write it anew").check()
    page.get_by_label("Collision 1, written anew").fill("It was sold off on Monday.")
    page.click("button[name=publish]")
    page.wait_for_url("**/desk/report/edit/**")

    assert "It was sold off on Monday." in what_readers_have(page, report)
