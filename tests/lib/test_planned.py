import pytest
from builders import NOON
from django.db import IntegrityError, OperationalError, connection, connections

from writethru.lib.planned import Done, run_together
from writethru.stories.models import Bake

pytestmark = pytest.mark.django_db(transaction=True)
RANKED = "UPDATE stories_bake SET rank = %s WHERE path = %s"
RENAMED = "UPDATE stories_bake SET path = %s WHERE path = %s RETURNING rank"


def make_bakes() -> None:
    Bake.objects.bulk_create([Bake(path=path, rank=1, asked_at=NOON) for path in ("/a/", "/b/")])


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
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is no server")
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
