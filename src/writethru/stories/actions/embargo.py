"""Embargoes and withheld takes: what the wire says must wait is not published, and is hidden if it was.

A take speaks for its report if the report is its source's own. ninjs: before the time given "all versions of the item
are embargoed"; what is withheld waits until told; a later take without such a word lifts it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from writethru.stories.actions.decisions import Kind, note_decision
from writethru.stories.actions.hide import hide_pages
from writethru.stories.actions.paths import ask_for_report
from writethru.stories.actions.standing import locked_state
from writethru.stories.models import Report, ReportState
from writethru.wire.models import Item, Source

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`


class NotEmbargoed(Exception):
    """The report is under no embargo, or has been killed."""


def is_held_back(state: ReportState, *, now: datetime) -> bool:
    """Return whether the report may not be published yet."""
    return state.held or (state.public_from is not None and state.public_from > now)


def heed_bounds(report: Report, item: Item, *, now: datetime) -> None:
    """Hold `report` back as its take says, or let it go on where its take says nothing of the kind any more.

    Call it in the transaction that folds the take. The word of a source of low trust hides nothing that readers have.
    """
    state = report.state
    if report.source_id != item.source_id or item.pubstatus == Item.PubStatus.CANCELED or _is_superseded(item, state):
        return
    until = item.embargoed_until if item.embargoed_until and item.embargoed_until > now else None
    held = item.held or item.pubstatus == Item.PubStatus.WITHHELD
    hides = held or until is not None
    if (state.public_from, state.held) == (until, held) or (
        hides and state.current_id and item.source.trust == Source.Trust.LOW
    ):
        return
    state.public_from, state.held = until, held
    state.save(update_fields=["public_from", "held"])
    if state.current and hides:
        hide_pages(report, now=now)
    elif state.current:
        ask_for_report(report, now=now)


def _is_superseded(item: Item, state: ReportState) -> bool:
    stands = state.item
    if stands is None or stands.wire_id != item.wire_id or stands.version is None or item.version is None:
        return False
    return item.version < stands.version


@transaction.atomic
def lift_embargo(report: Report, *, user: User, now: datetime) -> None:
    """End a report's embargo before its time, as an editor has decided. Raises NotEmbargoed.

    A later take that names the embargo again puts it back.
    """
    state = report.state = locked_state(report.pk)
    if state.status == ReportState.Status.KILLED or not is_held_back(state, now=now):
        raise NotEmbargoed(report.pk)
    until = state.public_from.isoformat() if state.public_from else None
    before = {"public_from": until, "held": state.held, "is_shown": state.status == ReportState.Status.PUBLISHED}
    end_embargo(report, now=now)
    note_decision(Kind.LIFT, report=report, user=user, now=now, before=before)


def end_embargo(report: Report, *, now: datetime) -> None:
    """Let a report go on: what readers had is shown again, what they hadn't may be published."""
    ReportState.objects.filter(pk=report.pk).update(public_from=None, held=False)
    report.state.public_from, report.state.held = None, False
    if report.state.current_id:
        ask_for_report(report, now=now)
