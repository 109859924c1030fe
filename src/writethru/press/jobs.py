"""What the worker does for the press."""

from django.utils import timezone

from writethru.lib.queue import job
from writethru.press.assets import made_with
from writethru.press.bake import bake_due
from writethru.stories.actions.bake import ask_for_stale_pages
from writethru.stories.queries import has_stale_pages


@job
def bake_due_pages() -> None:
    """Bake what was asked for."""
    bake_due(now=timezone.now())


@job
def ask_for_pages_made_otherwise() -> None:
    """Ask again for pages that were baked with other templates, settings or sections; the sweep bakes them."""
    made = made_with()
    if has_stale_pages(made_with=made):
        ask_for_stale_pages(made_with=made, now=timezone.now())
