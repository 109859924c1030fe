"""Where what comes back comes to: an envelope sender for each line of the ledger, signed, so that it says which one.

    bounce+3n6k-ohv2zd4i5ls7c3q5@mail.example

Between the signs stand the line's id to the base of 36 and 80 bits of HMAC-SHA256 with SECRET_KEY, in letters that
survive a server which knows no case (RFC 5321 allows a local part 64 octets; this has at most 37). Whoever was never
sent a message of ours can't make one up, and mail to any other address says nothing about anybody.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from email.utils import parseaddr
from functools import cache

from django.conf import settings

MAC_BYTES = 10
NO_DOMAIN = "none"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ADDRESS = re.compile(r"bounce\+([0-9a-z]{1,13})-([a-z2-7]{16})@([^@\s<>]{1,255})", re.IGNORECASE | re.ASCII)


class NotOurs(Exception):
    """This is no envelope sender that we gave a message."""


def envelope_sender(sending_id: int) -> str:
    """Return the envelope sender of a line of the ledger; with BOUNCE_DOMAIN=none that of all, MAIL_FROM's address."""
    domain = _domain(settings.BOUNCE_DOMAIN, settings.MAIL_FROM)
    if domain == NO_DOMAIN:
        return parseaddr(settings.MAIL_FROM)[1]
    number = _in_base_36(sending_id)
    return f"bounce+{number}-{_mac(number)}@{domain}"


def sending_of(address: str) -> int:
    """Return the id of the line of the ledger that an envelope sender was made for. Raises NotOurs."""
    found = _ADDRESS.fullmatch(address.strip().strip("<>"))
    if not found:
        raise NotOurs(address)
    number, mac, domain = found[1].lower(), found[2].lower(), found[3].lower().rstrip(".")
    if not hmac.compare_digest(mac, _mac(number)) or number != _in_base_36(int(number, 36)):
        raise NotOurs(address)
    if domain != _domain(settings.BOUNCE_DOMAIN, settings.MAIL_FROM):
        raise NotOurs(address)
    return int(number, 36)


@cache
def _domain(bounce_domain: str, mail_from: str) -> str:
    return (bounce_domain or parseaddr(mail_from)[1].rpartition("@")[2]).lower()


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _mac(number: str) -> str:
    return b32encode(hmac.digest(_key(settings.SECRET_KEY), number.encode(), "sha256")[:MAC_BYTES]).decode().lower()


@cache
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"writethru bounce {secret}".encode()).digest()
