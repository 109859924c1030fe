"""writethru reindex: puts all items into the fold index anew, while the desk works."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand

from writethru.ops.store import prepare_store
from writethru.stories.actions.reindex import reindex

TELL_EVERY = 5.0  # seconds


class Command(BaseCommand):
    """Puts all items into the fold index anew."""

    help = "Put all items into the fold index anew, while the desk works: after an upgrade that says so."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, telling how far it is every few seconds."""
        prepare_store(self.stdout.write)
        self._began = self._told = monotonic()
        done = reindex(heed=self._tell)
        self.stdout.write(f"{done:,} items are in the fold index.")

    def _tell(self, done: int, of: int) -> None:
        now = monotonic()
        if now - self._told >= TELL_EVERY:
            self._told = now
            left = (now - self._began) / done * (of - done)
            self.stdout.write(f"  {done:,} of {of:,} items, about {left:,.0f} s to go")
            self.stdout.flush()
