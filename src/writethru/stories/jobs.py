"""What the worker does for stories: finds what is due and calls an action."""

from writethru.lib.process import name_of_this_call
from writethru.lib.queue import job
from writethru.stories.actions.fold import fold_waiting


@job
def fold_waiting_items() -> None:
    """Fold what the wire has brought."""
    fold_waiting(claimed_by=name_of_this_call())
