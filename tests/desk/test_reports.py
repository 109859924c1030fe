"""Editing reports in Wagtail's admin: the list, the draft, publishing, killing, the merge, and who may do it."""

import json
from datetime import timedelta

import pytest
from builders import NOON, make_item, make_report, make_staff, make_story
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from writethru.readers.models import Account
from writethru.stories.actions.file import open_section, open_story
from writethru.stories.actions.standing import let_stand
from writethru.stories.models import TEXT_FEATURES, Home, Report, ReportState, Section, Version
from writethru.wire.models import Source

pytestmark = pytest.mark.django_db

SOLD = "<p>The lighthouse was sold on Tuesday.</p>"
BUYER = "<p>The buyer is a clockmaker.</p>"
LAMP = "<p>The lamp will be lit.</p>"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_staff("editor@desk.example", on=Home.objects.get(), may=["change", "publish", "lock"]))
    return client


def form(client: Client, report: Report, **fields: str) -> dict[str, str]:
    """Return what the editor's form sends: what it was opened with, and what was typed."""
    opened = client.get(f"/desk/report/edit/{report.pk}/").context["form"]
    values = {name: opened[name].value() or "" for name in ("headline", "credit", "language", "note")}
    values |= {name: opened[name].value() or "" for name in ("based_on", "based_on_take")}
    html = fields.pop("html", opened.initial["html"])
    return {**values, "html": ContentstateConverter(TEXT_FEATURES).from_database_format(html), **fields}


def take(report: Report, html: str, **fields: object) -> None:
    report = Report.objects.select_related("state__current", "state__item").get(pk=report.pk)
    let_stand(report, make_item(source=report.source, html=html, headline=report.headline, **fields))


def told(response: object) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def published(report: Report) -> list[tuple[int, str, str, str]]:
    versions = Version.objects.filter(report=report).order_by("number")
    return list(versions.values_list("number", "kind", "headline", "html"))


def test_a_draft_is_saved_apart_from_what_stands_and_then_published(editor: Client):
    report = make_report(html=SOLD)
    edit = f"/desk/report/edit/{report.pk}/"

    saved = editor.post(edit, form(editor, report, html=SOLD + BUYER))
    report.refresh_from_db()
    assert (saved.status_code, saved["Location"]) == (302, edit)
    assert (report.html, report.has_unpublished_changes) == (SOLD, True)
    assert len(published(report)) == 1

    done = editor.post(edit, form(editor, report, headline="Sold", **{"action-publish": "1"}))
    report.refresh_from_db()
    assert (done.status_code, done["Location"]) == (302, edit)
    assert published(report)[1:] == [(2, "update", "Sold", f"{SOLD}\n{BUYER}")]
    assert (report.has_unpublished_changes, report.live, report.html) == (False, False, f"{SOLD}\n{BUYER}")
    assert Version.objects.get(number=2).by.email == "editor@desk.example"


def test_with_a_note_it_is_a_correction_and_unchanged_it_is_nothing(editor: Client):
    report = make_report(html=SOLD)
    edit = f"/desk/report/edit/{report.pk}/"

    same = editor.post(edit, form(editor, report, **{"action-publish": "1"}))
    assert "these very words" in told(same)[0]
    words = {"html": SOLD.replace("Tuesday", "Monday"), "note": "Sold on Monday, not on Tuesday.", "quiet": "on"}
    editor.post(edit, form(editor, report, **words, **{"action-publish": "1"}))

    version = Version.objects.get(number=2)
    assert (version.kind, version.note, version.quiet) == ("correction", "Sold on Monday, not on Tuesday.", True)
    assert form(editor, report)["note"] == ""


def test_autosave_keeps_the_draft_and_never_publishes(editor: Client):
    report = make_report(html=SOLD)

    saved = editor.post(f"/desk/report/edit/{report.pk}/", form(editor, report, headline="Sold off"), **JSON)

    report.refresh_from_db()
    assert (saved.status_code, json.loads(saved.content)["success"]) == (200, True)
    assert (report.headline, report.get_latest_revision_as_object().headline) == ("The lighthouse is sold", "Sold off")
    assert len(published(report)) == 1


