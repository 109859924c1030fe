from datetime import timedelta

import pytest
from builders import NOON

from writethru.readers.actions.tries import TooManyTries, knock

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def let_in(*, is_strict: bool) -> list[float]:
    """Return the minutes at which somebody is let in who knocks every quarter of a minute for half an hour."""
    minutes = []
    for n in range(120):
        try:
            knock("login", "anna", most=5, within=5 * MINUTE, now=NOON + n * MINUTE / 4, is_strict=is_strict)
        except TooManyTries:
            continue
        minutes.append(n / 4)
    return minutes


def test_no_five_minutes_have_more_than_five_wherever_they_begin():
    minutes = let_in(is_strict=True)

    assert max(sum(at <= other < at + 5 for other in minutes) for at in minutes) == 5
    assert len(minutes) == 25


def test_a_count_that_is_not_strict_begins_anew_after_its_first():
    assert let_in(is_strict=False)[:7] == [0, 0.25, 0.5, 0.75, 1, 5, 5.25]


def test_another_door_and_another_who_are_counted_apart():
    for door, who in (("login", "anna"), ("code", "anna"), ("login", "ben")):
        knock(door, who, most=1, within=MINUTE, now=NOON)

    with pytest.raises(TooManyTries) as refused:
        knock("login", "anna", most=1, within=MINUTE, now=NOON)
    assert refused.value.until == NOON + MINUTE
