"""writethru replay: what the desk would decide of a list of items, with nobody at it."""

import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from writethru.ops.replay import BadLine, replay
from writethru.ops.store import prepare_store
from writethru.ops.supervisor import own_environment
from writethru.wire.models import Item


class Command(BaseCommand):
    """Runs the engine over items in order, in a store of its own."""

    help = (
        "Run the engine over the items of a JSONL file in order, in a store of its own, and print a line of JSON for "
        "each: the report and story that it ended in, what was decided, of what, the score, and why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the command line."""
        parser.add_argument(
            "file",
            metavar="ITEMS.jsonl",
            help="a line for each item: id, title, and any of text, html, time, source, url, slugline, language, "
            "version, evolvedfrom; - for standard input",
        )
        parser.add_argument("--strict", action="store_true", help="count only what would be done without an editor")
        parser.add_argument("--here", action="store_true", help="use the store that is set, which must be empty")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start over in an empty store, then replay."""
        if not options["here"]:
            with tempfile.TemporaryDirectory(prefix="writethru-replay-") as folder:
                again = [sys.executable, "-m", "writethru", "replay", options["file"], "--here"]
                again += ["--strict"] if options["strict"] else []
                sys.exit(subprocess.run(again, env=own_environment(folder), check=False).returncode)  # noqa: S603
        prepare_store(lambda said: None)
        if Item.objects.exists():
            raise CommandError("There are items in the store already; a replay is only for an empty one.")
        try:
            if options["file"] == "-":
                replay(sys.stdin.buffer, self.stdout, strict=options["strict"])
            else:
                with Path(options["file"]).open("rb") as lines:
                    replay(lines, self.stdout, strict=options["strict"])
        except OSError as error:
            raise CommandError(f"{options['file']}: can't be read ({error.strerror}).") from error
        except BadLine as error:
            raise CommandError(f"{options['file']}: {error}") from error
