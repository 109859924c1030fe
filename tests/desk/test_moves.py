"""Moves at the desk: two stories are merged, one is parted, a report is put right, and all of it is undone."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from builders import make_report, make_staff, make_story
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import GroupPagePermission

from writethru.desk.sentences import move_sentence
from writethru.press.bake import bake_due
from writethru.readers.models import Account
from writethru.stories.actions.file import mark_key_entry, unfile_report
from writethru.stories.actions.move import accept_move
from writethru.stories.actions.propose import OfAnotherKind, accept_proposal, accept_story_proposal
from writethru.stories.models import Decision, Entry, Proposal, Report, Section, Story

pytestmark = pytest.mark.django_db

FOUND = [["hangs_together", 4], ["names_shared", "Hobble"], ["nearest", "The bridge shuts"]]
CHIPS = ["hangs together with 4 other reports", "names in common: Hobble"]
NOBODY = "Somebody has decided that already."


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(Account.objects.create_superuser("editor@desk.example", "a lamp on the rock"))
    return client


def filed(story: Story, *headlines: str, publish: bool = False) -> list[Report]:
    now = timezone.now()
    reports = [make_report(headline=one, stories=[story], publish=publish, dated_at=now) for one in headlines]
    Entry.objects.filter(story=story).update(because=FOUND, filed_at=now)
    return reports


def proposed(
    reports: list[Report], *, out_of: Story, to: Story | None, score: float = 0.7, title: str = ""
) -> Proposal:
    first, *others = [one.pk for one in reports]
    told = {"score": score, "because": FOUND, "made_at": timezone.now(), "title": title}
    return Proposal.objects.create(kind="move", report_id=first, others=others, out_of=out_of, story=to, **told)


def astray(*, publish: bool = False) -> tuple[Proposal, list[Report], Story, Story]:
    """Return a proposal to move two of three reports, these, the story that they lie in and the other."""
    crossing, bridge = make_story("A crossing"), make_story("The bridge")
    moved = filed(crossing, "The bridge shuts", "The bridge opens", publish=publish)
    filed(crossing, "A cat crosses the road", publish=publish)
    return proposed(moved, out_of=crossing, to=bridge), moved, crossing, bridge


def a_part() -> tuple[Proposal, list[Report], Story]:
    everything = make_story("Everything")
    lamp = filed(everything, "The lamp is lit", "The lamp is out")
    filed(everything, "A whale passes")
    return proposed(lamp, out_of=everything, to=None, title="The lamp is lit"), lamp, everything


def screen(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(found: Any) -> str:
    return " ".join(found.get_text(" ").split())


def form_of(page: BeautifulSoup) -> dict[str, str]:
    """Return what the first move's form sends when nothing in it is changed."""
    form = page.select_one(".move form")
    sent = {field["name"]: field["value"] for field in form.select("input") if field["name"] != "csrfmiddlewaretoken"}
    chosen = form.select_one("option[selected]")
    return sent | ({"section": chosen["value"]} if chosen else {})


def decide(client: Client, proposal: Proposal, **form: object) -> str:
    answer = client.post(f"/desk/wire/move/{proposal.pk}/decide/", {"do": "accept", **form}, follow=True)
    return words(screen(answer).select_one("#said, .messages"))


def undo(client: Client) -> str:
    return words(screen(client.post("/desk/wire/undo/", follow=True)).select_one("#said"))


def where() -> dict[str, str]:
    return dict(Entry.objects.values_list("report__headline", "story__title"))


def told_of(page: BeautifulSoup) -> list[str]:
    return [words(one) for one in page.select(".move .to")]


def test_a_move_stands_beside_the_proposals_with_what_would_move_and_why(desk: Client):
    _proposal, (shuts, opens), *_ = astray()

    block = screen(desk.get("/desk/wire/")).select_one(".prop .move")

    assert words(block.select_one(".to")) == "2 of the 3 reports of “A crossing” hang together with “The bridge”."
    assert [words(one) for one in block.select(".why li")] == CHIPS
    assert [(words(one), one["href"]) for one in block.select(".with a")] == [
        ("The bridge shuts", f"/desk/wire/{shuts.pk}/"),
        ("The bridge opens", f"/desk/wire/{opens.pk}/"),
    ]
    assert [(words(one), one["value"], one.get("data-key")) for one in block.select("button")] == [
        ("Move all 2 m", "accept", "m"),
        ("Leave them there", "refuse", None),
    ]


def test_a_move_is_no_proposal_to_file_its_report(desk: Client):
    _proposal, (shuts, _opens), *_ = astray()

    page = screen(desk.get(f"/desk/wire/{shuts.pk}/"))

    assert [words(one) for one in page.select("#list .st")] == ["New"] * 3
    assert [one["action"] for one in page.select("form:has([name=proposal])")] == []


