import json
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders import NOON, make_report, make_story
from django.core.management.base import CommandError
from django.core.servers.basehttp import WSGIServer
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.test.testcases import QuietWSGIRequestHandler
from ops.nginx import NGINX, check, file_server, free_port, write_settings
from wagtail.contrib.redirects.models import Redirect
from web import site, status

from writethru.front import policy
from writethru.ops.fileserver import Front, nginx_settings
from writethru.press.assets import asset_path
from writethru.press.bake import bake_due
from writethru.stories import pagestore
from writethru.stories.actions.withdraw import withdraw_report

SHARED = {*policy.headers(), "Cache-Control", "Content-Type", "Content-Length", "Location", "Allow"}


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def shared(self) -> tuple[int, bytes, dict[str, str]]:
        """Return what must be the same at both doors: times and marks are each door's own, and nginx may zip."""
        return self.status, self.body, {name: self.headers[name] for name in sorted(SHARED & self.headers.keys())}


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *told: object) -> None:
        return None


def ask(address: str, *, method: str = "GET", **headers: str) -> Answer:
    request = urllib.request.Request(
        address, method=method, headers={n.replace("_", "-"): v for n, v in headers.items()}
    )
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=10) as got:
            return Answer(got.status, got.read(), dict(got.headers))
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.read(), dict(refused.headers))


@dataclass(frozen=True)
class Doors:
    app: str
    nginx: str


@pytest.fixture
def doors(db: None) -> Iterator[Doors]:
    """Give the house's two doors: the application, which sees the test's rows, and nginx in front of it."""
    rows = connections["default"]
    rows.inc_thread_sharing()
    server = WSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(get_wsgi_application())

    def serve() -> None:
        connections["default"] = rows
        server.serve_forever(0.01)

    told = (request_started, request_finished)
    for signal in told:  # as Django's test client does: they close the connection, and the test's rows with it
        signal.disconnect(close_old_connections)
    threading.Thread(target=serve, daemon=True).start()
    try:
        with file_server(f"127.0.0.1:{server.server_port}") as nginx:
            yield Doors(f"http://127.0.0.1:{server.server_port}", nginx)
    finally:
        server.shutdown()
        server.server_close()
        rows.dec_thread_sharing()
        for signal in told:
            signal.connect(close_old_connections)


def test_both_doors_say_the_same_of_every_kind_of_page(doors: Doors):
    story = make_story()
    report, killed = make_report(stories=[story]), make_report(stories=[story], headline="A cat is mayor")
    bake_due(now=NOON)
    withdraw_report(killed, user=None, now=NOON)
    bake_due(now=NOON)
    pagestore.put("/photo/1-0123abcd-w720.webp", b"RIFF")
    Redirect.add_redirect("/story/the-beacon", story)
    paths = {
        **dict.fromkeys(("/", "/section/news/", "/story/the-lighthouse/", "/story/the-lighthouse/2026/11/"), 200),
        **dict.fromkeys((report.state.path_on_site, f"/fragment/{report.pk}.html"), 200),
        **dict.fromkeys((f"/story/the-lighthouse/{name}" for name in ("feed.atom", "feed.rss", "feed.json")), 200),
        **dict.fromkeys(("/story/the-lighthouse/live.json", "/photo/1-0123abcd-w720.webp"), 200),
        **dict.fromkeys(map(asset_path, ("site.css", "site.js", "icon.svg", "fonts/newsreader.woff2")), 200),
        **dict.fromkeys(("/none/", "/none", "/.unfinished/x", "/.locks/01", "/story/.x/", "/desk/.x"), 404),
        **dict.fromkeys(("/story/the-lighthouse", "/story/the-beacon/feed.atom", "/desk"), 301),
        **{killed.state.path_on_site: 410, "/media/original_images/x.jpg": 302, "/healthz": 200},
    }

    answers = {(door, path): ask(getattr(doors, door) + path) for path in paths for door in ("app", "nginx")}

    assert {path: answers["app", path].status for path in paths} == paths
    for path in paths:
        assert answers["nginx", path].shared == answers["app", path].shared, path
    public = [path for path in paths if not path.startswith(("/desk", "/media", "/healthz")) and paths[path] != 301]
    for path in public:
        told = answers["nginx", path].headers
        assert {name: told[name] for name in policy.headers()} == policy.headers(), path
        assert not told.get("Set-Cookie"), path
    page = answers["nginx", "/story/the-lighthouse/"]
    assert page.body == pagestore.get("/story/the-lighthouse/")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answers["nginx", asset_path("site.css")].headers["Cache-Control"] == policy.FOR_EVER


def test_both_doors_answer_head_and_refuse_to_take_anything(doors: Doors):
    pagestore.put("/story/x/", b"<!doctype html>" + b"one " * 500)

    heads = [ask(door + "/story/x/", method="HEAD") for door in (doors.app, doors.nginx)]
    posts = [ask(door + "/story/x/", method="POST") for door in (doors.app, doors.nginx)]

    assert heads[0].shared == heads[1].shared
    assert (heads[1].status, heads[1].body, heads[1].headers["Content-Length"]) == (200, b"", "2015")
    assert [post.status for post in posts] == [405, 405]


