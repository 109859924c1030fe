from datetime import timedelta

import pytest
from builders import NOON, make_report, make_story

from writethru.stories.actions.file import NoSection, file_report, open_section, open_story
from writethru.stories.models import Bake, Entry, ReportState, Section, Story

pytestmark = pytest.mark.django_db

TOLD = [["told", "The lighthouse"]]


def entries() -> list[tuple[int, int]]:
    return list(Entry.objects.order_by("pk").values_list("story", "report"))


def test_a_report_gets_its_dated_place_in_the_story():
    report, story = make_report(publish=False), make_story()

    entry = file_report(report, story=story, user=None, now=NOON + timedelta(hours=1), because=TOLD, score=0.7)

    assert entries() == [(story.pk, report.pk)]
    assert (entry.dated_at, entry.filed_at) == (NOON, NOON + timedelta(hours=1))
    assert (entry.because, entry.score, entry.by, entry.is_key) == (TOLD, 0.7, None, False)


def test_filing_twice_is_filing_once():
    report, story = make_report(publish=False), make_story()

    first = file_report(report, story=story, user=None, now=NOON, because=TOLD)
    second = file_report(report, story=story, user=None, now=NOON, because=[["told", "again"]])

    assert (second, second.because) == (first, TOLD)


def test_a_report_may_be_in_several_stories():
    report = make_report(publish=False)
    lighthouse, ferry = make_story("The lighthouse"), make_story("The ferry")

    for story in (lighthouse, ferry):
        file_report(report, story=story, user=None, now=NOON, because=TOLD)

    assert entries() == [(lighthouse.pk, report.pk), (ferry.pk, report.pk)]


def test_the_place_is_by_the_day_that_stands_now():
    report, story = make_report(publish=False), make_story()
    earlier = NOON - timedelta(days=1)
    ReportState.objects.update(dated_at=earlier)  # by an older take, folded since `report` was read

    assert file_report(report, story=story, user=None, now=NOON, because=TOLD).dated_at == earlier


def test_filing_what_readers_have_asks_for_the_pages_that_show_it():
    report, story = make_report(), make_story()
    Bake.objects.all().delete()

    file_report(report, story=story, user=None, now=NOON, because=TOLD)
    asked = set(Bake.objects.values_list("path", flat=True))
    file_report(report, story=story, user=None, now=NOON, because=TOLD)

    assert asked >= {report.state.path_on_site, "/story/the-lighthouse/", "/story/the-lighthouse/2026/11/"}
    assert set(Bake.objects.values_list("asked", flat=True)) == {1}


def test_filing_what_waits_asks_for_nothing():
    report, story = make_report(publish=False), make_story()
    Bake.objects.all().delete()

    file_report(report, story=story, user=None, now=NOON, because=TOLD)

    assert not Bake.objects.exists()


def test_a_story_is_opened_once_by_its_title():
    story = open_story("The Lighthouse", now=NOON)

    assert open_story("the lighthouse", now=NOON) == story
    assert (story.slug, story.get_parent().specific) == ("the-lighthouse", Section.objects.order_by("path").first())
    assert "/story/the-lighthouse/" in set(Bake.objects.values_list("path", flat=True))


def test_a_story_is_opened_in_the_section_that_is_named():
    world = open_section("World", now=NOON)
    open_story("The ferry", now=NOON, section=world)

    story = open_story("The lighthouse", now=NOON, section=world)

    assert story.get_parent().specific == world
    world.refresh_from_db()
    assert [child.title for child in world.get_children()] == ["The ferry", "The lighthouse"]


def test_two_titles_of_one_slug_get_two_slugs():
    assert [open_story(title, now=NOON).slug for title in ("The lighthouse", "The lighthouse!", "The, lighthouse")] == [
        "the-lighthouse",
        "the-lighthouse-2",
        "the-lighthouse-3",
    ]


def test_a_title_without_a_letter_still_has_an_address():
    assert open_story("…", now=NOON).path_on_site == "/story/story/"
    assert open_section("…", now=NOON).path_on_site == "/section/section/"


def test_a_section_is_opened_once_by_its_title():
    assert open_section("World", now=NOON) == open_section("WORLD", now=NOON)


def test_without_a_section_there_is_no_story():
    for section in Section.objects.all():
        section.delete()

    with pytest.raises(NoSection) as refused:
        open_story("The lighthouse", now=NOON)

    assert str(refused.value) == "There is no section to open a story in: make one at the desk, under Home."
    assert not Story.objects.exists()
