from datetime import time, timedelta
from typing import Any

import pytest
from builders import NOON, make_follow, make_reader, make_report, make_story
from django.db import connection
from django.test.utils import CaptureQueriesContext

from writethru.bulletins.actions.audience import add_to_audience, gather
from writethru.bulletins.models import Digest, Dispatch, Sending
from writethru.readers.models import PushSubscription
from writethru.stories.models import Version

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=1)


def make_dispatch(version: Version, **scope: Any) -> Dispatch:
    return Dispatch.objects.create(
        kind="alert", key=f"a test {version.pk}", version=version, scope=scope, made_at=NOON, not_before=NOON
    )


def ledger(dispatch: Dispatch) -> list[tuple[Any, ...]]:
    rows = Sending.objects.filter(dispatch=dispatch).order_by("reader", "door")
    return list(rows.values_list("reader", "follow", "door", "status"))


def make_browser(reader: Any, n: int = 1) -> PushSubscription:
    return PushSubscription.objects.create(
        reader=reader, endpoint=f"https://push.example/{n}", endpoint_hash=f"{n:064x}", made_at=NOON
    )


def test_reader_of_two_stories_that_share_a_report_is_told_once_by_each_door():
    stories = make_story("One"), make_story("Two")
    report = make_report(stories=stories)
    reader = make_reader()
    make_browser(reader)
    first = make_follow(stories[0], reader=reader, by_push=True)
    make_follow(stories[1], reader=reader, by_push=True)
    dispatch = make_dispatch(report.versions.get(), stories=[story.pk for story in stories])

    more = add_to_audience(dispatch.pk, now=LATER)

    dispatch.refresh_from_db()
    rows = [(reader.pk, first.pk, "mail", "waiting"), (reader.pk, first.pk, "push", "waiting")]
    assert (ledger(dispatch), more, dispatch.audience, dispatch.is_whole) == (rows, False, 2, True)


def test_audience_is_added_in_batches_and_nobody_twice():
    story = make_story()
    report = make_report(stories=[story])
    follows = [make_follow(story) for _ in range(5)]
    dispatch = make_dispatch(report.versions.get(), stories=[story.pk])

    turns = [add_to_audience(dispatch.pk, now=LATER, limit=2) for _ in range(4)]

    dispatch.refresh_from_db()
    assert turns == [True, True, False, False]
    assert [row[1] for row in ledger(dispatch)] == [follow.pk for follow in follows]
    assert dispatch.audience == 5


def test_only_those_are_told_who_follow_live_at_once_and_since_before_it():
    story = make_story()
    report = make_report(stories=[story])
    for fields in (
        {"ended_at": NOON},
        {"paused_at": NOON},
        {"muted_until": NOON + timedelta(days=1)},
        {"followed_at": LATER},
        {"pace": "daily"},
        {"pace": "key"},
        {"by_mail": False},
        {"reader": make_reader(mail_stopped_at=NOON)},
        {"reader": make_reader(confirmed_at=None)},
        {"reader": make_reader("")},
    ):
        make_follow(story, **fields)
    told = make_follow(story, muted_until=NOON)
    dispatch = make_dispatch(report.versions.get(), stories=[story.pk])

    add_to_audience(dispatch.pk, now=LATER)

    assert [row[1] for row in ledger(dispatch)] == [told.pk]


def test_key_followers_are_told_where_the_entry_is_key_and_section_followers_too():
    stories = make_story("One"), make_story("Two")
    section = stories[0].get_parent().specific
    report = make_report(stories=stories)
    in_key, _, above = make_follow(stories[0], pace="key"), make_follow(stories[1], pace="key"), make_follow(section)
    dispatch = make_dispatch(
        report.versions.get(), stories=[story.pk for story in stories], key=[stories[0].pk], sections=[section.pk]
    )

    add_to_audience(dispatch.pk, now=LATER)

    assert sorted(row[1] for row in ledger(dispatch)) == sorted([in_key.pk, above.pk])


