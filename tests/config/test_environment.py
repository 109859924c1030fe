import os
import runpy
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from writethru.config import environment, settings

OURS = (
    "BASE_URL",
    "DATABASE_URL",
    "EMAIL_URL",
    "FETCH_ALLOW",
    "LOG_FORMAT",
    "MAIL_CONNECTIONS",
    "MAIL_FROM",
    "PAGES_URL",
    "QUEUE_URL",
    "SECRET_KEY",
    "WRITETHRU_DATA",
)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch):
    environment.env.ENVIRON.files_cache.clear()
    for name in [*OURS, *(name for name in os.environ if name.startswith("SITE_"))]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what reads all settings anew from the environment, and gives them."""

    def read(**given: str) -> dict[str, Any]:
        for name, value in {"WRITETHRU_DATA": str(tmp_path), **given}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(settings.__file__)

    return read


def command(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command that does nothing but start."""
    return subprocess.run(
        [sys.executable, "-m", "writethru", "check"],
        env={**os.environ, "WRITETHRU_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "writethru.config.settings"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "DATABASE_URL",
            "mysql://u@h/db",
            "DATABASE_URL starts with “mysql”; it may be sqlite:///FILE or postgres://….",
        ),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is “xml”; it may be text or json."),
        ("DATABASE_URL", "desk", "DATABASE_URL starts with “desk”; it may be sqlite:///FILE or postgres://…."),
        (
            "DATABASE_URL",
            "postgres://u:secret@h:abc/db",
            "DATABASE_URL can't be read (Port could not be cast to integer value as 'abc'); "
            "it may be like postgres://desk:PASSWORD@127.0.0.1:5432/desk.",
        ),
        (
            "DATABASE_URL",
            "postgres://u@h",
            "DATABASE_URL names no database; it may be like postgres://desk:PASSWORD@127.0.0.1:5432/desk.",
        ),
        ("QUEUE_URL", "amqp://h", "QUEUE_URL is “amqp://h”; it may be redis://HOST:PORT/NUMBER, or nothing."),
        ("QUEUE_URL", "redis://[", "QUEUE_URL is “redis://[”, which is no address (Invalid IPv6 URL)."),
        ("BASE_URL", "news.example", "BASE_URL is “news.example”; it must be like https://news.example, with no path."),
        (
            "BASE_URL",
            "https://news.example/paper",
            "BASE_URL is “https://news.example/paper”; it must be like https://news.example, with no path.",
        ),
        (
            "BASE_URL",
            "http://h:http",
            "BASE_URL is “http://h:http”, which is no address (Port could not be cast to integer value as 'http').",
        ),
        ("PAGES_URL", "s3://bucket", "PAGES_URL is “s3://bucket”; it may be a folder, or file:///FOLDER."),
        ("SITE_ZONE", "Manila", "SITE_ZONE is “Manila”, which is no time zone; say one like Asia/Manila."),
        ("SITE_ZONE", "/etc/passwd", "SITE_ZONE is “/etc/passwd”, which is no time zone; say one like Asia/Manila."),
        ("SITE_LANGUAGE", "tlh", "SITE_LANGUAGE is “tlh”; it may be one of: en."),
        ("FETCH_ALLOW", "localhost", "FETCH_ALLOW has “localhost”; each of it must be like 127.0.0.1:8081."),
        ("SECRET_KEY_FILE", "/none", "SECRET_KEY_FILE is “/none”, which can't be read (No such file or directory)."),
    ],
)
def test_a_bad_value_is_refused_with_one_sentence(start: Any, name: str, value: str, sentence: str):
    with pytest.raises(ImproperlyConfigured) as refused:
        start(**{name: value})

    assert str(refused.value) == sentence


def test_a_bad_value_stops_the_start(tmp_path: Path):
    answer = command(tmp_path, SITE_ZONE="Manila")

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == "writethru: SITE_ZONE is “Manila”, which is no time zone; say one like Asia/Manila.\n"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, start: Any):
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(ImproperlyConfigured) as refused:
        start(WRITETHRU_DATA=str(file / "data"))

    assert str(refused.value) == (
        f"WRITETHRU_DATA is {file}/data, which can't be written (Not a directory). Name a folder that can."
    )


ASKED = ("PAGES_FOLDER", "QUEUE_URL", "BASE_URL", "SITE_NAME", "TIME_ZONE", "LANGUAGE_CODE", "FETCH_ALLOW")


def defaults(folder: Path) -> list[Any]:
    return [folder / "pages", "", "http://127.0.0.1:8000", "The Daily Example", "UTC", "en", frozenset()]


def test_without_any_setting_everything_is_in_the_data_folder(tmp_path: Path, start: Any):
    read = start()

    assert [read[name] for name in ASKED] == defaults(tmp_path)
    assert read["DATABASES"]["default"]["NAME"] == tmp_path / "writethru.sqlite3"


