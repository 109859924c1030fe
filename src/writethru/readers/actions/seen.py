"""How far a reader with an account has read: noted by the pages that they open, for all of their devices."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from writethru.readers.models import Reader, Seen
from writethru.stories.models import Story

VISIT = timedelta(minutes=30)  # the same as in the script of the pages


@transaction.atomic
def note_seen(reader: Reader, *, story: Story, upto: datetime, now: datetime) -> Seen:
    """Note that `reader` looks at `story`, whose newest entry or correction is of `upto`, and return their visit.

    Nobody has seen what lies ahead of `now`, and nobody unsees: a device that shows an old page takes nothing back.
    """
    upto = min(upto, now)
    seen, is_new = Seen.objects.select_for_update().get_or_create(
        reader=reader, story=story, defaults={"seen_at": now, "upto": upto}
    )
    if is_new:
        return seen
    if now - seen.seen_at > VISIT:
        seen.from_at, seen.from_upto = seen.seen_at, seen.upto
    seen.seen_at, seen.upto = max(now, seen.seen_at), max(upto, seen.upto)
    seen.save(update_fields=["seen_at", "upto", "from_at", "from_upto"])
    return seen


def mark_read(reader: Reader, *, stories: Iterable[Story], now: datetime) -> None:
    """Note that `reader` has seen all that there is by `now` in these stories."""
    rows = [Seen(reader=reader, story=story, seen_at=now, upto=now) for story in stories]
    Seen.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["reader", "story"], update_fields=["seen_at", "upto"]
    )
