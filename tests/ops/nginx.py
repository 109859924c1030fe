"""A real nginx, not as root's, that serves the tests' page store by the shipped settings."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from writethru.ops.fileserver import Front, nginx_settings

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
AROUND = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/writethru.conf;
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def write_settings(folder: Path, front: Front) -> Path:
    """Write the shipped settings, and around them what else an nginx needs; return the file to start it with."""
    (folder / "writethru.conf").write_text(nginx_settings(front))
    user = "user root;" if os.geteuid() == 0 else ""
    around = folder / "nginx.conf"
    around.write_text(AROUND.format(user=user, folder=folder))
    return around


def check(around: Path) -> str:
    """Return what nginx says to its settings."""
    tried = subprocess.run(
        [NGINX, "-t", "-e", "stderr", "-c", str(around)], capture_output=True, text=True, check=False
    )
    return tried.stderr


@contextmanager
def file_server(app: str, **choices: object) -> Iterator[str]:
    """Serve the page store, with the application at `app`; give the server's address."""
    if not NGINX:
        if os.environ.get("CI") == "true":
            pytest.fail("There is no nginx here, and CI must run one.")
        pytest.skip("there is no nginx here")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        around = write_settings(Path(folder), Front(app=app, listen=f"127.0.0.1:{port}", **choices))
        server = subprocess.Popen([NGINX, "-e", "stderr", "-c", str(around)], stderr=subprocess.PIPE)
        try:
            _wait(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.communicate(timeout=10)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert server.poll() is None, server.communicate()[1]
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("nginx does not listen")
