"""What many readers cost: pages, publishing and the first mail, with 100,000 follows (LONG=1: 1,000,000 and 200,000
accounts). On PostgreSQL too, where BENCH_DATABASE_URL names a server.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django

django.setup()

from builders import make_report, make_story, republish  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402
from mailserver import Mailbox  # noqa: E402

from bench.followers import fill  # noqa: E402
from bench.mail import on_postgresql  # noqa: E402
from bench.table import row, spread, title  # noqa: E402
from writethru.bulletins.actions.stop import stop  # noqa: E402
from writethru.bulletins.models import Dispatch  # noqa: E402
from writethru.readers import links  # noqa: E402
from writethru.readers.actions.optin import ask_to_follow  # noqa: E402
from writethru.readers.following import confirmation_token  # noqa: E402
from writethru.readers.models import Account, Follow, OptIn  # noqa: E402
from writethru.stories.models import Story  # noqa: E402

LONG = os.environ.get("LONG") == "1"
FOLLOWS, ACCOUNTS = (1_000_000, 200_000) if LONG else (100_000, 20_000)
PAGES, VERSIONS = 100, 30
GOAL_MS = 300


def logged_in(account: Account) -> Client:
    """Return a client with a session of `account`, as a login leaves one."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(account.pk), account.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def page(what: str, asks: Callable[[int], Any]) -> None:
    """Print how long a page takes, each time for another reader, and how many queries."""
    asks(0)
    seconds = []
    for n in range(1, PAGES + 1):
        began = time.perf_counter()
        answer = asks(n)
        seconds.append(time.perf_counter() - began)
        assert answer.status_code == 200, (what, answer.status_code)
    with CaptureQueriesContext(connection) as asked:
        asks(PAGES + 1)
    p95 = spread(seconds)[1] * 1000
    met = "reached" if p95 <= GOAL_MS else "NOT reached"
    counts = sum("count(" in one["sql"].lower() and "readers_follow" in one["sql"] for one in asked.captured_queries)
    said = f"p95 {p95:.0f} ms, median {median(seconds) * 1000:.0f} ms, {len(asked)} queries, {counts} COUNT of follows"
    row(what, f"{said}; goal {GOAL_MS} ms: {met}")


def pages(stories: list[Story]) -> None:
    readers = list(Account.objects.filter(reader__isnull=False).order_by("pk")[: (PAGES + 2) * 7 : 7])
    clients = [logged_in(account) for account in readers]
    ids = [account.reader.pk for account in readers]
    follows = [Follow.objects.filter(reader=pk).first().pk for pk in ids]
    now = timezone.now()
    for n in range(PAGES + 2):
        ask_to_follow(
            email=f"new{n}@mail.example",
            story=stories[0],
            pace="daily",
            words="w",
            network=f"198.51.100.{n % 250}",
            now=now,
        )
    opt_ins = list(OptIn.objects.order_by("pk"))
    editor = logged_in(Account.objects.create_superuser("editor@desk.example", "a lamp on the rock"))
    anybody = Client()
    page("/account/", lambda n: clients[n].get("/account/"))
    page("/account/following/", lambda n: clients[n].get("/account/following/"))
    page("/f/<token>/", lambda n: anybody.get(f"/f/{links.token(links.FOLLOW, ids[n], follows[n])}/"))
    page("/u/<token>/", lambda n: anybody.get(f"/u/{links.token(links.STOP, ids[n], follows[n])}/"))
    page("/c/<token>/", lambda n: anybody.get(f"/c/{confirmation_token(opt_ins[n])}/"))
    for path in ("/desk/alerts/", "/desk/readers/"):
        page(path, lambda n, path=path: editor.get(path))
    page("/desk/readers/?q=", lambda n: editor.get(f"/desk/readers/?q=reader{n * 97}@mail.example"))
    page("/desk/reports/", lambda n: editor.get("/desk/reports/"))


def publishing(followed: Story) -> None:
    """Print what publishing takes in a story that a tenth of all follow, beside one that nobody does."""
    lonely, took = make_story("Nobody's"), {"followed": [], "lonely": []}
    reports = {
        name: make_report(headline="Ships pass", stories=[story], quiet=True)
        for name, story in (("followed", followed), ("lonely", lonely))
    }
    for n in range(VERSIONS):
        for name, report in reports.items():
            began = time.perf_counter()
            republish(report, html=f"<p>{n} ships passed the lighthouse.</p>", now=timezone.now())
            took[name].append(time.perf_counter() - began)
    ours, theirs = median(took["followed"]) * 1000, median(took["lonely"]) * 1000
    row("publishing a version, followed by a tenth of all / by none", f"{ours:.1f} ms / {theirs:.1f} ms")


def first_mail(followed: Story) -> None:
    """Print how long after publishing the first mail comes, a worker with its ordinary lanes doing the rest."""
    Dispatch.objects.all().delete()
    mailbox = Mailbox().start()
    worker = subprocess.Popen(
        [sys.executable, "-m", "writethru", "work"],
        env={**os.environ, "EMAIL_URL": mailbox.url},
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(8)
        seconds = []
        for n in range(5):
            seen = len(mailbox.raw)
            began = time.perf_counter()
            with transaction.atomic():
                make_report(headline=f"A ship passes, {n}", stories=[followed], now=timezone.now(), publish=True)
            while len(mailbox.raw) == seen and time.perf_counter() - began < 60:
                time.sleep(0.005)
            seconds.append(time.perf_counter() - began)
            for dispatch in Dispatch.objects.filter(status=Dispatch.Status.SENDING):
                stop(dispatch, user=None, now=timezone.now())
            time.sleep(3)
    finally:
        worker.terminate()
        worker.wait(30)
        mailbox.stop()
    met = "reached" if max(seconds) <= 2 else "NOT reached"
    said = ", ".join(f"{one:.2f}" for one in seconds)
    row("publishing to the first mail taken, seconds", f"{said}; goal 2: {met}")


def weight() -> int:
    if connection.vendor == "sqlite":
        return (settings.WRITETHRU_DATA / "writethru.sqlite3").stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def main() -> None:
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    title(f"readers: {FOLLOWS:,} follows, {ACCOUNTS:,} accounts, on {name}")
    before, began = weight(), time.perf_counter()
    stories = fill(follows=FOLLOWS, accounts=ACCOUNTS)
    row("filled", f"{time.perf_counter() - began:.0f} s")
    row("bytes a follow, with its reader, account and indexes", f"{(weight() - before) / FOLLOWS:.0f}")
    publishing(stories[0])
    first_mail(stories[0])
    pages(stories)
    if server := os.environ.get("BENCH_DATABASE_URL"):
        on_postgresql(server, part="readers")


if __name__ == "__main__":
    main()
