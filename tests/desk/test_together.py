"""Reports that hang together, at the desk: one story is opened with them all, or they are told to be none."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from builders import make_report, make_source, make_staff, make_story
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from made_up_wire.running import BRIDGE, RARITY, SINGLES
from wagtail.models import GroupPagePermission

from writethru.readers.models import Account
from writethru.stories.actions.file import file_report
from writethru.stories.actions.group import group_reports
from writethru.stories.actions.hold import spike_report
from writethru.stories.actions.propose import accept_proposal, propose_fold
from writethru.stories.actions.window import Window
from writethru.stories.models import Decision, Entry, Fold, Proposal, Report, Section, Story
from writethru.stories.together import MOST_TOGETHER

pytestmark = pytest.mark.django_db

WHY = [
    ["hangs_together", 2],
    ["names_shared", "Hobble, Ferry Board"],
    ["words_shared", "bridge repair"],
    ["nearest", "Ferry crews"],
]
HEADLINES = ("The board meets on tolls", "Tolls to rise on the Hobble ferry", "Ferry crews weigh a strike")


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(Account.objects.create_superuser("editor@desk.example", "a lamp on the rock"))
    return client


def waiting(headline: str, **fields: Any) -> Report:
    now = timezone.now()
    report = make_report(headline=headline, publish=fields.pop("publish", False), dated_at=now, **fields)
    Fold.objects.create(item=report.state.item, report=report, kind="first", score=0.0, folded_at=now)
    return report


def proposed(*reports: Report, title: str = "Ferry tolls", score: float = 0.62) -> Proposal:
    first, *others = reports
    ids = [one.pk for one in others]
    why = {"score": score, "because": WHY, "made_at": timezone.now()}
    return Proposal.objects.create(kind="story", report=first, title=title, others=ids, **why)


def group() -> tuple[Proposal, list[Report]]:
    reports = [waiting(headline) for headline in HEADLINES]
    return proposed(*reports), reports


def screen(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(found: Any) -> str:
    return " ".join(found.get_text(" ").split())


def form_of(page: BeautifulSoup) -> dict[str, str]:
    """Return what the group's form sends when nothing in it is changed."""
    form = page.select_one("form:has([name=seen])")
    sent = {field["name"]: field["value"] for field in form.select("input") if field["name"] != "csrfmiddlewaretoken"}
    return sent | {"section": str(Section.objects.get(slug="news").pk)}


def decide(desk: Client, report: Report, **form: object) -> str:
    answer = desk.post(f"/desk/wire/{report.pk}/decide/", form, follow=True)
    return words(screen(answer).select_one("#said"))


def undo(desk: Client) -> str:
    return words(screen(desk.post("/desk/wire/undo/", follow=True)).select_one("#said"))


def test_each_of_a_group_says_so_and_leads_to_the_others(desk: Client):
    _proposal, (board, tolls, strike) = group()
    waiting("A whale passes")

    page = screen(desk.get(f"/desk/wire/{tolls.pk}/"))
    block = page.select_one(".together")

    assert [[words(one) for one in row.select(".st, .sl")] for row in page.select("#list a")] == [
        ["New", "6 words"],
        *[["New story?", "6 words", "One of 3 that hang together"]] * 3,
    ]
    assert [words(block.select_one(part)) for part in ("h3", ".to", ".score b")] == [
        "3 reports hang together",
        "Open a story “Ferry tolls”?",
        "0.62",
    ]
    assert [words(one) for one in block.select(".why li")] == [
        "hangs together with 2 other reports",
        "names in common: Hobble, Ferry Board",
        "words in common: bridge repair",
    ]
    assert [(words(one), one["href"]) for one in block.select(".with a")] == [
        ("The board meets on tolls", f"/desk/wire/{board.pk}/"),
        ("Ferry crews weigh a strike", f"/desk/wire/{strike.pk}/"),
    ]
    assert [(one["value"], one.get("data-key")) for one in block.select("button")] == [
        ("accept", "Enter"),
        ("refuse", None),
    ]
    assert [one["value"] for one in page.select("input[data-key=n]")] == ["Ferry tolls"]


