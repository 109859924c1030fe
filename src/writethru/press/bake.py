"""Baking: what is due is claimed, rendered outside any transaction, and put into the page store."""

import logging
import time
from datetime import datetime, timedelta
from functools import partial

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
    ask_for_pages,
    claim_pages,
    fail_page,
    finish_page,
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
            baked += sum(_bake(claim, made_with=made, now=current) for claim in claims)


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


def _bake(claim: BakeClaim, *, made_with: str, now: datetime) -> bool:
    """Bake one page; return False if it can't be rendered or put away, which is logged and kept with the page.

    A press whose claim has ended as it rendered puts nothing: who has the page now is rendering from newer rows.
    """
    still = partial(may_put, claim)
    try:
        pagestore.put(claim.path, render(claim.path), only_if=still)
    except NoSuchPage:
        pagestore.remove(claim.path, only_if=still)
        if not forget_page(claim):  # asked for again since? Then it may be back: it is baked again
            finish_page(claim, made_with=made_with)
    except Exception as error:  # one bad page must not hold up the rest
        log.exception("%s can't be baked", claim.path)
        fail_page(claim, error=f"{type(error).__name__}: {error}", now=now)
        return False
    else:
        finish_page(claim, made_with=made_with)
    return True
