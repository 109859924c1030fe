"""The page store: a folder of baked files that a file server, a CDN or the application itself serves.

A file lies at the URL's path, plus index.html where the path ends in a slash:

    put("/story/united-states-and-japan/", b"<!doctype html>…")   pages/story/united-states-and-japan/index.html
"""

import fcntl
import os
import secrets
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from django.conf import settings

LONGEST_PATH = 500  # what a Bake row holds
LONGEST_NAME = 230  # bytes; a file system takes 255, and a fresh file has a longer name than the one it replaces


UNFINISHED = ".unfinished"  # where a file is written before it takes its place; no path leads there
ABANDONED_SECONDS = 3600
SYNCS_AT_ONCE = 8  # the file system makes one journal entry of them
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
    """Replace the file at `path` atomically; return False, leaving it alone, if it holds `body` already."""
    fresh = write(path, body)
    sync([fresh] if fresh else [])
    return fresh is not None and place(path, fresh, only_if=only_if)


def write(path: str, body: bytes) -> Path | None:
    """Write `body` beside the pages and return its file, for `sync` and then `place`; None if `path` holds it already.

    Who has several to put writes them all first: to bring them to disk together costs little more than one.
    """
    file, fresh = file_for(path), Path(settings.PAGES_FOLDER, UNFINISHED, secrets.token_hex(8))
    # Under the lock: another may just be replacing what is there.
    with _locked(path), suppress(FileNotFoundError):
        if file.read_bytes() == body:
            return None
    for folder in (file.parent, fresh.parent):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        fresh.write_bytes(body)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def sync(files: Sequence[Path]) -> None:
    """Return when what has been written to these files would outlive a power cut."""
    if len(files) < 2:
        deque(map(_sync, files))
        return
    with ThreadPoolExecutor(min(len(files), SYNCS_AT_ONCE)) as pool:
        deque(pool.map(_sync, files))


def _sync(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())


def place(path: str, fresh: Path, *, only_if: Callable[[], bool] | None = None) -> bool:
    """Let `fresh` take its place at `path`, if `only_if` returns True; it is gone from where it was even if not.

    `only_if` is asked under a lock that every other place and remove of this path waits for: who has lost the right to
    put a page meanwhile can't lay an old one over a newer. Every replace moves the file's time on by at least a second:
    nginx answers 304 by the second, so a file changed twice within one would be answered stale.
    """
    file = file_for(path)
    try:
        with _locked(path):
            if only_if is not None and not only_if():
                return False
            with suppress(FileNotFoundError):
                at_least = file.stat().st_mtime + 1
                if fresh.stat().st_mtime < at_least:
                    os.utime(fresh, (at_least, at_least))
            fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    return True


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