def test_without_script_a_story_is_opened_with_all_of_them_and_undone(desk: Client):
    proposal, (board, tolls, strike) = group()
    form = form_of(screen(desk.get(f"/desk/wire/{tolls.pk}/")))

    said = decide(desk, tolls, do="accept", **form | {"title": "  The ferry’s   tolls "})
    filed = list(Entry.objects.order_by("report").values_list("story__title", "report", "because", "score"))
    page = screen(desk.get(f"/desk/wire/{tolls.pk}/"))
    undone = undo(desk)
    proposal.refresh_from_db()

    assert said == "“The ferry’s tolls” is open, with 3 reports in it."
    assert filed == [("The ferry’s tolls", one.pk, WHY, 0.62) for one in (board, tolls, strike)]
    assert page.select(".with") == []
    assert undone == "Undone: story opened, “The board meets on tolls”."
    assert (Entry.objects.count(), Story.objects.count(), proposal.status) == (0, 0, "open")
    assert form_of(screen(desk.get(f"/desk/wire/{tolls.pk}/"))) == form


def test_what_the_engine_finds_is_opened_as_one_story_and_takes_in_what_comes_later(desk: Client):
    *_, last = [waiting(headline, html=f"<p>{text}</p>") for headline, text in (*SINGLES, *BRIDGE[:5])]
    group_reports(Window(), background=RARITY, now=timezone.now())
    page = screen(desk.get(f"/desk/wire/{last.pk}/"))

    said = decide(desk, last, do="accept", **form_of(page))
    headline, text = BRIDGE[5]
    late = waiting(headline, html=f"<p>{text}</p>")
    group_reports(Window(), background=RARITY, now=timezone.now())
    later = screen(desk.get(f"/desk/wire/{late.pk}/"))

    title = Story.objects.get().title
    why = [words(one) for one in later.select(".p .why li")]
    assert words(page.select_one(".together h3")) == "5 reports hang together"
    assert said == f"“{title}” is open, with 5 reports in it."
    assert words(later.select_one(".p .to")) == title
    assert (why[0], why[1]) == ("hangs together with 5 other reports", "names in common: Hobble")
    assert why[-1] in {f"nearest to “{headline}”" for headline, _ in BRIDGE}


def test_a_group_that_is_none_is_set_aside_and_brought_back(desk: Client):
    proposal, (board, tolls, _strike) = group()

    said = decide(desk, tolls, do="refuse", proposal=proposal.pk)
    page = screen(desk.get(f"/desk/wire/{board.pk}/"))
    undone = undo(desk)
    proposal.refresh_from_db()

    assert said == "Set aside: these reports are not proposed as one story again."
    assert [words(one) for one in page.select("#list .st")] == ["New"] * 3
    assert page.select(".with") == []
    assert words(page.select_one(".undo button")) == "Undo: not one story"
    assert (undone, proposal.status) == ("Undone: not one story, “The board meets on tolls”.", "open")


def test_what_left_the_group_or_came_to_it_meanwhile_is_not_filed(desk: Client):
    proposal, (board, tolls, strike) = group()
    form = form_of(screen(desk.get(f"/desk/wire/{tolls.pk}/")))
    published = waiting("Ferry board adjourns", publish=True)
    spike_report(strike, user=None, now=timezone.now())
    Proposal.objects.filter(pk=proposal.pk).update(report=tolls, others=[board.pk, strike.pk, published.pk])

    said = decide(desk, tolls, do="accept", **form)

    assert said == "“Ferry tolls” is open, with 2 reports in it."
    assert set(Entry.objects.values_list("report", flat=True)) == {board.pk, tolls.pk}
    assert words(screen(desk.get("/desk/wire/")).select_one(".undo button")) == "Undo: story opened"


def test_a_group_of_which_one_is_left_is_none(desk: Client):
    _proposal, (board, tolls, strike) = group()
    form = form_of(screen(desk.get(f"/desk/wire/{tolls.pk}/")))
    story = make_story("Strikes")
    for report in (board, strike):
        file_report(report, story=story, user=None, now=timezone.now(), because=[])

    page = screen(desk.get(f"/desk/wire/{tolls.pk}/"))

    assert page.select(".with") == []
    assert words(page.select_one("#list a[aria-current] .st")) == "New"
    assert decide(desk, tolls, do="accept", **form) == "Somebody has decided that already."


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"title": " "}, "A story needs a title."),
        ({"section": "x"}, "Choose a section that you may open stories in."),
        ({"seen": ""}, "Somebody has decided that already."),
        ({"seen": "x 999999999999999999999"}, "Somebody has decided that already."),
        ({"title": "STRIKES"}, "“Strikes” is open, with 3 reports in it."),
    ],
)
def test_each_field_of_the_form_is_looked_at(desk: Client, form: dict[str, str], said: str):
    _proposal, (_board, tolls, _strike) = group()
    make_story("Strikes")
    sent = form_of(screen(desk.get(f"/desk/wire/{tolls.pk}/")))

    assert decide(desk, tolls, do="accept", **sent | form) == said
    assert Entry.objects.count() == (3 if said.endswith("in it.") else 0)


