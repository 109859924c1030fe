"""Links that know who presses them, without logging in: signed, and as short as that can be.

    /f/<token>/   what somebody follows: change the pace, pause, stop
    /u/<token>/   stop one follow (POST, RFC 8058); GET asks first
    /u/all/<token>/   stop all mail
    /c/<token>/   confirm what was asked for at an address; good once

A token is base64url of two numbers and sixteen bytes of HMAC-SHA256 with SECRET_KEY: 128 bits nobody guesses. Each kind
of link is signed for itself, so that no link opens another's door.
"""

import hashlib
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from functools import cache

from django.conf import settings

MAC_BYTES = 16
FOLLOW, STOP, STOP_ALL, CONFIRM = "follow", "stop", "stop all", "confirm"
_PACKED = struct.Struct(">QQ")


class BadToken(Exception):
    """This is no token of ours, or not for this door."""


def token(door: str, first: int, second: int = 0) -> str:
    """Return the token that opens `door` for two ids: a reader's and a follow's (0: all), or an opt-in's."""
    return tokens(door)(first, second)


def tokens(door: str) -> Callable[[int, int], str]:
    """Return what makes the tokens of a door: who makes thousands looks the key up once."""
    key = _key(settings.SECRET_KEY, door)

    def of(first: int, second: int) -> str:
        packed = _PACKED.pack(first, second)
        return urlsafe_b64encode(packed + _mac(key, packed)).rstrip(b"=").decode()

    return of


def read(door: str, given: str) -> tuple[int, int]:
    """Return the two ids that `token` was made of. Raises BadToken."""
    try:
        raw = urlsafe_b64decode(given.encode("ascii") + b"=" * (-len(given) % 4))
    except (Error, UnicodeEncodeError) as error:
        raise BadToken(given) from error
    packed, mac = raw[: _PACKED.size], raw[_PACKED.size :]
    if len(packed) != _PACKED.size or not hmac.compare_digest(mac, _mac(_key(settings.SECRET_KEY, door), packed)):
        raise BadToken(given)
    if token(door, *_PACKED.unpack(packed)) != given:
        raise BadToken(given)  # spelt another way: base64 leaves bits over
    first, second = _PACKED.unpack(packed)
    return first, second


def _mac(key: bytes, packed: bytes) -> bytes:
    return hmac.digest(key, packed, "sha256")[:MAC_BYTES]


@cache
def _key(secret: str, door: str) -> bytes:
    return hashlib.sha256(f"writethru link {door} {secret}".encode()).digest()


def address_hash(email: str) -> str:
    """Return the keyed hash by which a suppressed address is known."""
    return hmac.new(settings.SECRET_KEY.encode(), f"address {email.strip().lower()}".encode(), "sha256").hexdigest()
