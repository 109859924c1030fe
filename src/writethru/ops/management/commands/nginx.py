"""writethru nginx: prints the file server's settings."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from writethru.ops.fileserver import Front, nginx_settings


class Command(BaseCommand):
    """Prints nginx's settings for this house."""

    help = (
        "Print nginx's settings for this house: baked pages from their folder with the same headers that the "
        "application sends, all else from the application. Put them where nginx's http block includes them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the command line."""
        parser.add_argument(
            "--app", default="127.0.0.1:8000", metavar="HOST:PORT", help="where serve is; default: %(default)s"
        )
        parser.add_argument("--listen", default="", metavar="PORT", help="default: 80, with a certificate 443")
        parser.add_argument(
            "--behind",
            action="append",
            metavar="ADDRESS",
            help="a CDN or a proxy in front, which is believed when it says who asks and by which scheme",
        )
        parser.add_argument("--certificate", default="", metavar="FILE", help="for https: the chain of certificates")
        parser.add_argument("--key", default="", metavar="FILE", help="the key of the certificate")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them."""
        front = Front(
            app=options["app"],
            listen=options["listen"],
            behind=options["behind"] or (),
            certificate=options["certificate"],
            key=options["key"],
        )
        self.stdout.write(nginx_settings(front, arguments=sys.argv[2:]), ending="")
