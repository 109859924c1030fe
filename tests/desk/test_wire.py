"""The wire desk's screen and its forms, as a browser without JavaScript uses them."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from builders import make_item, make_report, make_staff, make_story
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import GroupPagePermission

import storytext
from writethru import ops, stories
from writethru.desk.sentences import AGAINST, SENTENCES, sentence
from writethru.readers.models import Account
from writethru.stories.actions.file import file_report
from writethru.stories.actions.hold import withhold_report
from writethru.stories.actions.propose import propose_filing, propose_fold
from writethru.stories.actions.publish import publish_version
from writethru.stories.actions.standing import add_take
from writethru.stories.models import Decision, Entry, Fold, Proposal, Report, ReportState, Story
from writethru.wire.models import Item

pytestmark = pytest.mark.django_db

SHORT = "<p>The lighthouse was sold on Tuesday.</p>"
MOST_QUERIES = 16  # six of them Wagtail's own
FULL = SHORT + "<p>The buyer is a retired clockmaker.</p><p>He will keep the lamp lit.</p>"


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(Account.objects.create_superuser("editor@desk.example", "a lamp on the rock"))
    return client


def waiting(html: str = SHORT, **fields: object) -> Report:
    report = make_report(html=html, publish=fields.pop("publish", False), dated_at=timezone.now(), **fields)
    item = ReportState.objects.get(report=report).item
    Fold.objects.create(item=item, report=report, kind="first", score=0.0, folded_at=timezone.now())
    return report


def screen(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(found: Any) -> str:
    return " ".join(found.get_text(" ").split())


def test_an_empty_desk_says_so(desk: Client):
    page = screen(desk.get("/desk/wire/"))

    assert [words(one) for one in page.select(".none")] == [
        "Nothing waits.",
        "Nothing is selected.",
        "Nothing yet today.",
    ]


def test_a_waiting_report_stands_with_its_text_and_its_forms(desk: Client):
    report = waiting(FULL)

    page = screen(desk.get("/desk/wire/"))

    assert [(words(row.select_one(".st")), words(row.select_one(".hl"))) for row in page.select("#list a")] == [
        ("New", "The lighthouse is sold")
    ]
    assert page.select_one("#list a[aria-current]")["href"] == f"/desk/wire/{report.pk}/"
    assert words(page.select_one(".text p")) == "The lighthouse was sold on Tuesday."
    assert {button.get("value") for button in page.select("button[name=do]")} >= {"publish", "spike", "file", "open"}


def decide(desk: Client, report: Report, **form: object) -> tuple[str, str]:
    """Press a button and return what the desk says and which report it shows then."""
    answer = desk.post(f"/desk/wire/{report.pk}/decide/", form, follow=True)
    page = screen(answer)
    current = page.select_one("#list a[aria-current]")
    return words(page.select_one("#said")), current["href"] if current else ""


def proposed_fold() -> tuple[Proposal, Report, Report]:
    into = waiting(SHORT, publish=True)
    report = waiting(FULL, headline="The lighthouse has a buyer")
    why = [["same_headline", 0.5], ["other_day", "Monday / Tuesday"]]
    return propose_fold(report, into=into, score=0.5, because=why, now=timezone.now()), report, into


def test_a_proposed_fold_shows_what_would_change_and_why(desk: Client):
    _proposal, _report, _into = proposed_fold()

    page = screen(desk.get("/desk/wire/"))

    assert words(page.select_one(".t")) == "The lighthouse is sold has a buyer"
    assert [words(one) for one in page.select(".text ins")] == [
        "The buyer is a retired clockmaker.",
        "He will keep the lamp lit.",
    ]
    assert [(words(one), one.get("class")) for one in page.select(".p .why li")] == [
        ("50% of the headline is the same", None),
        ("they speak of different days: Monday / Tuesday", ["no"]),
    ]
    assert words(page.select_one("#list .st")) == "Version 2?"


def test_paragraphs_that_are_the_same_are_folded(desk: Client):
    into = waiting(FULL + "<p>A third one.</p>", publish=True)
    report = waiting(FULL + "<p>A fourth one.</p>", headline="The lighthouse is sold")
    propose_fold(report, into=into, score=0.5, because=[], now=timezone.now())

    page = screen(desk.get(f"/desk/wire/{report.pk}/"))

    assert words(page.select_one(".fold-line summary")) == "3 paragraphs are the same. Show"
    assert [words(one) for one in page.select(".text ins")] == ["fourth"]


def test_without_script_a_fold_is_accepted_published_and_a_filing_undone(desk: Client):
    proposal, report, into = proposed_fold()
    story = make_story()
    filing = propose_filing(into, story=story, score=0.3, because=[], now=timezone.now())

    told = [
        decide(desk, report, do="accept", proposal=proposal.pk),
        decide(desk, into, do="publish", next=""),
        decide(desk, into, do="accept", proposal=filing.pk),
    ]
    assert [said for said, _shown in told] == [
        "Folded into “The lighthouse has a buyer”.",
        "Published, version 2.",
        "Filed into The lighthouse.",
    ]
    assert Entry.objects.filter(story=story, report=into).exists()

    undone = screen(desk.post("/desk/wire/undo/", {"from": into.pk}, follow=True))
    refused = screen(desk.post("/desk/wire/undo/", {"from": into.pk}, follow=True))

    assert words(undone.select_one("#said")) == "Undone: filed, “The lighthouse has a buyer”."
    assert words(refused.select_one("#said")).startswith("What readers have been given can't be undone.")
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("do", "held", "offered"),
    [
        ("spike", False, "Undo: spiked"),
        ("publish", False, "Undo"),
        ("kill", False, "Undo"),
        ("lift", True, "Undo"),
    ],
)
def test_undoing_is_offered_only_of_what_readers_have_not_been_given(desk: Client, do: str, held: bool, offered: str):
    report = waiting(publish=held)
    ReportState.objects.filter(pk=report.pk).update(held=held)

    decide(desk, report, do=do, note="It is not so.")
    button = screen(desk.get("/desk/wire/")).select_one(".undo button")

    assert Decision.objects.get().kind == do
    assert (words(button), button.has_attr("disabled")) == (offered, offered == "Undo")


def test_what_somebody_else_has_decided_is_said_kindly(desk: Client):
    proposal, report, _into = proposed_fold()
    Proposal.objects.update(status="spiked")

    said, _shown = decide(desk, report, do="accept", proposal=proposal.pk)

    assert said == "Somebody has decided that already."
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "spike"}, "Spiked."),
        ({"do": "open", "title": "  ", "section": "1"}, "A story needs a title."),
        ({"do": "open", "title": "New", "section": "x"}, "Choose a section that you may open stories in."),
        ({"do": "file", "story": "Nothing<b>"}, "There is no story called “Nothing<b>” that you may file into."),
        ({"do": "file", "story": "the LIGHTHOUSE"}, "Filed into The lighthouse."),
        ({"do": "unfold", "item": "999999999999999999999"}, "That take is not in this report any more."),
        ({"do": "unfile", "entry": "1x"}, "It has been taken out of the story already."),
        ({"do": "release"}, "The report is waiting by now."),
        ({"do": "keep"}, "The report is waiting by now."),
        ({"do": "kill", "note": "It is not so."}, "Killed: it is withdrawn everywhere, for good."),
    ],
)
def test_each_button_says_what_came_of_it(desk: Client, form: dict[str, str], said: str):
    make_story()
    report = waiting()

    assert decide(desk, report, **form)[0] == said


def test_a_story_is_opened_from_a_report(desk: Client):
    report = waiting()
    page = screen(desk.get("/desk/wire/"))
    title = page.select_one("input[name=title]")["value"]
    section = page.select_one(".prop select[name=section] option")["value"]

    said, _shown = decide(desk, report, do="open", title=title, section=section)

    assert said == "“The lighthouse is sold” is open, with this report in it."
    assert list(Entry.objects.values_list("story__title", "report")) == [("The lighthouse is sold", report.pk)]


def test_a_newer_take_waits_until_it_is_published_or_set_aside(desk: Client):
    report = waiting(SHORT, publish=True)
    newer = make_item(source=report.source, html=FULL, headline="The lighthouse is sold")
    Fold.objects.create(item=newer, report=report, kind="take", score=1, folded_at=timezone.now())
    ReportState.objects.filter(pk=report.pk).update(item=newer)
    Report.objects.filter(pk=report.pk).update(html=FULL)

    page = screen(desk.get("/desk/wire/"))
    said, shown = decide(desk, report, do="spike")

    assert words(page.select_one("#list .st")) == "Version 2"
    assert words(page.select_one(".ladder li b")) == "Version 2?"
    assert (said, shown) == ("The newer take is set aside; readers keep what they have.", "")
    assert Report.objects.get(pk=report.pk).html == SHORT


def embargoed(report: Report, **bounds: Any) -> Report:
    ReportState.objects.filter(pk=report.pk).update(**bounds)
    return report


@pytest.mark.parametrize(
    ("bounds", "status", "until"),
    [
        ({"public_from": datetime(2099, 6, 1, 6, 0, tzinfo=UTC)}, "EMBARGOED until 1 Jun 2099", "until 1 Jun 2099"),
        ({"held": True}, "EMBARGOED", "until told"),
    ],
)
def test_an_embargo_is_told_refuses_publishing_and_is_lifted(
    desk: Client, bounds: dict[str, Any], status: str, until: str
):
    report = embargoed(waiting(), **bounds)
    story = make_story()

    page = screen(desk.get("/desk/wire/"))
    buttons = {button.get("value") for button in page.select("button[name=do]")}
    refused = decide(desk, report, do="publish")[0]
    told = [decide(desk, report, do=do, story=story.title)[0] for do in ("file", "lift", "lift")]
    undone = words(screen(desk.post("/desk/wire/undo/", follow=True)).select_one("#said"))
    again = ReportState.objects.get(pk=report.pk)

    assert words(page.select_one("#list a.embargo .st")) == status
    assert words(page.select_one(".warn.amb b")) == f"Embargoed {until}."
    assert buttons & {"publish", "lift", "file", "spike"} == {"lift", "file", "spike"}
    assert refused.startswith(f"It is under embargo {until}: ")
    assert told == [
        "Filed into The lighthouse.",
        "The embargo is lifted: it can be published now.",
        "It is under no embargo by now.",
    ]
    assert undone == "Undone: embargo lifted, “The lighthouse is sold”."
    assert {name: getattr(again, name) for name in bounds} == bounds


def test_what_readers_had_under_embargo_is_listed_and_shown_again_for_good(desk: Client):
    report = embargoed(waiting(publish=True), held=True)
    client = Client()
    client.force_login(make_staff("trainee@desk.example", on=make_story().get_parent(), may=("change",)))

    page = screen(desk.get("/desk/wire/"))
    trainee = client.post(f"/desk/wire/{report.pk}/decide/", {"do": "lift"})
    said, _shown = decide(desk, report, do="lift")
    undone = words(screen(desk.post("/desk/wire/undo/", follow=True)).select_one("#said"))

    assert [words(one) for one in page.select("#list .st")] == ["EMBARGOED"]
    assert trainee.status_code == 302
    assert said == "The embargo is lifted: readers see it again."
    assert undone.startswith("What readers have been given can't be undone.")
    assert list(ReportState.objects.public()) == [report.state]
    assert list(Decision.objects.values_list("kind", flat=True)) == ["lift"]


def test_a_take_that_would_undo_an_editors_words_leads_to_the_merge(desk: Client):
    report = waiting(SHORT, publish=True)
    editor = Account.objects.get()
    Report.objects.filter(pk=report.pk).update(html=FULL)
    publish_version(report, user=editor, now=timezone.now())
    newer = make_item(source=report.source, html=f"{SHORT}<p>Nobody knows the buyer.</p>", headline=report.headline)
    Fold.objects.create(item=newer, report=report, kind="take", score=1, folded_at=timezone.now())
    ReportState.objects.filter(pk=report.pk).update(item=newer)
    Report.objects.filter(pk=report.pk).update(html=newer.html)

    answer = screen(desk.post(f"/desk/wire/{report.pk}/decide/", {"do": "publish"}, follow=True))
    link = answer.select_one("#said a")

    assert words(answer.select_one("#said")) == (
        "A newer take waits, and what readers have are an editor's own words, which it would undo. Merge them"
    )
    assert screen(desk.get(link["href"])).select_one("h2, h1")
    assert link["href"] == f"/desk/report/merge/{report.pk}/"


def test_an_item_as_received_is_escaped(desk: Client):
    report = waiting()
    ReportState.objects.get(pk=report.pk)
    item = make_item(source=report.source, raw=b"<script>alert(1)</script>\xff\0")
    Fold.objects.create(item=item, report=report, kind="take", score=1, folded_at=timezone.now())

    page = desk.get(f"/desk/wire/{report.pk}/?view=received&item={item.pk}")

    assert b"<script>alert(1)" not in page.content
    assert screen(page).select_one("pre").get_text() == "<script>alert(1)</script>��"


def test_a_kill_is_on_top_and_a_search_finds_by_headline(desk: Client):
    killed, other = waiting(publish=True, headline="Ferry to resume"), waiting(headline="Tower for sale")
    decide(desk, killed, do="kill")

    page = screen(desk.get("/desk/wire/"))
    found = screen(desk.get("/desk/wire/?q=tOwer"))

    assert [words(one) for one in page.select("#list .hl")] == ["Ferry to resume", "Tower for sale"]
    assert page.select_one("#list a[aria-current]")["href"] == f"/desk/wire/{other.pk}/"
    assert [words(one) for one in found.select("#list .hl")] == ["Tower for sale"]


def test_an_open_desk_can_ask_what_is_new(desk: Client):
    report = waiting()

    assert desk.get("/desk/wire/arrivals.json").json() == {"rows": [f"{report.pk}:{report.state.item_id}"], "kills": []}


def test_only_who_has_the_desk_gets_in_and_sees_what_they_may_change(desk: Client):
    mine, theirs = make_story("Mine"), make_story("Theirs")
    seen, hidden = waiting(stories=[mine]), waiting(stories=[theirs], headline="Hidden")
    section_editor = make_staff("section@desk.example", on=mine, may=("change",))
    client, reader = Client(), Client()
    client.force_login(section_editor)
    reader.force_login(Account.objects.create_user("reader@example.org", "a lamp on the rock"))

    page = screen(client.get("/desk/wire/"))
    statuses = [
        client.get(f"/desk/wire/{hidden.pk}/").status_code,
        client.post(f"/desk/wire/{hidden.pk}/decide/", {"do": "spike"}).status_code,
        client.post(f"/desk/wire/{seen.pk}/decide/", {"do": "kill"}).status_code,
        client.post(f"/desk/wire/{seen.pk}/decide/", {"do": "spike"}).status_code,
        reader.get("/desk/wire/").status_code,
        reader.get("/desk/wire/arrivals.json").status_code,
        Client().get("/desk/wire/").status_code,
        client.get(f"/desk/wire/{seen.pk}/decide/").status_code,
        Client(enforce_csrf_checks=True).post(f"/desk/wire/{seen.pk}/decide/", {"do": "spike"}).status_code,
    ]

    assert [words(one) for one in page.select("#list .hl")] == ["The lighthouse is sold"]
    assert "publish" not in {button.get("value") for button in page.select("button[name=do]")}
    assert client.get("/desk/wire/arrivals.json").json()["rows"] == []
    # Wagtail leads whoever may not to its own front door, with a message.
    assert statuses == [302, 302, 302, 302, 302, 302, 302, 405, 403]
    assert list(ReportState.objects.order_by("pk").values_list("status", flat=True)) == ["spiked", "waiting"]


def test_what_the_engine_decided_is_told_with_its_reasons_and_undone_by_its_button(desk: Client):
    report, story = waiting(SHORT, publish=True), make_story()
    item = make_item(source=report.source, html=FULL, headline="UPDATE 1-Sold")
    why = [["same_id", "lh-1"]]
    Fold.objects.create(item=item, report=report, kind="take", score=1, because=why, folded_at=timezone.now())
    bound = [["bound_source", "Pharos"]]
    entry = file_report(report, story=story, user=None, now=timezone.now(), because=bound)

    page = screen(desk.get("/desk/wire/"))
    said = [decide(desk, report, do="unfile", entry=entry.pk)[0], decide(desk, report, do="unfold", item=item.pk)[0]]

    assert [words(one) for one in page.select(".done > li > span")] == [
        "The lighthouse is sold filed into The lighthouse, 1.00 Why everything from Pharos goes there",
        "UPDATE 1-Sold folded, 1.00 Why the wire sent the same id before",
    ]
    assert said == ["Taken out of The lighthouse.", "Taken out: it is a report of its own, and waits."]
    assert screen(desk.get("/desk/wire/")).select(".done") == []


def test_a_desk_asks_as_many_queries_for_three_rows_as_for_one(desk: Client):
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            screen(desk.get("/desk/wire/"))
        return len(caught)

    proposed_fold()
    asked()  # what Wagtail remembers after the first time
    one = asked()
    for story in (make_story("A"), make_story("B")):
        _proposal, report, _into = proposed_fold()
        propose_filing(report, story=story, score=0.3, because=[], now=timezone.now())
        make_report(stories=[story], dated_at=timezone.now())
    three = asked()

    assert three == one
    assert one <= MOST_QUERIES


def test_every_code_that_is_given_as_a_reason_has_a_sentence():
    given = {code for file in Path(storytext.__file__).parent.glob("*.py") for code in _codes(file)}
    given |= {code for file in Path(stories.__file__).parent.rglob("*.py") for code in _codes(file)}
    given |= {code for file in Path(ops.__file__).parent.rglob("*.py") for code in _codes(file)}
    listed = re.findall(r"^([a-z_]+) {2,}\S|^(correction_in_shorter) ", storytext.model.__doc__, re.MULTILINE)

    assert given - set(SENTENCES) == set()
    assert {code for pair in listed for code in pair if code} - set(SENTENCES) == set()
    assert set(SENTENCES) >= AGAINST
    values = {"other_day": "Monday / Tuesday", "marker": "corrected", "same_slugline": "FERRY"}
    assert all(sentence([code, values.get(code, 2)]) for code in SENTENCES)
    assert sentence(["shared_words", "?"]) == "shared_words: ?"
    assert sentence(["hours_apart", 26.8]) == "27 hours apart"


def _codes(file: Path) -> Iterator[str]:
    """Yield what is written in a file as the code of a reason: Reason("code", …), because=[["code", …]]."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"Reason", "related", "_reasons"} and node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value
        is_list = isinstance(node, ast.keyword) and node.arg == "because" and isinstance(node.value, ast.List)
        for one in node.value.elts if is_list else ():
            if isinstance(one, ast.List) and isinstance(one.elts[0], ast.Constant):
                yield one.elts[0].value


