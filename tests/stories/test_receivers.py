from typing import Any

import pytest
from builders import NOON, make_report, make_story
from django.test import Client

from writethru.press.bake import bake_due
from writethru.stories import pagestore
from writethru.stories.actions.file import open_section
from writethru.stories.models import Bake, Section, Story

pytestmark = pytest.mark.django_db

HOST = {"headers": {"host": "localhost"}}


def baked_story() -> Story:
    story = make_story("The lighthouse")
    make_report(stories=[story])
    bake_due(now=NOON)
    return Story.objects.get(pk=story.pk)


def pages_due() -> set[str]:
    return {bake.path for bake in Bake.objects.all() if bake.done < bake.asked}


def publish(page: Any) -> None:
    """Save and publish a page as the editor does."""
    page.save_revision().publish()


STORY_PAGES = {
    *(f"/story/the-lighthouse/{name}" for name in ("", "feed.atom", "feed.rss", "feed.json", "live.json")),
    *("/section/news/", "/", "/trending/", "/feed.atom", "/feed.rss", "/feed.json"),
}


def test_a_story_that_an_editor_publishes_is_asked_for_with_what_lists_it():
    story = baked_story()
    story.standfirst = "It is for sale."

    publish(story)

    assert pages_due() == STORY_PAGES
    bake_due(now=NOON)
    assert b"It is for sale." in pagestore.get("/story/the-lighthouse/")


def test_a_story_with_a_new_title_is_named_so_on_the_pages_of_its_reports():
    story = baked_story()
    story.title = "The last lighthouse"

    publish(story)
    bake_due(now=NOON)

    path = story.entries.get().report.state.path_on_site
    assert b"The last lighthouse" in pagestore.get(path)


def test_a_story_that_is_taken_down_leaves_the_store():
    story = baked_story()

    story.unpublish()
    bake_due(now=NOON)

    assert pagestore.get("/story/the-lighthouse/") is None
    assert Client().get("/story/the-lighthouse/", **HOST).status_code == 404


def test_a_renamed_story_leaves_its_old_address_and_readers_are_led_to_the_new_one(
    django_capture_on_commit_callbacks: Any,
):
    story = baked_story()
    story.slug = "last-lighthouse"

    with django_capture_on_commit_callbacks(execute=True):
        publish(story)
    left = pagestore.get("/story/the-lighthouse/")
    bake_due(now=NOON)
    answer, feed = (Client().get(f"/story/the-lighthouse/{below}", **HOST) for below in ("", "feed.atom"))

    assert left is None  # on commit, before the press comes to it
    assert pagestore.get("/story/the-lighthouse/feed.atom") is None
    assert pagestore.get("/story/last-lighthouse/") is not None
    assert (answer.status_code, answer["Location"]) == (301, "/story/last-lighthouse/")
    assert (feed.status_code, feed["Location"]) == (301, "/story/last-lighthouse/feed.atom")


def test_a_renamed_story_leaves_nothing_behind_after_a_crash_either():
    story = baked_story()
    story.slug = "last-lighthouse"

    publish(story)  # and what was to follow on commit never ran
    bake_due(now=NOON)

    assert pagestore.get("/story/the-lighthouse/") is None
    assert not Bake.objects.filter(path__startswith="/story/the-lighthouse/").exists()


def test_a_story_that_moves_keeps_its_address_and_both_sections_are_asked_for():
    story = baked_story()
    world = open_section("World", now=NOON)
    bake_due(now=NOON)

    story.move(world, pos="last-child")

    assert pages_due() == {*STORY_PAGES, "/section/world/"}
    bake_due(now=NOON)
    assert b"The lighthouse" in pagestore.get("/section/world/")
    assert b'href="/story/the-lighthouse/"' not in pagestore.get("/section/news/")


def test_a_section_that_is_renamed_takes_its_page_along(django_capture_on_commit_callbacks: Any):
    baked_story()
    section = Section.objects.get(slug="news")
    section.slug = "islands"

    with django_capture_on_commit_callbacks(execute=True):
        publish(section)
    bake_due(now=NOON)
    answer = Client().get("/section/news/", **HOST)

    assert pagestore.get("/section/news/") is None
    assert pagestore.get("/section/islands/") is not None
    assert (answer.status_code, answer["Location"]) == (301, "/section/islands/")


def test_a_story_that_is_deleted_leaves_the_store():
    story = make_story("The lighthouse")
    bake_due(now=NOON)
    assert pagestore.get("/story/the-lighthouse/") is not None

    Story.objects.get(pk=story.pk).delete()
    bake_due(now=NOON)

    assert pagestore.get("/story/the-lighthouse/") is None
