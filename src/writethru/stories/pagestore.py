"""The page store: a folder of baked files that a file server, a CDN or the application itself serves.

A file lies at the URL's path, plus index.html where the path ends in a slash:

    put("/story/united-states-and-japan/", b"<!doctype html>…")   pages/story/united-states-and-japan/index.html
"""

import fcntl
import os
import secrets
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from django.conf import settings

LONGEST_PATH = 500  # what a Bake row holds
LONGEST_NAME = 230  # bytes; a file system takes 255, and a fresh file has a longer name than the one it replaces


UNFINISHED = ".unfinished"  # where a file is written before it takes its place; no path leads there
ABANDONED_SECONDS = 3600
LOCKS, LOCK_COUNT = ".locks", 64  # files that lock what is being replaced, each for a part of all paths


class BadPath(ValueError):
    """A path that may not stand in the store."""


def file_for(path: str) -> Path:
    """Return the file that `path` ("/story/x/", "/feed.atom") is kept in. Raises BadPath for one that leads out."""
    parts = PurePosixPath(path).parts
    if len(path) > LONGEST_PATH or any(len(part.encode()) > LONGEST_NAME for part in parts):
        raise BadPath(path[:80])
    if not path.startswith("/") or "\0" in path or "\\" in path or any(part.startswith(".") for part in parts):
        raise BadPath(path)
    file = Path(settings.PAGES_FOLDER, *parts[1:])
    return file / "index.html" if path.endswith("/") else file


def put(path: str, body: bytes, *, only_if: Callable[[], bool] | None = None) -> bool:
    """Replace the file at `path` atomically; return False, leaving it alone, if it holds `body` already.

    With `only_if`, it is replaced only if that returns True, which is asked under a lock that every other put and
    remove of this path waits for: who has lost the right to put it meanwhile can't lay an old page over a newer one.
    Every replace moves the file's time on by at least a second: nginx answers 304 by the second, so a file changed
    twice within one would be answered stale.
    """
    file = file_for(path)
    with _locked(path):
        if only_if is not None and not only_if():
            return False
        before = 0.0
        with suppress(FileNotFoundError):
            before = file.stat().st_mtime
            if file.read_bytes() == body:
                return False
        _replace(file, body, before=before)
    return True


def _replace(file: Path, body: bytes, *, before: float) -> None:
    fresh = Path(settings.PAGES_FOLDER, UNFINISHED, secrets.token_hex(8))
    for folder in (file.parent, fresh.parent):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with fresh.open("xb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        now = fresh.stat().st_mtime
        if before and now < before + 1:
            os.utime(fresh, (before + 1, before + 1))
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """Let no other process or thread replace or remove the file at `path` meanwhile; a killed one lets go."""
    lock = Path(settings.PAGES_FOLDER, LOCKS, f"{zlib.crc32(path.encode()) % LOCK_COUNT:02}")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def get(path: str) -> bytes | None:
    """Return what is baked at `path`, or None."""
    try:
        return file_for(path).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def remove(path: str, *, only_if: Callable[[], bool] | None = None) -> None:
    """Take the file at `path` away, if `only_if` returns True, as with `put`; that it is not there is no error."""
    file = file_for(path)
    with _locked(path):
        if only_if is None or only_if():
            file.unlink(missing_ok=True)


def remove_unfinished() -> None:
    """Take away what processes that were killed as they wrote have left behind."""
    place = Path(settings.PAGES_FOLDER, UNFINISHED)
    for file in place.iterdir() if place.is_dir() else ():
        with suppress(FileNotFoundError):  # it has taken its place
            if file.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                file.unlink()


def remove_all(folder: str, *, prefix: str) -> None:
    """Take away the files right in `folder` ("/photo/") whose names begin with `prefix`."""
    place = file_for(folder).parent
    if place.is_dir():
        for file in place.iterdir():
            if file.name.startswith(prefix):
                file.unlink(missing_ok=True)