def test_a_group_is_offered_to_who_may_file_all_of_it_and_opened_by_who_may_open_stories():
    news = Section.objects.get(slug="news")
    sport = news.get_parent().add_child(instance=Section(title="Sport", slug="sport"))
    theirs = make_source(feeds=sport)
    _proposal, reports = group()
    clients = {name: Client() for name in ("editor", "trainee", "both")}
    clients["editor"].force_login(make_staff("editor@desk.example", on=news))
    clients["trainee"].force_login(make_staff("trainee@desk.example", on=news, may=("add", "change")))
    clients["both"].force_login(make_staff("both@desk.example", on=news.get_parent()))
    tolls = reports[1]
    form = form_of(screen(clients["both"].get(f"/desk/wire/{tolls.pk}/")))

    def seen() -> dict[str, int]:
        pages = {name: screen(client.get(f"/desk/wire/{tolls.pk}/")) for name, client in clients.items()}
        return {name: len(page.select("form:has([name=seen])")) for name, page in pages.items()}

    all_mine = seen()
    Report.objects.filter(pk=reports[2].pk).update(source=theirs)
    one_theirs = seen()
    told = [decide(clients[name], tolls, do="accept", **form) for name in ("trainee", "editor", "both")]

    assert all_mine == {"editor": 1, "trainee": 1, "both": 1}
    assert one_theirs == {"editor": 0, "trainee": 0, "both": 1}
    assert told == ["Somebody has decided that already."] * 2 + ["“Ferry tolls” is open, with 3 reports in it."]


def test_who_may_not_publish_opens_no_story_and_nobody_files_into_one_by_its_title():
    news = Section.objects.get(slug="news")
    sport = news.get_parent().add_child(instance=Section(title="Sport", slug="sport"))
    sport.add_child(instance=Story(title="Strikes", slug="strikes"))
    _proposal, (_board, tolls, _strike) = group()
    trainee, editor = Client(), Client()
    trainee.force_login(make_staff("trainee@desk.example", on=news, may=("add", "change")))
    editor.force_login(make_staff("editor@desk.example", on=news))
    page = screen(editor.get(f"/desk/wire/{tolls.pk}/"))
    form = form_of(page)

    told = [
        decide(trainee, tolls, do="accept", **form),
        decide(editor, tolls, do="accept", **form | {"title": "strikes"}),
        decide(editor, tolls, do="open", title="strikes", section=news.pk),
    ]

    no_entry = "There is a story called “Strikes”, and you may not file into it."
    assert told == ["Choose a section that you may open stories in.", no_entry, no_entry]
    assert not Entry.objects.exists()


def test_a_group_stands_among_the_other_proposals_by_its_score(desk: Client):
    _proposal, (_board, tolls, _strike) = group()
    story = make_story()
    Proposal.objects.create(kind="file", report=tolls, story=story, score=0.7, made_at=timezone.now())

    page = screen(desk.get(f"/desk/wire/{tolls.pk}/"))

    assert [(words(one), one.get("data-key")) for one in page.select(".p button[value=accept]")] == [
        ("File enter", "Enter f"),
        ("Open it 2", "2"),
    ]
    assert words(page.select_one("#list a[aria-current] .st")) == "File?"


def test_the_others_of_a_large_group_are_folded_away(desk: Client):
    reports = [waiting(f"Ferry report {n}") for n in range(9)]
    proposed(*reports)

    page = screen(desk.get(f"/desk/wire/{reports[0].pk}/"))

    assert words(page.select_one("details.with summary")) == "2 more"
    assert [len(page.select(part)) for part in (".prop .p > ul.with li", "details.with li")] == [6, 2]


def test_of_a_group_that_is_too_large_for_a_screen_its_middle_is_shown_and_filed(desk: Client):
    first, *_ = reports = [waiting(f"Ferry report {n}") for n in range(MOST_TOGETHER + 2)]
    proposed(*reports)
    form = form_of(screen(desk.get(f"/desk/wire/{first.pk}/")))

    said = decide(desk, first, do="accept", **form)

    assert said == f"“Ferry tolls” is open, with {MOST_TOGETHER} reports in it."
    assert list(Report.objects.filter(entries=None).order_by("pk")) == reports[MOST_TOGETHER:]


