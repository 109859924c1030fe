"""What the worker does for the demo."""

from django.utils import timezone

from writethru.lib.queue import job
from writethru.ops.demo.load import send_live_items


@job
def send_demo_items() -> None:
    """Let the demo's wire go on: about an item a minute."""
    send_live_items(now=timezone.now())
