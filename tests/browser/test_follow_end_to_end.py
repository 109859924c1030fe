"""Following from one end to the other, with real parts: a browser, an SMTP server, a push service that opens what it
is given. Nothing of ours is stood in for; the browser's own `subscribe` is, since no push service can be reached here.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from builders import make_report, make_story, republish
from django.test import Client
from django.utils import timezone
from mailserver import Mailbox
from playwright.sync_api import Page, expect
from pushing import Service, push_service

from writethru.readers.models import Follow, PushSubscription, Reader, Seen
from writethru.stories.models import Report, Section, Story

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]
READER = "anna@mail.example"
PASSWORD = "a lamp on the rock"
SUBSCRIBES = """([endpoint, p256dh, auth]) => {
  const made = { endpoint, toJSON: () => ({ endpoint, keys: { p256dh, auth } }) };
  PushManager.prototype.subscribe = async () => made;
  PushManager.prototype.getSubscription = async () => made;
}"""


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    with push_service(settings) as service:
        yield service
        assert service.wrong == []


@pytest.fixture
def story(tree: Section, settings: Any, live_server: Any) -> Story:
    settings.BASE_URL = live_server.url
    story = make_story("The lighthouse")
    make_report(headline="The lamp is lit", stories=[story], now=timezone.now() - timedelta(days=3))
    return story


def publish(story: Story) -> Report:
    html = "<p>The lighthouse was sold for four pesos, the port said.</p>"
    return make_report(headline="The lighthouse is sold", html=html, stories=[story], now=timezone.now())


def correct(report: Report) -> None:
    html = "<p>The lighthouse was sold for five pesos, the port said.</p>"
    republish(report, html=html, note="It was five pesos, not four.", now=timezone.now())


def links_in(mailbox: Mailbox, to: str = READER) -> list[str]:
    """Return the addresses in the text of the newest mail."""
    text = mailbox.to(to)[-1].get_body(("plain",)).get_content()
    return re.findall(r"https?://\S+?(?=[>.,)]*(?:\s|$))", text)


def link_to(mailbox: Mailbox, door: str, to: str = READER) -> str:
    return next(link for link in links_in(mailbox, to) if door in link)


def subjects(mailbox: Mailbox, to: str = READER) -> list[str]:
    return [str(message["Subject"]) for message in mailbox.to(to)]


def press_one_click(mailbox: Mailbox, to: str = READER) -> int:
    """Do what a mail program does on "Unsubscribe": post to the address in the header, with no cookie."""
    message = mailbox.to(to)[-1]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.fullmatch(r"<https?://[^/]+(/u/\S+)>", message["List-Unsubscribe"])[1]
    return Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"}).status_code


def turn_on(page: Page, service: Service) -> str:
    """Let the browser show notifications, as its user does, and return where they go."""
    browser = service.browser()
    page.evaluate(SUBSCRIBES, [browser.endpoint, browser.p256dh, browser.auth])
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("button", name="Turn off")).to_be_visible()
    return browser.endpoint


def test_with_an_account_from_signing_up_to_nothing_more(
    open_page: Open, story: Story, mailbox: Mailbox, service: Service, live_server: Any
):
    page = open_page("/account/signup/", permissions=["notifications"])
    page.get_by_label("E-mail").fill(READER)
    page.locator("[name=password1]").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator("h1")).not_to_have_text("Sign up")
    page.goto(link_to(mailbox, "/account/confirm-email/"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("h1")).to_have_text("My stories")

    with page.expect_response("**/account/state.json*"):
        page.goto(live_server.url + story.path_on_site)
    page.get_by_role("button", name="+ Follow story").click()
    expect(page.locator("#follow-btn")).to_have_text(re.compile("Following"))
    endpoint = turn_on(page, service)
    page.goto(live_server.url + "/account/following/")
    page.locator("details summary", has_text="Change").first.click()
    page.get_by_label("At once").first.check(force=True)
    page.get_by_label("By e-mail").first.check()
    page.get_by_role("button", name="Save").first.click()
    reader = Reader.objects.get(account__email=READER)
    assert [(one.pace, one.by_mail, one.by_push) for one in reader.follows.all()] == [("once", True, True)]

    long_ago = timezone.now() - timedelta(hours=5)
    Seen.objects.filter(reader=reader).update(seen_at=long_ago, upto=long_ago)
    mailbox.clear()
    report = publish(story)

    assert subjects(mailbox) == ["The lighthouse is sold"]
    assert [(one.endpoint, one.topic) for one in service.received] == [(endpoint, f"r{report.pk}")]
    assert service.received[0].told["body"] == "The lighthouse is sold"

    phone = open_page("/", storage_state={"cookies": page.context.cookies(), "origins": []})
    phone.goto(live_server.url + "/account/")  # leaves the hint: it is a browser in which somebody is logged in
    expect(phone.locator(".happened .unread")).to_have_count(1)
    phone.goto(service.received[0].told["url"])
    expect(phone.locator("h1")).to_have_text("The lighthouse is sold")
    phone.goto(live_server.url + story.path_on_site)
    expect(phone.locator("#since")).to_contain_text("1 new")

    correct(report)

    assert subjects(mailbox) == ["The lighthouse is sold", "Correction: The lighthouse is sold"]
    assert "It was five pesos, not four." in mailbox.to(READER)[-1].get_body(("plain",)).get_content()
    assert [(one.endpoint, one.topic) for one in service.received] == [(endpoint, f"r{report.pk}")] * 2
    assert service.received[1].told["body"].startswith("Correction")

    assert press_one_click(mailbox) == 200
    make_report(headline="Another", stories=[story], now=timezone.now())

    assert len(subjects(mailbox)) == 2


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_by_e_mail_alone(open_page: Open, story: Story, mailbox: Mailbox, live_server: Any, java_script_enabled: bool):
    page = open_page(story.path_on_site, java_script_enabled=java_script_enabled)
    page.click("#follow-btn")
    page.get_by_label("By e-mail").fill(READER)
    page.get_by_label("Weekly").check(force=True)
    page.get_by_role("button", name="Follow", exact=True).click()
    page.wait_for_url("**/follow/asked/**")
    assert (Follow.objects.count(), page.context.cookies()) == (0, [])

    page.goto(link_to(mailbox, "/c/"))
    page.get_by_label("At once").check(force=True)
    page.get_by_role("button", name="Yes, follow").click()
    expect(page.locator("h1")).to_contain_text("You follow")
    mailbox.clear()
    report = publish(story)
    correct(report)

    assert subjects(mailbox) == ["The lighthouse is sold", "Correction: The lighthouse is sold"]
    page.goto(link_to(mailbox, "/f/"))
    expect(page.locator("h1")).to_have_text("What you follow")
    assert press_one_click(mailbox) == 200
    make_report(headline="Another", stories=[story], now=timezone.now())
    assert len(subjects(mailbox)) == 2
    assert page.context.cookies() == []


def test_by_push_alone(open_page: Open, story: Story, mailbox: Mailbox, service: Service, live_server: Any):
    page = open_page(story.path_on_site, permissions=["notifications"])
    page.get_by_role("button", name="+ Follow story").click()
    endpoint = turn_on(page, service)
    report = publish(story)
    correct(report)

    assert [one.endpoint for one in service.received] == [endpoint, endpoint]
    assert {one.topic for one in service.received} == {f"r{report.pk}"}
    assert (Reader.objects.get().email, mailbox.messages, page.context.cookies()) == ("", [], [])

    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("button", name="Turn on")).to_be_visible()
    make_report(headline="Another", stories=[story], now=timezone.now())
    assert (len(service.received), PushSubscription.objects.count()) == (2, 1)
