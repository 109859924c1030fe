"""What the login has written, as the ledger holds it."""

import re

from writethru.bulletins.models import Sending


def letters(to: str) -> list[str]:
    """Return the subjects of what was written to an address, the oldest first."""
    return list(Sending.objects.filter(address=to).order_by("pk").values_list("dispatch__subject", flat=True))


def link(to: str) -> str:
    """Return the path of the link in the newest letter."""
    return re.search(r"^[^:\n]+: http://127\.0\.0\.1:8000(/account/\S+)$", _text(to), re.MULTILINE)[1]


def code(to: str) -> str:
    """Return the code in the newest letter."""
    return re.search(r"^([B-Z]{4}-[B-Z]{4})$", _text(to), re.MULTILINE)[1]


def _text(to: str) -> str:
    return Sending.objects.filter(address=to).latest("pk").dispatch.text
