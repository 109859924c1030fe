"""Rows 10 and 11 of what has to be proved: a personal message of 14.5 KB with a durable ledger, and 100,000 told.

Ours is one process with its ledger in the database, a line claimed before each message and marked after it. Beside it,
in the same run and into the same postfix's smtp-sink: a loop of smtplib and EmailMessage on one kept connection, with
no ledger; and postfix's smtp-source, which is in C and builds nothing, as the limit.

On PostgreSQL too, where BENCH_DATABASE_URL names a server: postgres://postgres@127.0.0.1:5432/postgres.
"""

import os
import shutil
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import django

django.setup()

from builders import make_story  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Max, Min  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.table import ratio, row, title  # noqa: E402
from writethru.bulletins.actions import doors  # noqa: E402
from writethru.bulletins.models import Dispatch, Sending  # noqa: E402
from writethru.readers.links import STOP, token  # noqa: E402
from writethru.readers.models import Follow, Reader  # noqa: E402
from writethru.stories.models import Story  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "3"))
OURS, THEIRS, LIMIT = 20_000, 1_500, 40_000
FOLLOWERS = int(os.environ.get("FOLLOWERS", "100000"))
WORDS = "The keeper counted the ships that passed, wrote the number down and put the lamp out at dawn. "
TEXT = f"{WORDS * 45}\n\n%%why%%\nStop: {settings.BASE_URL}/u/%%stop%%/\n"
HTML = (
    f'<p>{WORDS * 98}</p><p>%%why%%</p><a href="{settings.BASE_URL}/f/%%manage%%/">Change</a> '
    f'<a href="{settings.BASE_URL}/u/%%stop%%/">Stop</a> <a href="{settings.BASE_URL}/u/all/%%all%%/">Stop all</a>'
)


@contextmanager
def sink() -> Iterator[int]:
    """Start postfix's smtp-sink on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
    as_user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([str(program), *as_user, "-m", "400", f"127.0.0.1:{port}", "1000"])
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()


def make_followers(count: int) -> list[Follow]:
    """Return `count` follows of a new story by new readers, written straight into the tables."""
    now, story = timezone.now(), make_story(f"The lighthouse, {time.time_ns()}")
    mark = time.time_ns()
    with transaction.atomic():
        readers = Reader.objects.bulk_create(
            [Reader(email=f"r{n}.{mark}@mail.example", confirmed_at=now, made_at=now) for n in range(count)], 2000
        )
        return Follow.objects.bulk_create(
            [Follow(reader=one, story=story, pace="once", by_mail=True, followed_at=now) for one in readers], 2000
        )


def make_dispatch(story: Story, *, is_whole: bool, audience: int = 0) -> Dispatch:
    now = timezone.now()
    return Dispatch.objects.create(
        kind="alert",
        scope={"stories": [story.pk]},
        key=f"bench {time.time_ns()}",
        story=story,
        subject="The lighthouse is sold",
        text=TEXT,
        html=HTML,
        rank=3,
        made_at=now,
        not_before=now,
        is_whole=is_whole,
        audience=audience,
    )


def ours(follows: list[Follow]) -> float:
    """Return the seconds a message: claimed, built, sent, marked."""
    dispatch = make_dispatch(follows[0].story, is_whole=True, audience=len(follows))
    with transaction.atomic():
        Sending.objects.bulk_create(
            [Sending(dispatch=dispatch, reader=one.reader, follow=one, door="mail") for one in follows], 2000
        )
    began = time.perf_counter()
    send()
    took = time.perf_counter() - began
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.sent) == ("finished", len(follows)), (dispatch.status, dispatch.sent)
    return took / len(follows)


def send() -> None:
    doors.send_mail(clock=timezone.now)


def theirs(follows: list[Follow]) -> float:
    """Return the seconds a message of the loop that anybody would write."""
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", settings.MAIL_SERVER["port"]) as server:
        for follow in follows[:THEIRS]:
            message = EmailMessage()
            message["From"], message["To"] = settings.MAIL_FROM, follow.reader.email
            message["Subject"] = "The lighthouse is sold"
            stop = token(STOP, follow.reader_id, follow.pk)
            message["List-Unsubscribe"] = f"<{settings.BASE_URL}/u/{stop}/>"
            message.set_content(TEXT.replace("%%stop%%", stop).replace("%%why%%", "You follow this."))
            message.add_alternative(
                HTML.replace("%%stop%%", stop).replace("%%why%%", "You follow this."), subtype="html"
            )
            server.send_message(message)
    return (time.perf_counter() - began) / THEIRS


def limit() -> float:
    """Return the seconds a message of postfix's smtp-source over as many connections."""
    program = shutil.which("smtp-source", path=f"{os.environ['PATH']}:/usr/sbin")
    port, began = settings.MAIL_SERVER["port"], time.perf_counter()
    many = ["-s", str(settings.MAIL_CONNECTIONS), "-m", str(LIMIT), "-l", "14500", "-d"]
    subprocess.run([str(program), *many, f"127.0.0.1:{port}"], check=True)
    return (time.perf_counter() - began) / LIMIT


