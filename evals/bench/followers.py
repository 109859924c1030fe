"""python -m bench.followers FOLLOWS ACCOUNTS: fills a store with readers who follow, by bulk rows.

The first story has a tenth of all follows, the others share the rest; a third follow at once, a sixth key entries, a
third daily, a sixth weekly. Nine in ten by mail, one in twenty by push.
"""

import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import django

django.setup()

from builders import make_report, make_story  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Count, Max, Q  # noqa: E402
from django.utils import timezone  # noqa: E402

from writethru.readers.models import Account, Follow, FollowerCount, PushSubscription, Reader, new_key  # noqa: E402
from writethru.stories.models import Story  # noqa: E402

STORIES = 200
SLICE = 5_000
PACES = ("once", "once", "key", "daily", "daily", "weekly")


def put(model: Any, rows: Iterator[Any]) -> None:
    """Write rows, some thousands a transaction."""
    while some := list(islice(rows, SLICE)):
        with transaction.atomic():
            model.objects.bulk_create(some)


def fill(*, follows: int, accounts: int) -> list[Story]:
    """Return the stories, the one that most follow first."""
    now = timezone.now()
    with transaction.atomic():
        stories = [make_story(f"Story {n}") for n in range(STORIES)]
        for story in stories:
            make_report(headline=f"Report of {story.title}", stories=[story], now=now - timedelta(days=2), quiet=True)
    put(Account, (Account(email=f"reader{n}@mail.example") for n in range(accounts)))
    first = Account.objects.aggregate(at=Max("pk"))["at"] - accounts + 1
    put(
        Reader,
        (
            Reader(account_id=first + n, email=f"reader{n}@mail.example", confirmed_at=now, made_at=now, key=new_key())
            for n in range(accounts)
        ),
    )
    first = Reader.objects.aggregate(at=Max("pk"))["at"] - accounts + 1
    each = follows // accounts
    put(Follow, (_follow(first + n, n, i, stories, now) for n in range(accounts) for i in range(each)))
    put(
        PushSubscription,
        (
            PushSubscription(
                reader_id=first + n,
                endpoint="",
                endpoint_hash=f"{n:064x}",
                p256dh="",
                auth="",
                made_at=now,
                ended_at=now,
            )
            for n in range(0, accounts, 20)
        ),
    )
    count()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return stories


def _follow(reader: int, n: int, i: int, stories: list[Story], now: Any) -> Follow:
    """Return a reader's next follow: every other reader's first is the first story, so that it has a tenth of all."""
    story = stories[0] if i == 0 and n % 2 == 0 else stories[1 + (n * 7 + i) % (STORIES - 1)]
    pace = PACES[(n + i) % len(PACES)]
    by_push = n % 20 == 0
    return Follow(
        reader_id=reader,
        story=story,
        pace=pace,
        by_mail=n % 10 != 9,
        by_push=by_push,
        followed_at=now - timedelta(days=9),
    )


def count() -> None:
    """Count once what the actions keep as follows begin and end."""
    told = Q(by_mail=True) | Q(by_push=True)
    rows = (
        Follow.objects.filter(ended_at=None)
        .values("story")
        .annotate(
            n=Count("pk"),
            at_once=Count("pk", filter=told & Q(pace="once")),
            key=Count("pk", filter=told & Q(pace="key")),
            digests=Count("pk", filter=told & Q(pace__in=("daily", "weekly"))),
        )
    )
    FollowerCount.objects.all().delete()
    FollowerCount.objects.bulk_create(
        FollowerCount(
            story_id=row["story"], all=row["n"], at_once=row["at_once"], key=row["key"], digests=row["digests"]
        )
        for row in rows
    )


if __name__ == "__main__":
    fill(follows=int(sys.argv[1]), accounts=int(sys.argv[2]))
