"""An open page learns what came, what was corrected and what was killed, and nothing moves under its reader."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import MORNING, make_report, make_story, republish
from django.db import transaction
from playwright.sync_api import Page

from writethru.press.bake import bake_due
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Report, Section, Story

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]
SIX_FORTY = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)  # Tuesday, 6:40 pm in Manila
LONG = "\n".join(["<p>The port sold the lighthouse on Tuesday, for less than the paint had cost.</p>"] * 5)


@pytest.fixture
def story(tree: Section) -> Story:
    story = make_story("The lighthouse")
    with transaction.atomic():  # and so baked once
        for days in range(5):
            at = MORNING - timedelta(days=days)
            make_report(headline=f"Sold, day {days}", html=LONG, dated_at=at, now=at, stories=[story])
    return story


def report(story: Story, days: int) -> Report:
    return Report.objects.get(headline=f"Sold, day {days}")


def polls(page: Page) -> None:
    """Let the page's clock go on until it has asked once more."""
    with page.expect_response(lambda answer: "live.json" in answer.url or "/fragment/" in answer.url):
        page.clock.run_for(13_000)


def tops(page: Page) -> dict[str, Any]:
    """Return where each entry stands in the window."""
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.entry')].map(e => [e.id, e.getBoundingClientRect().top]))"
    )


def test_what_comes_waits_behind_a_notice_and_what_is_corrected_or_killed_changes_in_place(
    open_page: Open, story: Story
):
    page = open_page(story.path_on_site, at=SIX_FORTY, reduced_motion="reduce")
    read = report(story, 2)
    page.evaluate(f"document.getElementById('r-{read.pk}').scrollIntoView()")
    before = tops(page)

    came = make_report(headline="A buyer", html=LONG, dated_at=MORNING + timedelta(days=1), stories=[story])
    polls(page)
    page.wait_for_selector(".toast:has-text('1 new report')")
    assert tops(page) == before

    # A correction above what is read makes its entry taller; a kill in sight leaves its room.
    republish(report(story, 1), html=LONG + LONG, note="There were more ships.", now=SIX_FORTY)
    polls(page)
    page.wait_for_selector(".toast:has-text('1 new report, 1 correction')")
    assert page.locator(f"#r-{report(story, 1).pk} .fix").count() == 1
    withdraw_report(read, user=None, now=SIX_FORTY)
    polls(page)
    page.wait_for_selector(f"#r-{read.pk} .withdrawn")
    after = tops(page)
    below = [f"r-{report(story, days).pk}" for days in (2, 3, 4)]
    assert [after[key] for key in below] == pytest.approx([before[key] for key in below], abs=1)
    assert page.locator(f"#r-{read.pk}").inner_text().splitlines() == ["10:28 am", "", "Withdrawn at 6:40 pm"]
    assert page.locator("[role=status]").inner_text().split("\n")[-1] == "1 report withdrawn"
    assert page.locator(f"#r-{came.pk}").count() == 0

    # The notice takes the reader there; out of sight, the killed entry gives up its room.
    page.locator(".toast").press("Enter")
    page.wait_for_selector(f"#r-{read.pk}:not([style*=block-size])", state="attached")
    told = page.evaluate(
        f"""(() => {{ const e = document.getElementById('r-{came.pk}'), day = e.closest('.day');
        return [day.querySelector('h3').textContent, day.nextElementSibling.querySelector('h3').textContent,
          e.querySelector('.tag').textContent, document.activeElement.textContent,
          day.getBoundingClientRect().top >= 0 && day.getBoundingClientRect().top < 200]; }})()"""
    )
    assert told == ["Friday 2 June 2023", "Thursday 1 June 2023", "New", "A buyer", True]
    assert not page.locator(".toast").is_visible()


def test_a_page_at_its_top_or_in_another_year_or_without_entries_waits_too(open_page: Open, tree: Section):
    story = make_story("The lighthouse")
    bake_due(now=SIX_FORTY)
    page = open_page(story.path_on_site, at=SIX_FORTY, width=390, reduced_motion="reduce")

    for year in (0, 365):
        at = MORNING + timedelta(days=year)
        make_report(headline=f"Sold {year}", html=LONG, dated_at=at, now=at, stories=[story])
    polls(page)
    page.wait_for_selector(".toast:has-text('2 new reports')")
    assert page.locator(".entry").count() == 0
    page.click(".toast")

    assert page.locator(".flow h2, .flow h3, .flow h4").all_inner_texts() == [
        *("2024", "Friday 31 May 2024", "Sold 365", "2023", "Thursday 1 June 2023", "Sold 0"),
    ]


