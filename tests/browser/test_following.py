"""Following as a reader does it: by the keyboard, without script, on a telephone, in the dark, by notifications."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from builders import NOON, make_follow, make_reader, make_story
from playwright.sync_api import Page, expect

from writethru.bulletins.models import Dispatch
from writethru.readers.following import confirmation_token, manage_token, stop_all_token
from writethru.readers.links import STOP, token
from writethru.readers.models import Account, Follow, Offer, OptIn, PushSubscription, Reader
from writethru.stories.models import Section, Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Chromium has no push service here: this stands for the one thing that it would do, and for nothing of ours.
STAND_IN = """
const KEYS = {
  p256dh: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};
const at = () => localStorage.getItem('stand-in');
const there = () => at() && { toJSON: () => ({ endpoint: at(), keys: KEYS }) };
PushManager.prototype.subscribe = async function ({ userVisibleOnly, applicationServerKey }) {
  if (!userVisibleOnly || applicationServerKey.length !== 87) throw new Error('no key');
  localStorage.setItem('stand-in', 'https://push.example/1');
  return there();
};
PushManager.prototype.getSubscription = async function () { return there(); };
"""


@pytest.fixture
def story(tree: Section) -> Story:
    return make_story("The lighthouse")


@pytest.fixture
def paths(story: Story) -> Iterator[dict[str, Any]]:
    """Return a path of each page of following, with all that can stand on it."""
    ferry = make_story("The ferry", ended_at=NOON, goes_on_in=story)
    reader = make_reader("reader@mail.example")
    row = make_follow(story, reader=reader, by_push=True)
    make_follow(Section.objects.first(), reader=reader, pace="weekly", paused_at=NOON)
    ended = make_follow(ferry, reader=reader, ended_at=NOON)
    Offer.objects.create(of_story=story, to_story=make_story("The lamp room"), made_at=NOON)
    stopped = make_reader(mail_stopped_at=NOON, mail_stopped_because="asked", paused_at=NOON)
    asked = [
        OptIn.objects.create(email="new@mail.example", story=one, words="x", asked_at=_now(), letter_at=_now())
        for one in (story, ferry)
    ]
    used = OptIn.objects.create(email="n@mail.example", story=story, words="x", asked_at=_now(), used_at=_now())
    yield {
        "doors": f"{story.path_on_site}#follow",
        "doors of a section": "/section/news/#follow",
        "doors of a closed story": f"{ferry.path_on_site}#follow",
        "form": f"{story.path_on_site}follow/",
        "closed": f"{ferry.path_on_site}follow/",
        "asked": f"{story.path_on_site}follow/asked/",
        "confirm": f"/c/{confirmation_token(asked[0])}/",
        "used": f"/c/{confirmation_token(used)}/",
        "over": "/c/x/",
        "list": f"/f/{manage_token(reader, row)}/?done=saved&f={row.pk}",
        "list of one who stopped": f"/f/{manage_token(stopped)}/",
        "list after the end": f"/f/{manage_token(reader, ended)}/",
        "stop": f"/u/{token(STOP, reader.pk, row.pk)}/",
        "stopped": f"/u/{token(STOP, reader.pk, ended.pk)}/",
        "stop of what is gone": f"/u/{token(STOP, reader.pk, 10**9)}/",
        "stop all": f"/u/all/{stop_all_token(reader)}/",
    }


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


MISSING = ("404", "410")


def test_axe_finds_nothing_in_light_or_dark(open_page: Open, paths: dict[str, str]):
    page, axe, found = open_page("/", reduced_motion="reduce", expect=MISSING), Axe(), {}
    site = page.url.removesuffix("/")

    for name, path in paths.items():
        page.emulate_media(color_scheme="light")
        page.goto("about:blank")
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        light = axe.run(page, options=AXE).response["violations"]
        page.emulate_media(color_scheme="dark")
        dark = axe.run(page, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}}).response["violations"]
        if light or dark:
            found[name] = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in [*light, *dark]]

    assert found == {}


def test_every_page_is_whole_without_script_and_fits_a_telephone(open_page: Open, paths: dict[str, str]):
    page, shown = open_page("/", width=390, java_script_enabled=False, expect=MISSING), {}
    site = page.url.removesuffix("/")

    for name, path in paths.items():
        page.goto("about:blank")
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        dead = page.locator("#push-door:visible").count()
        shown[name] = [page.locator("h1").count(), dead, page.evaluate("document.documentElement.scrollWidth")]

    assert shown == {name: [1, 0, 390] for name in paths}


def test_by_e_mail_with_the_keyboard_and_without_script(open_page: Open, story: Story):
    page = open_page(f"{story.path_on_site}#follow", java_script_enabled=False)
    site = page.url.partition("/story/")[0]

    page.focus("#mail")
    page.keyboard.type("reader@mail.example")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")  # daily → weekly
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Look into your mail")
    letter = Dispatch.objects.get()
    page.goto(site + re.search(r"/c/[\w-]+/", letter.text)[0])
    offered = page.locator(".pace :checked").get_attribute("value")
    nothing_yet = Follow.objects.count()
    page.focus("[name=updates]")
    page.keyboard.press("Space")
    page.focus(".letter .btn")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("You follow “The lighthouse”, weekly")
    assert (offered, nothing_yet) == ("weekly", 0)
    assert Follow.objects.values_list("pace", "by_mail", "updates").get() == ("weekly", True, True)
    page.get_by_role("link", name="What you follow, and how you are told").press("Enter")
    page.get_by_role("button", name="Stop following").press("Enter")
    expect(page.get_by_role("status")).to_have_text("You no longer follow “The lighthouse”.")
    page.get_by_role("button", name="Follow again").press("Enter")
    expect(page.get_by_role("status")).to_have_text("You follow “The lighthouse”.")
    assert Follow.objects.get().ended_at is None


def test_in_this_browser_on_at_a_pace_and_off(open_page: Open, story: Story):
    page = open_page(story.path_on_site, permissions=["notifications"])
    page.context.add_init_script(STAND_IN)
    page.reload()

    page.click("#follow-btn")
    page.get_by_role("button", name="Turn on").press("Enter")
    expect(page.locator("#push-door h2")).to_have_text("On in this browser")
    row = Follow.objects.select_related("reader").get()
    with page.expect_response(lambda answer: answer.url.endswith("/push/subscribe/")):
        page.get_by_label("Key entries only").last.check()
    page.reload()
    page.click("#follow-btn")
    expect(page.locator("#push-door h2")).to_have_text("On in this browser")
    kept = page.locator("#push-door :checked").get_attribute("value")
    manage = page.get_by_role("link", name="All that you follow").get_attribute("href")
    page.get_by_role("button", name="Turn off").press("Enter")
    expect(page.locator("#push-door h2")).to_have_text("In this browser")

    assert (row.pace, row.by_push, row.reader.email) == ("once", True, "")
    assert (kept, manage) == ("key", f"/f/{manage_token(row.reader, row)}/")
    assert Follow.objects.get().ended_at
    assert PushSubscription.objects.get().endpoint == "https://push.example/1"


def test_where_the_browser_refuses_it_says_so_and_nothing_is_kept(open_page: Open, story: Story):
    page = open_page(story.path_on_site)
    page.evaluate("Notification.requestPermission = async () => 'denied'")

    page.click("#follow-btn")
    page.get_by_role("button", name="Turn on").click()

    expect(page.locator("#push-door p")).to_have_text(
        "The browser does not allow it. Its settings for this site say why."
    )
    assert not Reader.objects.exists()


def test_the_permission_is_asked_for_on_the_press_alone(open_page: Open, story: Story):
    page = open_page(story.path_on_site)
    page.context.add_init_script(
        "window.asked = 0; Notification.requestPermission = async () => { asked += 1; return 'denied'; };"
    )
    page.reload()

    page.click("#follow-btn")
    before = page.evaluate("asked")
    page.get_by_role("button", name="Turn on").click()

    assert (before, page.evaluate("asked")) == (0, 1)


def test_a_notification_is_shown_and_a_later_version_takes_its_place(open_page: Open, story: Story):
    page = open_page(story.path_on_site, permissions=["notifications"])
    page.context.add_init_script(STAND_IN)
    page.reload()
    page.click("#follow-btn")
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator("#push-door h2")).to_have_text("On in this browser")
    devtools, registered = page.context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registered.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    page.wait_for_timeout(300)

    origin = page.url.partition("/story/")[0]
    for body in ("The lighthouse is sold", "Correction: it is let"):
        told = {"title": "The lighthouse", "body": body, "tag": "r1", "url": "/story/the-lighthouse/", "lang": "en"}
        message = {"origin": origin, "registrationId": registered[0]["registrationId"], "data": json.dumps(told)}
        devtools.send("ServiceWorker.deliverPushMessage", message)
        page.wait_for_timeout(500)

    shown = page.evaluate(
        "(async () => (await (await navigator.serviceWorker.ready).getNotifications())"
        ".map((one) => [one.title, one.body, one.tag, one.data.url, one.lang]))()"
    )
    assert shown == [["The lighthouse", "Correction: it is let", "r1", "/story/the-lighthouse/", "en"]]


def logged_in(open_page: Open, account: Account, story: Story, live_server: Any) -> Any:
    """Return the story's page in a browser that is logged in, once the page knows so."""
    from django.test import Client

    client = Client()
    client.force_login(account)
    page = open_page(story.path_on_site)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.evaluate("localStorage.setItem('writethru account', '1')")
    with page.expect_response(lambda answer: "/account/state.json" in answer.url):
        page.reload()
    page.wait_for_timeout(300)
    return page


