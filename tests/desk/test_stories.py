"""Stories at the desk: opened, renamed, kept up to date, with their key moments marked."""

from collections.abc import Callable
from typing import Any

import pytest
from builders import MORNING, NOON, make_long_story, make_report, make_staff, make_story
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from writethru.readers.models import Account
from writethru.stories.actions.file import mark_key_entry, open_story
from writethru.stories.models import KNOW_FEATURES, Bake, Entry, Home, Section, Story
from writethru.stories.queries import key_moments

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate  # in the site's zone


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_staff("editor@desk.example", on=Home.objects.get()))
    return client


def form(**fields: str) -> dict[str, str]:
    know = ContentstateConverter(KNOW_FEATURES).from_database_format(fields.pop("what_we_know", ""))
    texts = {"title": "The lighthouse", "slug": "the-lighthouse", "standfirst": "", "seo_title": "", "known_on": ""}
    return {**texts, "search_description": "", "comment_count": "0", "what_we_know": know, **fields} | {
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        "action-publish": "1",
    }


def test_a_story_is_opened_under_a_section_and_its_page_is_asked_for(editor: Client):
    news = Section.objects.get()

    editor.post(f"/desk/pages/add/stories/story/{news.pk}/", form(what_we_know="<ul><li>It is dark.</li></ul>"))

    story = Story.objects.get()
    assert (story.title, story.path_on_site, story.live) == ("The lighthouse", "/story/the-lighthouse/", True)
    assert story.known_on == TODAY()
    assert Bake.objects.filter(path="/story/the-lighthouse/").exists()


def test_what_we_know_is_stamped_when_it_changes_and_only_then(editor: Client):
    story = make_story(what_we_know="<p>It is dark.</p>", known_on="2023-06-01")
    edit = f"/desk/pages/{story.pk}/edit/"

    editor.post(edit, form(what_we_know="<p>It is dark.</p>", known_on="2023-06-01", standfirst="A lamp."))
    assert Story.objects.values_list("standfirst", "known_on").get() == ("A lamp.", MORNING.date())
    editor.post(edit, form(what_we_know="<p>It is lit.</p>", known_on="2023-06-02"))
    assert str(Story.objects.get().known_on) == "2023-06-02"  # the editor's own date stands
    editor.post(edit, form(what_we_know="<p>It is out.</p>", known_on="2023-06-02"))
    assert Story.objects.get().known_on == TODAY()


def test_a_slug_that_readers_may_still_come_by_is_not_given_away(
    editor: Client, django_capture_on_commit_callbacks: Callable[..., Any]
):
    story = make_story()
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(f"/desk/pages/{story.pk}/edit/", form(title="The lamp", slug="the-lamp"))

    refused = editor.post(f"/desk/pages/add/stories/story/{Section.objects.get().pk}/", form())
    other = open_story("The lighthouse", now=NOON)
    editor.post(f"/desk/pages/{story.pk}/edit/", form(title="The lamp", slug="the-lighthouse"))

    assert "once" in str(refused.context["form"].errors["slug"])
    assert other.slug == "the-lighthouse-2"
    story.refresh_from_db()
    assert story.slug == "the-lighthouse"  # back to its own


def test_no_page_can_be_made_private(editor: Client):
    story = make_story()

    assert b"Set page privacy" not in editor.get(f"/desk/pages/{story.pk}/edit/").content
    editor.post(f"/desk/pages/{story.pk}/privacy/", {"restriction_type": "login"})
    assert not story.get_view_restrictions().exists()


def test_a_story_with_entries_is_not_deleted(editor: Client):
    editor.force_login(Account.objects.create_superuser("chief@desk.example", "a lamp on the rock"))
    story = make_story()
    make_report(stories=[story])

    section = Section.objects.get()
    for door in (
        f"/desk/pages/{story.pk}/delete/",
        f"/desk/pages/{section.pk}/delete/",
        f"/desk/bulk/wagtailcore/page/delete/?id={story.pk}",
    ):
        assert "reports filed in it" in str(list(get_messages(editor.post(door).wsgi_request))[-1])
    assert (Story.objects.count(), Entry.objects.count()) == (1, 1)


def test_entries_are_marked_as_key_moments_and_unmarked(editor: Client):
    story = make_story()
    first, second = (make_report(stories=[story], dated_at=at) for at in (MORNING, NOON))
    door = f"/desk/report/story/{story.pk}/"
    entry = first.entries.get()
    Bake.objects.all().delete()

    marked = editor.post(door, {"entry": entry.pk, "label": "  The lamp \n goes out "})
    assert [moment.label for moment in key_moments(story)] == ["The lamp goes out"]
    assert Bake.objects.filter(path=story.path_on_site).exists()
    assert [str(said) for said in get_messages(marked.wsgi_request)] == ["“The lamp goes out” is a key moment."]
    assert [row.report_id for row, _name in editor.get(door).context["rows"]] == [second.pk, first.pk]
    assert [row.report_id for row, _name in editor.get(door + "?only=key").context["rows"]] == [first.pk]

    editor.post(door, {"entry": entry.pk, "unmark": "1"})
    assert key_moments(story) == []
    for bad in ("", "x", "999999", str(make_report(stories=[make_story("The ferry")]).entries.get().pk)):
        assert editor.post(door, {"entry": bad}).status_code == 404


def test_marking_twice_asks_for_no_page_and_a_long_label_is_cut():
    entry = make_report(stories=[make_story()]).entries.get()
    mark_key_entry(entry, label="x" * 500, user=None, now=NOON)
    Bake.objects.all().delete()

    mark_key_entry(entry, label="x" * 120, user=None, now=NOON)

    assert (Entry.objects.get().key_label, Bake.objects.count()) == ("x" * 120, 0)


def test_the_storys_editor_leads_to_its_entries_a_page_at_a_time(editor: Client):
    story = make_long_story(60, title="Ships")
    door = f"/desk/report/story/{story.pk}/"

    assert door in editor.get(f"/desk/pages/{story.pk}/edit/").content.decode()
    counts = []
    for path in (door, door + "?p=2"):
        with CaptureQueriesContext(connection) as asked:
            page = editor.get(path)
        counts.append((len(page.context["rows"]), len(asked)))
    assert [rows for rows, _ in counts] == [50, 10]
    assert counts[0][1] == counts[1][1]


def test_wagtail_knows_the_whole_address_of_a_story():
    assert make_story().full_url == "http://127.0.0.1:8000/story/the-lighthouse/"


def test_who_may_only_draft_marks_no_key_moment(client: Client):
    story = make_story()
    entry = make_report(stories=[story]).entries.get()
    client.force_login(make_staff("trainee@desk.example", on=story, may=["change"]))
    door = f"/desk/report/story/{story.pk}/"

    assert 'name="label"' not in client.get(door).content.decode()
    client.post(door, {"entry": entry.pk, "label": "My own words"})

    entry.refresh_from_db()
    assert (entry.is_key, entry.key_label) == (False, "")
