"""Hours of the day where a reader is: when a digest is due, and until when nobody is woken.

Both go by the clock on the reader's wall. Where summer time leaves an hour out, what was due within it comes as much
later; where an hour comes twice, what is due within it comes once, the first time.
"""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

A_DAY = timedelta(days=1)


@lru_cache(maxsize=1000)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone of that name; the site's for none, or for one that nobody knows (any more)."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


@lru_cache(maxsize=10_000)
def next_time(after: datetime, *, zone: str, at: time, weekday: int | None = None) -> datetime:
    """Return when the clock on the wall in `zone` next shows `at` after that, on that day of the week (0: Monday)."""
    there = zone_of(zone)
    date = after.astimezone(there).date() - A_DAY
    while True:
        due = datetime.combine(date, at, there).astimezone(UTC)
        if due > after and weekday in (None, date.weekday()):
            return due
        date += A_DAY


def end_of_quiet(now: datetime, *, zone: str, start: time | None, end: time | None) -> datetime | None:
    """Return when the quiet hours end that `now` is in; None if it is in none. They may go across midnight."""
    if start is None or end is None or start == end:
        return None
    local = now.astimezone(zone_of(zone))
    wall = local.time()
    is_quiet = start <= wall < end if start < end else wall >= start or wall < end
    if not is_quiet:
        return None
    date = local.date() if wall < end else local.date() + A_DAY
    for fold in (0, 1):  # an hour that comes twice: the end that lies ahead
        due = datetime.combine(date, end.replace(fold=fold), zone_of(zone)).astimezone(UTC)
        if due > now:
            return due
    return now + A_DAY / 24
