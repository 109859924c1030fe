"""Seals a short secret that must lie in the database: whoever reads a backup doesn't read that."""

from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256

from cryptography.fernet import Fernet


def seal(text: str, *, key: str) -> str:
    """Return `text` encrypted and signed with a key made of `key`."""
    return _fernet(key).encrypt(text.encode()).decode()


def unseal(sealed: str, *, key: str) -> str:
    """Return what was sealed. Raises cryptography.fernet.InvalidToken for what wasn't, or with another key."""
    return _fernet(key).decrypt(sealed).decode()


@cache
def _fernet(key: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(f"writethru sealed {key}".encode()).digest()))
