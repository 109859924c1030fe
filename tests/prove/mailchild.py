"""python -m prove.mailchild fill COUNT | send | send-all: what the proofs of dispatch let others do."""

import sys
from datetime import timedelta

import django

django.setup()

from builders import make_story  # noqa: E402
from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from writethru.bulletins.actions import doors  # noqa: E402
from writethru.bulletins.actions.claims import doubt_ended_claims  # noqa: E402
from writethru.bulletins.models import Dispatch  # noqa: E402
from writethru.readers.models import Follow, Reader  # noqa: E402


def fill(count: int) -> None:
    """Make a dispatch to `count` followers, whose audience is still to be added."""
    now = timezone.now()
    number = Dispatch.objects.count()
    story = make_story(f"The lighthouse, {number}")
    readers = Reader.objects.bulk_create(
        [Reader(email=f"r{n}.{number}@mail.example", confirmed_at=now, made_at=now) for n in range(count)], 1000
    )
    Follow.objects.bulk_create(
        [Follow(reader=one, story=story, pace="once", by_mail=True, followed_at=now) for one in readers], 1000
    )
    dispatch = Dispatch.objects.create(
        kind="alert", key=f"alert {number}", story=story, scope={"stories": [story.pk]}, subject="Sold",
        text="%%why%%\n" * 20, html="<p>%%stop%%</p>", made_at=now, not_before=now,
    )  # fmt: skip
    print(dispatch.pk)


def send() -> None:
    """Send what is due whenever a line is read."""
    settings.QUEUE_IMMEDIATE = True  # it ends when nothing is due
    for _ in sys.stdin:
        doors.send_mail(clock=timezone.now)
        print("done", flush=True)


def send_all() -> None:
    """Send until all is finished, moving the clock on where everything waits; tell how many hours that took."""
    settings.QUEUE_IMMEDIATE = True
    began, ahead = timezone.now(), timedelta()
    while Dispatch.objects.filter(status="sending").exists() and ahead < timedelta(hours=30):
        doors.send_mail(clock=lambda ahead=ahead: timezone.now() + ahead)
        doubt_ended_claims(now=began + ahead)
        due = Dispatch.objects.filter(sendings__status="waiting", sendings__next_try_at=None, status="sending").exists()
        ahead += timedelta(0) if due else timedelta(minutes=1)
    print(ahead.total_seconds() / 3600)


if __name__ == "__main__":
    {"fill": lambda: fill(int(sys.argv[2])), "send": send, "send-all": send_all}[sys.argv[1]]()
