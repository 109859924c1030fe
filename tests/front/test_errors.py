"""A reader reports an error."""

from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_report, make_story
from django.test import Client
from reading import links

from writethru.front.origin import network_of
from writethru.readers.actions.errors import ALL_AN_HOUR, forget_senders, report_error
from writethru.readers.models import Account, ErrorReport
from writethru.readers.queries import open_error_reports
from writethru.stories.actions.withdraw import withdraw_report

pytestmark = pytest.mark.django_db

OURS = {"Sec-Fetch-Site": "same-origin"}


def send(report: Any, *, headers: dict[str, str] = OURS, **fields: Any) -> Any:
    client = Client(enforce_csrf_checks=True)
    return client.post(f"/report-error/{report.pk}/", {"text": "It was one peso.", **fields}, headers=headers)


def test_what_a_reader_sends_is_kept_and_thanked_for_without_a_cookie(client: Client):
    report = make_report(headline="Sold", stories=[make_story()])

    asked = client.get(f"/report-error/{report.pk}/?v=1")
    sent = send(report, v="1", email="reader@mail.example")
    thanked = client.get(sent["Location"])

    assert (asked.status_code, asked.cookies, asked["Cache-Control"]) == (200, {}, "no-store")
    assert (sent.status_code, sent["Location"], sent.cookies) == (303, f"/report-error/{report.pk}/thanks/", {})
    assert thanked.status_code == 200
    assert links(thanked.content) == [("Back to “Sold”", report.state.path_on_site)]
    kept = open_error_reports().get()
    assert (kept.report, kept.version, kept.text, kept.email) == (report, 1, "It was one peso.", "reader@mail.example")
    assert kept.sender
    assert "127.0.0.1" not in kept.sender


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
        ({"Origin": "http://127.0.0.1:8000"}, 303),
        ({"Origin": "http://testserver"}, 303),
    ],
)
def test_only_our_own_pages_may_send_it(headers: dict[str, str], status: int, settings: Any):
    settings.ALLOWED_HOSTS = ["testserver"]

    assert send(make_report(), headers=headers).status_code == status
    assert ErrorReport.objects.count() == (status == 303)


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"text": "  "}, 422, b"Please say what is wrong."),
        ({"text": "x" * 4001}, 422, b"4000"),
        ({"text": "a\0b"}, 422, b"Null characters"),
        ({"email": "no address"}, 422, b"valid email"),
        ({"v": "x"}, 422, b""),
        ({"website": "https://spam.example"}, 303, b""),
    ],
)
def test_what_can_not_be_meant_is_not_kept_and_what_was_written_is_not_lost(
    fields: dict[str, str], status: int, said: bytes
):
    sent = send(make_report(), **{"email": "reader@mail.example", **fields})

    assert (sent.status_code, said in sent.content, ErrorReport.objects.count()) == (status, True, 0)
    if fields.get("email"):
        assert b"It was one peso." in sent.content


def test_a_sender_may_send_five_an_hour_and_all_together_three_hundred():
    report = make_report()
    statuses = [send(report).status_code for _ in range(6)]
    another = send(report, headers={**OURS, "X-Forwarded-For": "203.0.113.9"})
    first = ErrorReport.objects.first()
    ErrorReport.objects.bulk_create(
        [ErrorReport(report=report, version=1, text="x", sent_at=first.sent_at) for _ in range(ALL_AN_HOUR)]
    )
    flooded = send(report, headers={**OURS, "X-Forwarded-For": "203.0.113.10"})

    assert statuses == [303] * 5 + [429]
    assert (another.status_code, flooded.status_code) == (303, 429)
    assert b"It was one peso." in flooded.content


def test_where_it_was_sent_from_is_forgotten_after_a_day():
    for sent_at in (NOON, NOON + timedelta(hours=2)):
        report_error(report_id=make_report().pk, version=1, text="x", email="", address="203.0.113.9", now=sent_at)

    forget_senders(now=NOON + timedelta(hours=25))

    assert [bool(kept.sender) for kept in ErrorReport.objects.order_by("pk")] == [False, True]


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", "198.51.100.1"),
        ("::1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "no address", "127.0.0.1"),
    ],
)
def test_whom_a_request_is_counted_under(rf: Any, peer: str, forwarded: str, network: str):
    assert network_of(rf.get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded})) == network


def test_there_is_no_form_for_a_report_that_readers_have_not(client: Client):
    waiting, killed = make_report(publish=False), make_report()
    withdraw_report(killed, user=None, now=NOON)

    asked = [client.get(f"/report-error/{pk}/").status_code for pk in (waiting.pk, killed.pk, 10**15)]

    assert [*asked, send(killed).status_code, client.get(f"/report-error/{killed.pk}/thanks/").status_code] == [404] * 5


def test_the_desk_reads_it_and_marks_it_done(django_assert_max_num_queries: Any):
    editor = Account.objects.create_superuser("editor@desk.example", "a lamp on the rock")
    error = report_error(
        report_id=make_report(headline="Sold").pk, version=1, text="<b>One</b> peso.", email="", address="", now=NOON
    )
    desk = Client()
    desk.force_login(editor)

    listed = desk.get("/desk/reader-errors/")
    opened = desk.get(f"/desk/reader-errors/inspect/{error.pk}/")
    settled = desk.post(f"/desk/reader-errors/settle/{error.pk}/", {"settle": "1"})
    error.refresh_from_db()

    assert (listed.status_code, b"&lt;b&gt;One&lt;/b&gt; peso." in listed.content) == (200, True)
    assert b"The reader had version 1; readers have version 1 now." in opened.content
    assert (settled.status_code, error.settled_by, open_error_reports().exists()) == (302, editor, False)
    desk.post(f"/desk/reader-errors/settle/{error.pk}/", {"reopen": "1"})
    assert open_error_reports().get() == error


def test_the_list_of_errors_costs_the_same_for_one_as_for_three():
    desk = Client()
    desk.force_login(Account.objects.create_superuser("editor@desk.example", "a lamp on the rock"))
    counts = []
    for n in (1, 2):
        for _ in range(n):
            report_error(report_id=make_report().pk, version=1, text="x", email="", address="", now=NOON)
        desk.get("/desk/reader-errors/")
        counts.append(_queries(desk))

    assert counts[0] == counts[1]


def _queries(desk: Client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        desk.get("/desk/reader-errors/")
    return len(asked)


def test_somebody_who_may_not_change_reports_sees_none_of_it():
    desk = Client()
    desk.force_login(Account.objects.create_user("reader@mail.example", "a lamp on the rock"))
    error = report_error(report_id=make_report().pk, version=1, text="x", email="", address="", now=NOON)

    answers = [
        desk.get("/desk/reader-errors/").status_code,
        desk.post(f"/desk/reader-errors/settle/{error.pk}/").status_code,
    ]

    assert answers == [302, 302]


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 300])
def test_a_number_that_no_database_takes_is_no_report(client: Client, number: str):
    assert client.get(f"/report-error/{number}/").status_code == 404
    assert client.get(f"/report-error/{number}/thanks/").status_code == 404
