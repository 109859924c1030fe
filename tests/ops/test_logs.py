import json
import signal
import urllib.error
import urllib.request
from contextlib import suppress

import pytest
from ops.house import House

pytestmark = pytest.mark.django_db

FIELDS = {"time", "level", "logger", "message"}


def read(said: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.splitlines()]


def test_every_line_of_serve_is_an_object_and_tells_no_secret(set_up_house: House):
    with set_up_house.running("serve", "--bind", f"127.0.0.1:{set_up_house.port}", "--workers", "1") as process:
        set_up_house.wait_until_it_answers()
        with suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{set_up_house.port}/none/?token=hunter2", timeout=10)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=20)

    lines = read(said)
    told = [line for line in lines if line["logger"] == "gunicorn.access" and line["path"] == "/none/"]
    assert [set(line) >= FIELDS for line in lines] == [True] * len(lines)
    assert [(line["message"], line["method"], line["status"]) for line in told] == [("GET /none/ 404", "GET", 404)]
    assert "hunter2" not in said
    assert process.returncode == 0


def test_every_line_of_work_is_an_object_and_it_ends_in_order(set_up_house: House):
    set_up_house.write(
        "INSERT INTO stories_bake (path, rank, asked, done, asked_at, made_with, claimed_by, attempts, error) "
        "VALUES ('/x/', 3, 1, 1, '2026-11-24 12:00:00+00', 'another', '', 0, '')"
    )

    with set_up_house.running("work") as process:
        said = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)

    lines = read(said + rest)
    assert [set(line) >= FIELDS for line in lines] == [True] * len(lines)
    assert (lines[0]["logger"], lines[0]["message"]) == (
        "writethru.work",
        "1 pages were made with other templates or settings: baking them again.",
    )
    assert process.returncode == 0
