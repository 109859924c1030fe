"""Sets up the store on first start, and after an upgrade."""

import fcntl
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError


def prepare_store(say: Callable[[str], object]) -> None:
    """Bring the database up to this release, one process at a time; `say` is told what is going on.

    Raises CommandError if the database can't be reached.
    """
    with (settings.WRITETHRU_DATA / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _keep_from_others()
        try:
            pending = _pending()
        except OperationalError as error:
            raise CommandError(f"The database can't be reached: {str(error).strip().splitlines()[0]}") from error
        if pending:
            where = connection.settings_dict["NAME"] if connection.vendor == "sqlite" else connection.vendor
            say(f"Setting up the database in {where} ({pending} steps, about ten seconds) …")
            call_command("migrate", verbosity=0, interactive=False)


def _keep_from_others() -> None:
    """Make SQLite's file, if there is none, so that its owner alone can read it: passwords' hashes are in it."""
    name = Path(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and name.parent.is_dir():
        name.touch(mode=0o600)


def _pending() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