def test_a_draft_begun_before_a_take_came_is_led_to_the_merge_whenever_it_is_saved(editor: Client):
    report = make_report(html=SOLD + BUYER)
    opened = form(editor, report, html=SOLD.replace("sold", "sold off") + BUYER)
    take(report, SOLD.replace("Tuesday", "Monday") + BUYER + LAMP)
    merge = f"/desk/report/merge/{report.pk}/"

    refused = editor.post(f"/desk/report/edit/{report.pk}/", {**opened, "action-publish": "1"})
    assert (refused["Location"], len(published(report))) == (merge, 1)
    assert b"A newer take has come" in editor.get(f"/desk/report/edit/{report.pk}/").content
    shown = editor.get(merge)
    (collision,) = [part for part in shown.context["parts"] if part.number]
    assert (collision.mine, collision.theirs) == (
        "The lighthouse was sold<ins> off</ins> on Tuesday.",
        "The lighthouse was sold on<del> Tuesday</del><ins> Monday</ins>.",
    )
    open_ = editor.post(merge, {"shown": shown.context["shown"], "draft": "1"})
    assert "every place" in told(open_)[0]
    choice = {"choice-1": "anew", "anew-1": "It was <sold> off on Monday.\r\n\r\nSo it was."}
    merged = editor.post(merge, {"shown": shown.context["shown"], "publish": "1", **choice})

    assert merged["Location"] == f"/desk/report/edit/{report.pk}/"
    words = f"<p>It was &lt;sold&gt; off on Monday.</p>\n<p>So it was.</p>\n{BUYER}\n{LAMP}"
    assert published(report)[1:] == [(2, "update", "The lighthouse is sold", words)]
    assert editor.get(merge)["Location"] == f"/desk/report/edit/{report.pk}/"


def test_a_merge_that_was_overtaken_is_shown_anew_with_what_was_chosen(editor: Client):
    report = make_report(html=SOLD)
    editor.post(f"/desk/report/edit/{report.pk}/", form(editor, report, html=SOLD.replace("sold", "lent")))
    take(report, SOLD.replace("sold", "let"))
    shown = editor.get(f"/desk/report/merge/{report.pk}/").context["shown"]
    take(report, SOLD.replace("sold", "leased"))

    again = editor.post(f"/desk/report/merge/{report.pk}/", {"shown": shown, "choice-1": "mine", "draft": "1"})

    assert (again.status_code, again.context["parts"][-1].choice) == (200, "mine")
    assert "leased" in again.context["parts"][-1].theirs
    assert again.context["shown"] != shown


def test_a_report_is_killed_after_it_is_shown_where_it_stands(editor: Client):
    story = make_story()
    report = make_report(stories=[story])
    kill = f"/desk/report/kill/{report.pk}/"

    page = editor.get(kill).content.decode()
    assert report.state.path_on_site in page and story.path_on_site in page
    assert len(published(report)) == 1
    editor.post(kill, {"note": "The port withdrew it."})

    assert ReportState.objects.get().status == "killed"
    assert Version.objects.get(number=2).note == "The port withdrew it."
    assert "killed already" in told(editor.get(kill))[-1]
    refused = editor.post(
        f"/desk/report/edit/{report.pk}/", form(editor, report, headline="Back", **{"action-publish": "1"})
    )
    assert "killed" in told(refused)[-1]
    assert len(published(report)) == 2


def test_a_report_is_withheld_and_released(editor: Client):
    report = make_report()
    edit = f"/desk/report/edit/{report.pk}/"

    for door, status, said in (("withhold", "withheld", "Withheld"), ("release", "published", "Released")):
        assert f"/desk/report/{door}/{report.pk}/" in editor.get(edit).content.decode()
        assert editor.get(f"/desk/report/{door}/{report.pk}/").status_code == 200
        assert said in told(editor.post(f"/desk/report/{door}/{report.pk}/"))[-1]
        assert ReportState.objects.get().status == status
    assert "by now" in told(editor.post(f"/desk/report/release/{report.pk}/"))[-1]


def test_a_draft_let_go_and_an_earlier_one_taken_up_again(editor: Client):
    report = make_report(html=SOLD)
    editor.post(f"/desk/report/edit/{report.pk}/", form(editor, report, headline="Sold off"))
    report.refresh_from_db()
    revision = report.latest_revision_id

    assert editor.get(f"/desk/report/discard/{report.pk}/").status_code == 200
    editor.post(f"/desk/report/discard/{report.pk}/")
    assert form(editor, report)["headline"] == "The lighthouse is sold"
    take(report, SOLD + LAMP)
    revert = f"/desk/report/history/{report.pk}/revisions/{revision}/revert/"
    opened = editor.get(revert).context["form"]
    typed = {**form(editor, report), "headline": "Sold off", "based_on_take": opened["based_on_take"].value()}
    editor.post(revert, {**typed, "action-publish": "1"})

    assert published(report)[1:] == [(2, "update", "Sold off", SOLD)]


