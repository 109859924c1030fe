"""The wire desk by keyboard, in a real browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from builders import make_item, make_report, make_story
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from writethru.bulletins.models import Dispatch
from writethru.press.bake import bake_due
from writethru.readers.models import FollowerCount
from writethru.stories.actions.file import file_report
from writethru.stories.actions.propose import propose_filing
from writethru.stories.models import Entry, Fold, Proposal, Report, ReportState, Section, Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # dark changes nothing but colours


@pytest.fixture
def desk(tree: Section, open_page: Open) -> Callable[..., Page]:
    """Open a path of the desk as somebody who is logged in."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("editor@desk.example", "a lamp on the rock"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}
    kept = {**cookie, "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}

    def open_(path: str = "/desk/wire/", **options: Any) -> Page:
        return open_page(path, storage_state={"cookies": [kept], "origins": []}, **options)

    return open_


def said(page: Page, words: str) -> None:
    page.wait_for_function("words => document.getElementById('said').textContent.includes(words)", arg=words)


def waiting(headline: str, *, publish: bool = False, minutes: int = 0) -> Report:
    at = timezone.now() - timedelta(minutes=minutes)
    html = f"<p>{headline}, the port said on Tuesday.</p>"
    report = make_report(headline=headline, html=html, publish=publish, dated_at=at, now=at)
    Fold.objects.create(item=report.state.item, report=report, kind="first", score=0.0, folded_at=at)
    type(report.state.item).objects.filter(pk=report.state.item.pk).update(received_at=at)
    return report


@pytest.fixture
def story(tree: Section) -> Story:
    return make_story()


def test_a_proposal_is_accepted_seen_on_the_page_undone_and_gone(desk: Callable[..., Page], story: Story):
    report = waiting("The tower is sold", publish=True)
    propose_filing(report, story=story, score=0.6, because=[["same_slugline", "TOWER"]], now=timezone.now())
    bake_due(now=timezone.now())
    page = desk()
    public = page.context.new_page()
    on_page = []

    def look() -> None:
        bake_due(now=timezone.now() + timedelta(seconds=5))
        public.goto(f"{page.url.partition('/desk/')[0]}{story.path_on_site}?{len(on_page)}")  # past the browser's cache
        on_page.append(public.locator("article").filter(has_text="The tower is sold").count())

    look()
    page.keyboard.press("Enter")
    said(page, "Filed into The lighthouse.")
    look()
    page.keyboard.press("u")
    said(page, "Undone: filed")
    look()

    assert on_page == [0, 1, 0]
    assert not Entry.objects.exists()


def test_the_keys_go_through_the_list_and_heed_fields_and_the_switch(desk: Callable[..., Page], story: Story):
    for minutes, headline in enumerate(["First of all", "Second of all", "Third of all"]):
        waiting(headline, minutes=minutes)
    page = desk()

    def current() -> str:
        return page.locator("#list a[aria-current] .hl").inner_text()

    seen = [current()]
    for key, headline in (("j", "Second of all"), ("j", "Third of all"), ("k", "Second of all")):
        page.keyboard.press(key)
        page.wait_for_selector(f".read .t:has-text('{headline}')")
        seen.append(current())
    focused = page.evaluate("document.activeElement.getAttribute('aria-current')")
    page.keyboard.press("s")
    said(page, "Spiked.")
    seen.append(current())
    page.keyboard.press("n")
    typed = page.evaluate("document.activeElement.name")
    page.keyboard.type("jus")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    searching = page.evaluate("document.activeElement.id")
    page.keyboard.press("Escape")
    page.click("#keys-on")
    said(page, "Keys are off.")
    page.locator("#read").focus()
    page.keyboard.press("s")
    page.reload()
    kept = page.get_attribute("#keys-on", "aria-pressed")

    assert seen == ["First of all", "Second of all", "Third of all", "Second of all", "Third of all"]
    assert (focused, typed, searching, kept) == ("true", "title", "q", "false")
    assert page.locator("#list a").count() == 2


def hang_together() -> list[Report]:
    """Return reports of which the engine says that they are one story, the newest first."""
    now = timezone.now()
    reports = [waiting(f"Ferry report {n}", minutes=n) for n in range(9)]
    others = [one.pk for one in reports[1:]]
    why = [["hangs_together", 8], ["names_shared", "Hobble, Ferry Board"]]
    told = {"title": "Ferry tolls", "others": others, "score": 0.6, "because": why, "made_at": now}
    Proposal.objects.create(kind="story", report=reports[0], **told)
    return reports


def test_a_group_is_opened_as_one_story_under_another_title_and_undone(desk: Callable[..., Page], story: Story):
    hang_together()
    page, seen = desk(), []

    def look() -> None:
        seen.append((list(Story.objects.order_by("pk").values_list("title", flat=True)), Entry.objects.count()))

    page.keyboard.press("Enter")
    said(page, "“Ferry tolls” is open, with 9 reports in it.")
    look()
    page.keyboard.press("u")
    said(page, "Undone: story opened")
    look()
    page.keyboard.press("n")
    page.keyboard.type("The ferry’s tolls")
    page.keyboard.press("Enter")
    said(page, "“The ferry’s tolls” is open, with 9 reports in it.")
    look()
    page.keyboard.press("u")
    said(page, "Undone: story opened")
    page.click(".with a")
    page.wait_for_selector(".read .t:has-text('Ferry report 1')")
    page.get_by_role("button", name="Not one story").press("Space")
    said(page, "Set aside: these reports are not proposed as one story again.")
    page.keyboard.press("u")
    said(page, "Undone: not one story")

    assert seen == [
        (["The lighthouse", "Ferry tolls"], 9),
        (["The lighthouse"], 0),
        (["The lighthouse", "The ferry’s tolls"], 9),
    ]
    assert Proposal.objects.get().status == "open"


def move(moved: list[Report], *, out_of: Story, to: Story | None) -> Proposal:
    """Return what the engine proposes of these reports, which it has filed there."""
    first, *others = [one.pk for one in moved]
    why = [["hangs_together", 8], ["names_shared", "Hobble, Ferry Board"], ["words_shared", "tolls, quay"]]
    told = {"title": "" if to else "Ferry tolls", "others": others, "score": 0.7, "because": why}
    return Proposal.objects.create(
        kind="move", report_id=first, out_of=out_of, story=to, made_at=timezone.now(), **told
    )


def filed(story: Story, n: int) -> list[Report]:
    reports = [waiting(f"{story.title}, report {number}", minutes=number) for number in range(n)]
    for report in reports:
        file_report(report, story=story, user=None, now=timezone.now(), because=[["hangs_together", 3]])
    return reports


def test_a_move_is_looked_at_made_and_undone_by_keys_and_a_part_gets_its_title(desk: Callable[..., Page], story: Story):
    crossing = make_story("A crossing")
    reports = filed(crossing, 9)
    move(reports[:6], out_of=crossing, to=story)
    page, seen = desk(), []

    def look() -> None:
        seen.append(Entry.objects.filter(story=crossing).count())

    page.keyboard.press("m")
    on_button = page.evaluate("document.activeElement.textContent")
    look()
    page.keyboard.press("Enter")
    said(page, "Moved 6 reports to “The lighthouse”.")
    look()
    page.keyboard.press("u")
    said(page, "Undone: moved 6 reports to “The lighthouse”.")
    look()
    Proposal.objects.update(story=None, title="Ferry tolls")
    page.reload()
    page.fill(".move [name=title]", "The tolls")
    page.locator(".move [name=title]").press("Enter")
    said(page, "Moved 6 reports to “The tolls”.")

    assert (on_button, seen) == ("Move all 6 m", [9, 3, 9])
    assert Story.objects.filter(title="The tolls").exists()


def test_axe_finds_nothing_in_moves_on_the_wire_desk_or_at_the_story(desk: Callable[..., Page], story: Story):
    crossing = make_story("A crossing")
    reports = filed(crossing, 12)
    for part, to in ((reports[:6], story), (reports[6:8], None), (reports[8:9], make_story("The_tower_is_sold_" * 6))):
        move(part, out_of=crossing, to=to)
    axe, found, wide = Axe(), [], []

    for path, where in (("/desk/wire/", "#wire"), (f"/desk/report/story/{crossing.pk}/", ".wt-moves")):
        page = desk(path, reduced_motion="reduce")
        page.evaluate("document.querySelectorAll('#wire details, .wt-moves details').forEach(one => one.open = true)")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            told = axe.run(page, context=where, options=AXE if scheme == "light" else CONTRAST).response["violations"]
            found += [(path, scheme, one["id"], [node["html"][:160] for node in one["nodes"]]) for one in told]
        page.set_viewport_size({"width": 390, "height": 844})
        wide.append(page.evaluate("document.documentElement.scrollWidth"))

    assert (found, wide) == ([], [390, 390])


def test_what_arrives_is_counted_and_moves_nothing(desk: Callable[..., Page], story: Story):
    waiting("First of all", minutes=3)
    page = desk()
    waiting("Second of all")
    make_item()

    page.evaluate("deskLook()")
    said(page, "1 new item. Show")
    before = page.locator("#list a").count()
    page.click("#more")
    page.wait_for_selector("#list a:has-text('Second of all')")

    assert (before, page.locator("#list a").count()) == (1, 2)


def test_axe_finds_nothing_at_the_desk_in_light_or_dark(desk: Callable[..., Page], story: Story):
    report = waiting("The tower is sold")
    propose_filing(report, story=story, score=0.6, because=[["same_slugline", "TOWER"]], now=timezone.now())
    ReportState.objects.filter(pk=waiting("The tower is let", minutes=5).pk).update(held=True)
    Proposal.objects.create(
        kind="story", report=report, others=[one.pk for one in hang_together()], score=0.5, made_at=timezone.now()
    )
    page, axe, found = desk(reduced_motion="reduce"), Axe(), []
    page.evaluate("document.querySelectorAll('#wire details').forEach(one => one.open = true)")

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        # What is around it is Wagtail's.
        told = axe.run(page, context="#wire", options=AXE if scheme == "light" else CONTRAST).response["violations"]
        found += [(scheme, one["id"], [node["html"][:160] for node in one["nodes"]]) for one in told]

    assert found == []


def test_the_desk_fits_a_telephone(desk: Callable[..., Page], story: Story):
    waiting("The tower is sold " * 6)
    report = waiting("The tower is sold " * 6)
    others = [waiting("The_tower_is_sold_" * 6).pk]
    Proposal.objects.create(
        kind="story", report=report, others=others, title="Tower" * 20, score=0.5, made_at=timezone.now()
    )

    page = desk(f"/desk/wire/{report.pk}/", width=390)

    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("width", [1280, 1100])
def test_the_notice_of_an_alert_stays_on_the_screen_and_stops_it(desk: Callable[..., Page], story: Story, width: int):
    report = waiting("The tower is sold")
    file_report(report, story=story, user=get_user_model().objects.get(), now=timezone.now(), because=[])
    FollowerCount.objects.create(story=story, at_once=2, key=0, digests=0, all=2)
    page = desk(f"/desk/wire/{report.pk}/", width=width)
    if page.locator(".sidebar--slim").count():
        page.locator(".sidebar__collapse-toggle").click()
        page.wait_for_function("!document.querySelector('.sidebar--slim')")

    page.locator("#wire button[value=publish]").click()
    said(page, "Tells 2 people in 30 seconds.")
    edges = page.evaluate(
        "[...document.querySelectorAll('.bar, .keys, #said, #said *')].map(one => one.getBoundingClientRect().right)"
    )
    waiting("The bridge is shut")
    page.evaluate("deskLook()")
    said(page, "1 new item.")
    page.locator("#said .wt-stop button").click()
    said(page, "Stopped.")

    assert max(edges) <= width
    assert list(Dispatch.objects.values_list("status", flat=True)) == ["stopped"]
