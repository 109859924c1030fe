"""Pages baked on first read: a report's versions, a story's days; and how large a month may be."""

import re
from datetime import timedelta
from typing import Any

import pytest
from builders import MORNING, NOON, make_long_story, make_report, make_story, republish
from django.test import Client
from reading import lines, links

from writethru.press import pages
from writethru.press.bake import bake_due
from writethru.press.page import NoSuchPage
from writethru.press.routes import render
from writethru.stories import pagestore
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Bake, Report, Version

pytestmark = pytest.mark.django_db


def corrected_report() -> Report:
    report = make_report(
        headline="Sold", html="<p>Sold for two pesos on Tuesday.</p>", dated_at=MORNING, now=MORNING,
        stories=[make_story()],
    )  # fmt: skip
    later = MORNING + timedelta(hours=2)
    return republish(report, html="<p>Sold for one peso on Tuesday.</p>", note="It was one, not two.", now=later)


def test_a_version_is_as_it_was_and_says_what_it_changed():
    report = corrected_report()
    path = report.state.path_on_site

    first, second = render(f"{path}v1/"), render(f"{path}v2/")

    assert lines(first) == [
        "Version 1 of this report",
        "Sold",
        "1 June 2023, 10:28 am PHT",
        "This is an old version. The report has changed since: read it as it is now.",
        "Sold for two pesos on Tuesday.",
        "— Pharos",
        "Version 2",
        "All versions",
    ]
    assert lines(second)[3:] == [
        "This is the newest version. It stands at the report’s own address.",
        "Sold for one peso on Tuesday.",
        "Corrected 1 June 2023, 12:28 pm PHT. It was one, not two.",
        "What changed, word by word",
        "Sold for two pesos one peso on Tuesday.",
        "— Pharos",
        "What changed against version 1",
        "Sold for two pesos one peso on Tuesday.",
        "Version 1",
        "All versions",
    ]
    assert [b'<meta name="robots" content="noindex">' in page for page in (first, second, render(path))] == [
        True,
        True,
        False,
    ]
    for none in ("v0", "v3", "v01", "v1/x", "v99999999999"):
        with pytest.raises(NoSuchPage):
            render(f"{path}{none}/")


def test_a_version_page_is_kept_up_to_date_and_goes_with_its_report(
    client: Client, django_capture_on_commit_callbacks: Any
):
    report = corrected_report()
    path = report.state.path_on_site
    with django_capture_on_commit_callbacks(execute=True):
        client.get(f"{path}v2/")
    republish(report, html="<p>Sold for one peso.</p>", now=NOON)
    bake_due(now=NOON)

    kept = pagestore.get(f"{path}v2/")
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_report(report, user=None, now=NOON)
    gone = [client.get(f"{path}{version}").status_code for version in ("", "v1/", "v2/", "v3/")]

    assert b"This is an old version" in kept
    assert pagestore.get(f"{path}v2/") is None
    assert gone == [410, 410, 410, 410]
    assert links(client.get(f"{path}v1/").content) == [
        ("Latest", "/"),
        ("The lighthouse", "/story/the-lighthouse/"),
    ]


def test_a_version_page_costs_the_same_queries_for_one_version_as_for_three(django_assert_num_queries: Any):
    report = corrected_report()
    path = report.state.path_on_site
    render(f"{path}v1/")  # warms what is cached
    with django_assert_num_queries(4):
        render(f"{path}v1/")
    republish(report, html="<p>Sold.</p>", now=NOON)

    with django_assert_num_queries(4):
        render(f"{path}v2/")


def test_a_long_month_holds_whole_days_and_leads_to_the_pages_of_the_rest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pages, "MONTH_BYTES", 10_000)
    make_long_story(60, title="Ships", every=timedelta(hours=1))

    page = render("/story/ships/2023/05/")
    days = dict(links(page, "#days"))
    held = {path: re.findall(rb'id="r-(\d+)"', render(path)) for path in days.values()}

    assert len(page) < 20_000
    assert b'id="days"' not in render("/story/ships/2023/06/")
    assert days == {
        "Wednesday 31 May 2023": "/story/ships/2023/05/31/",
        "Tuesday 30 May 2023": "/story/ships/2023/05/30/",
        "Monday 29 May 2023": "/story/ships/2023/05/29/",
    }
    assert sorted(len(ids) for ids in held.values()) == [1, 24, 24]
    assert "Also that day" in lines(render("/story/ships/2023/05/30/"))


def test_a_report_leads_back_to_its_place_on_its_day():
    report = corrected_report()

    href = dict(links(render(report.state.path_on_site)))["On the timeline of The lighthouse"]
    page, _, anchor = href.partition("#")

    assert f'id="{anchor}"'.encode() in render(page)
    assert lines(render(page), ".head") == ["The lighthouse, June 2023", "1 June 2023", "1 report"]
    with pytest.raises(NoSuchPage):
        render("/story/the-lighthouse/2023/06/02/")


def test_a_day_page_that_somebody_has_read_shows_what_comes_to_that_day():
    report = corrected_report()
    pages_read = ["/story/the-lighthouse/2023/06/01/"]
    Bake.objects.create(path=pages_read[0], rank=3, asked_at=NOON)
    bake_due(now=NOON)

    republish(report, html="<p>Sold for a song.</p>", now=NOON)
    bake_due(now=NOON)

    assert b"Sold for a song." in pagestore.get(pages_read[0])
    assert Version.objects.count() == 3


@pytest.mark.parametrize("day", ["0001/01/01", "9999/12/31", "2023/02/30", "2023/05/31", "0000/00/00"])
def test_a_day_that_the_story_has_not_is_no_page(day: str):
    make_report(stories=[make_story("Ships")], dated_at=MORNING)

    with pytest.raises(NoSuchPage):
        render(f"/story/ships/{day}/")
