from datetime import timedelta

import pytest
from builders import NOON
from django.db import DataError, IntegrityError, OperationalError, connection, connections

from writethru.lib.planned import Done, run_together
from writethru.stories.models import Bake

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(hours=1)
RANKED = "UPDATE stories_bake SET rank = %s WHERE path = %s"
RENAMED = "UPDATE stories_bake SET path = %s WHERE path = %s RETURNING rank"


def make_bakes() -> None:
    Bake.objects.bulk_create([Bake(path=path, rank=1, asked_at=NOON) for path in ("/a/", "/b/")])


def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is no server")


def test_each_says_what_it_returned_and_how_many_it_changed():
    make_bakes()

    done = run_together([(RANKED, (5, "/a/")), (RENAMED, ("/c/", "/a/")), (RANKED, (6, "/none/"))])

    assert [(one.rows, one.count) for one in (done[0], done[2])] == [([], 1), ([], 0)]
    assert done[1].rows == [(5,)]


def test_one_that_fails_undoes_those_before_it_and_the_connection_serves_on():
    make_bakes()

    for _ in range(3):
        with pytest.raises(IntegrityError):
            run_together([(RANKED, (5, "/a/")), (RENAMED, ("/b/", "/a/")), (RANKED, (6, "/b/"))])

    assert sorted(Bake.objects.values_list("path", "rank")) == [("/a/", 1), ("/b/", 1)]
    assert run_together([(RANKED, (7, "/b/"))]) == [Done([], 1)]
    assert sorted(Bake.objects.values_list("path", "rank")) == [("/a/", 1), ("/b/", 7)]


def test_a_server_that_ends_the_connection_has_done_nothing_and_is_asked_on_a_new_one():
    on_postgresql()
    make_bakes()
    other = connections.create_connection("default")
    with connection.cursor() as mine, other.cursor() as theirs:
        mine.execute("SELECT pg_backend_pid()")
        theirs.execute("SELECT pg_terminate_backend(%s)", mine.fetchone())
    other.close()

    with pytest.raises(OperationalError):
        run_together([(RANKED, (5, "/a/")), (RANKED, (5, "/b/"))])
    connection.close_if_unusable_or_obsolete()
    done = run_together([(RANKED, (6, "/a/"))])

    assert done == [Done([], 1)]
    assert sorted(Bake.objects.values_list("path", "rank")) == [("/a/", 6), ("/b/", 1)]


def test_what_is_to_be_done_meanwhile_is_done_once():
    make_bakes()
    did: list[str] = []
    asked = [("UPDATE stories_bake SET asked_at = %s WHERE path = %s", (LATER, "/a/")), (RANKED, (2, "/b/"))]

    done = run_together(asked, meanwhile=lambda: did.append("packed"))

    assert (did, done) == (["packed"], [Done([], 1), Done([], 1)])
    assert sorted(Bake.objects.values_list("path", "asked_at", "rank")) == [("/a/", LATER, 1), ("/b/", NOON, 2)]


def test_postgresql_plans_each_once_whatever_its_values():
    on_postgresql()
    make_bakes()

    for rank in range(10):
        run_together([(RANKED, (rank, "/a/"))])

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s", ["UPDATE%"]
        )
        assert cursor.fetchall() == [(10, 0)]
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("auto",)


def test_a_server_that_forgot_what_it_had_prepared_is_told_again():
    on_postgresql()
    make_bakes()
    run_together([(RANKED, (5, "/a/"))])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")

    done = run_together([(RANKED, (6, "/a/")), (RANKED, (7, "/b/"))])

    assert [one.count for one in done] == [1, 1]
    assert sorted(Bake.objects.values_list("path", "rank")) == [("/a/", 6), ("/b/", 7)]
    with connection.cursor() as cursor:  # they would pile up, if that is how it is here
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (0,)


def test_what_goes_wrong_meanwhile_undoes_nothing_and_the_connection_serves_on():
    make_bakes()

    with pytest.raises(ZeroDivisionError):
        run_together([(RANKED, (5, "/a/"))], meanwhile=lambda: print(1 // 0))

    assert run_together([(RANKED, (7, "/b/"))]) == [Done([], 1)]
    assert sorted(Bake.objects.values_list("path", "rank")) == [("/a/", 5), ("/b/", 7)]


def test_what_postgresql_keeps_in_no_text_is_refused_and_nothing_is_sent():
    on_postgresql()
    make_bakes()

    with pytest.raises(DataError):
        run_together([(RANKED, (5, "/a/")), (RANKED, (5, "/b\0/"))])

    assert sorted(Bake.objects.values_list("path", "rank")) == [("/a/", 1), ("/b/", 1)]


def test_more_than_a_socket_holds_goes_in_one_trip():
    make_bakes()
    long = "x" * 3_000_000

    done = run_together([("UPDATE stories_bake SET rank = length(%s) - 2999993 WHERE path = %s", (long, "/a/"))] * 4)

    assert [one.count for one in done] == [1] * 4
    assert Bake.objects.get(path="/a/").rank == 7
