"""What holds for every page: accessible in light and dark, whole without script, nothing from elsewhere."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from builders import MORNING, NOON, make_report, make_story, republish
from django.db import transaction
from playwright.sync_api import Page

from writethru.stories.models import Entry, Report, Section

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def paths(tree: Section) -> list[str]:
    """Return a path of each kind of page, with all that can stand on one."""
    with transaction.atomic():  # and so baked once
        closed = make_story("The ferry", ended_at=MORNING, standfirst="It sank.")
        story = make_story(
            "The lighthouse", what_we_know="<ul><li><b>Price.</b> One peso.</li></ul>", goes_on_in=closed
        )
        photo = {"address": "", "caption": "The lamp.", "credit": "Photo by a name / Pharos", "alt": ""}
        sold = make_report(headline="Sold", dated_at=MORNING, photos=[photo], stories=[story, closed])
        republish(sold, html="<p>Let on Tuesday.</p>", note="It was let.", now=NOON)
        html = "<p>قال الميناء إنه باع المنارة.</p>"
        arabic = make_report(headline="بيعت المنارة", html=html, dated_at=NOON, stories=[story])
        republish(arabic, language="ar", html="<p>قال الميناء إنه باع المنارة أمس.</p>", now=NOON)
        Entry.objects.filter(story=story, report=sold).update(is_key=True, key_label="The sale")
    own = sold.state.path_on_site
    return [
        *("/", "/trending/", "/privacy/", "/section/news/", story.path_on_site, closed.path_on_site),
        *(f"{story.path_on_site}2023/06/", f"{story.path_on_site}2023/06/01/", own, f"{own}v1/", f"{own}v2/"),
        *(f"/report-error/{sold.pk}/?v=2", f"/report-error/{sold.pk}/thanks/"),
    ]


def test_axe_finds_nothing_in_light_or_dark(open_page: Open, paths: list[str]):
    page, axe, found = open_page("/", reduced_motion="reduce"), Axe(), {}
    site = page.url.removesuffix("/")

    for path in paths:
        page.emulate_media(color_scheme="light")
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        light = axe.run(page, options=AXE).response["violations"]
        page.emulate_media(color_scheme="dark")
        # Dark changes nothing but colours.
        dark = axe.run(page, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}}).response["violations"]
        if light or dark:
            found[path] = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in [*light, *dark]]

    assert found == {}


def test_every_page_is_whole_without_script_and_fits_a_telephone(open_page: Open, paths: list[str]):
    page = open_page("/", width=390, java_script_enabled=False)
    site, shown = page.url.removesuffix("/"), {}

    for path in paths:
        page.goto(site + path)
        dead = page.locator("[data-share]:visible, .toast:visible, #since:visible").count()
        shown[path] = [page.locator("h1").count(), dead, page.evaluate("document.documentElement.scrollWidth")]

    assert shown == {path: [1, 0, 390] for path in paths}


def test_an_entry_in_another_language_runs_its_own_way(open_page: Open, paths: list[str]):
    page = open_page("/story/the-lighthouse/")
    arabic = page.locator("article[lang=ar]")
    runs = arabic.locator("h4").evaluate("e => getComputedStyle(e).direction")

    assert (arabic.get_attribute("dir"), runs) == ("rtl", "rtl")
    assert page.locator("html").get_attribute("dir") == "ltr"


def test_an_error_is_reported_with_the_keyboard_and_without_script(open_page: Open, paths: list[str]):
    report = Report.objects.get(headline="Sold")
    page = open_page(report.state.path_on_site, java_script_enabled=False)

    page.click("text=Report an error")
    page.get_by_label("What is wrong?").fill("It was two pesos.")
    page.get_by_label("Your e-mail address").fill("reader@mail.example")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/report-error/{report.pk}/thanks/")

    assert page.locator("h1").inner_text() == "Thank you"
    assert page.context.cookies() == []
