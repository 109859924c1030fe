from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_follow, make_report, make_story

from writethru.bulletins.actions.audience import add_to_audience
from writethru.bulletins.actions.closing import close_follows, take_back_last_words
from writethru.bulletins.due import closed_stories
from writethru.bulletins.models import Dispatch, Sending
from writethru.readers.models import Follow, FollowerCount
from writethru.stories.models import Story

pytestmark = pytest.mark.django_db


def close(story: Story, **fields: Any) -> None:
    Story.objects.filter(pk=story.pk).update(**{"ended_at": NOON, **fields})


def go_on(*, minutes: float) -> None:
    """Do what the worker does; all that waits is sent."""
    now = NOON + timedelta(minutes=minutes)
    take_back_last_words(now=now)
    for story in closed_stories():
        close_follows(story, now=now)
    for dispatch in Dispatch.objects.filter(status="sending", not_before__lte=now):
        while add_to_audience(dispatch.pk, now=now):
            pass
        Sending.objects.filter(dispatch=dispatch).update(status="sent", done_at=now)
        Dispatch.objects.filter(pk=dispatch.pk).update(status="finished")


def live(story: Story) -> int:
    return Follow.objects.filter(story=story, ended_at=None).count()


def test_followers_of_a_closed_story_get_a_last_word_and_follow_the_one_that_goes_on():
    story, later = make_story("The lighthouse"), make_story("The new lamp")
    make_report(stories=[story])
    for pace in ("once", "daily"):
        make_follow(story, pace=pace)
    FollowerCount.objects.create(story=story, at_once=1, digests=1, all=2)
    close(story, goes_on_in=later)

    for minutes in (0, 1, 2):
        go_on(minutes=minutes)

    dispatch = Dispatch.objects.get(kind="last word")
    assert (dispatch.subject, Sending.objects.count()) == ("This story is closed: The lighthouse", 2)
    assert "Later reports are in “The new lamp”; you follow that one now." in dispatch.text
    assert (live(story), live(later)) == (0, 2)
    assert list(FollowerCount.objects.filter(story=story).values_list("at_once", "digests", "all")) == [(0, 0, 0)]


def test_last_word_is_taken_back_when_the_story_goes_on_within_half_a_minute():
    story = make_story()
    make_report(stories=[story])
    make_follow(story)
    close(story)
    go_on(minutes=0)
    close(story, ended_at=None)

    go_on(minutes=1)

    assert (live(story), Sending.objects.count(), Dispatch.objects.get().status) == (1, 0, "stopped")


@pytest.mark.parametrize(("ended", "quiet"), [(timedelta(days=2), False), (timedelta(0), True)])
def test_story_closed_long_ago_or_imported_ends_without_a_word(ended: timedelta, quiet: bool):
    story = make_story()
    make_report(stories=[story], quiet=quiet)
    make_follow(story)
    close(story, ended_at=NOON - ended)

    go_on(minutes=0)

    assert (live(story), Dispatch.objects.count()) == (0, 0)
