from datetime import UTC, datetime, timedelta

import pytest
from builders import MORNING, NOON, make_long_story, make_report, make_story, republish
from django.db import connection
from django.test.utils import CaptureQueriesContext

from writethru.stories import queries
from writethru.stories.models import Bake, Entry, ReportState, Version
from writethru.stories.queries import Dated, KeyMoment, Moving, PageQueue

pytestmark = pytest.mark.django_db

AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "is_public"),
    [
        ({}, True),
        ({"public_from": datetime(2020, 1, 1, tzinfo=UTC)}, True),
        ({"public_until": datetime(2100, 1, 1, tzinfo=UTC)}, True),
        ({"status": "waiting"}, False),
        ({"status": "withheld"}, False),
        ({"status": "killed"}, False),
        ({"status": "spiked"}, False),
        ({"held": True}, False),
        ({"public_from": datetime(2100, 1, 1, tzinfo=UTC)}, False),
        ({"public_until": datetime(2020, 1, 1, tzinfo=UTC)}, False),
    ],
)
def test_only_what_is_public_is_published(state: dict, is_public: bool):
    report = make_report(stories=[make_story()])
    ReportState.objects.update(**state)

    assert list(queries.published_reports()) == ([report] if is_public else [])


def test_timeline_is_newest_first_and_the_later_report_first_at_one_time():
    story = make_story()
    one, two = make_report(dated_at=MORNING, stories=[story]), make_report(dated_at=MORNING, stories=[story])
    newest = make_report(dated_at=MORNING + AN_HOUR, stories=[story])
    make_report(dated_at=MORNING, stories=[make_story("The ferry")])

    assert queries.timeline(story) == [
        Dated(newest.pk, MORNING + AN_HOUR),
        Dated(two.pk, MORNING),
        Dated(one.pk, MORNING),
    ]


def test_months_are_counted_in_the_sites_zone():
    story = make_story()
    assert queries.month_counts(story, queries.span_of(story)) == {}
    for at in (datetime(2022, 12, 31, 15, 59, tzinfo=UTC), datetime(2022, 12, 31, 16, 0, tzinfo=UTC), MORNING, MORNING):
        make_report(dated_at=at, stories=[story])
    make_report(dated_at=MORNING + AN_HOUR, stories=[make_story("The ferry")])

    assert queries.month_counts(story, queries.span_of(story)) == {(2022, 12): 1, (2023, 1): 1, (2023, 6): 2}


def test_reading_has_its_versions_newest_first_and_its_stories_as_filed():
    ferry, lighthouse = make_story("The ferry"), make_story()
    report = make_report(dated_at=MORNING, now=MORNING, stories=[lighthouse, ferry])
    republish(report, html="<p>The port sold it for one peso.</p>", now=NOON)

    (reading,) = queries.readings([report.pk, 999999]).values()

    assert (reading.id, reading.path, reading.dated_at) == (report.pk, report.state.path_on_site, MORNING)
    assert (reading.current.number, [version.number for version in reading.versions]) == (2, [2, 1])
    assert (reading.stories, reading.changed_at) == ((lighthouse, ferry), NOON)


def test_readings_ask_as_often_for_three_as_for_one():
    story = make_story()
    reports = [make_report(stories=[story]) for _ in range(3)]
    counts = []
    for asked_for in (reports[:1], reports):
        with CaptureQueriesContext(connection) as asked:
            for reading in queries.readings(report.pk for report in asked_for).values():
                assert reading.current.html
                assert [version.item.dated_at for version in reading.versions]
        counts.append(len(asked))

    assert counts == [3, 3]


def test_key_moments_are_newest_first_with_the_words_for_a_label():
    story = make_story()
    old = make_report(headline="", html="<p>Bids came.</p>", dated_at=MORNING, stories=[story])
    new = make_report(headline="Sold", html="<p>It is.</p>", dated_at=MORNING + AN_HOUR, stories=[story])
    make_report(dated_at=MORNING, stories=[story])
    Entry.objects.filter(report__in=[old, new]).update(is_key=True)
    Entry.objects.filter(report=old).update(key_label="Bids")

    assert queries.key_moments(story) == [
        KeyMoment(new.pk, MORNING + AN_HOUR, "", "Sold", "<p>It is.</p>", new.state.path_on_site),
        KeyMoment(old.pk, MORNING, "Bids", "", "<p>Bids came.</p>", old.state.path_on_site),
    ]