def test_a_published_report_with_nothing_but_a_move_does_not_wait(desk: Client):
    astray(publish=True)

    page = screen(desk.get("/desk/wire/"))

    assert (page.select("#list a"), len(page.select(".move"))) == ([], 1)


def test_without_script_what_was_seen_is_moved_and_undone(desk: Client):
    proposal, (_shuts, opens), *_ = astray()
    before, entries = where(), list(Entry.objects.order_by("report").values("report", "story", "by", "because"))
    form = form_of(screen(desk.get(f"/desk/wire/{opens.pk}/")))

    said = decide(desk, proposal, **form)
    moved, page = where(), screen(desk.get("/desk/wire/"))
    undone = undo(desk)

    assert said == "Moved 2 reports to “The bridge”."
    assert moved == before | {"The bridge shuts": "The bridge", "The bridge opens": "The bridge"}
    assert (page.select(".move"), words(page.select_one(".undo button"))) == ([], "Undo: moved to a story")
    assert undone == "Undone: moved 2 reports to “The bridge”."
    assert list(Entry.objects.order_by("report").values("report", "story", "by", "because")) == entries
    assert form_of(screen(desk.get(f"/desk/wire/{opens.pk}/"))) == form


def test_all_of_a_story_is_merged_into_another_and_it_is_said_to_be_empty(desk: Client):
    sale, friday = make_story("Cyber Monday"), make_story("Black Friday")
    proposal = proposed(filed(sale, "Shops open", "Shops shut"), out_of=sale, to=friday)
    page = screen(desk.get("/desk/wire/"))

    said = decide(desk, proposal, **form_of(page))

    assert told_of(page) == ["All 2 reports of “Cyber Monday” hang together with “Black Friday”."]
    assert said == "Moved 2 reports to “Black Friday”. Nothing is filed in “Cyber Monday” any more."
    assert set(where().values()) == {"Black Friday"}


def test_a_story_is_parted_under_the_title_that_the_editor_gives_and_that_is_undone(desk: Client):
    proposal, _lamp, _everything = a_part()
    page = screen(desk.get("/desk/wire/"))
    form = form_of(page)

    said = decide(desk, proposal, **form | {"title": "  The  lamp "})
    parted = where()
    undone = undo(desk)

    assert told_of(page) == ["2 of the 3 reports of “Everything” make a story of their own."]
    assert (form["title"], form["section"]) == ("The lamp is lit", str(Section.objects.get(slug="news").pk))
    assert said == "Moved 2 reports to “The lamp”."
    assert parted == {"The lamp is lit": "The lamp", "The lamp is out": "The lamp", "A whale passes": "Everything"}
    assert undone == "Undone: moved 2 reports to “The lamp”."
    assert (set(where().values()), list(Story.objects.values_list("title", flat=True))) == (
        {"Everything"},
        ["Everything"],
    )


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"title": " \0"}, "A story needs a title."),
        (
            {"title": "EVERYTHING"},
            "That is what the story is called that they are in. Choose another title.",
        ),
        ({"section": "x"}, "Choose a section that you may open stories in."),
        ({"seen": ""}, NOBODY),
        ({"seen": "x 99999999999999999999"}, NOBODY),
    ],
)
def test_each_field_of_the_form_is_looked_at(desk: Client, form: dict[str, str], said: str):
    proposal, _lamp, _everything = a_part()
    sent = form_of(screen(desk.get("/desk/wire/")))

    assert decide(desk, proposal, **sent | form) == said
    assert set(where().values()) == {"Everything"}
    assert Proposal.objects.get().status == "open"


def test_a_move_that_is_refused_is_gone_and_comes_back_by_undo(desk: Client):
    proposal, *_ = astray()

    said = decide(desk, proposal, do="refuse")
    page = screen(desk.get("/desk/wire/"))
    undone = undo(desk)

    assert said == "Left in “A crossing”: that move is not proposed again."
    assert (page.select(".move"), words(page.select_one(".undo button"))) == ([], "Undo: left in its story")
    assert undone == "Undone: left in “A crossing”."
    assert (Proposal.objects.get().status, Decision.objects.get().kind) == ("open", "stay")


