"""What the worker does for the press."""

from django.utils import timezone

from writethru.lib.queue import job
from writethru.press.bake import bake_due


@job
def bake_due_pages() -> None:
    """Bake what was asked for."""
    bake_due(now=timezone.now())
