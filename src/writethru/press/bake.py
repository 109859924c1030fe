"""Baking: what is due is claimed, rendered outside any transaction, and put into the page store."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path

from django.utils import timezone

from writethru.lib.process import name_of_this_call
from writethru.lib.queue import wake
from writethru.press.assets import made_with, publish_assets
from writethru.press.once import run
from writethru.press.page import NoSuchPage
from writethru.press.routes import rank_of, render
from writethru.stories import pagestore, queries
from writethru.stories.actions.bake import (
    BakeClaim,
    Rank,
    ask_for_pages,
    claim_pages,
    fail_page,
    finish_pages,
    forget_page,
    free_pages_of_ended_processes,
    may_put,
)

log = logging.getLogger(__name__)


def bake_due(*, now: datetime, limit: int = 20) -> int:
    """Bake until nothing is due, in batches of `limit`, and return how many pages were baked."""
    publish_assets()
    free_pages_of_ended_processes()
    began, baked, claimed_by = time.monotonic(), 0, name_of_this_call()
    while True:
        # A claim ends by the clock, so a long run goes on from `now` as the time passes.
        current = now + timedelta(seconds=time.monotonic() - began)
        claims = claim_pages(claimed_by=claimed_by, now=current, limit=limit)
        if not claims:
            return baked
        with run():
            made = made_with()
            # What an open page of the story shows and is told does not wait for the fronts and the feeds.
            for _waits, its in groupby(claims, key=lambda claim: claim.rank > Rank.LIVE):
                baked += _bake(list(its), made_with=made, now=current)


def bake_first(path: str) -> bytes | None:
    """Return what belongs at `path` when it is not in the store; None if there is no such page.

    Some pages are baked on first read; this one is then kept baked like any other. The press puts it into the store,
    not the reader's request, so that what is put there is always under a claim.
    """
    rank = rank_of(path)
    if rank is None:
        return None
    try:
        body = render(path)
    except NoSuchPage:
        return None
    if not queries.is_kept_baked(path):
        publish_assets()
        ask_for_pages([(path, rank)], now=timezone.now())
        wake("bake_due_pages")
    return body


def _bake(claims: Sequence[BakeClaim], *, made_with: str, now: datetime) -> int:
    """Bake some pages and return how many; the rest can't be rendered or put away, which is logged and kept with them.

    All are rendered and written, brought to disk together, and then take their places in the order of the claims. Only
    then are they noted as baked, so that what is cut off before is baked again.
    """
    written = [one for claim in claims if (one := _written(claim, now=now))]
    finished = [one.claim for one in _synced(written, now=now) if _placed(one, now=now)]
    finish_pages(finished, made_with=made_with)
    return len(finished)


@dataclass(frozen=True, slots=True)
class _Written:
    """A page that waits to take its place; with no `file` the place holds it already, or is to be empty."""

    claim: BakeClaim
    file: Path | None
    is_page: bool = True


def _written(claim: BakeClaim, *, now: datetime) -> _Written | None:
    try:
        return _Written(claim, pagestore.write(claim.path, render(claim.path)))
    except NoSuchPage:
        return _Written(claim, None, is_page=False)
    except Exception as error:  # one bad page must not hold up the rest
        _fail(claim, error, now=now)
        return None


def _synced(written: Sequence[_Written], *, now: datetime) -> Sequence[_Written]:
    """Bring what is written to disk and return what may take its place: no new file where the disk refuses."""
    files = [one.file for one in written if one.file]
    try:
        pagestore.sync(files)
    except OSError as error:
        for file in files:
            file.unlink(missing_ok=True)
        for one in written:
            if one.file:
                _fail(one.claim, error, now=now)
        return [one for one in written if not one.file]
    return written


def _placed(one: _Written, *, now: datetime) -> bool:
    """Let a page take its place, or take away what is there; return False if that can't be done.

    A press whose claim has ended as it rendered puts nothing: who has the page now is rendering from newer rows.
    """
    claim, still = one.claim, partial(may_put, one.claim)
    try:
        if one.file:
            pagestore.place(claim.path, one.file, only_if=still)
        elif not one.is_page:
            pagestore.remove(claim.path, only_if=still)
            forget_page(claim)  # if it was asked for again since, it may be back: it is finished, and baked again
    except Exception as error:
        _fail(claim, error, now=now)
        return False
    return True


def _fail(claim: BakeClaim, error: Exception, *, now: datetime) -> None:
    log.error("%s can't be baked", claim.path, exc_info=error)
    fail_page(claim, error=f"{type(error).__name__}: {error}", now=now)