def test_what_has_left_came_since_or_is_key_does_not_move(desk: Client):
    proposal, (shuts, opens), crossing, _bridge = astray()
    late, key = filed(crossing, "The bridge is painted", "The bridge falls")
    Proposal.objects.filter(pk=proposal.pk).update(others=[opens.pk, key.pk])
    form = form_of(screen(desk.get("/desk/wire/")))
    Proposal.objects.filter(pk=proposal.pk).update(others=[opens.pk, key.pk, late.pk])
    unfile_report(Entry.objects.get(report=opens), user=None, now=timezone.now())
    mark_key_entry(Entry.objects.get(report=key), label="", user=None, now=timezone.now())

    said = decide(desk, proposal, **form)

    assert form["seen"] == f"{shuts.pk} {opens.pk} {key.pk}"
    assert said == "Moved 1 report to “The bridge”."
    assert [title for title, story in where().items() if story == "The bridge"] == ["The bridge shuts"]


def test_a_move_of_which_nothing_is_left_is_not_shown_and_one_that_is_decided_not_made_again(desk: Client):
    proposal, _moved, crossing, _bridge = astray()
    form = form_of(screen(desk.get("/desk/wire/")))
    decide(desk, proposal, **form)
    again = decide(desk, proposal, **form)
    proposed([Report.objects.get(headline="The bridge shuts")], out_of=crossing, to=None)

    assert (again, screen(desk.get("/desk/wire/")).select(".move")) == (NOBODY, [])


def test_what_is_asked_of_a_move_is_one_of_two_things_and_posted(desk: Client):
    proposal, *_ = astray()
    address = f"/desk/wire/move/{proposal.pk}/decide/"

    assert desk.post(address, {"do": "publish"}).status_code == 404
    assert desk.get(address).status_code == 405
    assert Client().post(address, {"do": "accept"}).status_code == 302
    assert Proposal.objects.get().status == "open"


def test_at_the_story_each_move_out_of_it_and_into_it_is_made(desk: Client):
    proposal, _moved, crossing, bridge = astray()
    other = make_story("A cat")
    cat = proposed([Report.objects.get(headline="A cat crosses the road")], out_of=crossing, to=other, score=0.6)
    at_crossing, at_bridge = f"/desk/report/story/{crossing.pk}/", f"/desk/report/story/{bridge.pk}/"

    seen = [told_of(screen(desk.get(address))) for address in (at_crossing, at_bridge)]
    form = form_of(screen(desk.get(at_bridge)))
    answer = desk.post(f"/desk/wire/move/{proposal.pk}/decide/", {"do": "accept", **form})
    page = screen(desk.get(at_bridge))

    both = "2 of the 3 reports of “A crossing” hang together with “The bridge”."
    assert seen == [[both, "1 of the 3 reports of “A crossing” hangs together with “A cat”."], [both]]
    assert answer.url == at_bridge
    assert "Moved 2 reports to “The bridge”. It can be undone at the wire desk." in words(page)
    assert told_of(screen(desk.get(at_crossing))) == ["The only report of “A crossing” hangs together with “A cat”."]
    assert cat.status == "open"


def test_a_move_that_names_the_report_that_is_looked_at_comes_first(desk: Client):
    astray()
    _part, (lit, _out), _everything = a_part()
    Proposal.objects.filter(story=None).update(score=0.1)

    first = [told_of(screen(desk.get(address)))[0] for address in ("/desk/wire/", f"/desk/wire/{lit.pk}/")]

    assert first == [
        "2 of the 3 reports of “A crossing” hang together with “The bridge”.",
        "2 of the 3 reports of “Everything” make a story of their own.",
    ]


def test_who_may_not_change_both_stories_sees_nothing_and_does_nothing():
    proposal, (shuts, _opens), crossing, bridge = astray()
    sport = Section.objects.get(slug="news").get_parent().add_child(instance=Section(title="Sport", slug="sport"))
    bridge.move(sport, pos="last-child")
    on = {"here": crossing, "there": sport, "both": sport.get_parent()}
    clients = {name: Client() for name in on}
    for name, client in clients.items():
        client.force_login(make_staff(f"{name}@desk.example", on=on[name]))
    form = form_of(screen(clients["both"].get("/desk/wire/")))
    seen = {name: len(screen(client.get("/desk/wire/")).select(".move")) for name, client in clients.items()}
    at_home = screen(clients["here"].get(f"/desk/report/story/{crossing.pk}/"))

    sent = form | {"from": ""}  # the report itself is not for everybody to look at
    told = [decide(clients[name], proposal, do=do, **sent) for name in ("here", "there") for do in ("accept", "refuse")]

    assert (seen, at_home.select(".move")) == ({"here": 0, "there": 0, "both": 1}, [])
    assert told == [NOBODY] * 4
    assert where()["The bridge shuts"] == "A crossing"
    assert decide(clients["both"], proposal, **form) == "Moved 2 reports to “The bridge”."
    assert Entry.objects.get(report=shuts).story_id == bridge.pk


