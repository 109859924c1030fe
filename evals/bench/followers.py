"""python -m bench.followers FOLLOWS ACCOUNTS: fills the store with readers who follow, by bulk rows.

The first story has a tenth of all follows, the others share the rest; a third follow at once, a sixth key entries, a
third daily, a sixth weekly. Nine in ten by mail, one in twenty by push. Each follow has what was agreed to, each
account its confirmed address, half as many lines as there are follows stand in the ledger, and 20,000 letters.
"""

import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "writethru.config.settings")
django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from builders import make_report, make_story  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F, Max  # noqa: E402
from django.utils import timezone  # noqa: E402

from writethru.bulletins.models import Dispatch, Sending  # noqa: E402
from writethru.press.assets import made_with  # noqa: E402
from writethru.readers.actions.counts import recount_followers  # noqa: E402
from writethru.readers.models import (  # noqa: E402
    Account,
    Consent,
    Follow,
    FollowerCount,
    PushSubscription,
    Reader,
    new_key,
)
from writethru.stories.models import Bake, Story  # noqa: E402

STORIES = 200
DISPATCHES = 10
LETTERS = 20_000
SLICE = 5_000
PACES = ("once", "once", "key", "daily", "daily", "weekly")
WORDS = "Follow “The lighthouse” by e-mail, daily. We keep your address for this alone; every mail has a link to stop."


def fill(*, follows: int, accounts: int) -> tuple[list[Story], dict[str, float]]:
    """Return the stories, the one that most follow first, and how many bytes on disk a row of each kind takes."""
    now, weights = timezone.now(), {}
    stories = _stories(now)
    emails = [f"reader{n}@mail.example" for n in range(accounts)]
    weights["an account"] = put(Account, accounts, (Account(email=email) for email in emails))
    first = _first(Account, accounts)
    addresses = (
        EmailAddress(user_id=first + n, email=email, verified=True, primary=True) for n, email in enumerate(emails)
    )
    weights["an account"] += put(EmailAddress, accounts, addresses)
    readers = (
        Reader(account_id=first + n, email=email, confirmed_at=now, made_at=now, key=new_key())
        for n, email in enumerate(emails)
    )
    weights["a reader"] = put(Reader, accounts, readers)
    first, each = _first(Reader, accounts), follows // accounts
    rows = (_follow(first + n, n, i, stories, now) for n in range(accounts) for i in range(each))
    weights["a follow"] = put(Follow, follows, rows)
    agreed = (
        Consent(reader_id=first + n, what=f"follow story {stories[i].pk} by mail", words=WORDS, given_at=now)
        for n in range(accounts)
        for i in range(each)
    )
    weights["what was agreed to with it"] = put(Consent, follows, agreed)
    weights["a browser"] = put(PushSubscription, accounts // 20, _browsers(first, accounts, now))
    weights["a letter"] = put(Dispatch, LETTERS, _letters(now))
    lines = follows // 2
    weights["a line of the ledger"] = put(Sending, lines, _lines(stories[0], first, accounts, lines, now))
    FollowerCount.objects.bulk_create(FollowerCount(story=story) for story in stories)
    recount_followers()
    if connection.vendor == "postgresql":  # as its autovacuum does within minutes
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return stories, weights


def put(model: Any, count: int, rows: Iterator[Any]) -> float:
    """Write rows, some thousands a transaction, and return how many bytes one takes with its indexes."""
    before = bytes_on_disk()
    while some := list(islice(rows, SLICE)):
        with transaction.atomic():
            model.objects.bulk_create(some)
    return (bytes_on_disk() - before) / max(count, 1)


def bytes_on_disk() -> int:
    """Return what the database takes, its write-ahead log put away."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return Path(connection.settings_dict["NAME"]).stat().st_size
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _stories(now: datetime) -> list[Story]:
    """Return stories with a report each, their pages as if baked: what is baked meanwhile would be measured too."""
    stories = []
    for n in range(STORIES):
        with transaction.atomic():
            stories.append(make_story(f"Story {n}"))
            make_report(headline=f"Report {n}", stories=stories[-1:], now=now - timedelta(days=2), quiet=True)
    Bake.objects.update(done=F("asked"), made_with=made_with())
    return stories


def _first(model: Any, count: int) -> int:
    """Return the number of the first of the last `count` rows, which were written in one go."""
    return int(model.objects.aggregate(at=Max("pk"))["at"]) - count + 1


def _follow(reader: int, n: int, i: int, stories: list[Story], now: datetime) -> Follow:
    """Return a reader's next follow: every other reader's first is the first story, so that it has a tenth of all."""
    story = stories[0] if i == 0 and n % 2 == 0 else stories[1 + (n * 7 + i) % (STORIES - 1)]
    return Follow(
        reader_id=reader,
        story=story,
        pace=PACES[(n + i) % len(PACES)],
        by_mail=n % 10 != 9,
        by_push=n % 20 == 0,
        followed_at=now - timedelta(days=9),
    )


def _browsers(first: int, accounts: int, now: datetime) -> Iterator[PushSubscription]:
    """Yield browsers that are no more: nothing here is to reach a push service."""
    for n in range(0, accounts, 20):
        keys = {"endpoint": f"https://push.example/{n:0150x}", "p256dh": f"{n:087x}", "auth": f"{n:022x}"}
        yield PushSubscription(reader_id=first + n, endpoint_hash=f"{n:064x}", made_at=now, ended_at=now, **keys)


def _letters(now: datetime) -> Iterator[Dispatch]:
    """Yield letters that have been sent since: the desk's list of alerts has to get past them."""
    text = f"{WORDS} " * 12
    for n in range(LETTERS):
        at = now - timedelta(seconds=LETTERS - n)
        times = {"made_at": at, "not_before": at, "finished_at": at}
        said = {"subject": "Please confirm", "text": text, "html": f"<p>{text}</p>"}
        yield Dispatch(kind="letter", key=f"letter {n}", status="finished", rank=0, is_whole=True, **times, **said)


def _lines(story: Story, first: int, accounts: int, count: int, now: datetime) -> Iterator[Sending]:
    """Yield what was sent of some alerts two days ago, of each five hundredth that it failed, of a few in doubt."""
    at, each = now - timedelta(days=2), count // DISPATCHES
    for number in range(DISPATCHES):
        dispatch = Dispatch.objects.create(
            kind="alert",
            key=f"filled {number}",
            story=story,
            subject=f"The lighthouse, {number}",
            rank=3,
            scope={"stories": [story.pk]},
            made_at=at,
            not_before=at,
            is_whole=True,
            is_gathered=True,
            status="finished",
            finished_at=at,
            audience=each,
            sent=each - each // 500 - 20,
            failed=each // 500,
            in_doubt=20,
        )
        for n in range(each):
            status = "doubt" if n < 20 else "failed" if n % 500 == 499 else "sent"
            answer = "250 2.0.0 Ok: queued as 4XyZ0a1b2c3d4e5f"
            yield Sending(
                dispatch=dispatch, reader_id=first + n % accounts, door="mail", status=status, done_at=at, answer=answer
            )


if __name__ == "__main__":
    _, weighed = fill(follows=int(sys.argv[1]), accounts=int(sys.argv[2]))
    for what, took in weighed.items():
        print(f"{what:<30} {took:,.0f} bytes")