def test_a_blank_value_is_as_good_as_none(tmp_path: Path, start: Any):
    names = ("DATABASE_URL", "FETCH_ALLOW", "QUEUE_URL", "BASE_URL", "PAGES_URL", "SITE_NAME", "SITE_ZONE")

    read = start(**dict.fromkeys(names, " "), SITE_LANGUAGE="")

    assert [read[name] for name in ASKED] == defaults(tmp_path)
    assert read["DATABASES"]["default"]["NAME"] == tmp_path / "writethru.sqlite3"


def test_a_data_folder_may_have_any_name(tmp_path: Path, start: Any):
    folder = tmp_path / "a b#c?d%20e"

    assert start(WRITETHRU_DATA=str(folder))["DATABASES"]["default"]["NAME"] == folder / "writethru.sqlite3"


def test_a_database_is_named_by_its_address(start: Any):
    described = start(DATABASE_URL="postgres://desk:a%23b@db.example:5433/news")["DATABASES"]["default"]

    assert [described[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        *("news", "desk", "a#b", "db.example", 5433)
    ]


def test_no_line_of_the_log_may_hold_a_password(start: Any):
    read = start(
        DATABASE_URL="postgres://desk:a%20b@h/db",
        QUEUE_URL="redis://:hunter2@h:6379/0",
        EMAIL_URL="smtp://desk:sesame@h:587",
        BOUNCE_URL="imaps://bounce:lamp@h/INBOX",
        SECRET_KEY="s",
        VAPID_KEY="AQ" + "A" * 41,
        WEBHOOK_SECRET="w",
        LOG_FORMAT="JSON",
    )

    assert read["LOGGING"]["formatters"]["line"] == {
        "()": "writethru.lib.logline.JsonLine",
        "hidden": [
            *("s", "AQ" + "A" * 41, "w"),
            *["a%20b", "hunter2", "sesame", "lamp", "a b", "hunter2", "sesame", "lamp"],
        ],
    }


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path, start: Any):
    first, second = (start()["SECRET_KEY"] for _ in range(2))

    file = tmp_path / "secrets" / "secret_key"
    assert first == second == file.read_text()
    assert len(first) >= 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    kept = {"secret_key", "vapid_key", "webhook_secret"}
    assert {one.name: stat.S_IMODE(one.stat().st_mode) for one in file.parent.iterdir()} == dict.fromkeys(kept, 0o600)


def test_a_secret_that_is_given_is_not_made(tmp_path: Path, start: Any):
    given = {"SECRET_KEY": "given", "VAPID_KEY": "AQ" + "A" * 41, "WEBHOOK_SECRET": "w"}
    read = start(**given)

    assert {name: read[name] for name in given} == given
    assert not (tmp_path / "secrets").exists()


def test_a_setting_may_stand_in_a_file(tmp_path: Path, start: Any):
    file = tmp_path / "name"
    file.write_text("The Harbour Post\n")

    assert start(SITE_NAME="Another", SITE_NAME_FILE=str(file))["SITE_NAME"] == "The Harbour Post"


@pytest.mark.parametrize("url", ["file:///srv/my%20pages", "/srv/my pages"])
def test_the_pages_may_be_elsewhere(start: Any, url: str):
    assert start(PAGES_URL=url)["PAGES_FOLDER"] == Path("/srv/my pages")


