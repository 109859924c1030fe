import json
import logging
import sys
import threading
from typing import Any

import pytest

from writethru.lib.logline import JsonLine, TextLine, log_what_nobody_catches, without_secrets

TOKEN = "M-_4" * 10 + "abc"


def record(message: str, *given: object, **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("writethru.press", logging.WARNING, __file__, 1, message, given, None)
    made.created = 1_795_521_600.5
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def test_a_line_of_json_is_one_object_with_what_was_told():
    line = JsonLine().format(record("%s\ncan't be baked “å”", "/x/", told={"ms": 1.5, "path": "/x/"}))

    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2026-11-24T12:00:00.500+00:00",
        "level": "warning",
        "logger": "writethru.press",
        "message": "/x/\ncan't be baked “å”",
        "ms": 1.5,
        "path": "/x/",
    }


def test_an_exception_stands_in_its_object():
    try:
        raise ValueError("postgres://desk:hunter2@db/desk")
    except ValueError:
        line = JsonLine().format(record("no", exc_info=sys.exc_info()))

    told = json.loads(line)["exception"]
    assert told.splitlines()[0] == "Traceback (most recent call last):"
    assert told.splitlines()[-1] == "ValueError: postgres://…@db/desk"


def test_a_line_for_a_person_says_no_secret_either():
    line = TextLine(hidden=["s3cret", ""]).format(record("the key is s3cret, at redis://:pw@127.0.0.1:6379/0"))

    assert line.endswith(" WARNING writethru.press: the key is …, at redis://…@127.0.0.1:6379/0")


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("https://me:pw@wire.example/feed?a=1", "https://…@wire.example/feed?a=1"),
        ("https://wire.example/feed?api_key=abc&a=1", "https://wire.example/feed?api_key=…&a=1"),
        ("GET /x?Token=abc#y", "GET /x?Token=…#y"),
        ("/desk/password_reset/confirm/MQ/abc-123/", "/desk/password_reset/confirm/…"),
        ("editor@desk.example wrote https://a.example/x@y", "editor@desk.example wrote https://a.example/x@y"),
        ("/story/the-key=stone/", "/story/the-key=stone/"),
        (f"Not Found: /f/{TOKEN}/yours/ /c/{TOKEN}/", "Not Found: /f/…/yours/ /c/…/"),
        (f"/u/{TOKEN}/ /u/all/{TOKEN}/ /u/all/", "/u/…/ /u/all/…/ /u/all/"),
        ("/account/confirm-email/MQ:1x:a-b_c/", "/account/confirm-email/…/"),
        ("/account/password/reset/key/1-abc-def/", "/account/password/reset/key/…/"),
    ],
)
def test_what_addresses_are_wont_to_tell_is_left_out(said: str, logged: str):
    assert without_secrets(said) == logged


def test_what_nobody_catches_is_a_line_too(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    log_what_nobody_catches(logging.getLogger("writethru.work"))

    ends = threading.Thread(target=lambda: 1 / 0)
    ends.start()
    ends.join()
    sys.excepthook(KeyError, KeyError("x"), None)

    assert [(line.levelname, line.message) for line in caplog.records] == [
        ("CRITICAL", "ZeroDivisionError: division by zero"),
        ("CRITICAL", "KeyError: 'x'"),
    ]


def test_an_address_from_outside_forges_no_line_and_moves_no_terminal():
    line = TextLine().format(record("%s can't be asked", "https://pharos.example/\n2026 ERROR\x1b[2J “å”"))

    assert line.endswith("https://pharos.example/\\n2026 ERROR\\x1b[2J “å” can't be asked")
