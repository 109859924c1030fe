"""Which of a report's takes stands: the text that is published next when no editor changes it."""

from collections.abc import Sequence
from functools import lru_cache

import storytext
from writethru.stories.actions.cuttings import Cuttings
from writethru.stories.drafts import headline_of, is_edited
from writethru.stories.models import Report, ReportState
from writethru.wire.models import Item, Source


def marks_on(item: Item) -> set[str]:
    """Return what headline and slugline call the take: {"corrected"}, {"kill"}, or nothing."""
    return {_mark_on(label) for label in (item.headline, item.slugline)} - {"none"}


@lru_cache(maxsize=2_000)
def _mark_on(label: str) -> str:
    """Return what one label calls a take; open desks ask that of the same sixty every few seconds."""
    return storytext.read_markers(label).kind


def locked_state(report_id: int) -> ReportState:
    """Return the state of a report, locked until the transaction ends, with its current version and its take.

    In two queries: where PostgreSQL has to wait for the lock, a join would give the version from before the wait.
    """
    ReportState.objects.select_for_update().get(pk=report_id)
    return ReportState.objects.select_related("current", "item__source").get(pk=report_id)


def is_kill(item: Item) -> bool:
    """Return whether the take withdraws its report. The word of a source of low trust does not."""
    is_told = item.pubstatus == Item.PubStatus.CANCELED or "kill" in marks_on(item)
    return is_told and item.source.trust != Source.Trust.LOW


def begin_report(item: Item) -> Report:
    """Return a new report, waiting, whose first take is `item`."""
    (report,) = begin_reports([item])
    return report


def begin_reports(items: Sequence[Item]) -> list[Report]:
    """Return a new report, waiting, for each of the items, which is its first take."""
    reports = [Report(source=item.source, live=False, headline=headline_of(item), **_told(item)) for item in items]
    Report.objects.bulk_create(reports)
    begun = zip(reports, items, strict=True)
    ReportState.objects.bulk_create(
        [ReportState(report=report, dated_at=item.dated_at, item=item) for report, item in begun]
    )
    return reports


def _told(item: Item) -> dict[str, str]:
    return {"html": item.html, "credit": item.credit, "language": item.language}


def add_take(report: Report, item: Item, *, cuttings: Cuttings | None = None) -> bool:
    """Weigh a further take against the one that stands; return whether it stands now.

    The day of a report that readers don't have yet is that of its earliest take.
    """
    state = report.state
    replaces = state.item is None or _replaces(item, state.item, of=report, cuttings=cuttings or Cuttings())
    if replaces:
        let_stand(report, item)
    if state.current is None and item.dated_at < state.dated_at:
        state.dated_at = item.dated_at
        state.save(update_fields=["dated_at"])
        report.entries.update(dated_at=item.dated_at)
    return replaces


def _replaces(item: Item, stands: Item, *, of: Report, cuttings: Cuttings) -> bool:
    """Return whether a take stands instead of the one that does; a kill's text never does."""
    usable = Item.PubStatus.USABLE
    if item.pubstatus == Item.PubStatus.CANCELED:
        return False
    if item.source_id != of.source_id and (item.held or item.embargoed_until or item.pubstatus != usable):
        return False  # what another agency holds back is not ours to print under this one's name
    if stands.pubstatus != usable and item.pubstatus == usable:
        return True
    takes = cuttings.take(stands), cuttings.take(item)
    return storytext.choose(*takes, reader=cuttings.reading).kind == "replace"


def let_stand(report: Report, item: Item) -> None:
    """Make the text of `item` the one to publish next. An editor's draft is in its revision, and is left alone."""
    ReportState.objects.filter(pk=report.pk).update(item=item)
    report.state.item = item
    report.headline = headline_of(item)
    report.html, report.credit, report.language = item.html, item.credit, item.language
    report.based_on = report.state.current.number if report.state.current else 0
    report.save(update_fields=["headline", "html", "credit", "language", "based_on"])


def is_correction(item: Item) -> bool:
    """Return whether the wire calls the take a correction."""
    return bool(item.correction) or "corrected" in marks_on(item)


def would_undo_an_editor(state: ReportState) -> bool:
    """Return whether the take that stands is newer than what an editor published in words of their own.

    It would put back what they changed, so it is merged first. Not so a correction: readers must have that at once.
    """
    take, current = state.item, state.current
    return bool(take and current and take.pk != current.item_id and not is_correction(take) and is_edited(current))