def test_a_desk_asks_as_many_queries_for_three_groups_as_for_one(desk: Client):
    def asked() -> list[int]:
        counts = []
        for address in ("/desk/wire/", "/desk/wire/arrivals.json"):
            with CaptureQueriesContext(connection) as caught:
                assert desk.get(address).status_code == 200
            counts.append(len(caught))
        return counts

    group()
    asked()  # what Wagtail remembers after the first time
    one = asked()
    group()
    proposed(*[waiting(f"Ferry report {n}") for n in range(9)])

    assert asked() == one


def test_what_was_decided_of_a_group_names_its_kind(desk: Client):
    proposal, (_board, tolls, _strike) = group()
    make_story("Strikes")
    form = form_of(screen(desk.get(f"/desk/wire/{tolls.pk}/")))

    decide(desk, tolls, do="refuse", proposal=proposal.pk)
    undo(desk)
    decide(desk, tolls, do="accept", **form | {"title": "Strikes"})

    assert list(Decision.objects.order_by("pk").values_list("kind", flat=True)) == ["asunder", "file"]
    assert undo(desk) == "Undone: filed, “The board meets on tolls”."
    assert (Entry.objects.count(), Story.objects.get().title) == (0, "Strikes")


def test_a_nul_is_no_part_of_what_an_editor_types(desk: Client):
    _proposal, (board, tolls, _strike) = group()
    form = form_of(screen(desk.get(f"/desk/wire/{tolls.pk}/")))

    told = [
        decide(desk, tolls, do="accept", **form | {"title": "Ferry\0 tolls"}),
        decide(desk, board, do="file", story="Ferry tolls\0"),
        decide(desk, board, do="open", title="\0", section=form["section"]),
    ]

    assert told == [
        "“Ferry tolls” is open, with 3 reports in it.",
        "It is in Ferry tolls already.",
        "A story needs a title.",
    ]
    assert [words(one) for one in screen(desk.get("/desk/wire/?q=Rise\0&section=\0")).select("#list .hl")] == [
        HEADLINES[1]
    ]


def test_a_story_that_an_editor_may_not_file_into_is_not_shown_as_proposed():
    news = Section.objects.get(slug="news")
    sport = news.get_parent().add_child(instance=Section(title="Sport", slug="sport"))
    strikes, tolls = Story(title="Strikes", slug="strikes"), waiting("Tolls to rise")
    sport.add_child(instance=strikes)
    why = {"score": 0.9, "because": [["nearest", "Held until noon"]], "made_at": timezone.now()}
    Proposal.objects.create(kind="file", report=tolls, story=strikes, **why)
    clients = {name: Client() for name in ("news", "both")}
    clients["news"].force_login(make_staff("news@desk.example", on=news))
    clients["both"].force_login(make_staff("both@desk.example", on=news.get_parent()))

    pages = {name: screen(client.get(f"/desk/wire/{tolls.pk}/")) for name, client in clients.items()}

    assert {name: [words(one) for one in page.select(".p .to, .p .why li")] for name, page in pages.items()} == {
        "news": [],
        "both": ["Strikes", "nearest to “Held until noon”"],
    }
    assert {name: words(page.select_one("#list .st")) for name, page in pages.items()} == {
        "news": "New",
        "both": "File?",
    }


def test_who_may_not_change_all_that_they_filed_any_more_can_not_undo_it():
    news = Section.objects.get(slug="news")
    sport = news.get_parent().add_child(instance=Section(title="Sport", slug="sport"))
    _proposal, (board, tolls, _strike) = group()
    editor = Client()
    editor.force_login(make_staff("both@desk.example", on=news.get_parent()))
    decide(editor, tolls, do="accept", **form_of(screen(editor.get(f"/desk/wire/{tolls.pk}/"))))
    fold = propose_fold(board, into=tolls, score=0.5, because=[], now=timezone.now())
    accept_proposal(fold, user=None, now=timezone.now())  # the decision's own report is no more
    GroupPagePermission.objects.update(page=sport)

    said = undo(editor)

    assert said == "You may not change that any more (story opened, “The board meets on tolls”)."
    assert Entry.objects.count() == 2
