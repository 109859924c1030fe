"""writethru dkim: prints the record that lets others check our signature."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from writethru.lib import dkim

PIECE = 250  # a string of a TXT record has at most 255 bytes


class Command(BaseCommand):
    """Prints the DNS record of the DKIM key."""

    help = "Print the DNS record of the key that mail is signed with, as a zone file has it. DKIM_DOMAIN must be set."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        if not settings.DKIM_DOMAIN:
            raise CommandError("DKIM_DOMAIN is not set: mail is not signed here. Set it to the domain of MAIL_FROM.")
        name, text = dkim.record()
        pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
        self.stdout.write(f"{name}. IN TXT ( " + " ".join(f'"{piece}"' for piece in pieces) + " )")