@pytest.mark.parametrize("door", ["app", "nginx"])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_changed_again_and_again_in_a_second_is_never_answered_by_a_stale_304(
    doors: Doors, door: str, zipped: bool
):
    address = getattr(doors, door) + "/story/x/live.json"
    headers = {"Accept_Encoding": "gzip"} if zipped else {}
    stale, same = [], []
    kept: Answer | None = None
    for number in range(40):
        body = json.dumps(
            {"entries": [[f"{number:05}"] * 200]}
        ).encode()  # of one size, as a corrected figure leaves it
        pagestore.put("/story/x/live.json", body)
        asked = [{}]
        if kept:
            asked = [{"If_None_Match": kept.headers["ETag"]}, {"If_Modified_Since": kept.headers["Last-Modified"]}]
        for condition in asked:
            answer = ask(address, **headers, **condition)
            if answer.status != 200:
                stale.append((number, condition))
        kept = answer
        again = [{"If_None_Match": kept.headers["ETag"]}, {"If_Modified_Since": kept.headers["Last-Modified"]}]
        same += [ask(address, **headers, **condition).status for condition in again]

    assert stale == []
    assert set(same) == {304}


def test_pages_stay_up_while_the_application_is_down(settings: Any):
    pagestore.put("/", b"<!doctype html>Latest")

    with file_server(f"127.0.0.1:{free_port()}") as nginx:
        front, other = ask(nginx + "/"), ask(nginx + "/none/")

    assert (front.status, front.body) == (200, b"<!doctype html>Latest")
    assert (other.status, other.headers["Retry-After"], other.headers["Cache-Control"]) == (503, "30", "no-store")
    assert other.body == b"This page can't be made just now. Try again in a moment.\n"


def test_only_who_stands_in_front_and_was_named_may_say_who_asks_and_by_which_scheme():
    forged = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "203.0.113.9", "Host": "127.0.0.1"}
    with site({"/healthz": status(204), "/none/": status(204)}) as app:
        for behind in ((), ("127.0.0.1/32",)):
            with file_server(f"127.0.0.1:{app.port}", behind=behind) as nginx:
                ask(nginx + "/none/", **forged)

    told = [(headers["x-forwarded-proto"], headers["x-real-ip"]) for _, headers in app.asked]
    assert told == [("http", "127.0.0.1"), ("https", "203.0.113.9")]


@pytest.mark.skipif(not NGINX or not shutil.which("openssl"), reason="there is no nginx here, or no openssl")
def test_nginx_has_nothing_to_say_against_the_settings(tmp_path: Path, settings: Any):
    settings.PAGES_FOLDER = tmp_path / "a folder, with {braces}; and 'quotes'"
    settings.PAGES_FOLDER.mkdir()
    settings.BASE_URL = "https://news.example"
    certificate, key = str(tmp_path / "certificate.pem"), str(tmp_path / "key.pem")
    subprocess.run(
        [
            *"openssl req -x509 -nodes -newkey rsa:2048 -days 1 -subj /CN=news.example".split(),
            "-keyout",
            key,
            "-out",
            certificate,
        ],
        check=True,
        capture_output=True,
    )

    tried = [
        check(write_settings(tmp_path, Front(app="127.0.0.1:8000", listen="8197"))),
        check(
            write_settings(
                tmp_path,
                Front(
                    app="[::1]:8000",
                    listen="127.0.0.1:8198",
                    behind=["10.0.0.0/8", "::1"],
                    certificate=certificate,
                    key=key,
                ),
            )
        ),
    ]

    fine = f"nginx: the configuration file {tmp_path}/nginx.conf syntax is ok\n"
    assert [said.splitlines()[0] + "\n" for said in tried] == [fine, fine]
    assert "warn" not in "".join(tried)


@pytest.mark.parametrize(
    ("choice", "folder", "said"),
    [
        ({"app": "127.0.0.1"}, "/p", "--app is “127.0.0.1”; it must be like 127.0.0.1:8000."),
        ({"app": "a:1; }"}, "/p", "--app is “a:1; }”; it must be like 127.0.0.1:8000."),
        ({"listen": "80;"}, "/p", "--listen is “80;”; it must be a port, or like 127.0.0.1:8080."),
        ({"behind": ["cdn"]}, "/p", "--behind is “cdn”; it must be an address or a network, like 10.0.0.0/8."),
        ({"key": "/k"}, "/p", "--certificate and --key go together."),
        ({}, '/p"', 'nginx can\'t be given the path “/p"”: it must be a whole one, without " $ or \\.'),
        ({}, "/$uri", "nginx can't be given the path “/$uri”: it must be a whole one, without \" $ or \\."),
    ],
)
def test_what_nginx_cannot_be_told_is_refused(choice: dict[str, Any], folder: str, said: str, settings: Any):
    settings.PAGES_FOLDER = folder

    with pytest.raises(CommandError) as refused:
        nginx_settings(Front(**{"app": "127.0.0.1:8000", **choice}))

    assert str(refused.value) == said
