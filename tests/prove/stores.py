"""Stores of a proof's own, and real `writethru` processes that work on them, to be killed when the proof likes.

A store is a data folder with a database: SQLite in it, or one on the PostgreSQL server that DATABASE_URL names. It is
set up once and then copied, because setting up takes ten seconds.
"""

import hashlib
import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Store:
    """A data folder, and the database that its processes use: an address, or "" for SQLite in the folder."""

    folder: Path
    database: str
    settings: dict[str, str] = field(default_factory=dict, kw_only=True)

    def environment(self) -> dict[str, str]:
        theirs = ("DATABASE_URL", "QUEUE_URL", "PAGES_URL", "BASE_URL", "SITE_NAME", "SITE_ZONE", "SITE_LANGUAGE")
        clean = {name: value for name, value in os.environ.items() if name not in theirs}
        clean |= {"WRITETHRU_DATA": str(self.folder), "DJANGO_SETTINGS_MODULE": "writethru.config.settings"}
        return clean | ({"DATABASE_URL": self.database} if self.database else {}) | self.settings

    def start(self, *arguments: str, into: int = subprocess.PIPE) -> subprocess.Popen[str]:
        """Start `writethru` with these arguments, in a session of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "writethru", *arguments],
            env=self.environment(),
            stdout=into,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> str:
        """Run `writethru` to its end, which must be a good one, and return what it said."""
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=3600)
        assert process.returncode == 0, said
        return said

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self._connect() as connection:
            return [tuple(row) for row in connection.execute(sql).fetchall()]

    def write(self, sql: str) -> None:
        with self._connect() as connection:
            connection.execute(sql)
            connection.commit()

    @contextmanager
    def _connect(self) -> Iterator[Any]:
        if self.database:
            with psycopg.connect(self.database) as connection:
                yield connection
        else:
            with closing(sqlite3.connect(self.folder / "writethru.sqlite3", timeout=20)) as connection:
                yield connection

    def let_claims_end(self) -> None:
        """Let the minutes pass after which what a killed process held is free again."""
        for table in ("stories_lease", "stories_bake"):
            self.write(f"UPDATE {table} SET claimed_until = '2001-01-01 00:00:00+00' WHERE claimed_until IS NOT NULL")

    def pages(self) -> dict[str, bytes]:
        """Return what readers can get: every file but locks and what is unfinished, which no path leads to."""
        every = sorted((self.folder / "pages").rglob("*"))
        found = (file for file in every if file.is_file() and file.parent.name not in {".unfinished", ".locks"})
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in found}


def kill(process: Any) -> None:
    """End a process and its children as a power cut would."""
    with suppress(ProcessLookupError):  # it has ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


class Stores:
    """Makes stores that are set up; they go when the proof ends."""

    def __init__(self, folder: Path, server: str) -> None:
        self._folder, self._server, self._made = folder, server, []
        self._template = self._new()
        if server:
            self._make_database(self._template)
        self._template.run("take", str(_nothing(folder)))
        shutil.rmtree(self._template.folder / "pages", ignore_errors=True)

    def make(self) -> Store:
        store = self._new()
        shutil.copytree(self._template.folder, store.folder)
        if self._server:
            self._make_database(store, template=self._template)
        return store

    def _new(self) -> Store:
        name = f"writethru_prove_{os.getpid()}_{next(_numbers)}"
        database = f"{self._server.rsplit('/', 1)[0]}/{name}" if self._server else ""
        return Store(self._folder / name, database)

    def _make_database(self, store: Store, template: Store | None = None) -> None:
        like = f' TEMPLATE "{_name(template)}"' if template else ""
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{_name(store)}"{like}')
        self._made.append(_name(store))

    def remove(self) -> None:
        if self._made:
            with psycopg.connect(self._server, autocommit=True) as connection:
                for name in self._made:
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _name(store: Store | None) -> str:
    return store.database.rsplit("/", 1)[1] if store else ""


def _nothing(folder: Path) -> Path:
    """Return a feed without items: taking it sets a store up."""
    file = folder / "nothing.json"
    file.write_text(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Setup", "items": []}))
    return file


def feed(folder: Path, name: str, items: Sequence[dict[str, Any]]) -> Path:
    """Write a JSON Feed of these items and return its file."""
    file = folder / f"{name}.json"
    head = {"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "home_page_url": "https://wire.example/"}
    file.write_text(json.dumps({**head, "items": list(items)}))
    return file


ITEMS = "SELECT wire_id, fingerprint FROM wire_item ORDER BY wire_id, fingerprint"
FOLDS = """
    SELECT i.wire_id, i.fingerprint, o.wire_id, o.fingerprint, f.kind, f.score
    FROM stories_fold f JOIN wire_item i ON i.id = f.item_id
    JOIN stories_fold ff ON ff.report_id = f.report_id AND ff.kind = 'first' JOIN wire_item o ON o.id = ff.item_id
    ORDER BY 1, 2
"""
VERSIONS = """
    SELECT o.wire_id, o.fingerprint, v.number, v.kind, v.grade, v.headline, v.html
    FROM stories_version v JOIN stories_fold f ON f.report_id = v.report_id AND f.kind = 'first'
    JOIN wire_item o ON o.id = f.item_id ORDER BY 1, 2, 3
"""


def content_hash(store: Store) -> dict[str, str]:
    """Return a hash of the items, of the folds by the wire's ids, and of the versions that readers were given."""
    kept = {"items": store.rows(ITEMS), "folds": store.rows(FOLDS), "versions": store.rows(VERSIONS)}
    return {name: f"{len(rows)} {hashlib.sha256(repr(rows).encode()).hexdigest()[:12]}" for name, rows in kept.items()}
