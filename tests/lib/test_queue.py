import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from huey import RedisHuey, SqliteHuey

from writethru.lib.queue import job, wake

pytestmark = pytest.mark.django_db

ran: list[str] = []


@pytest.fixture
def ring() -> Iterator[str]:
    """Register a job of this test's own that notes that it ran, and yield its name."""

    def note() -> None:
        ran.append("ring")

    ran.clear()
    note.__name__ = f"ring_{uuid.uuid4().hex}"
    job(note)
    yield note.__name__


def test_a_job_runs_when_what_woke_it_is_committed(ring: str, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        wake(ring)
        before = list(ran)

    assert (before, ran) == ([], ["ring"])


def test_what_is_rolled_back_wakes_nobody(ring: str, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        wake(ring)
        raise ZeroDivisionError

    assert ran == []


def test_an_unknown_job_is_an_error_where_it_is_woken():
    with pytest.raises(KeyError, match="bake_the_moon"):
        wake("bake_the_moon")


def registered(lane: Any) -> str:
    name = f"job_{uuid.uuid4().hex}"

    def nothing() -> None:
        pass

    nothing.__name__ = name
    job(lane=lane)(nothing)
    return name


def test_a_queue_that_is_down_is_no_error_and_holds_up_nothing_else(
    ring: str, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
):
    down = registered(RedisHuey("down", url="redis://127.0.0.1:1/0", results=False))

    with django_capture_on_commit_callbacks(execute=True):
        wake(down)
        wake(ring)

    assert ran == ["ring"]
    assert "Connection refused" in caplog.text


def test_a_lane_carries_only_its_own_and_each_job_is_swept_each_minute(
    tmp_path: Any, django_capture_on_commit_callbacks: Any
):
    lane = SqliteHuey("lane", filename=str(tmp_path / "queue.sqlite3"), results=False)
    name = registered(lane)

    with django_capture_on_commit_callbacks(execute=True):
        wake(name)

    assert [task.name for task in lane.pending()] == [name]
    assert [task.name for task in lane._registry.periodic_tasks] == [f"sweep_{name}"]


def test_a_wake_up_that_the_sweep_has_overtaken_ends(tmp_path: Any, django_capture_on_commit_callbacks: Any):
    lane = SqliteHuey("lane", filename=str(tmp_path / "queue.sqlite3"), results=False)
    with django_capture_on_commit_callbacks(execute=True):
        wake(registered(lane))

    (task,) = lane.pending()

    assert task.expires == 60
