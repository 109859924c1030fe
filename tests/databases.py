"""The tests' own database: a copy of one that is migrated once, and anew when what it is made of has changed."""

import fcntl
import hashlib
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parent.parent
# Migrations make the tables; the models and settings decide which permissions and types are planted in them.
MADE_OF = (
    "requirements.txt",
    "tests/settings_for_tests.py",
    "src/writethru/config/*.py",
    "src/writethru/*/apps.py",
    "src/writethru/*/models.py",
    "src/writethru/*/migrations/*.py",
)


def copy_database(cache: Path, *, anew: bool) -> None:
    """Give the tests a copy of the migrated database, kept in `cache` or on the server; make that if need be."""
    name = connection.creation._get_test_db_name()
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor == "sqlite":
            _copy_file(name, cache=cache, anew=anew)
        else:
            _copy_on_server(name, anew=anew)
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def remove_database() -> None:
    connection.creation.destroy_test_db(verbosity=0)


def _copy_file(name: Path, *, cache: Path, anew: bool) -> None:
    kept = cache / f"{_key()}.sqlite3"
    if anew or not kept.exists():
        for old in cache.glob("*.sqlite3*"):
            old.unlink()
        unfinished = cache / "unfinished.sqlite3"
        _migrate(str(unfinished))
        unfinished.rename(kept)
    shutil.copy(kept, name)


def _copy_on_server(name: str, *, anew: bool) -> None:
    """Copy on the PostgreSQL server, which keeps the migrated database and, as its comment, of what it is made."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    kept, key = f"{name.removesuffix(f'_{worker}')}_migrated", _key()
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [kept])
        if anew or cursor.fetchone() != (key,):
            _migrate(kept)
            cursor.execute(f"COMMENT ON DATABASE \"{kept}\" IS '{key}'")
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')


def _migrate(name: str) -> None:
    given: dict[str, Any] = connection.settings_dict["TEST"]
    connection.settings_dict["TEST"] = {**given, "NAME": name}
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    connection.settings_dict["TEST"] = given


def _key() -> str:
    made_of = hashlib.sha256(sys.version.encode())
    for pattern in MADE_OF:
        for file in sorted(ROOT.glob(pattern)):
            made_of.update(f"{file.relative_to(ROOT)} ".encode() + file.read_bytes())
    return made_of.hexdigest()[:16]
