from collections.abc import Callable
from datetime import date, timedelta

import pytest
from builders import MORNING, NOON, make_report, make_story, republish
from django.db import transaction
from playwright.sync_api import Page

from writethru.press.bake import bake_due
from writethru.stories.models import Entry, Section, Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]


@pytest.fixture
def story(tree: Section) -> Story:
    with transaction.atomic():  # and so baked once
        story = make_story(what_we_know="<ul><li><b>Price.</b> One peso.</li></ul>", known_on=date(2023, 6, 1))
        photo = {
            "address": "",
            "caption": "The lamp. " * 8,
            "credit": "Photo by a name of some length / Pharos",
            "alt": "",
        }
        for years in range(4):
            report = make_report(
                headline=f"The lighthouse is sold for the {years + 1}th time to the town that it lights",
                html="\n".join(
                    ["<p>The port sold the lighthouse on Tuesday, for less than the paint had cost.</p>"] * 3
                ),
                dated_at=MORNING - timedelta(days=365 * years),
                photos=[photo],
                stories=[story],
            )
        make_report(headline="", html="<p>Bids came in.</p>", dated_at=MORNING - timedelta(hours=9), stories=[story])
        Entry.objects.filter(report=report).update(is_key=True, key_label="The first sale")
        republish(report, html="<p>The port sold it for one peso.</p>", note="It was one peso.", now=NOON)
    bake_due(now=NOON + timedelta(days=1))
    return story


def test_pages_fit_their_window_and_load_nothing_from_elsewhere(open_page: Open, story: Story):
    report = Entry.objects.filter(story=story, is_key=True).get().report.state.path_on_site
    paths = ["/", "/section/news/", story.path_on_site, f"{story.path_on_site}2023/06/", report]
    loaded = "document.fonts.ready.then(all => [...all].filter(f => f.status == 'loaded').length)"

    shown = {}
    for path in paths:
        page = open_page(path)
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            shown[path, width] = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(loaded) >= 2

    assert shown == {(path, width): (width, True) for path in paths for width in (1280, 390, 320)}


def test_the_keyboard_reaches_the_doors_and_escape_closes_them(open_page: Open, story: Story):
    page = open_page(story.path_on_site)
    focused = "document.activeElement.id || document.activeElement.value || document.activeElement.textContent"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "follow-btn":
            break
    seen = [page.locator("#follow").is_visible(), page.get_attribute("#follow-btn", "aria-expanded")]

    page.keyboard.press("Enter")
    seen += [page.locator("#follow").is_visible(), page.get_attribute("#follow-btn", "aria-expanded")]
    page.keyboard.press("Tab")
    seen.append(page.evaluate(focused))
    page.keyboard.press("Escape")
    seen += [page.locator("#follow").is_visible(), page.evaluate(focused)]
    page.keyboard.press("Space")
    seen.append(page.locator("#follow").is_visible())
    page.mouse.click(5, 5)
    seen.append(page.locator("#follow").is_visible())

    assert seen == [False, "false", True, "true", "daily", False, "follow-btn", True, False]


def test_a_link_to_the_doors_finds_them_open_and_they_can_be_closed(open_page: Open, story: Story):
    page = open_page(story.path_on_site + "#follow")

    seen = [page.locator("#follow").is_visible()]
    page.keyboard.press("Escape")
    seen += [page.locator("#follow").is_visible(), page.url.partition("/story/")[2]]

    assert seen == [True, False, "the-lighthouse/"]


def test_without_script_the_doors_open_and_no_button_is_dead(open_page: Open, story: Story):
    page = open_page(story.path_on_site, java_script_enabled=False)

    assert not page.locator("#follow").is_visible()
    page.click("#follow-btn")
    assert page.locator("#follow").is_visible()
    assert page.locator("[data-share]:visible").count() == 0
    assert page.locator(".rail ol").is_visible()


def test_without_script_key_moments_open_on_a_telephone(open_page: Open, story: Story):
    page = open_page(story.path_on_site, width=390, java_script_enabled=False)

    assert not page.locator(".rail ol").is_visible()
    page.click(".rail summary")
    assert page.locator(".rail ol").is_visible()


def test_the_pulse_goes_to_the_year_and_marks_it(open_page: Open, story: Story):
    page = open_page(story.path_on_site)

    page.click(".pulse a[href='#y2021']")
    page.wait_for_selector(".pulse [aria-current][href='#y2021']")

    # Scrolling is smooth, so it takes its time. Asked from here: the page's policy lets no string be evaluated.
    top, waits = "document.getElementById('y2021').getBoundingClientRect().top", 100
    while abs(page.evaluate(top)) >= 120 and (waits := waits - 1):
        page.wait_for_timeout(100)
    assert (page.evaluate("location.hash"), waits > 0) == ("#y2021", True)


def test_share_copies_the_permalink_where_the_system_has_no_sheet(open_page: Open, story: Story):
    page = open_page(story.path_on_site, permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.share = undefined")

    page.locator("[data-share]").first.click()
    page.wait_for_selector("[data-share]:has-text('Link copied')")

    newest = Entry.objects.filter(story=story).order_by("-dated_at").first().report
    assert page.evaluate("navigator.clipboard.readText()").endswith(newest.state.path_on_site)