def test_who_may_only_draft_gives_readers_nothing_by_another_door(desk: Client):
    story = make_story()
    section = story.get_parent()
    trainee = Client()
    trainee.force_login(make_staff("trainee@desk.example", on=section, may=("add", "change")))
    report = waiting(publish=True, stories=[story])
    taken = make_item(source=report.source, html=FULL)
    Fold.objects.create(item=taken, report=report, kind="take", score=1.0, folded_at=timezone.now())
    add_take(Report.objects.get(pk=report.pk), taken)
    publish_version(report, user=None, now=timezone.now())
    kill = waiting()
    Item.objects.filter(fold__report=kill).update(slugline="KILL")
    proposal = propose_fold(kill, into=report, score=0.7, because=[], now=timezone.now())

    def decide(of: Report, **form: object) -> None:
        trainee.post(f"/desk/wire/{of.pk}/decide/", form)

    decide(report, do="unfold", item=taken.pk)
    decide(kill, do="accept", proposal=proposal.pk)
    decide(report, do="open", title="Mine alone", section=section.pk)

    state = ReportState.objects.get(pk=report.pk)
    assert (state.status, state.current.number, report.versions.count()) == ("published", 2, 2)
    assert list(Story.objects.values_list("title", flat=True)) == [story.title]


def test_nobody_undoes_what_they_may_not_do_any_more():
    story, now = make_story(), timezone.now()
    editor, client = make_staff("former@desk.example", on=story), Client()
    report = waiting(publish=True, stories=[story])
    client.force_login(editor)
    withhold_report(report, user=editor, now=now)
    GroupPagePermission.objects.filter(permission__codename="publish_page").delete()

    page = screen(client.post("/desk/wire/undo/", follow=True))

    assert "You may not change that any more" in words(page)
    assert ReportState.objects.get(pk=report.pk).status == "withheld"


@pytest.mark.parametrize("door", ["wire", "report/story"])
def test_a_number_that_no_database_takes_is_no_page(desk: Client, door: str):
    assert desk.get(f"/desk/{door}/{'9' * 30}/").status_code == 404