def test_a_story_is_parted_by_who_may_open_stories():
    proposal, _lamp, everything = a_part()
    news = Section.objects.get(slug="news")
    trainee, editor = Client(), Client()
    trainee.force_login(make_staff("trainee@desk.example", on=news, may=("add", "change")))
    editor.force_login(make_staff("editor@desk.example", on=news))
    form = form_of(screen(editor.get(f"/desk/report/story/{everything.pk}/")))

    assert screen(trainee.get("/desk/wire/")).select(".move") == []
    assert decide(trainee, proposal, **form) == NOBODY
    assert set(where().values()) == {"Everything"}


def test_who_may_not_change_the_story_any_more_does_not_put_reports_back_into_it():
    proposal, _moved, crossing, bridge = astray()
    editor, client = make_staff("both@desk.example", on=crossing), Client()
    group = editor.groups.get()
    GroupPagePermission.objects.create(group=group, page=bridge, permission_type="change")
    client.force_login(editor)
    decide(client, proposal, **form_of(screen(client.get("/desk/wire/"))))
    GroupPagePermission.objects.filter(group=group, page=crossing).delete()

    said = undo(client)

    assert said == "You may not change that any more (moved 2 reports to “The bridge”)."
    assert where()["The bridge shuts"] == "The bridge"


def test_a_published_report_that_moves_leaves_the_one_page_and_stands_on_the_other(desk: Client, settings: Any):
    proposal, (shuts, _opens), crossing, bridge = astray(publish=True)
    pages = [one.path_on_site for one in (crossing, bridge)] + [shuts.state.path_on_site]

    def baked() -> list[tuple[bool, bool]]:
        """Return of each page whether it names the report, and whether it names the bridge's story."""
        bake_due(now=timezone.now())
        texts = [(settings.PAGES_FOLDER / path.strip("/") / "index.html").read_text() for path in pages]
        return [("The bridge shuts" in text, bridge.path_on_site in text) for text in texts]

    before = baked()
    decide(desk, proposal, **form_of(screen(desk.get("/desk/wire/"))))
    moved = baked()
    undo(desk)

    assert before == [(True, False), (False, True), (True, False)]
    assert moved == [(False, False), (True, True), (True, True)]
    assert baked() == before


def test_a_move_is_accepted_as_a_move_alone_and_nothing_else_as_one():
    move, (shuts, _opens), _crossing, bridge = astray()
    now = timezone.now()
    file = Proposal.objects.create(kind="file", report=shuts, story=bridge, score=0.6, made_at=now)

    with pytest.raises(OfAnotherKind):
        accept_proposal(move, user=None, now=now)
    with pytest.raises(OfAnotherKind):
        accept_story_proposal(move, title="x", section=None, user=None, now=now)
    with pytest.raises(OfAnotherKind):
        accept_move(file, user=None, now=now)
    assert {one.status for one in Proposal.objects.all()} == {"open"}


@pytest.mark.parametrize(
    ("n", "filed", "to", "said"),
    [
        (90, 90, "Y", "All 90 reports of “X” hang together with “Y”."),
        (1, 1, "Y", "The only report of “X” hangs together with “Y”."),
        (1, 90, "Y", "1 of the 90 reports of “X” hangs together with “Y”."),
        (5, 90, "", "5 of the 90 reports of “X” make a story of their own."),
    ],
)
def test_a_move_reads_as_a_sentence(n: int, filed: int, to: str, said: str):
    assert move_sentence(n, filed=filed, out_of="X", to=to) == said


@pytest.mark.parametrize("who", ["superuser", "editor"])
def test_the_desk_and_the_story_ask_as_many_queries_for_four_moves_as_for_two(desk: Client, who: str):
    _proposal, _moved, crossing, _bridge = astray()
    if who == "editor":
        desk.force_login(make_staff("kit@desk.example", on=Section.objects.get(slug="news")))

    def asked() -> list[int]:
        counts = []
        for address in ("/desk/wire/", f"/desk/report/story/{crossing.pk}/"):
            with CaptureQueriesContext(connection) as caught:
                assert desk.get(address).status_code == 200
            counts.append(len(caught))
        return counts

    cat = Report.objects.get(headline="A cat crosses the road")
    proposed([cat], out_of=crossing, to=None, title="A cat")
    asked()  # what Wagtail remembers after the first time
    two = asked()
    for name in ("A dog", "A cow"):
        proposed(filed(crossing, f"{name} crosses", f"{name} stops"), out_of=crossing, to=make_story(name))

    assert asked() == two