def test_last_update_is_no_first_version_and_nothing_imported():
    story = make_story()
    report = make_report(dated_at=MORNING, now=NOON, stories=[story])
    seen = [queries.span_of(story).updated_at]
    republish(report, html="<p>The port sold it for one peso.</p>", now=NOON + AN_HOUR)
    seen.append(queries.span_of(story).updated_at)
    Version.objects.update(quiet=True)
    seen.append(queries.span_of(story).updated_at)

    assert seen == [None, NOON + AN_HOUR, None]


def test_running_stories_are_those_that_moved_last():
    lighthouse, ferry = make_story(), make_story("The ferry")
    make_story("Nothing yet")
    make_report(dated_at=MORNING, stories=[lighthouse])
    late = make_report(dated_at=MORNING + AN_HOUR, stories=[ferry, lighthouse])

    assert sorted(queries.running_stories(limit=5), key=lambda one: one.story.pk) == [
        Moving(lighthouse, Dated(late.pk, MORNING + AN_HOUR), 2),
        Moving(ferry, Dated(late.pk, MORNING + AN_HOUR), 1),
    ]


def test_reports_in_no_story_are_those_that_readers_find_in_none():
    hidden = make_story("Hidden")
    make_report(stories=[make_story()])
    in_hidden = make_report(dated_at=MORNING, stories=[hidden])
    loose = make_report(dated_at=MORNING + AN_HOUR)
    hidden.unpublish()

    assert queries.reports_in_no_story(limit=5) == [
        Moving(None, Dated(loose.pk, MORNING + AN_HOUR)),
        Moving(None, Dated(in_hidden.pk, MORNING)),
    ]
    assert queries.reports_in_no_story(since=MORNING + AN_HOUR, limit=5) == [
        Moving(None, Dated(loose.pk, MORNING + AN_HOUR))
    ]


def test_what_moved_is_what_came_or_changed_last():
    story = make_long_story(40, title="Ships")
    oldest = Entry.objects.order_by("dated_at").first().report
    republish(oldest, based_on=1, headline="Ships passed", html="<p>They passed.</p>", now=NOON)

    moved = queries.reports_that_moved(story=story, limit=3)

    newest = [place.report_id for place in queries.timeline(story)[:2]]
    assert [reading.id for reading in moved] == [oldest.pk, *newest]
    assert [reading.id for reading in queries.reports_that_moved(limit=3)] == [oldest.pk, *newest]


def test_entry_times_are_since_then():
    story = make_story()
    make_report(dated_at=MORNING - AN_HOUR, stories=[story])
    make_report(dated_at=MORNING, stories=[story])

    assert queries.entry_times([story.pk], since=MORNING) == [(story.pk, MORNING)]
    assert queries.first_entry_at(story.pk) == MORNING - AN_HOUR


def test_page_queue_tells_what_waits_and_what_failed():
    assert queries.page_queue() == PageQueue(0, None, 0)
    Bake.objects.create(path="/a/", rank=2, asked_at=NOON)
    Bake.objects.create(path="/b/", rank=2, asked_at=MORNING, attempts=3)
    Bake.objects.create(path="/c/", rank=2, asked_at=MORNING, done=1)

    assert queries.page_queue() == PageQueue(2, NOON, 1)


def test_pages_up_to_date_were_made_with_what_there_is_and_not_asked_for_since():
    Bake.objects.create(path="/a/", rank=2, asked_at=NOON, asked=2, done=2, made_with="now")
    Bake.objects.create(path="/b/", rank=2, asked_at=NOON, asked=2, done=2, made_with="before")
    Bake.objects.create(path="/c/", rank=2, asked_at=NOON, asked=2, done=1, made_with="now")

    assert queries.pages_up_to_date(["/a/", "/b/", "/c/", "/d/"], made_with="now") == {"/a/"}
