"""writethru systemd: prints the unit of one of the two processes."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from writethru.ops.units import UNITS, unit


class Command(BaseCommand):
    """Prints a systemd unit."""

    help = "Print the systemd unit of `writethru serve` or `writethru work`, with the folders of this install."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the command line."""
        parser.add_argument("process", choices=list(UNITS))
        parser.add_argument("--user", default="writethru", help="whom it runs as; default: %(default)s")
        parser.add_argument(
            "--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="of serve; default: %(default)s"
        )
        parser.add_argument(
            "--environment-file",
            default="/etc/writethru.env",
            metavar="FILE",
            help="the settings, a NAME=value a line; default: %(default)s",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(
            unit(
                options["process"],
                user=options["user"],
                bind=options["bind"],
                environment_file=options["environment_file"],
                arguments=sys.argv[2:],
            ),
            ending="",
        )
