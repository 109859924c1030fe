"""What the worker does for bulletins."""

from writethru.lib.queue import job


@job
def send_due_dispatches() -> None:
    """Send what is due."""
