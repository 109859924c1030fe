"""A baked page by nginx with the shipped settings, against a plain file of that size by a plain nginx."""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

django.setup()

from builders import make_long_story  # noqa: E402
from django.utils import timezone  # noqa: E402
from ops.nginx import AROUND, NGINX, file_server, free_port  # noqa: E402

from bench.table import ratio, row, title  # noqa: E402
from writethru.press.bake import bake_due  # noqa: E402
from writethru.stories import pagestore  # noqa: E402
from writethru.stories.actions.bake import Rank, ask_for_pages  # noqa: E402

ROUNDS, SECONDS = 6, 1
PLAIN = "server {{ listen 127.0.0.1:{port}; root {folder}; sendfile on; tcp_nopush on; }}"


@contextmanager
def plain_server(body: bytes) -> Iterator[str]:
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "page.html").write_bytes(body)
        (folder / "writethru.conf").write_text(PLAIN.format(port=port, folder=folder))
        (folder / "nginx.conf").write_text(AROUND.format(user="user root;", folder=folder))
        server = subprocess.Popen([NGINX, "-e", "stderr", "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        try:
            yield f"http://127.0.0.1:{port}/page.html"
        finally:
            server.terminate()
            server.wait(10)


def rate(address: str, *headers: str) -> float:
    """Return answers a second, with 32 connections kept open."""
    asked = [part for header in headers for part in ("-H", header)]
    said = subprocess.run(
        ["wrk", "-t1", "-c32", f"-d{SECONDS}s", *asked, address], capture_output=True, text=True, check=True
    ).stdout
    assert "Non-2xx" not in said, said
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def compare(what: str, ours: str, theirs: str, *headers: str) -> None:
    rates = [(rate(ours, *headers), rate(theirs, *headers)) for _ in range(ROUNDS)]
    middle = sorted(rates)[ROUNDS // 2]
    row(what, f"{middle[0]:,.0f}/s against {middle[1]:,.0f}/s")
    ratio(
        "  the shipped settings against nginx static", *zip(*[(1 / a, 1 / b) for a, b in rates], strict=True), goal=0.9
    )


def main() -> None:
    title("serve: baked pages by nginx, against nginx static (client on the same cores)")
    if not NGINX or not shutil.which("wrk"):
        row("left out", "it needs nginx and wrk (apt-get install nginx-light wrk)")
        sys.exit(0)
    story = make_long_story(1000, title="The lighthouse")
    ask_for_pages([(story.path_on_site, Rank.STORY), (f"{story.path_on_site}live.json", Rank.LIVE)], now=timezone.now())
    bake_due(now=timezone.now())
    with file_server(f"127.0.0.1:{free_port()}") as ours:
        for path in (story.path_on_site, f"{story.path_on_site}live.json"):
            body = pagestore.get(path) or b""
            with plain_server(body) as theirs:
                compare(f"{path.rpartition('/')[2] or 'story page'}, {len(body):,} bytes", ours + path, theirs)


main()
