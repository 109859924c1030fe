"""A story that is closed, and the stories that move most."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from builders import MORNING, NOON, make_report, make_story, republish
from django.core.exceptions import ValidationError
from django.utils import timezone
from reading import lines, links

from writethru.press.routes import render
from writethru.stories.models import Bake, Story

pytestmark = pytest.mark.django_db


def closed_story() -> Story:
    goes_on = make_story("The lamp room")
    story = make_story("The lighthouse", ended_at=MORNING + timedelta(days=1), goes_on_in=goes_on)
    make_report(headline="Sold", stories=[story], dated_at=MORNING)
    return story


def test_a_closed_story_says_since_when_and_where_it_goes_on_and_is_polled_no_more():
    story = closed_story()

    page = render(story.path_on_site)
    (block,) = re.findall(rb'ld\+json">(.*?)</script>', page)

    assert lines(page, ".meta,.closed") == []
    assert lines(page)[2] == "Closed 2 June 20231 report, 1 June 2023"
    closed = "This story is closed. Its last entry is dated 1 June 2023. Later reports are in The lamp room."
    assert closed in lines(page)
    assert ("The lamp room", "/story/the-lamp-room/") in links(page)
    assert b"data-poll" not in page
    assert json.loads(block)["coverageEndTime"] == "2023-06-02T10:28+08:00"
    assert json.loads(render("/story/the-lighthouse/live.json"))["ended"] is True
    assert "Closed 2 June 2023. 1 report" in lines(render("/section/news/"))


def test_a_closed_story_goes_on_when_an_editor_empties_the_field():
    story = closed_story()
    Bake.objects.all().delete()

    story.ended_at = None
    story.save_revision().publish()

    asked = set(Bake.objects.values_list("path", flat=True))
    assert {"/story/the-lighthouse/", "/story/the-lighthouse/live.json", "/section/news/", "/"} <= asked
    page = render(story.path_on_site)
    assert b"data-poll" in page
    assert b"This story is closed" not in page


@pytest.mark.parametrize("field", ["ended_at", "goes_on_in"])
def test_an_end_that_cannot_be_meant_is_refused(field: str):
    story = make_story()
    setattr(story, field, timezone.now() + timedelta(days=1) if field == "ended_at" else story)

    with pytest.raises(ValidationError) as refused:
        story.clean()

    assert list(refused.value.message_dict) == [field]


def test_trending_is_what_was_published_in_the_day_before_the_newest_report():
    stories = [make_story(title) for title in ("The ferry", "The lamp", "The lighthouse", "The quay")]
    for number, story in enumerate(stories[:3]):
        for _ in range(number + 1):
            make_report(stories=[story], dated_at=NOON)
    old = make_report(stories=[stories[3]], dated_at=NOON - timedelta(days=3), now=NOON - timedelta(days=3))
    quay = [line for line in lines(render("/trending/")) if "quay" in line]
    republish(old, html="<p>It was let.</p>", note="It was let.", now=NOON - timedelta(hours=2))

    assert quay == []
    assert lines(render("/trending/")) == [
        "Trending",
        "Most reports and corrections in the day to 24 November 2026, 8:00 pm PHT.",
        "The lighthouse3 new reports",
        "The lamp2 new reports",
        "The ferry1 new report",
        "The quay1 correction",
    ]


def test_trending_with_nothing_to_tell_says_nothing_and_its_queries_do_not_grow(django_assert_num_queries: Any):
    assert lines(render("/trending/")) == ["Trending"]
    make_report(stories=[make_story()])
    with django_assert_num_queries(7):
        render("/trending/")
    for title in ("The ferry", "The lamp"):
        make_report(stories=[make_story(title)])

    with django_assert_num_queries(7):
        render("/trending/")
