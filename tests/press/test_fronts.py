from datetime import timedelta

import pytest
from builders import MORNING, NOON, make_long_story, make_report, make_story
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reading import lines, links

from writethru.press.page import NoSuchPage
from writethru.press.routes import render
from writethru.stories.actions.file import open_story
from writethru.stories.models import Section, Story

pytestmark = pytest.mark.django_db


def test_latest_has_a_card_for_each_running_story_and_each_report_in_none():
    lighthouse, ferry = make_story("The lighthouse"), make_story("The ferry")
    make_story("Nothing yet")
    make_report(headline="On offer", dated_at=MORNING - timedelta(days=40), stories=[lighthouse])
    make_report(headline="Sold", html="<p>The port sold it. Cheaply.</p>", dated_at=MORNING, stories=[lighthouse])
    make_report(
        headline="", html="<p>The ferry is late. Again.</p>", dated_at=MORNING - timedelta(hours=1), stories=[ferry]
    )
    make_report(headline="Fog", html="<p>Fog came.</p>", credit="", dated_at=MORNING - timedelta(days=1))

    page = render("/")

    assert lines(page) == [
        "Latest",
        "The lighthouse10:28 am",
        "Sold",
        "The port sold it.",
        "— Pharos",
        "2 reports since April 2023",
        "The ferry9:28 am",
        "The ferry is late.",
        "— Pharos",
        "1 report",
        "31 May 2023, 10:28 am",
        "Fog",
        "Fog came.",
        "Trending",
        "Most reports and corrections in the week to 1 June 2023, 10:28 am PHT.",
        "The lighthouse1 new report",
        "The ferry1 new report",
    ]
    assert [href.rpartition("-")[0] for _text, href in links(page, "#latest")] == [
        "/story/the",
        "/story/the-lighthouse/#r",
        "/story/the",
        "/story/the-ferry/#r",
        "/news/2023/05/31/fog",
    ]


def test_latest_with_nothing_on_it_says_nothing():
    assert lines(render("/")) == ["Latest"]


def test_section_has_the_stories_below_it_only():
    news = Section.objects.get()
    sport = news.get_parent().add_child(instance=Section(title="Sport", slug="sport"))
    below = sport.add_child(instance=Section(title="Boats", slug="boats"))
    regatta = below.add_child(instance=Story(title="Regatta", slug="regatta"))
    lighthouse = open_story("The lighthouse", section=news, now=NOON)
    make_report(headline="Off they go", html="<p>Wind.</p>", dated_at=MORNING, stories=[regatta])
    make_report(headline="Sold", dated_at=MORNING, stories=[lighthouse])

    assert lines(render("/section/sport/")) == [
        "Sport",
        "+ Follow section",
        "By e-mail",
        "Leave this empty",
        "Follow",
        "In this browser",
        "A notification, even when the page is closed.",
        "Turn on",
        "Whichever you choose, corrections come the same way. Log in to keep all your stories in one inbox.",
        "Running stories",
        "Regatta10:28 am",
        "Off they go",
        "Wind.",
        "— Pharos",
        "1 report",
    ]
    assert links(render("/section/sport/"), ".mast nav") == [
        ("Latest", "/"),
        ("Trending", "/trending/"),
        ("News", "/section/news/"),
        ("Sport", "/section/sport/"),
        ("Account", "/account/"),
    ]


def test_no_page_for_a_section_or_a_story_that_readers_may_not_see():
    make_story().unpublish()
    Section.objects.get().unpublish()

    for path in ("/section/news/", "/section/none/", "/story/the-lighthouse/", "/story/none/", "/nothing", "/news/"):
        with pytest.raises(NoSuchPage):
            render(path)


@pytest.mark.parametrize("path", ["/", "/section/news/"])
def test_query_count_of_a_front_does_not_grow(path: str):
    counts = []
    for n in (1, 3):
        for number in range(n):
            make_long_story(n * 20, title=f"Ships {n} {number}")
            make_report(headline=f"Loose {n} {number}", dated_at=MORNING)
        with CaptureQueriesContext(connection) as asked:
            render(path)
        counts.append(len(asked))

    assert counts[0] == counts[1]
