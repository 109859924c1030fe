"""writethru work: the worker, which folds, bakes, and sweeps each minute."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from writethru.lib.queue import urgent
from writethru.ops.store import prepare_store
from writethru.press.assets import made_with
from writethru.stories.actions.bake import ask_for_stale_pages


class Command(BaseCommand):
    """Runs the worker."""

    help = "Run the worker: fold what came in, bake what changed, sweep each minute for what was missed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the command line."""
        parser.add_argument("--threads", type=int, default=2, help="default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask again for pages that were baked with other templates, then work until told to end."""
        prepare_store(self.stdout.write)
        stale = ask_for_stale_pages(made_with=made_with(), now=timezone.now())
        if stale:
            self.stdout.write(f"{stale} pages were made with other templates or settings: baking them again.")
        urgent.create_consumer(
            workers=options["threads"], worker_type="thread", initial_delay=0.05, max_delay=0.5
        ).run()
