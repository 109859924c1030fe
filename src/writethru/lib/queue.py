"""The queue: it carries wake-ups, and nothing that would be missed if it were lost.

@job
def bake_due_pages() -> None: ...      run when somebody wakes it, and swept each minute

@job(lane=slow)
def fetch_due_photos() -> None: ...    the same, where it holds up nothing that is urgent

wake("bake_due_pages")                 after commit, from any app: jobs are known by name, so a lower app
                                       wakes a higher one without importing it
"""

from collections.abc import Callable
from functools import partial
from typing import Any, overload

from django.conf import settings
from django.db import close_old_connections, transaction
from huey import RedisHuey, SqliteHuey, crontab


def _huey(name: str) -> Any:
    if settings.QUEUE_URL:
        return RedisHuey(name, url=settings.QUEUE_URL, immediate=settings.QUEUE_IMMEDIATE, results=False)
    file = settings.WRITETHRU_DATA / "queue.sqlite3"
    return SqliteHuey(name, filename=str(file), timeout=20, immediate=settings.QUEUE_IMMEDIATE, results=False)


urgent = _huey("urgent")
slow = _huey("slow")  # what waits for other people's machines
wires = _huey("wires")  # the same, apart: no host of photos holds up a wire
mail = _huey("mail")  # what is sent: an hour of it holds up neither a wire nor a page
lanes = {lane.name: lane for lane in (urgent, slow, wires, mail)}
SWEEP_SECONDS = 60
_jobs: dict[str, Callable[[], Any]] = {}


@overload
def job(function: Callable[[], None]) -> Callable[[], Any]: ...
@overload
def job(*, lane: Any) -> Callable[[Callable[[], None]], Callable[[], Any]]: ...
def job(function: Callable[[], None] | None = None, *, lane: Any = urgent) -> Any:
    """Register `function` as a job: it runs when woken, and each minute in case the wake-up was lost."""
    return partial(_register, lane=lane) if function is None else _register(function, lane=lane)


def _register(function: Callable[[], None], *, lane: Any) -> Callable[[], Any]:
    def run() -> None:
        if settings.QUEUE_IMMEDIATE:
            # Run where it was woken, perhaps inside a test's transaction: the connection is the caller's.
            function()
            return
        close_old_connections()
        try:
            function()
        finally:
            close_old_connections()

    name = function.__name__
    # What the sweep has overtaken need not be run as well: a queue that nobody worked on for a week is soon empty.
    _jobs[name] = lane.task(name=name, expires=SWEEP_SECONDS)(run)
    lane.periodic_task(crontab(), name=f"sweep_{name}")(run)
    return _jobs[name]


def wake(name: str) -> None:
    """Enqueue the job `name` when the transaction under way has been committed. Raises KeyError for an unknown job.

    A queue that can't be reached is logged and is no error: what was committed stands, and the sweep finds it.
    """
    woken = _jobs[name]
    transaction.on_commit(lambda: woken() and None, robust=True)
