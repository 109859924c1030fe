import pytest
from builders import NOON, make_follow, make_reader, make_story
from pytest_django import DjangoAssertNumQueries

from writethru.readers.actions.counts import recount_followers
from writethru.readers.models import FollowerCount

pytestmark = pytest.mark.django_db


def test_what_was_counted_wrong_is_put_right():
    story = make_story()
    make_follow(story)
    make_follow(story, pace="weekly", by_mail=False, by_push=True)
    make_follow(story, pace="key", ended_at=NOON)
    make_follow(story, reader=make_reader(mail_stopped_at=NOON))
    FollowerCount.objects.create(story=story, at_once=7, all=1)

    assert (recount_followers(), recount_followers()) == (1, 0)
    row = FollowerCount.objects.get()
    assert (row.all, row.at_once, row.key, row.digests) == (3, 1, 0, 1)


def test_one_query_counts_a_story_however_many_follow_it(django_assert_num_queries: DjangoAssertNumQueries):
    story = make_story()
    FollowerCount.objects.create(story=story)
    make_follow(story)
    with django_assert_num_queries(6):
        recount_followers()
    make_follow(story), make_follow(story)
    with django_assert_num_queries(6):
        recount_followers()
