"""writethru up: everything that a trial needs, from one command."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from writethru.ops.demo.load import load_demo
from writethru.ops.server import check_door, serve_command
from writethru.ops.staff import first_editor
from writethru.ops.store import prepare_store
from writethru.ops.supervisor import run_together


class Command(BaseCommand):
    """Sets up what is missing, then serves and works until told to end."""

    help = "Set up what is missing, then serve the site and run its worker, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the command line."""
        parser.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="default: %(default)s")
        parser.add_argument("--workers", type=int, help="server processes; default: one a core")
        parser.add_argument("--demo", action="store_true", help="load the demo's wire if the store is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up, say where to look, and run server and worker together."""
        check_door(options["bind"])
        prepare_store(self.stdout.write)
        if options["demo"]:
            load_demo(self.stdout.write)
        editor = first_editor()
        self.stdout.write(f"\n{settings.SITE_NAME} is at  http://{options['bind']}/")
        self.stdout.write(f"The desk is at  http://{options['bind']}/desk/")
        if editor:
            self.stdout.write(f"Log in there as {editor.email} with {editor.password}")
        if settings.MAIL_SERVER["carrier"] == "files":
            self.stdout.write(f"Mail goes nowhere: each is a file in {settings.MAIL_FOLDER} (EMAIL_URL is not set).")
        self.stdout.write("Ctrl-C ends it.\n")
        self.stdout.flush()
        server = serve_command(bind=options["bind"], workers=options["workers"])
        sys.exit(run_together([server, [sys.executable, "-m", "writethru", "work"]]))
