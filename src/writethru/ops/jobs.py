"""What the worker does for the demo, and the trace that it leaves for `writethru doctor`."""

from django.utils import timezone

from writethru.lib.process import name_of_this_call
from writethru.lib.queue import job, lanes
from writethru.ops.demo.load import send_live_items
from writethru.stories.actions.lease import leave_trace


@job
def send_demo_items() -> None:
    """Let the demo's wire go on: about an item a minute."""
    send_live_items(now=timezone.now())


def trace_of(lane: str) -> str:
    """Return the name of the trace that the sweep of `lane` leaves."""
    return f"swept {lane}"


def note_job(lane: str) -> str:
    """Return the name of the job that leaves it."""
    return f"note_sweep_of_{lane}"


def _leave_traces() -> None:
    for name, lane in lanes.items():

        def note(name: str = name) -> None:
            leave_trace(trace_of(name), by=name_of_this_call(), now=timezone.now())

        note.__name__ = note_job(name)
        job(lane=lane)(note)


_leave_traces()
