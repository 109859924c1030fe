"""What looks for one reader, or for staff, among the accounts of a million readers."""

from collections.abc import Callable
from typing import Any

import pytest
from builders import make_reader, make_staff
from django.db import connection
from django.test.utils import CaptureQueriesContext

from writethru.readers.models import Account
from writethru.readers.queries import reader_at, readers_at, staff_accounts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("anna@", ["anna@mail.example", "anna@news.example"]),
        ("Anna@Mail", ["anna@mail.example"]),
        ("ann_", []),
        ("an", ["ana@mail.example", "anna@mail.example", "anna@news.example"]),
        ("zo", ["zoë@mail.example"]),
        ("ZOË", ["zoë@mail.example"]),
    ],
)
def test_readers_are_found_by_the_beginning_of_their_address(sought: str, found: list[str]):
    for name in ("anna@news", "anna@mail", "ana@mail", "bert@mail", "zoë@mail"):
        make_reader(f"{name}.example")

    assert [reader.email for reader in readers_at(sought, limit=9)] == found


def test_a_reader_is_found_in_whatever_case_and_no_member_of_staff_is():
    anna = Account.objects.create_user("anna@mail.example")
    bert = Account.objects.create(email="Bert@mail.example")
    make_staff("editor@desk.example")

    found = [reader_at(email) for email in ("ANNA@mail.example", "bert@mail.example", "editor@desk.example", "", "a%")]

    assert found == [anna, bert, None, None, None]
    assert Account.objects.get_by_natural_key("bert@MAIL.example") == bert


def test_staff_are_who_is_marked_so_superusers_and_who_is_in_a_group_with_desk_access():
    marked = Account.objects.create_user("marked@desk.example", is_staff=True)
    chief = Account.objects.create_superuser("chief@desk.example", "a lamp on the rock")
    grouped = make_staff("editor@desk.example")
    Account.objects.filter(pk=grouped.pk).update(is_staff=False)
    Account.objects.create_user("anna@mail.example")

    assert list(staff_accounts().order_by("pk")) == [marked, chief, grouped]


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda: list(staff_accounts()), "account_of_staff"),
        (lambda: reader_at("anna@mail.example"), "account_email_any_case"),
        (lambda: readers_at("anna", limit=9), "reader_email_beginning"),
    ],
)
def test_each_is_found_by_an_index(ask: Callable[[], Any], index: str):
    with CaptureQueriesContext(connection) as asked:
        ask()

    assert any(index in plan for plan in map(plan_of, asked.captured_queries))


def plan_of(query: dict[str, str]) -> str:
    """Return how the database answers, as far as it seeks: SQLite's scans are left out, PostgreSQL is told not to.

    All of the index of staff is little.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}".replace("%", "%%"))
            lines = [line[-1] for line in cursor.fetchall()]
            return "\n".join(line for line in lines if line.startswith("SEARCH") or "account_of_staff" in line)
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query['sql']}".replace("%", "%%"))
        return "\n".join(line[0] for line in cursor.fetchall())
