"""writethru bounce: takes in one message that came back, from standard input."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from writethru.bulletins.actions.bounces import NotForUs, take_bounce
from writethru.bulletins.comeback import MOST_BYTES

TRY_AGAIN = 75  # EX_TEMPFAIL: the mail server keeps the message and calls again


class Command(BaseCommand):
    """Takes in a bounce or a complaint."""

    help = (
        "Take in one message that came back, a bounce or a complaint, from standard input: what a mail server calls "
        "for mail to bounce@…. The exit status is 75 if it can't be kept now, so that the server tries again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the command line."""
        parser.add_argument("--to", action="append", default=[], metavar="ADDRESS", help="the address it was sent to")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it in, and say what was made of it."""
        raw = sys.stdin.buffer.read(MOST_BYTES)
        while sys.stdin.buffer.read(MOST_BYTES):  # a server that can't write to the end thinks that we have failed
            pass
        try:
            taken = take_bounce(raw, to=options["to"], now=timezone.now())
        except NotForUs as error:
            self.stdout.write(f"Not counted: {error}.")
        except DatabaseError as error:
            self.stderr.write(f"Not kept: {error}")
            sys.exit(TRY_AGAIN)
        else:
            before = "" if taken.is_new else ", which had come before"
            stopped = "; no more mail goes there" if taken.is_suppressed else ""
            self.stdout.write(f"{taken.kind} of line {taken.sending}{before}{stopped}.")
