"""What an editor does with a whole report: spike it and bring it back, withhold it and show it again."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from writethru.stories.actions.decisions import Kind, as_rows, note_decision
from writethru.stories.actions.hide import hide_pages
from writethru.stories.actions.lease import LANE, wait_for_lease
from writethru.stories.actions.paths import ask_for_report
from writethru.stories.actions.standing import let_stand, locked_state
from writethru.stories.models import Report, ReportState

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`
Status = ReportState.Status


class NotInThatState(Exception):
    """The report has gone on since the editor saw it; the message says to what."""

    def __init__(self, status: str) -> None:
        """Say what the report is now."""
        super().__init__(_("The report is %(status)s by now.") % {"status": Status(status).label})


@transaction.atomic
def spike_report(report: Report, *, user: User | None, now: datetime) -> None:
    """Set a waiting report aside. Raises NotInThatState."""
    _move(report, Status.WAITING, Status.SPIKED)
    note_decision(Kind.SPIKE, report=report, user=user, now=now)


@transaction.atomic
def unspike_report(report: Report, *, user: User | None, now: datetime) -> None:
    """Let a spiked report wait at the desk again. Raises NotInThatState."""
    _move(report, Status.SPIKED, Status.WAITING)
    note_decision(Kind.UNSPIKE, report=report, user=user, now=now)


@transaction.atomic
def withhold_report(report: Report, *, user: User | None, now: datetime) -> None:
    """Hide a published report for now: its files go on commit, its versions stay. Raises NotInThatState."""
    _move(report, Status.PUBLISHED, Status.WITHHELD)
    hide_pages(report, now=now)
    note_decision(Kind.WITHHOLD, report=report, user=user, now=now)


@transaction.atomic
def release_report(report: Report, *, user: User | None, now: datetime) -> None:
    """Show a withheld report again, as it stood. Raises NotInThatState."""
    _move(report, Status.WITHHELD, Status.PUBLISHED)
    note_decision(Kind.RELEASE, report=report, user=user, now=now)
    ask_for_report(report, now=now)


@transaction.atomic
def keep_version(report: Report, *, user: User | None, now: datetime) -> None:
    """Set the newer take aside that would replace what readers have: the take that they have stands again.

    Raises NotInThatState where readers have none. An editor's draft is in its revision, and is left alone.
    """
    wait_for_lease(LANE)
    report.state = locked_state(report.pk)
    current = report.state.current
    if report.state.status != Status.PUBLISHED or current is None:
        raise NotInThatState(report.state.status)
    report.refresh_from_db(fields=["headline", "html", "credit", "language", "based_on"])
    before = {"item": report.state.item_id, "rows": as_rows([report])}
    if current.item:
        let_stand(report, current.item)
    report.headline, report.html = current.headline, current.html
    report.credit, report.language, report.based_on = current.credit, current.language, current.number
    report.save(update_fields=["headline", "html", "credit", "language", "based_on"])
    note_decision(Kind.KEEP, report=report, user=user, now=now, before=before)


def _move(report: Report, old: Status, new: Status) -> None:
    state = locked_state(report.pk)
    if state.status != old:
        raise NotInThatState(state.status)
    state.status = new
    state.save(update_fields=["status"])
    report.state = state
