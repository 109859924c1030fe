"""Takes that an editor takes out of a report again: before readers have it, and after.

After publication the text before is published again as the next version, silently; the page of the version that was
wrong answers 410, and its number is never used again. Two reports that were told apart stay so.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from writethru.lib.queue import wake
from writethru.stories import pagestore
from writethru.stories.actions.bake import Rank, ask_for_pages, baked_below
from writethru.stories.actions.decisions import Kind, note_decision
from writethru.stories.actions.embargo import heed_bounds
from writethru.stories.actions.lease import LANE, wait_for_lease
from writethru.stories.actions.paths import ask_for_report
from writethru.stories.actions.photos import take_away_photos_only_of
from writethru.stories.actions.standing import add_take, begin_report, is_kill
from writethru.stories.models import Apart, Fold, Gone, Report, ReportState, Version
from writethru.wire.models import Item

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`


class CantUnfold(Exception):
    """The take can't be taken out of its report; the message says why, to an editor."""


@transaction.atomic
def unfold_item(item: Item, *, user: User | None, now: datetime) -> Report:
    """Take `item`, and the later sendings of the same id, out of their report; return the report that they are now.

    That one waits; the engine never puts them together again. Raises CantUnfold.
    """
    wait_for_lease(LANE)
    fold = Fold.objects.select_related("item__source").get(pk=item.pk)
    report = locked_reports([fold.report_id])[fold.report_id]
    if fold.kind == Fold.Kind.FIRST:
        raise CantUnfold(_("The report began with this take. Withhold or kill the report instead."))
    if report.state.status == ReportState.Status.KILLED:
        raise CantUnfold(_("The report has been killed; nothing can be taken out of it."))
    moved = with_later_sendings(report, [fold])
    own = begin_report(fold.item)
    put_takes(moved, into=own, by=user)
    heed_bounds(own, moved[-1].item, now=now)
    take_out(moved, out_of=report, now=now)
    Apart.objects.create(report=own, other=report)
    before = {
        "into": report.pk,
        "score": fold.score,
        "because": fold.because,
        "by": fold.by_id,
        "items": [one.item_id for one in moved],
    }
    note_decision(Kind.UNFOLD, report=own, user=user, now=now, before=before)
    return own


def locked_reports(ids: Sequence[int]) -> dict[int, Report]:
    """Return these reports with their states, locked in the order of their ids until the transaction ends."""
    list(ReportState.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    found = Report.objects.select_related("state__item", "state__current").filter(pk__in=ids)
    return {report.pk: report for report in found}


def with_later_sendings(report: Report, folds: Sequence[Fold]) -> list[Fold]:
    """Return `folds` and those that followed them into `report` only because the wire gave them the same id."""
    moved = {fold.pk for fold in folds}
    every = list(report.folds.select_related("item__source").order_by("item"))
    stay = {(one.item.source_id, one.item.wire_id) for one in every if one.pk not in moved and one.pk < min(moved)}
    go = {(fold.item.source_id, fold.item.wire_id) for fold in folds} - stay
    return [
        one
        for one in every
        if one.pk in moved
        or (one.pk > min(moved) and one.kind == Fold.Kind.TAKE and (one.item.source_id, one.item.wire_id) in go)
    ]


def put_takes(folds: Sequence[Fold], *, into: Report, by: User | None) -> None:
    """Make these the takes of `into`, a report that has no other yet."""
    for place, fold in enumerate(folds):
        fold.report, fold.by = into, by
        fold.kind = Fold.Kind.TAKE if place else Fold.Kind.FIRST
        if not place:
            fold.because = [["taken_out", fold.item.wire_id]]
        fold.save(update_fields=["report", "by", "kind", "because"])
        if place and not is_kill(fold.item):
            add_take(into, fold.item)


def take_out(folds: Sequence[Fold], *, out_of: Report, now: datetime) -> None:
    """Let `out_of` stand without takes that are in it no more; readers get the text before back, if they had it."""
    items = [fold.item_id for fold in folds]
    _stand_anew(out_of, now=now)
    wrong = list(out_of.versions.filter(item__in=items, sealed=False))
    if not wrong:
        return
    Version.objects.filter(pk__in=[version.pk for version in wrong]).update(sealed=True)
    _close_pages(out_of, wrong, now=now)
    if out_of.state.current in wrong:
        _publish_text_before(out_of, now=now)
    take_away_photos_only_of({photo["address"] for version in wrong for photo in version.photos})
    ask_for_report(out_of, now=now)


def _stand_anew(report: Report, *, now: datetime) -> None:
    """Weigh the takes that are left, in the order in which they came: the same stands that would have without those."""
    items = [fold.item for fold in report.folds.select_related("item__source").order_by("item")]
    takes = [item for item in items if not is_kill(item)] or items
    report.state.item = None
    if report.state.current is None and takes:
        report.state.dated_at = takes[0].dated_at
        report.state.save(update_fields=["dated_at"])
        report.entries.update(dated_at=takes[0].dated_at)
    for item in takes:
        add_take(report, item)
        heed_bounds(report, item, now=now)


def _close_pages(report: Report, wrong: Sequence[Version], *, now: datetime) -> None:
    paths = [f"{report.state.path_on_site}v{version.number}/" for version in wrong]
    Gone.objects.bulk_create([Gone(path=path, report=report, gone_at=now) for path in paths], ignore_conflicts=True)
    transaction.on_commit(lambda: [pagestore.remove(path) for path in paths] and None)
    kept = {path for path in baked_below(report.state.path_on_site) if path in paths}
    ask_for_pages([(path, Rank.KILL) for path in kept], now=now)
    wake("bake_due_pages")


def _publish_text_before(report: Report, *, now: datetime) -> None:
    """Publish, silently, what readers had before the takes that were taken out; else what stands without them."""
    state, last = report.state, report.state.current
    before = report.versions.filter(sealed=False, number__lt=last.number).order_by("-number").first()
    standing = report if before is None else before
    state.current = Version.objects.create(
        report=report,
        number=last.number + 1,
        kind=Version.Kind.REFILE,
        grade=Version.Grade.SILENT,
        headline=standing.headline,
        html=standing.html,
        credit=standing.credit,
        language=standing.language,
        photos=before.photos if before else state.item.photos if state.item else [],
        because=[["taken_out", last.item.wire_id if last.item else ""]],
        item=before.item if before else state.item,
        published_at=now,
        quiet=True,
    )
    state.save(update_fields=["current"])
    if before and state.item_id == before.item_id:
        report.headline, report.html = before.headline, before.html
        report.credit, report.language = before.credit, before.language
    report.based_on = state.current.number
    report.save(update_fields=["headline", "html", "credit", "language", "based_on"])
