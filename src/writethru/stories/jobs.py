"""What the worker does for stories: finds what is due and calls an action."""

from django.utils import timezone

from writethru.lib.process import name_of_this_call
from writethru.lib.queue import job, slow
from writethru.stories.actions.fold import Lane, end_embargoes, fold_waiting
from writethru.stories.actions.group import group_reports
from writethru.stories.actions.photos import claim_photos, fetch_photo, heed_end_of_photos
from writethru.stories.actions.window import Window, newest
from writethru.stories.lexicon import background

_lane = Lane()


@job
def fold_waiting_items() -> None:
    """Fold what the wire has brought."""
    fold_waiting(claimed_by=name_of_this_call(), lane=_lane)


_window = Window()  # a process reads each text once


@job(lane=slow)
def group_waiting_reports() -> None:
    """Propose stories for what has come; in a lane where it holds up no fold."""
    if (come := newest()) != _window.grouped:
        group_reports(_window, background=background(), now=timezone.now())
        _window.grouped = come  # only now: if that failed, the next sweep tries again


@job
def publish_due_reports() -> None:
    """Let go on what was embargoed until now."""
    end_embargoes(now=timezone.now())


@job(lane=slow)
def fetch_due_photos() -> None:
    """Fetch the photos that the wire has named, and heed until when those that we have may be shown."""
    heed_end_of_photos(now=timezone.now())
    claimed_by = name_of_this_call()
    while claims := claim_photos(claimed_by=claimed_by, now=timezone.now()):
        for claim in claims:
            fetch_photo(claim, now=timezone.now())