def test_preview_and_comparison_are_as_wagtail_has_them(editor: Client):
    report = make_report(html=SOLD)
    fields = form(editor, report, html=SOLD + BUYER, note="Sold on Monday.")
    preview = f"/desk/report/preview/{report.pk}/"

    assert editor.post(preview, fields).json() == {"is_valid": True, "is_available": True}
    page = editor.get(preview).content
    assert BUYER.encode() in page and b"Sold on Monday." in page
    for headline in ("One", "Two"):
        editor.post(f"/desk/report/edit/{report.pk}/", form(editor, report, headline=headline))
    first, second = report.revisions.order_by("pk").values_list("pk", flat=True)
    compared = editor.get(f"/desk/report/history/{report.pk}/revisions/compare/{first}...{second}/")
    history = editor.get(f"/desk/report/history/{report.pk}/")
    assert (compared.status_code, history.status_code, len(published(report))) == (200, 200, 1)


def test_wagtails_own_ways_to_publish_add_and_delete_are_shut_even_to_a_superuser(client: Client):
    chief = Account.objects.create_superuser("chief@desk.example", "a lamp on the rock")
    client.force_login(chief)
    report = make_report()

    page = client.get(f"/desk/report/edit/{report.pk}/").content.decode()
    assert page.count('name="action-publish"') == 1
    for name in ("action-unpublish", "go_live_at", "action-submit", "/unpublish/", "/delete/"):
        assert name not in page
    for door in ("add/", f"delete/{report.pk}/", f"unpublish/{report.pk}/", f"usage/{report.pk}/"):
        assert client.post(f"/desk/report/{door}").status_code in {302, 405}
    client.post(f"/desk/bulk/stories/report/delete/?id={report.pk}")
    report.refresh_from_db()
    assert (report.live, ReportState.objects.get().status) == (False, "published")


def test_a_report_that_somebody_has_locked_is_neither_saved_nor_published(editor: Client):
    report = make_report()
    fields = form(editor, report, headline="Sold off")
    Report.objects.update(locked=True, locked_by=Account.objects.create_user("other@desk.example"))

    for action in ({}, {"action-publish": "1"}):
        assert editor.post(f"/desk/report/edit/{report.pk}/", {**fields, **action}).status_code == 200
    assert "locked" in told(editor.post(f"/desk/report/discard/{report.pk}/"))[-1]
    assert (report.revisions.count(), len(published(report))) == (0, 1)


# Who may


def house() -> tuple[Report, dict[str, Account | None]]:
    report = make_report(stories=[make_story()])
    sport = open_section("Sport", now=NOON)
    open_story("The regatta", now=NOON, section=sport)
    return report, {
        "superuser": Account.objects.create_superuser("chief@desk.example", "a lamp on the rock"),
        "editor": make_staff("editor@desk.example", on=Home.objects.get()),
        "section editor": make_staff("news@desk.example", on=Section.objects.get(slug="news")),
        "drafts only": make_staff("trainee@desk.example", on=Section.objects.get(slug="news"), may=["change"]),
        "other section": make_staff("sport@desk.example", on=sport),
        "reader": Account.objects.create_user("reader@home.example", "a lamp on the rock"),
        "anonymous": None,
    }


DOORS = ["edit/{pk}/", "history/{pk}/", "merge/{pk}/", "discard/{pk}/", "kill/{pk}/", "preview/{pk}/"]
DOORS += ["withhold/{pk}/", "release/{pk}/"]


PEOPLE = ["superuser", "editor", "section editor", "drafts only", "other section", "reader", "anonymous"]