def test_the_hosts_that_tests_fetch_from_are_pairs(start: Any):
    assert start(FETCH_ALLOW="127.0.0.1:8081, Wire.example:80")["FETCH_ALLOW"] == {"127.0.0.1:8081", "wire.example:80"}


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", {"carrier": "files"}),
        (
            "smtp://127.0.0.1",
            {"carrier": "smtp", "host": "127.0.0.1", "port": 25, "user": "", "password": "", "tls": "offered"},
        ),
        (
            "smtp://desk:a%40b@mail.example:587?tls=required",
            {
                "carrier": "smtp",
                "host": "mail.example",
                "port": 587,
                "user": "desk",
                "password": "a@b",
                "tls": "required",
            },
        ),
        (
            "smtps://desk:b@mail.example",
            {"carrier": "smtp", "host": "mail.example", "port": 465, "user": "desk", "password": "b", "tls": "whole"},
        ),
        (
            "anymail+mailgun://:key@eu.mailgun.example?sender_domain=mail.example",
            {
                "carrier": "anymail",
                "provider": "mailgun",
                "host": "eu.mailgun.example",
                "user": "",
                "password": "key",
                "options": {"sender_domain": "mail.example"},
            },
        ),
    ],
)
def test_the_mail_server_is_named_by_its_address(start: Any, url: str, server: dict[str, Any]):
    assert start(EMAIL_URL=url)["MAIL_SERVER"] == server


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "mail.example",
            "EMAIL_URL is “mail.example”; it may be like "
            "smtp://USER:PASSWORD@mail.example:587, smtps://…, or anymail+PROVIDER://….",
        ),
        (
            "smtp://desk:hunter2@mail.example:mail",
            "EMAIL_URL is “smtp://…@mail.example:mail”, which is no address "
            "(Port could not be cast to integer value as 'mail').",
        ),
        (
            "smtp://desk:hunter2@mail.example?tls=maybe",
            "EMAIL_URL is “smtp://…@mail.example?tls=maybe”; "
            "after the question mark it may say tls=required or tls=off.",
        ),
        ("smtp://:hunter2@mail.example", "EMAIL_URL is “smtp://…@mail.example”: a password needs a user."),
    ],
)
def test_a_mail_server_that_cannot_be_meant_is_refused_without_its_password(start: Any, url: str, sentence: str):
    with pytest.raises(ImproperlyConfigured) as refused:
        start(EMAIL_URL=url)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        ({}, "The Daily Example <news@localhost>"),
        ({"BASE_URL": "https://news.example"}, "The Daily Example <news@news.example>"),
        ({"SITE_NAME": 'Sun, "Moon"'}, "\"Sun, 'Moon'\" <news@localhost>"),
        ({"MAIL_FROM": "desk@paper.example"}, "desk@paper.example"),
        ({"MAIL_FROM": '"Sun, Moon" <desk@paper.example>'}, '"Sun, Moon" <desk@paper.example>'),
    ],
)
def test_mail_comes_from_the_site_unless_told_otherwise(start: Any, given: dict[str, str], sender: str):
    assert start(**given)["MAIL_FROM"] == sender


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("MAIL_FROM", "the desk", "MAIL_FROM is “the desk”; it must be like The Daily Example <news@news.example>."),
        ("MAIL_CONNECTIONS", "0", "MAIL_CONNECTIONS is “0”; it may be a whole number from 1 to 200."),
        ("MAIL_CONNECTIONS", "ten", "MAIL_CONNECTIONS is “ten”; it may be a whole number from 1 to 200."),
    ],
)
def test_a_bad_setting_of_mail_is_refused(start: Any, name: str, value: str, sentence: str):
    with pytest.raises(ImproperlyConfigured) as refused:
        start(**{name: value})

    assert str(refused.value) == sentence


def test_no_line_of_the_log_may_hold_the_mail_server_s_password(start: Any):
    hidden = start(EMAIL_URL="smtp://desk:hunter%212@mail.example")["LOGGING"]["formatters"]["line"]["hidden"]

    assert hidden[-2:] == ["hunter%212", "hunter!2"]


def test_the_key_of_web_push_is_made_once_and_is_one(start: Any):
    first, second = (start()["VAPID_KEY"] for _ in range(2))

    assert first == second
    assert len(first) == 43


def test_a_key_for_dkim_is_made_where_a_domain_is_to_sign(tmp_path: Path, start: Any):
    unsigned = start()
    first, second = (start(DKIM_DOMAIN="News.Example")["DKIM_KEY"] for _ in range(2))

    assert (unsigned["DKIM_DOMAIN"], unsigned["DKIM_KEY"]) == ("", "")
    assert first == second
    assert first.startswith("-----BEGIN PRIVATE KEY-----")
    assert stat.S_IMODE((tmp_path / "secrets" / "dkim_key").stat().st_mode) == 0o600


def test_a_bounce_mailbox_is_taken_apart(start: Any):
    none = start()["BOUNCE_MAILBOX"]
    told = start(BOUNCE_URL="imap://bounce%40x:a%2Fb@127.0.0.1:1143/Came%20back?tls=off")["BOUNCE_MAILBOX"]

    assert told == {
        **{"host": "127.0.0.1", "port": 1143, "user": "bounce@x", "password": "a/b"},
        **{"folder": "Came back", "tls": "off"},
    }
    assert none == {}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BOUNCE_DOMAIN", "a b", "BOUNCE_DOMAIN is “a b”, which is no domain; say one like mail.example."),
        (
            "BOUNCE_URL",
            "pop3://u:hunter2@h/",
            "BOUNCE_URL is “pop3://…@h/”; it may be like imaps://USER:PASSWORD@mail.example/INBOX,"
            " or imap://… with STARTTLS.",
        ),
        ("DKIM_SELECTOR", "a/b", "DKIM_SELECTOR is “a/b”; it may have letters, figures, - and dots, like writethru."),
        ("VAPID_KEY", "short", "VAPID_KEY is no key of web push; it must be 32 bytes of P-256 as base64url."),
        (
            "EMAIL_URL",
            "anymail+pigeon://k@",
            "EMAIL_URL names the provider “pigeon”; it may be one of: brevo, mailersend, mailgun, mailjet, mailtrap,"
            " mandrill, postal, postmark, sendgrid, sparkpost.",
        ),
    ],
)
def test_a_mail_setting_that_cannot_be_meant_stops_the_start(start: Any, name: str, value: str, said: str):
    with pytest.raises(ImproperlyConfigured) as refused:
        start(**{name: value})

    assert str(refused.value) == said


def test_a_dkim_key_that_is_none_stops_the_start(start: Any):
    with pytest.raises(ImproperlyConfigured, match=r"^DKIM_KEY is no key for DKIM: it can't be read"):
        start(DKIM_DOMAIN="news.example", DKIM_KEY="rubbish")
