"""Hiding: what readers had of a report is taken away, and can be given back."""

from datetime import datetime

from django.db import transaction

from writethru.lib.queue import wake
from writethru.stories import pagestore
from writethru.stories.actions.bake import Rank, ask_for_pages, baked_below
from writethru.stories.actions.paths import paths_showing
from writethru.stories.actions.photos import take_away_photos_only_of
from writethru.stories.models import Report


def hide_pages(report: Report, *, now: datetime) -> None:
    """Take a report off every page: its own files go on commit, the others are asked for before all else.

    Call it in the transaction by which readers may not see it any more.
    """
    own = [f"/fragment/{report.pk}.html", report.state.path_on_site, *baked_below(report.state.path_on_site)]
    ask_for_pages([(path, Rank.KILL) for path in [*own, *dict(paths_showing(report))]], now=now)
    transaction.on_commit(lambda: [pagestore.remove(path) for path in own] and None)
    take_away_photos_only_of(photo["address"] for photo in report.state.current.photos)
    wake("bake_due_pages")
