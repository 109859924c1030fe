"""writethru serve: the application alone, for a process manager."""

import logging
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from writethru.lib.logline import log_what_nobody_catches
from writethru.ops.server import check_door, serve_command
from writethru.ops.store import prepare_store

log = logging.getLogger("writethru.serve")


class Command(BaseCommand):
    """Serves the application."""

    help = "Serve the desk, and the baked pages where no file server does. Run `writethru work` beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the command line."""
        parser.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="default: %(default)s")
        parser.add_argument("--workers", type=int, help="default: one a core")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the database up to this release, and become the server."""
        log_what_nobody_catches(log)
        check_door(options["bind"])
        prepare_store(log.info)
        command = serve_command(bind=options["bind"], workers=options["workers"])
        os.execv(command[0], command)  # noqa: S606 (our own command line)
