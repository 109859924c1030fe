"""A folder that mail is put into when there is no server for it: a file each, whole or not there, for people to read.

What goes to a server is quoted-printable, which breaks links over lines; here the text stands as it is.
"""

import secrets
import time
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

_READABLE = SMTP.clone(cte_type="8bit", max_line_length=None)


def put_message(folder: Path, message: bytes, *, name: str = "") -> Path:
    """Put `message` into `folder` and return its file, called by the time or by `name`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    called = name or f"{time.time_ns()}-{secrets.token_hex(4)}"
    unfinished = folder / f".{called}-{secrets.token_hex(4)}"
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(readable(message))
    return unfinished.rename(folder / f"{called}.eml")


def readable(message: bytes) -> bytes:
    """Return the same message with its texts as they are, in UTF-8 of 8 bits."""
    read = message_from_bytes(message, policy=_READABLE)
    for part in read.walk():
        if part.get_content_maintype() == "text" and not part.is_attachment():
            part.set_content(part.get_content(), subtype=part.get_content_subtype(), cte="8bit")
    return read.as_bytes()