def test_whoever_is_in_quiet_hours_or_pauses_gets_a_digest_instead():
    story = make_story()
    report = make_report(stories=[story])
    quiet = make_reader(zone="Asia/Manila", quiet_from=time(19), quiet_until=time(6, 30))  # it is 20:01 there
    muted = make_reader(muted_until=NOON + timedelta(hours=3))
    paused = make_reader(paused_at=NOON)
    for reader in (quiet, muted, paused):
        make_follow(story, reader=reader)
    told = make_follow(story)
    dispatch = make_dispatch(report.versions.get(), stories=[story.pk])

    add_to_audience(dispatch.pk, now=LATER)

    assert [row[1] for row in ledger(dispatch)] == [told.pk]
    assert list(Digest.objects.order_by("reader").values_list("reader", "pace", "since", "due_at")) == [
        (quiet.pk, "once", NOON, NOON + timedelta(hours=10, minutes=30)),
        (muted.pk, "once", NOON, NOON + timedelta(hours=3)),
        (paused.pk, "once", NOON, LATER + timedelta(hours=1)),
    ]


def test_beyond_the_hourly_limit_what_comes_is_put_down_for_one_digest(settings: Any):
    settings.MAILS_AN_HOUR = 2
    story = make_story()
    follow = make_follow(story)
    dispatches = []
    for n in range(3):
        report = make_report(headline=f"The lighthouse, {n}", stories=[story])
        dispatches.append(make_dispatch(report.versions.get(), stories=[story.pk]))
        add_to_audience(dispatches[n].pk, now=NOON + timedelta(minutes=n))
        Sending.objects.update(status="sent", done_at=NOON)

    counts = [len(ledger(dispatch)) for dispatch in dispatches]
    assert counts == [1, 1, 0]
    assert list(Digest.objects.values_list("reader", "due_at")) == [(follow.reader_id, NOON + timedelta(hours=1))]


def test_correction_goes_to_who_was_sent_what_is_wrong_by_its_door_and_still_follows():
    story = make_story()
    report = make_report(stories=[story])
    first = make_dispatch(report.versions.get(), stories=[story.pk])
    gone, failed, mailed, waiting = [make_follow(story) for _ in range(4)]
    browser = make_reader("")
    make_browser(browser)
    pushed = make_follow(story, reader=browser, by_mail=False, by_push=True)
    add_to_audience(first.pk, now=NOON)
    Sending.objects.exclude(reader=waiting.reader).update(status="sent", done_at=NOON)
    Sending.objects.filter(reader=failed.reader).update(status="failed")
    type(gone).objects.filter(pk=gone.pk).update(ended_at=NOON)
    make_follow(story)  # never sent the wrong one
    fields = {"kind": "correction", "grade": "alert", "headline": "So", "html": "<p>So.</p>", "published_at": LATER}
    fixed = Version.objects.create(report=report, number=2, **fields)
    dispatch = make_dispatch(fixed, stories=[story.pk])

    add_to_audience(dispatch.pk, now=LATER)

    told = [(mailed.reader_id, mailed.pk, "mail", "waiting"), (browser.pk, pushed.pk, "push", "waiting")]
    assert ledger(dispatch) == told


def test_daily_and_weekly_followers_are_put_down_for_their_hour():
    story = make_story()
    report = make_report(stories=[story])
    daily = make_follow(story, pace="daily", reader=make_reader(zone="Pacific/Auckland"))
    weekly = make_follow(story, pace="weekly", reader=make_reader(digest_day=4, digest_at=time(6)))
    dispatch = make_dispatch(report.versions.get(), stories=[story.pk])

    turns = [gather(dispatch.pk, now=LATER, limit=1) for _ in range(4)]

    assert turns == [True, True, False, False]
    assert list(Digest.objects.order_by("reader").values_list("reader", "pace", "due_at")) == [
        (daily.reader_id, "daily", NOON + timedelta(hours=6)),  # 7:00 in summer time
        (weekly.reader_id, "weekly", NOON + timedelta(days=2, hours=10)),  # Friday, 6:00 in Manila
    ]


@pytest.mark.parametrize("turn", [add_to_audience, gather])
def test_one_more_follower_costs_no_query(turn: Any):
    def queries(n: int) -> int:
        story = make_story(f"Story of {n}")
        report = make_report(stories=[story])
        for _ in range(n):
            make_follow(story)
            make_follow(story, pace="daily")
            make_follow(story, reader=make_reader(quiet_from=time(19), quiet_until=time(7)))
        dispatch = make_dispatch(report.versions.get(), stories=[story.pk])
        with CaptureQueriesContext(
            connection,
        ) as counted:
            turn(dispatch.pk, now=LATER)
        return len(counted)

    assert queries(1) == queries(3)
