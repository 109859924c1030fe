"""How the application is served: gunicorn, sync workers, one a core (threads halved the rate of uncached pages)."""

import errno
import os
import re
import socket
import sys

from django.conf import settings
from django.core.management.base import CommandError


def serve_command(*, bind: str, workers: int | None) -> list[str]:
    """Return the command line of the application server."""
    return [
        *(sys.executable, "-m", "gunicorn", "writethru.config.wsgi"),
        *("--bind", bind, "--workers", str(workers or os.cpu_count() or 1)),
        *("--timeout", "60", "--graceful-timeout", "8", "--log-level", "warning"),
        *("--logger-class", "writethru.ops.serverlog.ServerLog"),
        *(("--access-logfile", "-") if settings.LOG_FORMAT == "json" else ()),
    ]


def check_bind(bind: str) -> tuple[str, int]:
    """Return host and port of `bind` ("127.0.0.1:8000"). Raises CommandError for one that is none."""
    host, _, port = bind.rpartition(":")
    if not re.fullmatch(r"[\w.:\[\]-]+", host) or not port.isdigit() or not 0 < int(port) < 65536:
        raise CommandError(f"--bind is “{bind}”; it must be like 127.0.0.1:8000.")
    return host, int(port)


def check_door(bind: str) -> None:
    """Raise CommandError, saying what to do, if nothing can listen at `bind` ("127.0.0.1:8000")."""
    host, port = check_bind(bind)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(f"Port {port} is in use. Take another one: make run PORT={port + 1}") from error
            raise CommandError(f"Nothing can listen at {bind}: {error.strerror}.") from error
