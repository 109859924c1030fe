from datetime import UTC, datetime, time, timedelta

import pytest

from writethru.bulletins.hours import end_of_quiet, next_time


def utc(*at: int) -> datetime:
    return datetime(*at, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("zone", "at", "after", "due"),
    [
        ("Asia/Manila", time(7), utc(2026, 11, 24, 12), utc(2026, 11, 24, 23)),
        ("Asia/Manila", time(7), utc(2026, 11, 24, 23), utc(2026, 11, 25, 23)),
        ("America/New_York", time(2, 30), utc(2026, 3, 8, 1), utc(2026, 3, 8, 7, 30)),  # left out: at 3:30
        ("America/New_York", time(2, 30), utc(2026, 3, 8, 7, 30), utc(2026, 3, 9, 6, 30)),
        ("America/New_York", time(1, 30), utc(2026, 11, 1, 1), utc(2026, 11, 1, 5, 30)),  # twice: the first
        ("America/New_York", time(1, 30), utc(2026, 11, 1, 5, 30), utc(2026, 11, 2, 6, 30)),
        ("Pacific/Auckland", time(7), utc(2026, 9, 26, 12), utc(2026, 9, 26, 18)),  # summer time has begun that night
        ("No/Such_Zone", time(7), utc(2026, 11, 24, 12), utc(2026, 11, 24, 23)),  # the site's
    ],
)
def test_digest_is_due_by_the_clock_on_the_wall(zone: str, at: time, after: datetime, due: datetime):
    assert next_time(after, zone=zone, at=at) == due


def test_weekly_digest_is_due_on_the_readers_day():
    assert next_time(utc(2026, 11, 24, 12), zone="UTC", at=time(7), weekday=0) == utc(2026, 11, 30, 7)


@pytest.mark.parametrize(
    ("now", "start", "end", "until"),
    [
        (utc(2026, 11, 24, 23), time(22), time(7), utc(2026, 11, 25, 7)),
        (utc(2026, 11, 25, 6), time(22), time(7), utc(2026, 11, 25, 7)),
        (utc(2026, 11, 25, 7), time(22), time(7), None),
        (utc(2026, 11, 25, 13), time(12), time(14), utc(2026, 11, 25, 14)),
        (utc(2026, 11, 25, 13), time(12), time(12), None),
        (utc(2026, 11, 25, 13), None, None, None),
    ],
)
def test_quiet_hours_may_go_across_midnight(now: datetime, start: time, end: time, until: datetime | None):
    assert end_of_quiet(now, zone="UTC", start=start, end=end) == until


def test_end_of_quiet_in_the_hour_that_comes_twice_lies_ahead():
    second_ten_past_one = utc(2026, 11, 1, 6, 10)

    ends = end_of_quiet(second_ten_past_one, zone="America/New_York", start=time(22), end=time(1, 30))

    assert ends == second_ten_past_one + timedelta(minutes=20)
