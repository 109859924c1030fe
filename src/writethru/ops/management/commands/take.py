"""writethru take: takes items in now, and returns when what it published is baked."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from writethru.lib.http import NotFetched, fetch
from writethru.ops.intake import Intake, take_in
from writethru.ops.store import prepare_store
from writethru.wire.formats import Unreadable
from writethru.wire.words import why_unread

MOST_BYTES = 20_000_000
PATIENCE_SECONDS = 60


class Command(BaseCommand):
    """Takes items in from files and from the web."""

    help = "Take items in from feeds (RSS, RDF, Atom, JSON Feed, ninjs) and return when what was published is baked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the command line."""
        parser.add_argument("file", nargs="+", metavar="FILE_OR_URL", help="a feed in a file, or its address")
        parser.add_argument("--source", metavar="NAME", help="the source that sent it; made if there is none so named")
        parser.add_argument("--story", metavar="TITLE", help="file its reports into this story, opened if need be")
        parser.add_argument("--publish", action="store_true", help="publish its reports")
        parser.add_argument("--quiet", action="store_true", help="alert nobody of what is published")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take in each file; one that can't be read is said, the others are taken, and the exit status is 1."""
        prepare_store(self.stdout.write)
        unread = 0
        for name in options["file"]:
            try:
                is_address = name.startswith(("http://", "https://"))
                done = take_in(
                    _fetched(name) if is_address else Path(name).read_bytes(),
                    address=name if is_address else "",
                    file_name=Path(name).name,
                    source_name=options["source"] or "",
                    story_title=options["story"] or "",
                    publish=options["publish"],
                    quiet=options["quiet"],
                )
            except OSError as error:
                unread += 1
                self.stderr.write(f"{name}: can't be read ({error.strerror}).")
            except NotFetched as error:
                unread += 1
                self.stderr.write(f"{name}: not fetched: {error}")
            except Unreadable as error:
                unread += 1
                self.stderr.write(f"{name}: not taken: {why_unread(error.reason)}.")
            else:
                self.stdout.write(f"{name}: {_told(done)}")
        if unread:
            raise CommandError(f"{unread} of {len(options['file'])} could not be taken.")


def _fetched(address: str) -> bytes:
    response = fetch(address, max_bytes=MOST_BYTES, timeout_seconds=PATIENCE_SECONDS)
    if response.status != 200:
        raise NotFetched(f"the server answered {response.status}.")
    return response.body


def _told(done: Intake) -> str:
    parts = [f"{done.items} items from “{done.source}”, {done.new} of them new"]
    if done.folded:
        parts.append(f"{done.folded} folded into a report that was there")
    if done.published:
        parts.append(f"{done.published} reports published")
    if done.baked:
        parts.append(f"{done.baked} pages baked")
    if done.set_aside:
        parts.append(f"{done.set_aside} set aside")
    return "; ".join(parts) + "."
