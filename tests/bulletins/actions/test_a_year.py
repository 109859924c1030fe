"""Quiet hours and digests under a moved clock: nobody woken, nothing lost, nothing twice.

In `make test` the weeks in which summer time ends in Europe and in North America; `make prove` goes through a year.
"""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from builders import make_follow, make_reader, make_report, make_story
from telling import go_on

from writethru.bulletins.models import Digest, Sending, Told
from writethru.readers.models import Reader
from writethru.stories.actions.file import mark_key_entry
from writethru.stories.models import Version

pytestmark = pytest.mark.django_db
ZONES = (
    "Pacific/Auckland",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",
    "Europe/Lisbon",
    "America/New_York",
    "Pacific/Honolulu",
)
NIGHT = time(22), time(7)
AN_HOUR = timedelta(hours=1)


def test_nobody_is_woken_and_nothing_is_lost_or_told_twice_while_clocks_change():
    live_through(datetime(2026, 10, 22, tzinfo=UTC), days=12, publish_hours=7)


@pytest.mark.prove
def test_the_same_for_a_year():
    live_through(datetime(2026, 1, 1, tzinfo=UTC), days=365, publish_hours=19)


def live_through(begin: datetime, *, days: int, publish_hours: int) -> None:
    story = make_story()
    readers = make_readers(story, begin)
    mover = readers[-1]
    for hour in range(days * 24):
        now = begin + hour * AN_HOUR
        if hour % publish_hours == 0 and hour < (days - 9) * 24:
            at = now - timedelta(minutes=hour % 50)
            report = make_report(headline=f"Report {hour}", stories=[story], dated_at=at, now=at)
            if hour % (publish_hours * 3) == 0:
                mark_key_entry(report.entries.get(), label="", user=None, now=at)
        if hour % (24 * 3) == 0:
            Reader.objects.filter(pk=mover.pk).update(zone=ZONES[hour // 72 % len(ZONES)])
        go_on(now)

    assert_nobody_was_woken(readers[:-1])
    assert_each_was_told_all_once(readers, story)
    assert_digests_came_at_their_hour(readers[:-1])
    assert Digest.objects.count() == 0


def make_readers(story: object, begin: datetime) -> list[Reader]:
    readers = []
    for zone in ZONES:
        night = {"zone": zone, "quiet_from": NIGHT[0], "quiet_until": NIGHT[1]}
        hours = {"digest_at": time(7, 30), "digest_day": 6}
        for pace in ("once", "key", "daily", "weekly"):
            readers.append(make_reader(**night, **hours))
            make_follow(story, reader=readers[-1], pace=pace, followed_at=begin - timedelta(days=1))
        readers.append(make_reader(zone=zone, digest_at=time(1, 30)))  # an hour that comes twice, or never
        make_follow(story, reader=readers[-1], pace="daily", followed_at=begin - timedelta(days=1))
    readers.append(make_reader(zone=ZONES[0], digest_at=time(8)))
    make_follow(story, reader=readers[-1], pace="daily", followed_at=begin - timedelta(days=1))
    return readers


def assert_nobody_was_woken(readers: list[Reader]) -> None:
    walls = [
        (row.reader_id, row.done_at.astimezone(ZoneInfo(row.reader.zone)).time())
        for row in Sending.objects.filter(reader__in=readers, reader__quiet_from__isnull=False).select_related("reader")
    ]
    assert [wall for wall in walls if wall[1] >= NIGHT[0] or wall[1] < NIGHT[1]] == []


def assert_each_was_told_all_once(readers: list[Reader], story: object) -> None:
    every = set(Version.objects.filter(report__entries__story=story).values_list("pk", flat=True))
    key = set(Version.objects.filter(report__entries__is_key=True).values_list("pk", flat=True))
    told = Counter(Told.objects.values_list("reader", "version"))
    told += Counter(Sending.objects.filter(dispatch__kind="alert").values_list("reader", "dispatch__version"))
    paces = dict(Reader.objects.values_list("pk", "follows__pace"))
    due = Counter({(r.pk, version): 1 for r in readers for version in (key if paces[r.pk] == "key" else every)})
    assert told == due


def assert_digests_came_at_their_hour(readers: list[Reader]) -> None:
    off = []
    for row in Sending.objects.filter(
        reader__in=readers, dispatch__kind="digest", follow__pace__in=("daily", "weekly")
    ).select_related("reader"):
        at = row.done_at.astimezone(ZoneInfo(row.reader.zone))
        due = datetime.combine(at.date(), row.reader.digest_at, at.tzinfo).astimezone(UTC)
        # The clock of this test strikes each hour; where 1:30 is left out it comes as much later.
        if not timedelta() <= row.done_at - due < timedelta(hours=2):
            off.append((row.reader.zone, row.reader.digest_at, at))
    assert off == []
