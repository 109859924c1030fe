"""What many readers cost: pages, publishing and the first mail, with 100,000 follows (LONG=1: 1,000,000 and 200,000
accounts). On PostgreSQL too, where BENCH_DATABASE_URL names a server.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django

django.setup()

from builders import make_report, make_staff, make_story, republish  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Permission  # noqa: E402
from django.db import OperationalError, connection, transaction  # noqa: E402
from django.db.models import Min  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.followers import fill  # noqa: E402
from bench.mail import make_dispatch, make_followers, on_postgresql, send, sink  # noqa: E402
from bench.table import row, spread, title  # noqa: E402
from writethru.bulletins.actions.stop import stop  # noqa: E402
from writethru.bulletins.models import Dispatch, Sending  # noqa: E402
from writethru.readers import links  # noqa: E402
from writethru.readers.actions.optin import ask_to_follow  # noqa: E402
from writethru.readers.following import confirmation_token  # noqa: E402
from writethru.readers.models import Account, Follow, OptIn, Reader  # noqa: E402
from writethru.stories.models import Report, Story  # noqa: E402

LONG = os.environ.get("LONG") == "1"
FOLLOWS, ACCOUNTS = (1_000_000, 200_000) if LONG else (100_000, 20_000)
PAGES, VERSIONS, ALERTS = 100, 40, 10
HOST = "127.0.0.1"
GOAL_MS, MOST_QUERIES, FIRST_MAIL_SECONDS = 300, 15, 2
READERS_TABLES = ("readers_", "bulletins_")
COUNTED = ("readers_follow", "readers_reader", "bulletins_sending")


# Pages


def page(what: str, asks: Callable[[int], HttpResponse], *, most: int | None = None) -> None:
    """Print how long a page takes, each time for another reader, how many queries, and whether one counts readers.

    Beside the clock's time stands what this process worked, which others on the machine change less.
    """
    asks(0)
    seconds, worked = [], []
    for n in range(1, PAGES + 1):
        began, busy = time.perf_counter(), time.process_time()
        answer = asks(n)
        seconds.append(time.perf_counter() - began)
        worked.append(time.process_time() - busy)
        assert answer.status_code == 200, (what, answer.status_code)
    with CaptureQueriesContext(connection) as asked:
        asks(PAGES + 1)
    p95, queries = spread(seconds)[1] * 1000, len(asked)
    counts = sum(_counts_readers(one["sql"]) for one in asked.captured_queries)
    goal = f"{GOAL_MS} ms, no COUNT of readers" + (f", {most} queries" if most else "")
    is_met = p95 <= GOAL_MS and not counts and (most is None or queries <= most)
    said = f"p95 {p95:.0f} ms ({spread(worked)[1] * 1000:.0f} worked), median {median(seconds) * 1000:.0f} ms"
    said += f" ({median(worked) * 1000:.0f}), {queries} queries, {counts} COUNT"
    row(what, f"{said}; goal {goal}: {_met(is_met)}")
    if os.environ.get("EXPLAIN"):
        explain(asked.captured_queries)


def _counts_readers(sql: str) -> bool:
    return "count(" in sql.lower() and any(f'from "{table}"' in sql.lower() for table in COUNTED)


def _met(is_met: bool) -> str:
    return "reached" if is_met else "NOT reached"


def explain(queries: list[dict[str, str]]) -> None:
    """Print what reads a table of readers through, and what took longest."""
    with connection.cursor() as cursor:
        for one in queries:
            if not one["sql"].startswith("SELECT"):
                continue
            sqlite = connection.vendor == "sqlite"
            cursor.execute(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + one["sql"].replace("%", "%%"))
            plan = [str(line[-1]) for line in cursor.fetchall()]
            scans = [line for line in plan if "SCAN" in line or "Seq Scan" in line]
            if any("readers_" in line or "bulletins_" in line or "account_email" in line for line in scans):
                print(f"      {one['time']} s  {scans}  {one['sql'][:200]}", flush=True)


def logged_in(account: Account) -> Client:
    client = Client(SERVER_NAME=HOST)
    client.force_login(account)
    return client


def readers_pages(stories: list[Story]) -> None:
    accounts = list(Account.objects.filter(reader__isnull=False).select_related("reader").order_by("pk"))
    accounts = accounts[: (PAGES + 2) * 7 : 7]
    clients, ids = [logged_in(account) for account in accounts], [account.reader.pk for account in accounts]
    follows = [Follow.objects.filter(reader=pk).first().pk for pk in ids]
    opt_ins = [_asked(f"new{n}@mail.example", stories[0], n) for n in range(PAGES + 2)]
    anybody = Client(SERVER_NAME=HOST)
    page("/account/", lambda n: clients[n].get("/account/"))
    page("/account/following/", lambda n: clients[n].get("/account/following/"))
    page("/f/…/", lambda n: anybody.get(f"/f/{links.token(links.FOLLOW, ids[n], follows[n])}/"))
    page("/u/…/", lambda n: anybody.get(f"/u/{links.token(links.STOP, ids[n], follows[n])}/"))
    page("/c/…/", lambda n: anybody.get(f"/c/{confirmation_token(opt_ins[n])}/"))
    page("/c/…/ pressed", lambda n: _press(anybody, f"/c/{confirmation_token(opt_ins[n])}/", pace="daily"))
    page("/u/…/ pressed in the mail program", lambda n: _one_click(anybody, ids[n], follows[n]))
    all_of_them = accounts[0].reader
    Follow.objects.filter(reader=all_of_them).delete()
    now = timezone.now()
    Follow.objects.bulk_create(
        Follow(reader=all_of_them, story=story, pace="daily", by_mail=True, followed_at=now) for story in stories
    )
    page(f"/account/ of who follows {len(stories)} stories", lambda _: clients[0].get("/account/"))
    page(f"/account/following/ of who follows {len(stories)} stories", lambda _: clients[0].get("/account/following/"))


def _asked(email: str, story: Story, n: int) -> OptIn:
    network = f"198.51.100.{n % 250}"
    ask_to_follow(email=email, story=story, pace="daily", words="w", network=network, now=timezone.now())
    return OptIn.objects.get(email=email)


def _press(client: Client, path: str, **fields: Any) -> HttpResponse:
    return client.post(path, fields, headers={"Sec-Fetch-Site": "same-origin", "Origin": settings.BASE_URL})


def _one_click(client: Client, reader: int, follow: int) -> HttpResponse:
    return client.post(f"/u/{links.token(links.STOP, reader, follow)}/", {"List-Unsubscribe": "One-Click"})


def desk_pages(story: Story) -> None:
    editor = make_staff("editor@desk.example", on=story.get_parent())
    for codename in ("view_reader", "add_account", "change_account", "view_account"):
        editor.user_permissions.add(Permission.objects.get(content_type__app_label="readers", codename=codename))
    client = logged_in(editor)
    dispatch = Dispatch.objects.filter(failed__gt=0).first()
    assert dispatch
    report = Report.objects.filter(entries__story=story).first()
    step, last = max(ACCOUNTS // (PAGES + 2), 1), ACCOUNTS - 1
    new = {"email": "", "password1": "a", "password2": "b"}  # refused, once it has been looked for
    asks: dict[str, Callable[[int], HttpResponse]] = {
        "/desk/alerts/": lambda _: client.get("/desk/alerts/"),
        "/desk/alerts/…/": lambda _: client.get(f"/desk/alerts/{dispatch.pk}/"),
        "/desk/readers/": lambda _: client.get("/desk/readers/"),
        "/desk/readers/ for an address": lambda n: client.get(f"/desk/readers/?q=reader{last - n * step}@mail.example"),
        "/desk/readers/ for a beginning": lambda n: client.get(f"/desk/readers/?q=reader{n % 90 + 10}"),
        "/desk/readers/ for nobody": lambda n: client.get(f"/desk/readers/?q=zz{n}@mail.example"),
        "/desk/users/": lambda _: client.get("/desk/users/"),
        "/desk/users/ for a reader's address": lambda n: client.get(f"/desk/users/?q=reader{n * step}@mail.example"),
        "/desk/users/new/ at a reader's address": lambda n: client.post(
            "/desk/users/new/", {**new, "email": f"Reader{last - n * step}@mail.example"}
        ),
        "/desk/report/, the reports": lambda _: client.get("/desk/report/"),
        "/desk/report/edit/…/, which says whom it tells": lambda _: client.get(f"/desk/report/edit/{report.pk}/"),
    }
    for what, ask in asks.items():
        page(what, ask, most=MOST_QUERIES)


# Publishing


def publishing(followed: Story) -> None:
    """Print what publishing takes in a story that a tenth of all follow, beside one that nobody does."""
    reports = [
        make_report(headline="Ships pass", stories=[story], quiet=True) for story in (followed, make_story("Nobody's"))
    ]
    took: tuple[list[float], list[float]] = ([], [])
    for n in range(VERSIONS):
        turn = (0, 1) if n % 2 else (1, 0)
        for which in turn:
            began = time.perf_counter()
            republish(reports[which], html=f"<p>{n} ships passed the lighthouse.</p>", now=timezone.now())
            took[which].append(time.perf_counter() - began)
    ours, theirs = (median(seconds) * 1000 for seconds in took)
    by_round = [our / their for our, their in zip(*took, strict=True)]
    low, high = spread(by_round)
    said = f"{ours:.1f} ms / {theirs:.1f} ms: {median(by_round):.2f} times ({low:.2f} to {high:.2f}, n = {VERSIONS})"
    row("publishing, followed by a tenth of all / by nobody", said)
    asked = []
    for report in reports:
        with CaptureQueriesContext(connection) as queries:
            republish(report, html="<p>One ship more.</p>", now=timezone.now())
        asked.append([one["sql"] for one in queries.captured_queries])
    of_readers = sum(any(table in sql for table in READERS_TABLES) for sql in asked[0])
    is_met = len(asked[0]) == len(asked[1]) and not of_readers
    said = f"{len(asked[0])} / {len(asked[1])}, of tables of readers {of_readers}; goal as many, and none"
    row("  its queries", f"{said}: {_met(is_met)}")


def first_mail(followed: Story) -> None:
    """Print how long after publishing the first mail has been taken, by a worker with its ordinary lanes."""
    with sink() as port:
        url = f"smtp://127.0.0.1:{port}"
        worker = subprocess.Popen(
            [sys.executable, "-m", "writethru", "work"], env={**os.environ, "EMAIL_URL": url}, stderr=subprocess.DEVNULL
        )
        try:
            _tell(followed, "The worker has begun")
            seconds = [_tell(followed, f"A ship passes, {n}") for n in range(ALERTS)]
        finally:
            worker.terminate()
            worker.wait(60)
    said = ", ".join(f"{one:.2f}" for one in sorted(seconds))
    row("publishing to the first mail taken, seconds", f"{said}; goal {FIRST_MAIL_SECONDS}: {_met(max(seconds) <= 2)}")


def _tell(followed: Story, headline: str) -> float:
    """Publish a report, and return after how many seconds its first mail had been taken; then stop the others."""
    began = timezone.now()
    with transaction.atomic():
        report = make_report(headline=headline, stories=[followed], now=began, publish=True)
    deadline, sent = time.monotonic() + 180, Sending.objects.filter(dispatch__version__report=report, status="sent")
    while (first := sent.aggregate(at=Min("done_at"))["at"]) is None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert first, "no mail in three minutes"
    for dispatch in Dispatch.objects.filter(version__report=report):
        _stop(dispatch)
    time.sleep(2)
    return (first - began).total_seconds()


def _stop(dispatch: Dispatch) -> None:
    """Stop a dispatch; on SQLite a busy worker may keep everybody else from writing for longer than is waited."""
    while True:
        try:
            stop(dispatch, user=None, now=timezone.now())
            return
        except OperationalError as error:
            row("  stopping an alert failed, and is tried again", str(error))


# One more


def one_more(story: Story, weights: dict[str, float]) -> None:
    """Print what one more follower costs, in bytes and in queries."""
    for what, took in weights.items():
        row(f"{what}, bytes on disk with its indexes", f"{took:,.0f}")
    account = Account.objects.create_user("one.more@mail.example", "a lamp on the rock")
    client = logged_in(account)
    _queries("the first follow of an account", lambda: _press(client, "/account/follow/", story=story.slug))
    other = make_story("Another")
    _queries("another follow of it", lambda: _press(client, "/account/follow/", story=other.slug))
    email = {"email": "by.mail@mail.example", "pace": "once"}
    _queries("asking by e-mail", lambda: _press(Client(SERVER_NAME=HOST), f"/story/{story.slug}/follow/", **email))
    token = confirmation_token(OptIn.objects.get(email="by.mail@mail.example"))
    _queries("confirming that", lambda: _press(Client(SERVER_NAME=HOST), f"/c/{token}/", pace="once"))
    follow = Follow.objects.get(reader__email="by.mail@mail.example")
    _queries(
        "stopping it in the mail program", lambda: _one_click(Client(SERVER_NAME=HOST), follow.reader_id, follow.pk)
    )
    assert Reader.objects.filter(account=account, follows__story=other).exists()
    if connection.vendor == "sqlite":  # on PostgreSQL they are the same, but those of a turn pass Django by
        few, many = _statements(1000), _statements(3000)
        row("an alert, queries a reader", f"{(many - few) / 2000:.2f}")


def _queries(what: str, press: Callable[[], HttpResponse]) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = press()
    assert answer.status_code in {200, 303}, (what, answer.status_code)
    row(f"{what}, queries", str(len(asked)))


def _statements(readers: int) -> int:
    """Return how many statements it takes to tell that many readers, their audience made on the way."""
    follows = make_followers(readers)
    count = 0

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with sink() as port:
        server = {"carrier": "smtp", "host": "127.0.0.1", "port": port, "user": "", "password": "", "tls": "offered"}
        settings.MAIL_SERVER, settings.QUEUE_IMMEDIATE = server, True
        dispatch = make_dispatch(follows[0].story, is_whole=False)
        with connection.execute_wrapper(counted):
            send()
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.sent) == ("finished", readers)
    return count


def main() -> None:
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    title(f"readers: {FOLLOWS:,} follows, {ACCOUNTS:,} accounts, on {name}, load {os.getloadavg()[0]:.1f}")
    began = time.perf_counter()
    stories, weights = fill(follows=FOLLOWS, accounts=ACCOUNTS)
    row("filled", f"{time.perf_counter() - began:.0f} s")
    publishing(stories[0])
    if shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin"):
        first_mail(stories[0])
    else:
        row("the first mail is not measured", "there is no smtp-sink on this machine; it comes with postfix")
    readers_pages(stories)
    desk_pages(stories[0])
    one_more(stories[1], weights)
    if server := os.environ.get("BENCH_DATABASE_URL"):
        on_postgresql(server, part="readers")


if __name__ == "__main__":
    main()
