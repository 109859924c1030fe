"""Closing: followers of a story that has ended get a last word, and their follows end."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from writethru.bulletins.due import A_DAY
from writethru.bulletins.messages import last_word, place_of
from writethru.bulletins.models import Dispatch
from writethru.lib.queue import wake
from writethru.readers.actions.follow import carry_follows
from writethru.readers.models import Consent, Follow, FollowerCount
from writethru.stories.models import Story, Version

HELD = timedelta(seconds=30)
BATCH = 1000
RANK = 5
Status = Dispatch.Status


def close_follows(story: Story, *, now: datetime) -> None:
    """Do what is next for the followers of a closed story: send them a last word, then end their follows.

    Whoever closed it has half a minute to think again. A story that was closed more than a day ago, or of which nobody
    was ever told anything, closes without a word.
    """
    if story.ended_at is None:
        return
    key = f"last word {story.pk} {story.ended_at:%Y-%m-%dT%H:%M:%S}"
    told = Dispatch.objects.filter(key=key).first()
    is_lately = story.ended_at > now - A_DAY
    if told is None and is_lately and _has_moved(story):
        _send_last_word(story, key=key, now=now)
    elif told is None or told.status != Status.SENDING or told.made_at < now - 2 * A_DAY:
        end_follows(story, now=now)
    elif story.goes_on_in and told.not_before <= now:
        carry_follows(story, story.goes_on_in, words=_("The story goes on in another one."), now=now)


def _has_moved(story: Story) -> bool:
    return Version.objects.filter(report__entries__story=story, quiet=False).exists()


def _send_last_word(story: Story, *, key: str, now: datetime) -> None:
    goes_on_in = place_of(story.goes_on_in) if story.goes_on_in else None
    message = last_word(place_of(story), goes_on_in=goes_on_in)
    with transaction.atomic():
        Dispatch.objects.get_or_create(
            key=key,
            defaults={
                "kind": Dispatch.Kind.LAST_WORD,
                "story": story,
                "subject": message.subject,
                "text": message.text,
                "html": message.html,
                "push": message.push,
                "rank": RANK,
                "made_at": now,
                "not_before": now + HELD,
            },
        )
        wake("send_due_dispatches")


def take_back_last_words(*, now: datetime) -> None:
    """Stop the last words of stories that go on after all."""
    under_way = Dispatch.objects.filter(kind=Dispatch.Kind.LAST_WORD, status=Status.SENDING)
    under_way.filter(story__ended_at=None).update(status=Status.STOPPED, finished_at=now)


def end_follows(story: Story, *, now: datetime) -> None:
    """End every follow of a story, in batches; whoever follows the one that it goes on in does so first."""
    if story.goes_on_in:
        carry_follows(story, story.goes_on_in, words=_("The story goes on in another one."), now=now)
    while True:
        with transaction.atomic():
            live = Follow.objects.filter(story=story, ended_at=None).order_by("pk")
            batch = dict(live.select_for_update().values_list("pk", "reader")[:BATCH])
            Follow.objects.filter(pk__in=batch).update(ended_at=now)
            agreed = Consent.objects.filter(reader__in=batch.values(), withdrawn_at=None)
            agreed.filter(what__startswith=f"follow story {story.pk} by ").update(withdrawn_at=now)
            if len(batch) < BATCH:
                FollowerCount.objects.filter(story=story).update(at_once=0, key=0, digests=0, all=0)
                return