def test_a_page_asks_less_when_nobody_answers_and_no_more_when_there_is_none(open_page: Open, story: Story):
    page = open_page(story.path_on_site, at=SIX_FORTY, expect=("503", "404"))
    asked, status = [], [503]
    page.route("**/live.json", lambda route: (asked.append(status[0]), route.fulfill(status=status[0])))

    def passes(seconds: int) -> int:
        page.clock.run_for(seconds * 1000)
        page.wait_for_timeout(150)
        return len(asked)

    told = [passes(13), passes(15), passes(10), passes(20)]
    status[0] = 404
    told += [passes(60), passes(3600)]

    assert told == [1, 1, 2, 2, 3, 3]


def test_a_report_says_that_there_is_a_newer_version_and_a_kill_takes_its_text_away(open_page: Open, story: Story):
    sold = report(story, 2)
    page = open_page(sold.state.path_on_site, at=SIX_FORTY, expect=("410 (Gone)",))

    republish(sold, html="<p>It was let.</p>", note="It was let.", now=SIX_FORTY)
    polls(page)
    page.click(".toast:has-text('There is a newer version: read it')")
    page.wait_for_selector("article :text('It was let.')")
    withdraw_report(sold, user=None, now=SIX_FORTY)
    polls(page)
    page.wait_for_selector("article.report >> text=This report has been withdrawn.")

    assert page.locator("main").inner_text() == "This report has been withdrawn. It should not be quoted."
    assert page.title() == "This report has been withdrawn. It should not be quoted."


def test_since_you_were_here_counts_marks_and_leads_there(open_page: Open, story: Story):
    page = open_page(story.path_on_site, at=SIX_FORTY)
    first = page.locator("#since").is_visible()
    came = make_report(headline="A buyer", html=LONG, dated_at=MORNING, now=SIX_FORTY, stories=[story])
    fixed = republish(report(story, 3), html=LONG + "<p>More.</p>", note="More.", now=SIX_FORTY + timedelta(minutes=1))
    page.route("**/*", lambda route: route.continue_())  # the browser's cache would hold the page for ten seconds
    page.goto(page.url.partition("/story/")[0] + "/")
    page.clock.set_system_time(SIX_FORTY + timedelta(days=2))
    on_front = page.locator(".count").inner_text()

    page.goto(page.url + story.path_on_site[1:])
    since = page.locator("#since")

    assert (first, on_front.splitlines()[0]) == (False, "1 new, 6 reports since May 2023")
    assert since.inner_text() == "Since you were here (Tue 6:40 pm): 1 new, 1 correction"
    assert [link.get_attribute("href") for link in since.locator("a").all()] == [f"#r-{came.pk}", f"#r-{fixed.pk}"]
    tags = page.evaluate("[...document.querySelectorAll('.tag')].map(e => [e.textContent, e.closest('article').id])")
    assert tags == [["New", f"r-{came.pk}"], ["Corrected", f"r-{fixed.pk}"]]
    assert page.locator(".pulse path.new").count() == 1
    page.reload()
    assert since.inner_text() == "Since you were here (Tue 6:40 pm): 1 new, 1 correction"


def test_where_storage_is_denied_there_is_no_line_and_no_error(open_page: Open, story: Story):
    page = open_page("/")
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }})")

    page.goto(page.url.removesuffix("/") + story.path_on_site)

    assert not page.locator("#since").is_visible()
    assert page.locator("#follow-btn[aria-expanded]").count() == 1


def test_a_link_to_an_entry_that_the_page_has_not_finds_it_on_its_day(open_page: Open, story: Story):
    old = report(story, 4)

    page = open_page(f"{story.path_on_site}2023/06/#r-{old.pk}")
    page.wait_for_url(f"**/story/the-lighthouse/2023/05/28/#r-{old.pk}")

    assert page.locator("h1").inner_text() == "28 May 2023"
