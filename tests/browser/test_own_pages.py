"""A reader's own pages, the desk's of what is sent and of readers, and every mail: one load, looked at in every way."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from builders import NOON, make_follow, make_reader, make_report, make_story
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from writethru.bulletins.actions.bounces import take_return
from writethru.bulletins.messages import Entry, Fix, Place, last_word, letter, telling
from writethru.bulletins.models import Dispatch, Sending
from writethru.front.account_letters import letter_of
from writethru.press.assets import publish_assets
from writethru.readers.actions.reader import reader_of, vouch_for
from writethru.readers.actions.suppress import suppress
from writethru.readers.models import Account, Consent, Reader
from writethru.stories.models import Section, Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # dark changes nothing but colours
LONG = "The_keeper_of_the_lighthouse_on_the_reef_" * 4


@pytest.fixture
def anna(tree: Section, empty_pages: Path) -> Account:
    publish_assets()
    account = Account.objects.create_user("anna@mail.example", "a lamp on the rock")
    vouch_for(account)
    return account


@pytest.fixture
def story(tree: Section) -> Story:
    return make_story("The lighthouse")


def cookies(account: Account) -> dict[str, Any]:
    """Return the window of a browser in which `account` is logged in."""
    client = Client()
    client.force_login(account)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}
    kept = {**cookie, "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return {"cookies": [kept], "origins": []}


def make_dispatch(story: Story, **fields: Any) -> Dispatch:
    given = {"kind": "alert", "key": fields.get("subject", "a")[:100], "story": story, "subject": "Sold", **fields}
    return Dispatch.objects.create(**{"made_at": NOON, "not_before": NOON, "is_whole": True, **given})


def looked_at(page: Page, *, within: str = "body", by_axe: bool = True) -> dict[str, Any]:
    """Return what is wrong with a page: axe in light and dark, too wide on a telephone and with large text there, and
    what the keyboard can't reach, or reaches without showing it.
    """
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found, axe, tell = {}, Axe(), lambda one: (one["id"], [node["html"][:160] for node in one["nodes"]])
    for scheme, options in (("light", AXE), ("dark", CONTRAST)) if by_axe else ():
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(50)
        if told := axe.run(page, context=within, options=options).response["violations"]:
            found[scheme] = [tell(one) for one in told]
    page.set_viewport_size({"width": 390, "height": 844})
    if (wide := page.evaluate("document.documentElement.scrollWidth")) != 390:
        found["telephone"] = wide
    if within == "body":  # the admin is Wagtail's to enlarge
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if (wide := page.evaluate("document.documentElement.scrollWidth")) != 390:
            found["large text"] = wide
    if missed := list(_missed_by_keyboard(page, "main" if within == "body" else within)):
        found["keyboard"] = missed
    return found


def _missed_by_keyboard(page: Page, within: str) -> Iterator[str]:
    doors = page.evaluate(
        """within => {
          const all = [...document.querySelector(within).querySelectorAll('a[href],button,input,select,summary')]
          const seen = all.filter((one) => one.type !== 'hidden' && one.getClientRects().length);
          seen.forEach((one, at) => one.dataset.door = at);
          return seen.map((one) => one.outerHTML.slice(0, 120));
        }""",
        within,
    )
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    page.evaluate("within => { const one = document.querySelector(within); one.tabIndex = -1; one.focus(); }", within)
    reached = set()
    for _ in range(4 * len(doors) + 4):  # a field for a time has several stops
        page.keyboard.press("Tab")
        at, ring = page.evaluate(
            """() => {
              const one = document.activeElement, look = getComputedStyle(one);
              return [one.dataset.door ?? '', look.outlineStyle !== 'none' || look.boxShadow !== 'none'
                || getComputedStyle(one.parentElement).outlineStyle !== 'none'];
            }"""
        )
        if at == "" and reached:
            break
        if at and ring:
            reached.add(int(at))
    for at, door in enumerate(doors):
        if at not in reached and 'type="radio"' not in door:  # one stop for a group
            yield door


def test_a_reader_s_own_pages(open_page: Open, anna: Account, story: Story):
    reader = reader_of(anna, now=NOON)
    long = make_story(f"{LONG[:60]} {LONG}")
    make_report(headline=f"{LONG} is sold", stories=[story, long], now=timezone.now())
    for one in (story, long, Section.objects.first()):
        make_follow(one, reader=reader, by_push=True)
    Consent.objects.create(reader=reader, what="follow story 1 by mail", words=LONG, given_at=NOON)
    dispatch = make_dispatch(story, sent=1)
    line = {"dispatch": dispatch, "reader": reader, "door": "mail", "status": "sent", "done_at": NOON}
    Sending.objects.create(**line, answer=LONG)
    page, found = open_page("/deleted/", storage_state=cookies(anna), reduced_motion="reduce"), {}
    site = page.url.removesuffix("/deleted/")

    for path in ("/account/", "/account/following/", "/account/yours/", "/account/delete/", "/deleted/"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(site + path)
        assert page.locator("h1").count() == 1
        # What one follows is looked at by axe in test_following.py, by the link of a mail.
        if wrong := looked_at(page, by_axe=path != "/account/following/"):
            found[path] = wrong

    assert found == {}


def test_the_desk_s_pages_of_what_is_sent_and_of_readers(open_page: Open, anna: Account, story: Story):
    chief = Account.objects.create_superuser("chief@desk.example", "a lamp on the rock")
    make_dispatch(story, subject=f"{LONG} is let", not_before=timezone.now() + timedelta(hours=1))
    dispatch = make_dispatch(story, subject="Sold", audience=4, sent=1, failed=1, in_doubt=2, status="finished")
    for n, status in enumerate(("doubt", "doubt", "failed", "sent")):
        reader = make_follow(story, reader=make_reader(f"anna.{n}.{LONG[:40].lower()}@mail.example")).reader
        line = {"dispatch": dispatch, "reader": reader, "door": "mail", "status": status, "done_at": NOON}
        row = Sending.objects.create(**line, answer=f"451 {LONG}")
    take_return(row.pk, kind="complaint", key="1", said=LONG, now=NOON)
    suppress("gone@mail.example", because="deleted", now=NOON)
    page, found = open_page("/desk/alerts/", storage_state=cookies(chief), reduced_motion="reduce"), {}
    site = page.url.removesuffix("/desk/alerts/")

    readers = ("/desk/readers/?q=anna", "/desk/readers/?q=gone@mail.example")
    for path in ("/desk/alerts/", f"/desk/alerts/{dispatch.pk}/", *readers):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(site + path)
        if wrong := looked_at(page, within=".wt-screen"):
            found[path] = wrong

    assert found == {}


def test_the_keyboard_alone_deletes_what_is_held_without_script(open_page: Open, anna: Account):
    page = open_page("/account/yours/", storage_state=cookies(anna), java_script_enabled=False)

    page.get_by_role("link", name="Delete all of it").press("Enter")
    page.get_by_role("button", name="Yes, delete all of it").press("Enter")
    expect(page.locator("h1")).to_have_text("It is deleted")

    assert not Reader.objects.exists() and not Account.objects.exists()


def test_the_keyboard_alone_sends_again_and_stops_without_script(open_page: Open, anna: Account, story: Story):
    chief = Account.objects.create_superuser("chief@desk.example", "a lamp on the rock")
    dispatch = make_dispatch(story, audience=1, in_doubt=1, status="finished")
    reader = make_follow(story).reader
    Sending.objects.create(dispatch=dispatch, reader=reader, door="mail", status="doubt", done_at=NOON)
    page = open_page(f"/desk/alerts/{dispatch.pk}/", storage_state=cookies(chief), java_script_enabled=False)

    page.get_by_role("button", name="Send this one again").press("Enter")
    expect(page.locator(".messages")).to_contain_text("1 is sent again.")
    dispatch.refresh_from_db()

    assert (dispatch.in_doubt, Sending.objects.get().status) == (0, "sent")
    make_dispatch(story, key="later", subject="Let", not_before=timezone.now() + timedelta(hours=1))
    page.goto(page.url.partition("/desk/")[0] + "/desk/alerts/")
    page.get_by_role("button", name="Stop Let").press("Enter")
    expect(page.locator(".messages")).to_contain_text("Stopped.")
    assert Dispatch.objects.get(key="later").stopped_by == chief


def entry(**fields: Any) -> Entry:
    given = {"report": 1, "number": 2, "url": "https://news.example/news/1/", "headline": "The lighthouse is sold"}
    given |= {"lead": "It was sold on Tuesday.", "name": "The lighthouse is sold", "credit": "— Pharos"}
    return Entry(**{**given, "time": "1 June 2023, 10:28 am PHT", "language": "", **fields})


@pytest.fixture
def mails() -> dict[str, str]:
    """Return the HTML of each kind of mail, with all that can stand in one."""
    ship, ferry = Place("The lighthouse", "/story/the-lighthouse/"), Place(LONG, "/story/the-ferry/")
    bare, arabic = entry(headline="", name="It was sold."), entry(language="ar", headline="بيعت المنارة")
    fixes = [
        Fix(entry(), NOON, "It was let.", is_withdrawal=False, was="sold", now="let", was_headed="It is let"),
        Fix(entry(), None, "It was about another.", is_withdrawal=True),
    ]
    many = {"entries": [entry(story="The lighthouse"), bare, arabic, entry(headline=LONG, is_update=True)], "more": 3}
    button = ("Look at it and confirm", "https://news.example/c/1/")
    return {
        "alert": telling(stories=[ship], entries=[entry()]).html,
        "alert without a headline": telling(stories=[ship], entries=[bare], follows=False).html,
        "correction": telling(stories=[ship], fixes=fixes[:1]).html,
        "withdrawal": telling(stories=[ship], fixes=fixes[1:]).html,
        "digest": telling(stories=[ship, ferry], fixes=fixes, is_one=False, **many).html,
        "digest without a correction": telling(stories=[ship, ferry], is_one=False, **many).html,
        "last word": last_word(ship, goes_on_in=ferry).html,
        "confirmation": letter("Follow it?", ["Somebody asked.", "If not, do nothing."], button)[1],
        "code": letter_of("account/email/login_code", {"code": "BCDF-GHJK"}).html,
        "letter of the login": letter_of("account/email/password_reset_key", {"uid": "1", "key": "a-b"}).html,
    }


def test_every_mail_in_light_and_dark_and_on_a_telephone(chromium: Browser, mails: dict[str, str]):
    page, axe, found = chromium.new_page(), Axe(), {}

    for name, html in mails.items():
        page.set_viewport_size({"width": 600, "height": 800})
        page.set_content(html)
        for scheme, options in (("light", AXE), ("dark", CONTRAST)):
            page.emulate_media(color_scheme=scheme)
            if told := axe.run(page, options=options).response["violations"]:
                found[name, scheme] = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in told]
        page.set_viewport_size({"width": 390, "height": 800})
        if (wide := page.evaluate("document.documentElement.scrollWidth")) != 390:
            found[name, "telephone"] = wide
    page.close()

    assert found == {}
