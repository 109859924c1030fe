from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_follow, make_reader, make_report, make_story, republish
from pytest_django import DjangoAssertNumQueries

from writethru.readers.actions.seen import mark_read, note_seen
from writethru.readers.mine import my_stories
from writethru.readers.models import Reader
from writethru.stories.models import Section

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def told(reader: Reader, *, now: Any = NOON + 3 * HOUR) -> tuple[list[tuple[str, int]], list[tuple[str, str, bool]]]:
    mine = my_stories(reader, now=now)
    return (
        [(one.story.title, one.unread) for one in mine.stories],
        [(one.report.headline, one.kind, one.is_unread) for one in mine.news],
    )


def test_what_is_published_after_a_story_was_followed_or_looked_at_is_unread():
    reader, lighthouse, ferry = make_reader(), make_story("The lighthouse"), make_story("The ferry")
    make_report(headline="Old", stories=[lighthouse], now=NOON - HOUR)
    make_follow(lighthouse, reader=reader)
    make_follow(ferry, reader=reader)
    make_report(headline="Sold", stories=[lighthouse, ferry], now=NOON + HOUR)
    make_report(headline="Sunk", stories=[ferry], now=NOON + 2 * HOUR)

    note_seen(reader, story=ferry, upto=NOON + HOUR, now=NOON + HOUR)

    assert told(reader) == (
        [("The ferry", 1), ("The lighthouse", 1)],
        [("Sunk", "new", True), ("Sold", "new", True), ("Old", "new", False)],
    )


def test_a_report_is_told_once_by_its_newest_version_and_a_refile_is_none():
    reader, story = make_reader(), make_story()
    make_follow(story, reader=reader)
    report = make_report(headline="Sold for one peso", stories=[story], now=NOON)
    republish(report, html="<p>The lighthouse was let on Tuesday.</p>", note="It was let.", now=NOON + HOUR)

    assert told(reader) == ([("The lighthouse", 1)], [("Sold for one peso", "correction", True)])


def test_a_section_brings_its_stories_and_what_is_stopped_or_killed_is_not_there():
    reader, story = make_reader(), make_story()
    make_follow(Section.objects.get(), reader=reader)
    make_follow(make_story("The ferry"), reader=make_reader())
    make_follow(make_story("The bridge"), reader=reader, ended_at=NOON)
    make_report(headline="Sold", stories=[story], now=NOON + HOUR)
    make_report(headline="Quiet", stories=[story], now=NOON, quiet=True)

    assert told(reader) == (
        [("The lighthouse", 1), ("The bridge", 0), ("The ferry", 0)],
        [("Sold", "new", True)],
    )


def test_everything_is_read_at_once():
    reader, story = make_reader(), make_story()
    make_follow(story, reader=reader)
    make_report(headline="Sold", stories=[story], now=NOON + HOUR)

    mark_read(reader, stories=[story], now=NOON + 2 * HOUR)

    assert told(reader) == ([("The lighthouse", 0)], [("Sold", "new", False)])


def test_a_visit_lasts_half_an_hour_and_an_old_page_takes_nothing_back():
    reader, story = make_reader(), make_story()

    note_seen(reader, story=story, upto=NOON, now=NOON)
    note_seen(reader, story=story, upto=NOON + HOUR, now=NOON + 2 * HOUR)
    visit = note_seen(reader, story=story, upto=NOON - HOUR, now=NOON + 2 * HOUR + timedelta(minutes=9))

    assert (visit.from_at, visit.from_upto, visit.upto) == (NOON, NOON, NOON + HOUR)
    assert note_seen(reader, story=story, upto=NOON + 99 * HOUR, now=NOON + 3 * HOUR).upto == NOON + 3 * HOUR


def test_as_many_queries_for_one_story_as_for_five(django_assert_num_queries: DjangoAssertNumQueries):
    reader = make_reader()
    for n in range(5):
        story = make_story(f"Story {n}")
        make_follow(story, reader=reader)
        make_report(headline=f"Report {n}", stories=[story], now=NOON)
        if n in {0, 4}:
            with django_assert_num_queries(4):
                my_stories(reader, now=NOON + HOUR)
