"""The two processes as systemd is to run them: `serve` and `work`, shut in as far as they bear it."""

import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from writethru import __version__
from writethru.ops.server import check_bind

HOMES = ("/home", "/root", "/run/user")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
_FILE = re.compile(r"/[^\"'$%\\\x00-\x20]*")  # what systemd takes as it is


@dataclass(frozen=True, slots=True)
class Unit:
    """How systemd starts and ends one of the processes."""

    what: str
    type: str
    signal: str


UNITS = {
    # gunicorn tells systemd when it listens, and ends what is under way on TERM.
    "serve": Unit("the desk and what is not baked", "notify", "SIGTERM"),
    # Huey ends what is under way on INT, and drops it on TERM.
    "work": Unit("the worker", "exec", "SIGINT"),
}


def unit(name: str, *, user: str, bind: str, environment_file: str, arguments: Sequence[str] = ()) -> str:
    """Return the unit file of the process `name`. Raises CommandError for what systemd can't be told."""
    check_bind(bind)
    if not _USER.fullmatch(user):
        raise CommandError(_("--user is “%(given)s”; it must be a user of this machine.") % {"given": user})
    data, pages = Path(settings.WRITETHRU_DATA), Path(settings.PAGES_FOLDER)
    for file in (str(data), str(pages), sys.executable, environment_file):
        if not _FILE.fullmatch(file):
            raise CommandError(
                _("systemd can't be given the path “%(given)s”: it must be a whole one, without spaces or quotes.")
                % {"given": file}
            )
    how = UNITS[name]
    at_home = any(Path(file).is_relative_to(home) for file in (data, pages, sys.prefix) for home in HOMES)
    return render_to_string(
        "ops/unit.service",
        {
            "version": __version__,
            "command": shlex.join(["writethru", "systemd", *arguments]),
            "what": how.what,
            "type": how.type,
            "signal": how.signal,
            "user": user,
            "data": data,
            "environment_file": environment_file,
            "python": sys.executable,
            "run": f"serve --bind {bind}" if name == "serve" else name,
            "folders": [data] if pages.is_relative_to(data) else [data, pages],
            "protect_home": "read-only" if at_home else "yes",
        },
    )