def test_who_is_logged_in_follows_by_one_press(open_page: Open, story: Story, live_server: Any):
    account = Account.objects.create_user("reader@mail.example", "a lamp on the rock")
    page = logged_in(open_page, account, story, live_server)

    page.click("#follow-btn")
    expect(page.locator("#follow-btn")).to_have_text("Following, daily")
    page.reload()
    expect(page.locator("#follow-btn")).to_have_text("Following, daily")

    row = Follow.objects.select_related("reader").get()
    assert (row.reader.account, row.story, row.pace, row.by_mail) == (account, story, "daily", True)


def test_the_doors_of_who_is_logged_in_have_their_follow_and_ask_for_no_address(
    open_page: Open, story: Story, live_server: Any
):
    account = Account.objects.create_user("reader@mail.example", "a lamp on the rock")
    page = logged_in(open_page, account, story, live_server)

    page.click("#follow-btn")
    expect(page.locator("#follow h2").first).to_have_text("Following, daily")
    fields = page.locator("#follow [name=email]").count()
    chosen = page.locator("#follow .pace :checked").first.get_attribute("value")
    found = Axe().run(page, options=AXE).response["violations"]
    page.get_by_label("Weekly").check()
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved: “The lighthouse”, weekly, by e-mail.")
    row = Follow.objects.get()
    page.go_back()
    page.reload()
    expect(page.locator("#follow-btn")).to_have_text("Following, weekly")
    page.click("#follow-btn")
    again = page.locator("#follow .pace :checked").first.get_attribute("value")
    expect(page.get_by_role("link", name="What you follow, and how you are told")).to_have_attribute(
        "href", f"/account/following/?f={row.pk}"
    )
    page.get_by_role("button", name="Stop following").press("Enter")
    expect(page.get_by_role("status")).to_have_text("You no longer follow “The lighthouse”.")

    assert (fields, chosen, found) == (0, "daily", [])
    assert (row.pace, again, Dispatch.objects.count()) == ("weekly", "weekly", 0)
    assert Follow.objects.get().ended_at


def test_a_browser_whose_login_is_over_asks_once(open_page: Open, story: Story):
    page = open_page(story.path_on_site, expect=("401",))
    page.evaluate("localStorage.setItem('writethru account', '1')")
    page.reload()

    page.wait_for_function("localStorage.getItem('writethru account') === null")
    expect(page.locator("#follow-btn")).to_have_text("+ Follow story")