def tell_everybody(count: int) -> None:
    """Tell `count` followers: from the dispatch to its last mail, the audience added on the way."""
    follows = make_followers(count)
    connection.cursor().execute("ANALYZE")
    dispatch = make_dispatch(follows[0].story, is_whole=False)
    send()
    dispatch.refresh_from_db()
    at = Sending.objects.filter(dispatch=dispatch, status="sent").aggregate(first=Min("done_at"), last=Max("done_at"))
    first, last = ((at[name] - dispatch.made_at).total_seconds() for name in ("first", "last"))
    said = f"first mail {first:.2f} s, last {last:.1f} s ({count / last:,.0f}/s), {dispatch.sent:,} sent"
    goal = "reached" if (dispatch.sent == count and first <= 1 and last <= 30) else "NOT reached"
    row(f"{count:,} followers told, from the dispatch on", f"{said}; goals 1 s and 30 s: {goal}")


def measure() -> None:
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    title(f"mail: messages of 14.5 KB into smtp-sink, the ledger on {name}")
    follows = make_followers(OURS)
    connection.cursor().execute("ANALYZE")
    with sink() as port:
        server = {"carrier": "smtp", "host": "127.0.0.1", "port": port, "user": "", "password": "", "tls": "offered"}
        settings.MAIL_SERVER, settings.QUEUE_IMMEDIATE = server, True
        rounds = [(ours(follows), theirs(follows), limit()) for _ in range(ROUNDS)]
        mine, peer, most = map(list, zip(*rounds, strict=True))
        for what, each in (("ours", mine), ("smtplib and EmailMessage", peer), ("smtp-source", most)):
            rates = sorted(1 / one for one in each)
            row(f"{what}, messages a second", f"{rates[len(rates) // 2]:,.0f}  ({rates[0]:,.0f} to {rates[-1]:,.0f})")
        ratio("ours to smtplib's", mine, peer, goal=7)
        ratio("ours to smtp-source's", mine, most, goal=0.3)
        if FOLLOWERS:
            tell_everybody(FOLLOWERS)


def on_postgresql(server: str, *, part: str = "mail") -> None:
    """Measure again in a database of its own on that server."""
    import psycopg  # noqa: PLC0415

    name = f"writethru_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    try:
        ready = {**os.environ, "DATABASE_URL": f"{server.rsplit('/', 1)[0]}/{name}", "BENCH_DATABASE_URL": ""}
        subprocess.run([sys.executable, "-m", "writethru", "migrate", "--verbosity", "0"], env=ready, check=True)
        subprocess.run([sys.executable, "-m", f"bench.{part}"], env=ready, check=True)
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def main() -> None:
    if not shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin"):
        title("mail: not measured")
        row("there is no smtp-sink on this machine", "it comes with postfix")
        return
    measure()
    if server := os.environ.get("BENCH_DATABASE_URL"):
        on_postgresql(server)


if __name__ == "__main__":
    main()
