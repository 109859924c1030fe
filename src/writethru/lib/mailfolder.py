"""A folder that mail is put into when there is no server for it: a file each, whole or not there."""

import secrets
import time
from pathlib import Path


def put_message(folder: Path, message: bytes, *, name: str = "") -> Path:
    """Put `message` into `folder` and return its file, called by the time or by `name`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    called = name or f"{time.time_ns()}-{secrets.token_hex(4)}"
    unfinished = folder / f".{called}-{secrets.token_hex(4)}"
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(message)
    return unfinished.rename(folder / f"{called}.eml")
