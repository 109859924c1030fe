"""JSON whose parts are to be found again in the text: members and elements with where they stand.

The bounds are those of memory: Python takes some 250 bytes for an object of one member, so that eight megabytes of
"{}," would take half a gigabyte. What is left of 200,000 marks is below 100 MiB.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from writethru.wire.formats import Unreadable
from writethru.wire.formats.guard import MAX_BYTES, MAX_DEPTH, decode

# Braces, brackets and commas. 8 MB of prose have 140,000 commas; the largest of the sample bundles has 4,000 marks.
MAX_MARKS = 200_000

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)


def json_text(body: bytes, *, content_type: str = "") -> str:
    """Return the text of a JSON document. Raises Unreadable: "too_large", "too_deep", "too_many"."""
    if len(body) > MAX_BYTES:
        raise Unreadable("too_large")
    if b"[" * MAX_DEPTH in body:
        raise Unreadable("too_deep")
    if body.count(b"{") + body.count(b"[") + body.count(b",") > MAX_MARKS:
        raise Unreadable("too_many")
    return decode(body, content_type=content_type)


def value_at(text: str, at: int) -> tuple[Any, int]:
    """Return the value that begins at `at`, and where it ends. Raises ValueError, and RecursionError if it is deep."""
    return _DECODER.raw_decode(text, at)


def members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield the name of each member of the object at `at`, and where its value begins.

    Raises ValueError and IndexError where the text is broken.
    """
    at = _expect(text, at, "{")
    while text[at] != "}":
        key, at = value_at(text, at)
        at = _expect(text, at, ":")
        yield str(key), at
        _, at = value_at(text, at)
        at = _after_comma(text, at, "}")


def array(text: str, at: int) -> Iterator[tuple[Any, int, int]]:
    """Yield each element of the array at `at`, and where it begins and ends. Raises as `members` does."""
    at = _expect(text, at, "[")
    while text[at] != "]":
        value, end = value_at(text, at)
        yield value, at, end
        at = _after_comma(text, end, "]")


def skip(text: str, at: int) -> int:
    """Return where what follows the white space at `at` begins."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _expect(text: str, at: int, mark: str) -> int:
    """Return where what follows the mark begins; raises ValueError where the mark isn't next."""
    at = skip(text, at)
    if text[at] != mark:
        raise ValueError(mark)
    return skip(text, at + 1)


def _after_comma(text: str, at: int, closing: str) -> int:
    at = skip(text, at)
    return at if text[at] == closing else _expect(text, at, ",")