@pytest.mark.parametrize("who", PEOPLE)
def test_only_who_may_change_a_report_comes_to_it(client: Client, who: str):
    report, people = house()
    if people[who]:
        client.force_login(people[who])
    may = who in {"superuser", "editor", "section editor", "drafts only"}
    entries = f"/desk/report/story/{report.entries.get().story_id}/"

    listed = client.get("/desk/report/")
    assert (listed.status_code, may) in {(200, True), (200, False), (302, False)}
    assert (f"/desk/report/edit/{report.pk}/" in listed.content.decode()) == may
    for door in [f"/desk/report/{door.format(pk=report.pk)}" for door in DOORS] + [entries]:
        get = client.get(door)
        publishes = any(name in door for name in ("kill", "withhold", "release"))
        is_led_on = "merge" in door or (publishes and who == "drafts only")
        assert get.status_code == (200 if may and not is_led_on else 302), door
    for door in ("kill", "withhold", "discard", "lock", "unlock"):
        client.post(f"/desk/report/{door}/{report.pk}/")
    state = ReportState.objects.get(report=report)
    assert state.status == ("killed" if may and who != "drafts only" else "published")


def test_who_comes_to_another_section_is_told_why(client: Client):
    report, people = house()
    client.force_login(people["other section"])

    answer = client.get(f"/desk/report/edit/{report.pk}/")

    assert (answer.status_code, answer["Location"]) == (302, "/desk/report/")
    assert "a section that you may not change" in told(answer)[0]
    assert client.post(f"/desk/report/edit/{report.pk}/", {}, **JSON).status_code in {302, 403}
    assert client.get("/desk/report/edit/999999/").status_code == 302


def test_who_may_only_draft_drafts_and_does_not_publish(client: Client):
    report, people = house()
    client.force_login(people["drafts only"])

    page = client.get(f"/desk/report/edit/{report.pk}/").content.decode()
    fields = form(client, report, headline="Sold off", **{"action-publish": "1"})
    client.post(f"/desk/report/edit/{report.pk}/", fields)

    report.refresh_from_db()
    assert 'name="action-publish"' not in page
    assert (report.has_unpublished_changes, len(published(report))) == (True, 1)


# The list


def test_the_list_narrows_and_asks_as_often_for_three_as_for_one(client: Client):
    client.force_login(Account.objects.create_superuser("chief@desk.example", "a lamp on the rock"))
    sport = open_section("Sport", now=NOON)
    first = make_report(stories=[make_story()])
    waiting = {"headline": "Bids came", "publish": False, "dated_at": NOON + timedelta(hours=1)}
    counts, lists = [], {}
    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/report/")
    counts.append(len(asked))
    bids = make_report(**waiting)
    Source.objects.filter(pk=bids.source_id).update(feeds=sport.pk)
    drafted = make_report(stories=[open_story("The regatta", now=NOON, section=sport)])
    Report.objects.filter(pk=drafted.pk).update(has_unpublished_changes=True)
    take(first, SOLD + LAMP)
    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/report/")
    counts.append(len(asked))
    for query in ("", "status=waiting", f"section={sport.pk}", "desk=draft", "desk=take", f"source={first.source_id}"):
        page = client.get(f"/desk/report/?{query}")
        lists[query.split("=")[-1] if "desk" in query else query.split("=")[0]] = [
            report.pk for report in page.context["object_list"]
        ]

    assert counts[0] == counts[1]
    assert lists == {
        "": [bids.pk, drafted.pk, first.pk],
        "status": [bids.pk],
        "section": [bids.pk, drafted.pk],
        "draft": [drafted.pk],
        "take": [first.pk],
        "source": [first.pk],
    }


def test_no_chooser_of_wagtails_lists_what_others_hold_back(editor: Client):
    report = make_report(publish=False)

    doors = ["", "results/", f"chosen/{report.pk}/"]
    assert [editor.get(f"/desk/snippets/choose/stories/report/{door}").status_code for door in doors] == [404] * 3


@pytest.mark.parametrize("bounds", [{"held": True}, {"public_from": NOON + timedelta(days=36500)}])
def test_what_is_under_embargo_is_drafted_and_not_published(editor: Client, bounds: dict[str, object]):
    report = make_report(publish=False)
    ReportState.objects.filter(report=report).update(**bounds)
    edit = f"/desk/report/edit/{report.pk}/"

    fields = form(editor, report, headline="Sold off", based_on="0")
    done = editor.post(edit, {**fields, "action-publish": "1"})

    assert (done.status_code, done["Location"]) == (302, edit)
    assert "embargo" in told(done)[-1]
    assert published(report) == []
