"""writethru demo: the demo's wire into an empty store."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from writethru.ops.demo.load import load_demo
from writethru.ops.store import prepare_store


class Command(BaseCommand):
    """Loads the demo."""

    help = "Load the demo's wire into an empty store, and bake it. While a worker runs, it goes on for twenty minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and bake, or say why not."""
        prepare_store(self.stdout.write)
        if not load_demo(self.stdout.write):
            raise CommandError("There are items in the store already; the demo is only for an empty one.")
        self.stdout.write("Loaded. `writethru up` serves it.")
