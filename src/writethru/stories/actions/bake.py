"""Asking for pages, and the press's claims on them.

An action that changes what a page shows asks for it (`asked` + 1) in its own transaction. The press claims what is
due, notes `asked` before it reads, puts what it rendered into the store if it still holds the claim, and sets `done`
to what it noted if it holds it even then: so many changes become one bake, and an old render never wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from writethru.lib.prepared import prepared
from writethru.lib.process import has_ended
from writethru.stories.models import Bake

CLAIM_MINUTES = 5
RETRY_MINUTES = (1, 5, 30, 120)  # after the last, once every two hours: a page that can't be baked is a bug to mend


class Rank(IntEnum):
    """The order of baking: a page comes after what it is joined from, and a kill before all else.

    What tells an open page of an entry comes as soon as the entry, its report and its story are there to be read.
    """

    KILL = 0
    FRAGMENT = 1
    REPORT = 2
    STORY = 3
    LIVE = 4
    FRONT = 5
    FEED = 6
    STALE = 9


@dataclass(frozen=True, slots=True)
class BakeClaim:
    """A page that this process may bake until its claim ends, and what had been asked when it began."""

    path: str
    asked: int
    claimed_by: str
    rank: int


def ask_for_pages(paths: Iterable[tuple[str, Rank]], *, now: datetime) -> None:
    """Ask for each path once; a path asked for before is asked for again. Call it inside the action's transaction."""
    wanted = dict(sorted(dict(paths).items()))
    with transaction.atomic():
        _lock_pages(wanted, now=now)
        for rank in set(wanted.values()):
            Bake.objects.filter(path__in=[path for path, its in wanted.items() if its == rank]).update(
                asked=F("asked") + 1, rank=rank, asked_at=now, next_try_at=None
            )


def _lock_pages(wanted: dict[str, Rank], *, now: datetime) -> None:
    """Lock the rows of these paths, making those that there aren't, in the order given.

    Everybody locks by path, and "/" sorts before all others: a kill and a publication that ask for the same pages at
    the same moment wait for each other and can't deadlock. A row that the press forgets meanwhile is made again.
    """
    missing = set(wanted)
    while missing:
        locked = Bake.objects.select_for_update().filter(path__in=missing).order_by("path")
        missing -= set(locked.values_list("path", flat=True))
        Bake.objects.bulk_create(
            [Bake(path=path, rank=rank, asked=0, asked_at=now) for path, rank in wanted.items() if path in missing],
            ignore_conflicts=True,
        )


def ask_for_stale_pages(*, made_with: str, now: datetime) -> int:
    """Ask again for every page baked with other templates, settings or assets; return how many there are."""
    return (
        Bake.objects.filter(done=F("asked"))
        .exclude(made_with=made_with)
        .update(asked=F("asked") + 1, rank=Rank.STALE, asked_at=now, next_try_at=None)
    )


def claim_pages(*, claimed_by: str, now: datetime, limit: int = 20) -> list[BakeClaim]:
    """Claim up to `limit` pages that are due and return them, in the order in which to bake them."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    due = Q(done__lt=F("asked")) & (Q(next_try_at=None) | Q(next_try_at__lte=now))
    in_order = Bake.objects.filter(free, due).order_by("rank", "-asked_at", "pk")
    with transaction.atomic():
        # What an action has locked is being asked for again: it is left for the next call.
        found = list(in_order.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
        Bake.objects.filter(free, pk__in=found).update(
            claimed_by=claimed_by, claimed_until=now + timedelta(minutes=CLAIM_MINUTES)
        )
    mine = Bake.objects.filter(pk__in=found, claimed_by=claimed_by, claimed_until__gt=now)
    return [
        BakeClaim(bake.path, bake.asked, claimed_by, bake.rank) for bake in mine.order_by("rank", "-asked_at", "pk")
    ]


def free_pages_of_ended_processes() -> int:
    """End the claims of processes that have died on this machine, and return how many pages that frees."""
    claimed_by = Bake.objects.exclude(claimed_by="").values_list("claimed_by", flat=True).distinct()
    ended = [name for name in claimed_by if has_ended(name)]
    return Bake.objects.filter(claimed_by__in=ended).update(claimed_by="", claimed_until=None)


def may_put(claim: BakeClaim) -> bool:
    """Return whether what was rendered under `claim` may go into the store; asked under the store's lock.

    Not once the claim has ended and somebody else has the page, and not what was rendered before a kill.
    """
    return bool(_held_and_not_killed(path=claim.path, claimed_by=claim.claimed_by, asked=claim.asked))


@prepared
def _held_and_not_killed(*, path: Any, claimed_by: Any, asked: Any) -> QuerySet[Bake, Any]:
    held = Bake.objects.filter(~Q(rank=Rank.KILL) | Q(asked=asked), path=path, claimed_by=claimed_by)
    return held.values_list("pk", flat=True)


@transaction.atomic
def finish_pages(claims: Iterable[BakeClaim], *, made_with: str) -> None:
    """Note that these are baked, all but those whose claim has ended and which somebody else has."""
    for claim in sorted(claims, key=lambda claim: claim.path):  # in the order in which everybody locks
        finish_page(claim, made_with=made_with)


def finish_page(claim: BakeClaim, *, made_with: str) -> bool:
    """Note that `claim` is baked; return False if the claim had ended and somebody else has the page."""
    return bool(
        Bake.objects.filter(path=claim.path, claimed_by=claim.claimed_by).update(
            done=claim.asked, made_with=made_with, claimed_by="", claimed_until=None, attempts=0, error=""
        )
    )


def fail_page(claim: BakeClaim, *, error: str, now: datetime) -> None:
    """Give the page back with its error, to be tried again later; at once if it has been asked for again since."""
    for bake in Bake.objects.filter(path=claim.path, claimed_by=claim.claimed_by):
        wait = RETRY_MINUTES[min(bake.attempts, len(RETRY_MINUTES) - 1)]
        again_at = Case(When(asked=claim.asked, then=Value(now + timedelta(minutes=wait))), default=None)
        Bake.objects.filter(pk=bake.pk, claimed_by=claim.claimed_by).update(
            attempts=F("attempts") + 1,
            next_try_at=again_at,
            error=error[:2000],
            claimed_by="",
            claimed_until=None,
        )


def baked_below(path: str) -> list[str]:
    """Return `path` and what is below it, so far as the press keeps it baked."""
    return list(Bake.objects.filter(path__startswith=path).order_by("path").values_list("path", flat=True))


def forget_page(claim: BakeClaim) -> bool:
    """Stop keeping a claimed page baked, as there is nothing to show; return False if it was asked for again."""
    claimed = Bake.objects.filter(path=claim.path, claimed_by=claim.claimed_by, asked=claim.asked)
    return bool(claimed.delete()[0])
