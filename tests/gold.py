"""Where the gold sets are: beside the checkout, or where WRITETHRU_GOLD says. They never come with the project."""

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("WRITETHRU_GOLD") or Path(__file__).parents[2] / "shared" / "data")


def gold_file(name: str) -> Path:
    """Return the path of a gold file; skips the test where there is none, and fails it on CI."""
    path = FOLDER / name
    if not path.exists():
        reason = f"no gold set at {path}: set WRITETHRU_GOLD"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def gold_members(name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file in a gold archive, by name."""
    with tarfile.open(gold_file(name)) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            if (file := archive.extractfile(member)) is not None:
                yield member.name, file.read()


def is_long() -> bool:
    return os.environ.get("LONG") == "1"
