"""Following begins, changes and ends; what was agreed to is kept, and followers are counted as they come and go."""

from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_follow, make_reader, make_story

from writethru.readers.actions.follow import (
    carry_follows,
    change_follow,
    follow,
    follow_again,
    stop_all_mail,
    take_mail_again,
    unfollow,
)
from writethru.readers.models import Consent, Follow, FollowerCount
from writethru.stories.models import Section

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


def counts(story: Any) -> tuple[int, int, int, int]:
    return FollowerCount.objects.values_list("at_once", "key", "digests", "all").get(story=story)


def consents() -> list[tuple[str, str, bool]]:
    return [(one.what, one.words, one.withdrawn_at is None) for one in Consent.objects.order_by("pk")]


def begin(reader: Any, story: Any, **fields: Any) -> Follow:
    given = {"pace": "daily", "by_mail": True, "by_push": False, "words": "Follow it daily.", "now": NOON, **fields}
    return follow(reader, story=story, **given)


def change(row: Follow, **fields: Any) -> Follow:
    kept = {name: getattr(row, name) for name in ("pace", "by_mail", "by_push", "updates", "paused_at", "muted_until")}
    return change_follow(row, **{**kept, "words": "Changed.", "now": LATER, **fields})


def test_a_follow_is_counted_and_its_words_are_kept():
    reader, story = make_reader(), make_story()

    row = begin(reader, story)

    assert (row.pace, row.by_mail, row.by_push, row.followed_at, row.ended_at) == ("daily", True, False, NOON, None)
    assert counts(story) == (0, 0, 1, 1)
    assert consents() == [(f"follow story {story.pk} by mail", "Follow it daily.", True)]


def test_following_again_keeps_one_row_and_adds_the_door():
    reader, story = make_reader(), make_story()
    begin(reader, story)

    row = begin(reader, story, pace="once", by_mail=False, by_push=True, words="In this browser.", now=LATER)

    assert Follow.objects.get() == row
    assert (row.pace, row.by_mail, row.by_push, row.followed_at) == ("once", True, True, NOON)
    assert counts(story) == (1, 0, 0, 1)
    assert [what.rpartition(" ")[2] for what, _words, _stands in consents()] == ["mail", "push"]


def test_a_section_is_followed_too():
    section = Section.objects.get()

    row = follow(
        make_reader(), section=section, pace="key", by_mail=False, by_push=False, words="Follow News.", now=NOON
    )

    assert (row.section, row.story) == (section, None)
    assert FollowerCount.objects.values_list("key", "all").get(section=section) == (0, 1)
    assert consents() == [(f"follow section {section.pk} by account", "Follow News.", True)]


def test_ending_it_takes_back_what_was_agreed_and_twice_is_once():
    reader, story = make_reader(), make_story()
    row, other = begin(reader, story), begin(make_reader(), story)

    unfollow(row, now=LATER)
    unfollow(row, now=LATER + timedelta(hours=1))
    row.refresh_from_db()

    assert row.ended_at == LATER
    assert counts(story) == (0, 0, 1, 1)
    assert [stands for _what, _words, stands in consents()] == [False, True]
    assert Follow.objects.filter(ended_at=None).get() == other


def test_taken_up_again_it_is_as_it_was():
    row = begin(make_reader(), make_story(), updates=True)
    unfollow(row, now=LATER)

    again = follow_again(row, words="Follow again.", now=LATER)

    assert (again.pace, again.by_mail, again.updates, again.ended_at) == ("daily", True, True, None)
    assert counts(row.story) == (0, 0, 1, 1)
    assert consents()[-1] == (f"follow story {row.story_id} by mail", "Follow again.", True)


def test_who_ended_it_begins_anew_with_the_doors_of_that_day():
    row = begin(make_reader(), make_story(), updates=True)
    unfollow(row, now=LATER)

    again = begin(row.reader, row.story, pace="weekly", by_mail=False, by_push=True, now=LATER)

    assert (again.pk, again.by_mail, again.by_push, again.updates, again.followed_at) == (
        *(row.pk, False, True, False),
        LATER,
    )


def test_a_change_moves_it_from_one_count_to_another():
    row = begin(make_reader(), make_story())

    changed = change(row, pace="key", by_push=True, by_mail=False, muted_until=LATER)

    assert (changed.pace, changed.muted_until) == ("key", LATER)
    assert counts(row.story) == (0, 1, 0, 1)
    assert consents() == [
        (f"follow story {row.story_id} by mail", "Follow it daily.", False),
        (f"follow story {row.story_id} by push", "Changed.", True),
    ]


def test_with_no_door_it_is_followed_and_nobody_is_told():
    row = change(begin(make_reader(), make_story()), by_mail=False)

    assert counts(row.story) == (0, 0, 0, 1)


def test_what_has_ended_does_not_change():
    row = begin(make_reader(), make_story())
    unfollow(row, now=LATER)

    assert change(row, pace="once").pace == "daily"
    assert counts(row.story) == (0, 0, 0, 0)


def test_a_count_that_was_never_kept_does_not_fall_below_nobody():
    unfollow(row := make_follow(make_story()), now=LATER)

    assert counts(row.story) == (0, 0, 0, 0)


def test_all_mail_is_stopped_and_taken_again():
    row = begin(make_reader(), make_story(), by_push=True)

    stop_all_mail(row.reader, now=LATER)
    row.reader.refresh_from_db()
    stopped = (row.reader.mail_stopped_at, row.reader.mail_stopped_because, consents()[0][2])
    take_mail_again(row.reader, words="Send me mail again.", now=LATER)
    row.reader.refresh_from_db()

    assert stopped == (LATER, "asked", False)
    assert (row.reader.mail_stopped_at, row.reader.mail_stopped_because) == (None, "")
    assert consents()[-1] == (f"follow story {row.story_id} by mail", "Send me mail again.", True)


def test_followers_are_carried_into_the_story_that_goes_on():
    ferry, bridge = make_story("The ferry"), make_story("The bridge")
    plain, both, left, ended = (make_reader() for _ in range(4))
    begin(plain, ferry, pace="weekly", updates=True)
    begin(both, ferry)
    begin(both, bridge, pace="once")
    begin(left, ferry)
    unfollow(begin(left, bridge), now=NOON)
    unfollow(begin(ended, ferry), now=NOON)

    carried = [carry_follows(ferry, bridge, words="It goes on.", now=LATER) for _ in range(2)]

    following = Follow.objects.filter(story=bridge, ended_at=None).order_by("reader")
    assert carried == [1, 0]
    assert [(one.reader, one.pace, one.updates) for one in following] == [
        (plain, "weekly", True),
        (both, "once", False),
    ]
    assert counts(bridge) == (1, 0, 1, 2)
    assert consents()[-1] == (f"follow story {bridge.pk} by mail", "It goes on.", True)


def test_carrying_costs_the_same_for_one_as_for_three(django_assert_num_queries: Any):
    ferry, costs = make_story("The ferry"), []
    for n, bridge in ((1, make_story("The bridge")), (2, make_story("The tunnel"))):
        for _ in range(n):
            begin(make_reader(), ferry)
        with django_assert_num_queries(12) as asked:
            carry_follows(ferry, bridge, now=LATER)
        costs.append(len(asked))

    assert costs[0] == costs[1]
