"""Sources at the desk: how they stand, "Try now", and what was set aside."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from builders import NOON, make_item, make_source
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from web import body, site, status

from writethru.readers.models import Account
from writethru.wire.actions.setaside import set_document_aside
from writethru.wire.models import Item, SetAside, Source, SourceState

pytestmark = pytest.mark.django_db

RSS = b"<rss><channel><title>T</title><item><guid>1</guid><title>The moat is full</title></item></channel></rss>"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(Account.objects.create_superuser("editor@desk.example", "a long password"))
    return client


def words(response: Any, selector: str = "main") -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").select_one(selector).get_text(" ").split())


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def sources_of_each_kind() -> None:
    for name, polled, fields in (
        ("Paused", False, None),
        ("New", True, None),
        ("Gone", True, {"is_gone": True, "fetched_at": NOON, "error": "Gone for good."}),
        ("Failing", True, {"failures": 3, "failing_since": NOON, "fetched_at": NOON, "error": "It took too long."}),
        ("Answering", True, {"fetched_at": NOON, "succeeded_at": NOON, "new_items": 7, "next_fetch_at": NOON}),
    ):
        source = make_source(name=name, is_polled=polled, address=f"https://{name.lower()}.example/")
        if fields:
            SourceState.objects.create(source=source, **fields)


def test_the_list_says_how_each_source_stands(desk: Client):
    sources_of_each_kind()

    page = BeautifulSoup(desk.get("/desk/sources/").content, "html.parser")

    rows = [[" ".join(cell.get_text(" ").split()) for cell in row.select("td")] for row in page.select("tbody tr")]
    assert [(row[0].split()[0], row[1], row[4], row[5]) for row in rows] == [
        ("Answering", "Answering", "7", ""),
        ("Failing", "Failing", "0", "It took too long."),
        ("Gone", "Gone", "0", "Gone for good."),
        ("New", "Not fetched yet", "", ""),
        ("Paused", "Not polled", "", ""),
    ]


@pytest.mark.parametrize("path", ["/desk/sources/", "/desk/set-aside/"])
def test_the_lists_ask_no_more_for_three_rows_than_for_one(desk: Client, path: str):
    def add(n: int) -> None:
        source = make_source()
        SourceState.objects.create(source=source, fetched_at=NOON)
        set_document_aside(f"<{n}/>".encode(), reason="not_a_feed", source=source, address="x", now=NOON)

    add(0)
    desk.get(path)
    with CaptureQueriesContext(
        connection,
    ) as one:
        desk.get(path)
    add(1)
    add(2)
    with CaptureQueriesContext(connection) as three:
        desk.get(path)

    assert len(three) == len(one)


def test_an_editor_makes_a_source_and_it_is_due_at_once(desk: Client):
    form = {"name": "Pharos", "address": "https://pharos.example/feed", "is_polled": "on", "poll_minutes": "5"}
    rest = {"trust": "normal", "credit": "Pharos", "language": "en", "rights": "Print only.", "feeds": ""}

    refused = desk.post("/desk/sources/new/", {**form, **rest, "address": "a file"})
    made = desk.post("/desk/sources/new/", {**form, **rest})

    source = Source.objects.get()
    assert "To be polled it needs an address that starts with http:// or https://." in refused.content.decode()
    assert (made.status_code, source.poll_minutes, source.rights) == (302, 5, "Print only.")
    assert source.state.next_fetch_at is not None
    form_page = BeautifulSoup(desk.get("/desk/sources/new/").content, "html.parser")
    assert form_page.select_one("input[name=is_polled]").has_attr("checked")


def test_another_address_begins_anew(desk: Client):
    source = make_source(is_polled=True, address="https://old.example/", name="Pharos")
    SourceState.objects.create(source=source, etag="1", is_gone=True, failures=4)
    form = {"name": "Pharos", "is_polled": "on", "poll_minutes": "5", "trust": "low", "feeds": ""}

    desk.post(f"/desk/sources/edit/{source.pk}/", {**form, "address": "https://new.example/"})

    state = SourceState.objects.get()
    assert (state.etag, state.is_gone, state.failures) == ("", False, 0)


def test_try_now_says_what_came_of_it(desk: Client, settings: Any):
    ways = {"/": body(RSS), "/gone": status(410), "/torn": body(b"<html>Down</html>")}
    with site(ways) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})
        came = {
            path: desk.post(f"/desk/sources/try/{make_source(address=public.address(path)).pk}/", follow=True)
            for path in ways
        }

    assert {path: said(response) for path, response in came.items()} == {
        "/": ["It answers with 1 item, 1 of them new."],
        "/gone": [
            "Nothing came: Its server says that it is gone for good (410). It is not asked again until its address is "
            "changed."
        ],
        "/torn": [
            "Nothing came: What it sent can't be read: it is no RSS, RDF, Atom, JSON Feed or ninjs. It was set aside."
        ],
    }
    assert "it is no RSS, RDF, Atom, JSON Feed or ninjs" in words(came["/torn"], "table")
    assert Item.objects.get().headline == "The moat is full"


def test_a_source_that_is_being_fetched_is_left_alone(desk: Client):
    source = make_source(address="https://pharos.example/", is_polled=True)
    SourceState.objects.create(source=source, claimed_by="a:1:b", claimed_until=NOON + timedelta(days=9999))

    assert said(desk.post(f"/desk/sources/try/{source.pk}/", follow=True)) == [
        "It is being fetched at this moment; look again in a minute."
    ]


def test_a_source_that_has_sent_items_stays(desk: Client):
    source, empty = make_source(name="Pharos"), make_source()
    make_item(source=source)

    kept = desk.post(f"/desk/sources/delete/{source.pk}/", follow=True)
    desk.post(f"/desk/sources/delete/{empty.pk}/")

    assert said(kept) == ["“Pharos” has sent items, which are kept with it. Stop polling it instead."]
    assert list(Source.objects.all()) == [source]


def test_what_was_set_aside_is_shown_escaped_and_read_again_or_dropped(desk: Client):
    source = make_source(name="Pharos", address="https://pharos.example/")
    set_document_aside(b"<script>alert(1)</script>", reason="not_a_feed", source=source, address="x", now=NOON)
    set_document_aside(RSS, reason="stumbled", source=source, address="https://pharos.example/", now=NOON)
    readable, torn = SetAside.objects.order_by("-pk")

    page = desk.get(f"/desk/set-aside/inspect/{torn.pk}/")
    listed = desk.get("/desk/set-aside/", {"source": source.pk})
    still = desk.post(f"/desk/set-aside/decide/{torn.pk}/", {"read": "1"}, follow=True)
    read = desk.post(f"/desk/set-aside/decide/{readable.pk}/", {"read": "1"}, follow=True)
    dropped = desk.post(f"/desk/set-aside/decide/{torn.pk}/", {"drop": "1"}, follow=True)

    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in page.content
    assert b"<script>alert(1)" not in page.content + listed.content
    assert said(still) == ["It still can't be read: it is no RSS, RDF, Atom, JSON Feed or ninjs."]
    assert said(read) == ["It was read: 1 item, now at the desk."]
    assert said(dropped) == ["It was dropped."]
    assert (SetAside.objects.count(), Item.objects.get().source) == (0, source)


def test_who_may_not_change_sources_may_not_try_them(client: Client):
    looker = Account.objects.create_user("looker@desk.example", "a long password")
    group = Group.objects.create(name="Lookers")
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_source"]))
    looker.groups.add(group)
    client.force_login(looker)
    source = make_source(address="https://pharos.example/")
    set_document_aside(b"x", reason="not_a_feed", source=source, address="x", now=NOON)
    kept = SetAside.objects.get()

    page = client.get(f"/desk/sources/inspect/{source.pk}/")
    tried = client.post(f"/desk/sources/try/{source.pk}/")
    dropped = client.post(f"/desk/set-aside/decide/{kept.pk}/", {"drop": "1"})

    assert (page.status_code, b"Try now" in page.content) == (200, False)
    assert (tried["Location"], dropped["Location"], SetAside.objects.count()) == ("/desk/", "/desk/", 1)
    assert client.get(f"/desk/sources/try/{source.pk}/").status_code == 405
    assert Client().post(f"/desk/sources/try/{source.pk}/").status_code == 302


def test_every_screen_of_sources_opens(desk: Client):
    sources_of_each_kind()
    failing = Source.objects.get(name="Failing")

    for path in (
        *("/desk/sources/new/", "/desk/set-aside/", "/desk/sources/results/", "/desk/set-aside/results/"),
        *(f"/desk/sources/{view}/{failing.pk}/" for view in ("edit", "inspect", "delete", "history")),
    ):
        assert desk.get(path).status_code == 200, path
    page = words(desk.get(f"/desk/sources/inspect/{failing.pk}/"))
    assert "3 fetches in a row brought nothing" in page
    assert "Nothing: all that it sent could be read." in page
