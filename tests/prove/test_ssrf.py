"""PROOF row 11: whatever a stranger names, nothing that isn't public is connected to, by any way that fetches.

Polling, `take`, photos, and redirects from each. (OPML, websub, oEmbed and webhooks are no ways yet.) Counted at a
listener on all addresses of this machine, and by strace; where there is none, by Python's audit hook, which is said.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hostile import ANSWERS, hostile
from pixels import make_picture
from web import Listener, body, site, status

from prove.stores import Stores

pytestmark = pytest.mark.prove

CHILD = Path(__file__).parent / "ssrf_child.py"
ELSEWHERE = "93.184.216.34"
# 5<TCP:[81]>, or 5<TCPv6:[81]>: datagrams are how the C library sorts addresses, and send nothing.
CONNECT = re.compile(r"connect\(\d+<(TCP|TCPv6|UNIX)[^>]*>, \{sa_family=AF_\w+, ([^}]*)\}")
PORT = re.compile(r"htons\((\d+)\)")
HOST = re.compile(r'(?:inet_addr\(|AF_INET6, )"([^"]+)"')


def test_nothing_that_is_not_public_is_connected_to_by_any_way_that_fetches(stores: Stores, tmp_path: Path):
    store, listener = stores.make(), Listener()
    addresses = list(dict.fromkeys(hostile(listener.port)))
    targets = [one for one in addresses if "://" in one and "///" not in one]
    ways: dict[str, Any] = {
        f"/{code}/{n}": status(code, Location=target.encode().decode("latin-1"))
        for n, target in enumerate(targets)
        for code in (301, 302, 303, 307, 308)[n % 5 : n % 5 + 1]
    }
    with site(ways) as public:
        feed = (
            f'<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title><item><guid>1</guid>'
            f'<title>One</title><media:content medium="image" url="{public.address("/photo")}"/></item></channel></rss>'
        )
        # What the site answers is looked up at each request.
        ways |= {"/feed": body(feed.encode()), "/photo": body(make_picture())}
        told = {
            "hostile": addresses,
            "detours": [public.address(path) for path in ways if path not in ("/feed", "/photo")],
            "public": public.address(""),
            "answers": ANSWERS,
            # Public when it is asked for the first time, where nothing answers; our own machine ever after.
            "rebinding": {"rebinding.stranger.example": [[ELSEWHERE], ["127.0.0.1"]]},
            "rebound": f"http://rebinding.stranger.example:{listener.port}/",
            "elsewhere": ELSEWHERE,
        }
        log = tmp_path / "strace"
        traced = _can_trace(tmp_path)
        command = ["strace", "-f", "-yy", "-e", "trace=connect", "-o", str(log)] if traced else []
        environment = {**store.environment(), "FETCH_ALLOW": f"127.0.0.1:{public.port}"}
        ran = subprocess.run(
            [*command, sys.executable, "-P", str(CHILD)],  # the folder has a copy.py
            input=json.dumps(told),
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=900,
        )
    assert ran.returncode == 0, ran.stderr[-3000:]
    said = json.loads(ran.stdout.splitlines()[-1])
    ours = {public.port, *_ports_of(environment)}
    if traced:
        made = [_place(found) for found in CONNECT.finditer(log.read_text())]
    else:
        made = [tuple(place) if isinstance(place, list) else (place, 0) for place in said["connects"]]
    strange = [place for place in made if place[1] not in ours and not _is_name_service(place)]

    how = "strace" if traced else "Python's audit hook (there is no strace here that may trace)"
    print(f"{len(addresses)} hostile addresses; counted by a listener and by {how}: {len(made)} connects, all admitted")
    print(json.dumps(said["done"]))
    assert len(addresses) >= 120
    assert {way: (one["asked"], one["refused"]) for way, one in said["done"].items()} == {
        way: (one["asked"], one["asked"]) for way, one in said["done"].items()
    }
    assert (listener.connects(), strange) == (0, [])
    assert said["witness"] == [0, 1, 1]
    assert said["rebound_errors"] == [
        "rebinding.stranger.example can't be reached: [Errno 111] Connection refused.",
        "rebinding.stranger.example is at 127.0.0.1, which is not on the public network.",
    ]
    assert said["rebound_lookups"] == 2  # one for each fetch
    assert made
    listener.close()


def _place(found: re.Match[str]) -> tuple[str, int]:
    where = found[2]
    port, host = PORT.search(where), HOST.search(where)
    return (host[1] if host else where, int(port[1]) if port else 0)


def _is_name_service(place: tuple[str, int]) -> bool:
    return "nscd" in place[0] or place[1] == 53


def _ports_of(environment: dict[str, str]) -> set[int]:
    """Return the ports of the database and the queue."""
    urls = [environment.get(name, "") for name in ("DATABASE_URL", "QUEUE_URL")]
    standard = {"postgres": 5432, "postgresql": 5432, "redis": 6379}
    return {urlsplit(url).port or standard[urlsplit(url).scheme] for url in urls if url}


def _can_trace(folder: Path) -> bool:
    if not shutil.which("strace"):
        return False
    tried = subprocess.run(["strace", "-o", str(folder / "try"), "true"], check=False, capture_output=True)
    return tried.returncode == 0
