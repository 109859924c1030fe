"""Following: a reader's tie to a story or a section begins, changes and ends.

What was agreed to is kept in its words, and how many follow is counted as it changes: no page counts followers.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from writethru.readers.actions.suppress import Because, lift, stop_if_suppressed, suppress
from writethru.readers.models import Consent, Follow, FollowerCount, Pace, Reader
from writethru.readers.queries import is_suppressed
from writethru.stories.models import Section, Story

BATCH = 2000
BY_THEMSELVES = (Because.ASKED, Because.DELETED)  # stopped by the reader's own wish, which they may change
DOORS = ("mail", "push", "account")
_COLUMNS = {Pace.ONCE: "at_once", Pace.KEY: "key", Pace.DAILY: "digests", Pace.WEEKLY: "digests"}


@transaction.atomic
def follow(
    reader: Reader,
    *,
    story: Story | None = None,
    section: Section | None = None,
    pace: str,
    by_mail: bool,
    by_push: bool,
    updates: bool = False,
    words: str,
    now: datetime,
) -> Follow:
    """Let a reader follow a story or a section; one that they follow already takes the pace, and these doors too.

    `words` is what stood beside the button.
    """
    row, is_new = Follow.objects.get_or_create(
        reader=reader, story=story, section=section, defaults={"pace": pace, "followed_at": now}
    )
    row = Follow.objects.select_for_update().get(pk=row.pk)
    before = () if is_new else _counted_as(row)
    goes_on = not is_new and row.ended_at is None
    had = _doors(row) if goes_on else set()
    if not goes_on:
        row.followed_at = now
    row.pace = pace
    row.by_mail = by_mail or (goes_on and row.by_mail)
    row.by_push = by_push or (goes_on and row.by_push)
    row.updates = updates or (goes_on and row.updates)
    row.paused_at = row.muted_until = row.ended_at = None
    row.save()
    _agree(row, _doors(row) - had, words=words, now=now)
    _count(row, before)
    return row


@transaction.atomic
def change_follow(
    follow: Follow,
    *,
    pace: str,
    by_mail: bool,
    by_push: bool,
    updates: bool,
    paused_at: datetime | None,
    muted_until: datetime | None,
    words: str,
    now: datetime,
) -> Follow:
    """Change how a reader is told of what they follow; of one that has ended nothing changes."""
    row = Follow.objects.select_for_update().get(pk=follow.pk)
    if row.ended_at:
        return row
    before, had = _counted_as(row), _doors(row)
    row.pace, row.by_mail, row.by_push, row.updates = pace, by_mail, by_push, updates
    row.paused_at, row.muted_until = paused_at, muted_until
    row.save()
    _agree(row, _doors(row) - had, words=words, now=now)
    _take_back(row, had - _doors(row), now=now)
    _count(row, before)
    return row


@transaction.atomic
def unfollow(follow: Follow, *, now: datetime) -> None:
    """End a follow, by all its doors. Ending it again changes nothing."""
    row = Follow.objects.select_for_update().get(pk=follow.pk)
    if row.ended_at:
        return
    before = _counted_as(row)
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    _take_back(row, DOORS, now=now)
    _count(row, before)


@transaction.atomic
def follow_again(follow: Follow, *, words: str, now: datetime) -> Follow:
    """Take up a follow that has ended, as it was."""
    row = Follow.objects.select_for_update().get(pk=follow.pk)
    if row.ended_at:
        row.ended_at, row.followed_at = None, now
        row.save(update_fields=["ended_at", "followed_at"])
        _agree(row, _doors(row), words=words, now=now)
        _count(row, ())
    return row


@transaction.atomic
def stop_all_mail(reader: Reader, *, because: str = "asked", now: datetime) -> None:
    """Send a reader no mail any more but what they ask for themselves: what they follow stays in their list."""
    Reader.objects.filter(pk=reader.pk, mail_stopped_at=None).update(mail_stopped_at=now, mail_stopped_because=because)
    if reader.email:
        suppress(reader.email, because=because, now=now)
    Consent.objects.filter(reader=reader, what__endswith=" by mail", withdrawn_at=None).update(withdrawn_at=now)


@transaction.atomic
def take_mail_again(reader: Reader, *, words: str, now: datetime) -> None:
    """Send a reader mail again of what they follow by mail: they have just asked for it, in these words.

    Only who had asked for no more: an address that mail came back from, or that complained, is not revived by a press.
    """
    asked = Reader.objects.filter(pk=reader.pk, mail_stopped_because__in=BY_THEMSELVES)
    reason = is_suppressed(reader.email) if reader.email else None
    if reason and reason.because not in BY_THEMSELVES:  # of an address that they have had for less long
        stop_if_suppressed(reader)
        return
    if not asked.update(mail_stopped_at=None, mail_stopped_because=""):
        return
    lift(reader.email, now=now)
    by_mail = Follow.objects.filter(reader=reader, by_mail=True, ended_at=None)
    Consent.objects.bulk_create([_consent(row, "mail", words=words, now=now) for row in by_mail])


def carry_follows(from_story: Story, to_story: Story, *, words: str = "", now: datetime) -> int:
    """Let whoever follows a story follow another as well, at their pace and by their doors; return how many do so now.

    Who had stopped following the other is left alone. In batches, each whole: cut off, it goes on when asked again.
    """
    after, carried = 0, 0
    while True:
        with transaction.atomic():
            batch = list(Follow.objects.filter(story=from_story, ended_at=None, pk__gt=after).order_by("pk")[:BATCH])
            if not batch:
                return carried
            carried += _carry(batch, to_story, words=words, now=now)
        after = batch[-1].pk


def _carry(batch: list[Follow], story: Story, *, words: str, now: datetime) -> int:
    readers = [row.reader_id for row in batch]
    # Whoever begins to follow it meanwhile is left as they are: the row that is there stays.
    there = set(Follow.objects.filter(story=story, reader__in=readers).values_list("reader", flat=True))
    fresh = [
        Follow(
            reader_id=row.reader_id,
            story=story,
            pace=row.pace,
            by_mail=row.by_mail,
            by_push=row.by_push,
            updates=row.updates,
            paused_at=row.paused_at,
            muted_until=row.muted_until,
            followed_at=now,
        )
        for row in batch
        if row.reader_id not in there
    ]
    Follow.objects.bulk_create(fresh, ignore_conflicts=True)
    Consent.objects.bulk_create([_consent(row, door, words=words, now=now) for row in fresh for door in _doors(row)])
    changes: dict[str, int] = {}
    for row in fresh:
        for column in _counted_as(row):
            changes[column] = changes.get(column, 0) + 1
    _add({"story": story, "section": None}, changes)
    return len(fresh)


def _doors(row: Follow) -> set[str]:
    """Return by which doors a reader agreed to be told; with neither mail nor push their own list has it alone."""
    doors = {door for door, is_open in (("mail", row.by_mail), ("push", row.by_push)) if is_open}
    return doors or {"account"}


def _what(row: Follow, door: str) -> str:
    of = f"story {row.story_id}" if row.story_id else f"section {row.section_id}"
    return f"follow {of} by {door}"


def _consent(row: Follow, door: str, *, words: str, now: datetime) -> Consent:
    return Consent(reader_id=row.reader_id, what=_what(row, door), words=words, given_at=now)


def _agree(row: Follow, doors: Iterable[str], *, words: str, now: datetime) -> None:
    Consent.objects.bulk_create([_consent(row, door, words=words, now=now) for door in sorted(doors)])


def _take_back(row: Follow, doors: Iterable[str], *, now: datetime) -> None:
    what = [_what(row, door) for door in doors]
    Consent.objects.filter(reader=row.reader_id, what__in=what, withdrawn_at=None).update(withdrawn_at=now)


def _counted_as(row: Follow) -> tuple[str, ...]:
    """Return the columns of FollowerCount that a follow counts in."""
    if row.ended_at:
        return ()
    return ("all", _COLUMNS[Pace(row.pace)]) if row.by_mail or row.by_push else ("all",)


def _count(row: Follow, before: Iterable[str]) -> None:
    changes = dict.fromkeys(before, -1)
    for column in _counted_as(row):
        changes[column] = changes.get(column, 0) + 1
    _add({"story": row.story_id, "section": row.section_id}, changes)


def _add(of: dict[str, Any], changes: dict[str, int]) -> None:
    steps = {column: step for column, step in changes.items() if step}
    if not steps:
        return
    added = {column: Greatest(F(column) + step, 0) for column, step in steps.items()}
    if not FollowerCount.objects.filter(**of).update(**added):
        first = FollowerCount(**{f"{name}_id": getattr(one, "pk", one) for name, one in of.items()})
        FollowerCount.objects.bulk_create([first], ignore_conflicts=True)
        FollowerCount.objects.filter(**of).update(**added)
