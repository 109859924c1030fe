import json
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_report, make_story
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from reading import links

from writethru.press.assets import asset_path
from writethru.press.bake import bake_due
from writethru.stories import pagestore
from writethru.stories.actions.bake import Rank, ask_for_pages
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Bake

pytestmark = pytest.mark.django_db

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


def test_a_baked_page_is_served_from_the_store_without_a_query_or_a_cookie(client: Client):
    make_report(stories=[make_story()])
    bake_due(now=NOON)

    with CaptureQueriesContext(connection) as asked:
        response = client.get("/story/the-lighthouse/")

    assert (response.status_code, response.content) == (200, pagestore.get("/story/the-lighthouse/"))
    assert len(asked) == 0
    assert response.cookies == {}
    assert {name: response[name] for name in ("Content-Type", "Cache-Control", "Content-Security-Policy")} == {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "public, max-age=10, must-revalidate",
        "Content-Security-Policy": POLICY,
    }
    assert not response.has_header("Vary")


def test_what_has_not_changed_is_not_sent_again(client: Client):
    pagestore.put("/x/", b"one")
    first = client.get("/x/")

    again = [
        client.get("/x/", headers={"If-None-Match": first["ETag"]}),
        client.get("/x/", headers={"If-Modified-Since": first["Last-Modified"]}),
    ]
    pagestore.put("/x/", b"two")
    changed = [
        client.get("/x/", headers={"If-None-Match": first["ETag"]}),
        client.get("/x/", headers={"If-Modified-Since": first["Last-Modified"]}),
    ]

    assert [(response.status_code, response.content) for response in again] == [(304, b"")] * 2
    assert [(response.status_code, response.content) for response in changed] == [(200, b"two")] * 2
    assert [response["ETag"] for response in again] == [first["ETag"]] * 2


def test_a_head_request_has_no_body(client: Client):
    pagestore.put("/x/", b"one")

    response = client.head("/x/")

    assert (response.status_code, response.content, response["Content-Length"]) == (200, b"", "3")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/feed.atom", "application/atom+xml; charset=utf-8"),
        ("/feed.rss", "application/rss+xml; charset=utf-8"),
        ("/feed.json", "application/json; charset=utf-8"),
        ("/fragment/1.html", "text/html; charset=utf-8"),
    ],
)
def test_each_kind_of_file_has_its_content_type(client: Client, path: str, kind: str):
    pagestore.put(path, b"{}")

    assert client.get(path)["Content-Type"] == kind


def test_assets_may_be_kept_for_ever(client: Client):
    bake_due(now=NOON)

    response = client.get(asset_path("site.css"))

    assert (response["Content-Type"], response["Cache-Control"]) == (
        "text/css; charset=utf-8",
        "public, max-age=31536000, immutable",
    )


def test_a_path_without_its_slash_is_sent_to_it(client: Client):
    pagestore.put("/story/x/", b"one")

    moved = [client.get(path) for path in ("/story/x", "/story/x?a=b", "/desk", "/%2Fstory/x")]

    assert [(response.status_code, response.get("Location")) for response in moved] == [
        (301, "/story/x/"),
        (301, "/story/x/?a=b"),
        (301, "/desk/"),
        (301, "/%2Fstory/x/"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/../secrets/secret_key",
        "/%2e%2e/secrets/secret_key",
        "/story/../../writethru.sqlite3",
        "/.index.html-abc",
        "/a\\..\\b",
        "/a%00b",
        "/none/",
    ],
)
def test_what_is_not_a_page_is_404_and_helps(client: Client, path: str):
    response = client.get(path)

    assert (response.status_code, response["Content-Security-Policy"]) == (404, POLICY)
    assert b'<a href="/">Latest</a>' in response.content


def test_a_withdrawn_report_is_410(client: Client):
    report = make_report(stories=[make_story()])
    bake_due(now=NOON)
    withdraw_report(report, user=None, now=NOON)
    bake_due(now=NOON)

    response = client.get(report.state.path_on_site)

    assert response.status_code == 410
    assert b"This report has been withdrawn" in response.content


def test_a_page_that_is_not_in_the_store_is_baked_on_first_read(
    client: Client, django_capture_on_commit_callbacks: Any
):
    make_report(stories=[make_story()])
    Bake.objects.all().delete()

    with django_capture_on_commit_callbacks(execute=True):
        response = client.get("/story/the-lighthouse/2026/11/")

    assert response.status_code == 200
    assert response.content == pagestore.get("/story/the-lighthouse/2026/11/")


def test_only_reading_is_allowed(client: Client):
    assert client.post("/").status_code == 405


def test_healthz_says_that_all_is_well(client: Client):
    response = client.get("/healthz")

    assert (response.status_code, json.loads(response.content)) == (
        200,
        {"ok": True, "database": "ok", "pages_due": 0, "pages_failed": 0, "oldest_page_due_seconds": 0},
    )


def test_healthz_says_when_nobody_bakes(client: Client):
    ask_for_pages([("/x/", Rank.STORY)], now=timezone.now() - timedelta(hours=1))

    response = client.get("/healthz")
    told = json.loads(response.content)

    assert (response.status_code, told["ok"], told["pages_due"]) == (503, False, 1)
    assert 3600 <= told["oldest_page_due_seconds"] < 3660


@pytest.mark.parametrize("path", ["/story/" + "a" * 300 + "/", "/" + "a" * 3000, "/story/" + "%F0%9F%98%80" * 80 + "/"])
def test_a_path_longer_than_any_of_ours_is_not_found(client: Client, path: str):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_sent_to_a_baked_page(method: str):
    assert Client(enforce_csrf_checks=True).generic(method, "/").status_code == 405


def test_a_404_leads_to_what_may_have_been_meant(client: Client):
    report = make_report(headline="Sold", stories=[make_story()])

    found = [
        links(client.get(path).content)
        for path in (f"/news/2020/01/01/sould-{report.pk}/", "/story/the-lighthouse/1999/13/", "/news/x-99999/")
    ]

    assert found == [
        [("Latest", "/"), ("Sold", report.state.path_on_site)],
        [("Latest", "/"), ("The lighthouse", "/story/the-lighthouse/")],
        [("Latest", "/")],
    ]


def test_healthz_tells_strangers_nothing_of_the_database(client: Client):
    def refused(*_: object) -> None:
        raise OperationalError('connection to "10.0.0.5" failed for user "writethru"')

    with connection.execute_wrapper(refused):
        response = client.get("/healthz")

    assert (response.status_code, json.loads(response.content)) == (503, {"ok": False, "database": "OperationalError"})
