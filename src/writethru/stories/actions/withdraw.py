"""Killing: a report is withdrawn for good, everywhere that it stood."""

from datetime import datetime
from typing import Any

from django.db import transaction

from writethru.lib.queue import wake
from writethru.stories import pagestore
from writethru.stories.actions.bake import Rank, ask_for_pages, baked_below
from writethru.stories.actions.decisions import Kind, note_decision
from writethru.stories.actions.paths import paths_showing
from writethru.stories.actions.photos import take_away_photos_only_of
from writethru.stories.actions.standing import locked_state
from writethru.stories.models import Gone, Report, ReportState, Version

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`


@transaction.atomic
def withdraw_report(
    report: Report, *, user: User | None, now: datetime, note: str = "", because: list[list[Any]] | None = None
) -> Version | None:
    """Kill `report`; return the version that says so, None if readers never had it. Killing twice is harmless.

    Its own files go on commit. Every page that shows it is asked for before all else; those of its own that a crash
    leaves behind are found by the press, which has nothing to bake there and removes them.
    """
    state = locked_state(report.pk)
    if state.status == ReportState.Status.KILLED:
        return state.current if state.current and state.current.kind == Version.Kind.WITHDRAWAL else None
    before, state.status, report.state = state.current, ReportState.Status.KILLED, state
    note_decision(Kind.KILL, report=report, user=user, now=now)
    if before is None:
        state.save(update_fields=["status"])
        return None
    state.current = Version.objects.create(
        report=report,
        number=before.number + 1,
        kind=Version.Kind.WITHDRAWAL,
        grade=Version.Grade.ALERT,
        headline=before.headline,
        html="",
        credit=before.credit,
        language=before.language,
        note=note,
        because=because or [],
        by=user,
        published_at=now,
        quiet=not Version.objects.filter(report=report, quiet=False).exists(),  # else some were told of one
    )
    state.save(update_fields=["status", "current"])
    own = [f"/fragment/{report.pk}.html", state.path_on_site, *baked_below(state.path_on_site)]
    Gone.objects.bulk_create([Gone(path=path, report=report, gone_at=now) for path in own], ignore_conflicts=True)
    ask_for_pages([(path, Rank.KILL) for path in [*own, *dict(paths_showing(report))]], now=now)
    transaction.on_commit(lambda: [pagestore.remove(path) for path in own] and None)
    take_away_photos_only_of(photo["address"] for photo in before.photos)
    wake("bake_due_pages")
    wake("make_due_alerts")
    return state.current
