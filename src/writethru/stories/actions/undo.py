"""Undoing: what an editor decided is taken back exactly, or a sentence says why it can't be."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core import serializers
from django.core.serializers.base import DeserializationError
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from writethru.lib.queue import wake
from writethru.stories.actions.bake import Rank, ask_for_pages, baked_below
from writethru.stories.actions.decisions import FINAL, Kind
from writethru.stories.actions.embargo import is_held_back
from writethru.stories.actions.file import remove_entry
from writethru.stories.actions.hold import NotInThatState, release_report, unspike_report, withhold_report
from writethru.stories.actions.lease import LANE, wait_for_lease
from writethru.stories.actions.paths import ask_for_report, ask_for_story
from writethru.stories.actions.propose import fold_away
from writethru.stories.actions.standing import let_stand
from writethru.stories.actions.takes import locked_reports, take_out, with_later_sendings
from writethru.stories.models import Apart, Decision, Entry, Fold, Proposal, Report, ReportState, Story
from writethru.wire.models import Item

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`
_OF_STATE = (Kind.SPIKE, Kind.UNSPIKE, Kind.WITHHOLD, Kind.RELEASE, Kind.PUBLISH, Kind.KILL)
WITHIN = timedelta(hours=12)  # a key pressed in the morning must not undo what was decided the day before


class CantUndo(Exception):
    """What was decided can't be taken back; the message says why, to an editor."""


def last_decision(user: User, *, now: datetime) -> Decision | None:
    """Return what `user` decided last today and has not undone."""
    of_today = Decision.objects.filter(by=user, undone_at=None, decided_at__gte=now - WITHIN)
    return of_today.select_related("report", "story").order_by("-pk").first()


def is_final(decision: Decision) -> bool:
    """Return whether readers have been given what was decided, so that nothing takes it back."""
    return decision.kind in FINAL or bool(decision.kind == Kind.LIFT and decision.before["is_shown"])


@transaction.atomic
def undo_decision(decision: Decision, *, user: User, now: datetime) -> Report | None:
    """Take back what was decided and return the report to look at now. Raises CantUndo, having changed nothing."""
    wait_for_lease(LANE)
    if not Decision.objects.filter(pk=decision.pk, undone_at=None).update(undone_at=now, undone_by=user):
        raise CantUndo(_("That has been undone already."))
    if is_final(decision):
        raise CantUndo(_("What readers have been given can't be undone. Withhold the report, or kill it."))
    try:
        return _UNDO[Kind(decision.kind)](decision, now)
    except NotInThatState as error:
        raise CantUndo(str(error)) from error


def _back_apart(decision: Decision, now: datetime) -> Report | None:
    _open_again(decision)
    Apart.objects.filter(pk=decision.before.get("apart")).delete()
    return decision.report


def _back_elsewhere(decision: Decision, now: datetime) -> Report | None:
    _open_again(decision)
    return decision.report


def _open_again(decision: Decision) -> None:
    Proposal.objects.filter(pk=decision.before.get("proposal")).update(
        status=Proposal.Status.OPEN, decided_at=None, by=None
    )


def _back_fold(decision: Decision, now: datetime) -> Report:
    """Bring the report that was folded away back, under the id that it had: readers never had it."""
    before = decision.before
    moved = [item for item, *_rest in before["folds"]]
    into = locked_reports([decision.report_id]).get(decision.report_id) if decision.report_id else None
    folds = list(Fold.objects.filter(item__in=moved).select_related("item__source").order_by("item"))
    if into is None or {fold.report_id for fold in folds} != {into.pk} or len(folds) != len(moved):
        raise CantUndo(_("Its takes have been moved on since; take them out of the report that they are in now."))
    if into.state.status == ReportState.Status.KILLED:
        raise CantUndo(_("The report that it was folded into has been killed since."))
    _put_back(before["rows"])
    report = Report.objects.select_related("state").get(pk=before["report"])
    follow = [fold for fold in with_later_sendings(into, folds) if fold.item_id not in moved]
    accounts = get_user_model().objects.filter(pk__in=[by for *_rest, by in before["folds"] if by])
    editors = set(accounts.values_list("pk", flat=True))
    for fold, (_item, kind, score, because, by) in zip(folds, before["folds"], strict=True):
        fold.report, fold.kind, fold.score, fold.because = report, kind, score, because
        fold.by_id = by if by in editors else None
        fold.save(update_fields=["report", "kind", "score", "because", "by"])
    Fold.objects.filter(pk__in=[fold.pk for fold in follow]).update(report=report)
    take_out([*folds, *follow], out_of=into, now=now)
    for entry in Entry.objects.filter(pk__in=before["entries"], report=into).select_related("report__state", "story"):
        remove_entry(entry, now=now)
    return report


def _back_unfold(decision: Decision, now: datetime) -> Report:
    before = decision.before
    both = locked_reports([pk for pk in (decision.report_id, before["into"]) if pk])
    own, into = both.get(decision.report_id or 0), both.get(before["into"])
    if own is None or into is None:
        raise CantUndo(_("One of the two reports has been folded into another since."))
    if own.state.current or own.state.status == ReportState.Status.KILLED:
        raise CantUndo(_("The report that the take became has been published since; it keeps its address."))
    if into.state.status == ReportState.Status.KILLED:
        raise CantUndo(_("The report that it was taken out of has been killed since."))
    Apart.objects.filter(report=own, other=into).delete()
    fold_away(own, into=into, score=before["score"], because=before["because"], user=None, now=now)
    Fold.objects.filter(item__in=before["items"]).update(by=decision.by)
    return into


def _back_file(decision: Decision, now: datetime) -> Report | None:
    for entry in _entries_of(decision):
        remove_entry(entry, now=now)
    _open_again(decision)
    return decision.report


def _entries_of(decision: Decision) -> list[Entry]:
    """Return what the decision filed, each report locked. Raises CantUndo where nothing of it is left, or is key."""
    made = decision.before.get("entries") or list(filter(None, [decision.before.get("entry")]))
    found = Entry.objects.filter(pk__in=made).select_related("report__state", "story").order_by("report")
    list(ReportState.objects.select_for_update().filter(pk__in=found.values("report")).order_by("pk"))
    entries = list(found)
    if made and not entries:
        raise CantUndo(_("It has been taken out of the story already."))
    if any(entry.is_key for entry in entries):
        raise CantUndo(_("It has been marked as a key moment since. Take it out of the story by its own button."))
    return entries


def _back_open(decision: Decision, now: datetime) -> Report | None:
    """Close a story that was opened by mistake, while nothing else is in it and nobody has worked on it."""
    story = Story.objects.select_for_update(of=("self",)).filter(pk=decision.story_id).first()
    if story is None:
        raise CantUndo(_("The story is gone already."))
    entries = _entries_of(decision)
    if story.entries.exclude(pk__in=[entry.pk for entry in entries]).exists():
        raise CantUndo(_("Other reports have been filed into the story since; it stays."))
    if story.latest_revision_id or story.standfirst or story.what_we_know:
        raise CantUndo(_("Somebody has worked on the story since; it stays."))
    own = baked_below(story.path_on_site)
    ask_for_story(story, now=now)
    for entry in entries:
        remove_entry(entry, now=now)
    Proposal.objects.filter(story=story).delete()
    try:
        story.delete()
    except ProtectedError as error:
        raise CantUndo(_("Something else hangs on the story by now; it stays.")) from error
    _open_again(decision)
    ask_for_pages([(path, Rank.STORY) for path in own], now=now)
    wake("bake_due_pages")
    return decision.report


def _back_unfile(decision: Decision, now: datetime) -> Report | None:
    if Entry.objects.filter(story=decision.story_id, report=decision.report_id).exists():
        raise CantUndo(_("It has been filed there again since."))
    if not _put_back(decision.before["rows"]) or decision.report_id is None:
        raise CantUndo(_("The report or the story is gone."))
    report = locked_reports([decision.report_id])[decision.report_id]
    report.entries.update(dated_at=report.state.dated_at)
    ask_for_report(report, now=now) if report.state.current else None
    return report


def _back_move(decision: Decision, now: datetime) -> Report | None:
    """Put what was moved back where it was; a story that was opened for it goes, if nothing else is in it."""
    entries = _entries_of(decision)
    moved = [entry.report for entry in entries]
    back = [row for row in decision.before["rows"] if row["fields"]["report"] in {report.pk for report in moved}]
    if not back:
        raise CantUndo(_("The report or the story is gone."))
    if decision.before["opened"]:
        _back_open(decision, now)
    else:
        for entry in entries:
            remove_entry(entry, now=now)
        _open_again(decision)
    there = Entry.objects.filter(story__in={row["fields"]["story"] for row in back}).values_list("report", flat=True)
    _put_back([row for row in back if row["fields"]["report"] not in set(there)])
    for report in moved:
        report.entries.update(dated_at=report.state.dated_at)
        ask_for_report(report, now=now) if report.state.current_id else None
    return decision.report


def _back_spike(decision: Decision, now: datetime) -> Report:
    report = _report_as_left(decision)
    unspike_report(report, user=None, now=now)
    return report


def _back_unspike(decision: Decision, now: datetime) -> Report:
    report = _report_as_left(decision)
    _to_spiked(report)
    return report


def _to_spiked(report: Report) -> None:
    waits = ReportState.objects.filter(pk=report.pk, status=ReportState.Status.WAITING)
    if not waits.update(status=ReportState.Status.SPIKED):
        raise CantUndo(_("The report has gone on since."))


def _back_withhold(decision: Decision, now: datetime) -> Report:
    report = _report_as_left(decision)
    release_report(report, user=None, now=now)
    return report


def _back_release(decision: Decision, now: datetime) -> Report:
    report = _report_as_left(decision)
    withhold_report(report, user=None, now=now)
    return report


def _back_keep(decision: Decision, now: datetime) -> Report:
    report = _report_of(decision)
    item = Item.objects.filter(pk=decision.before["item"], fold__report=report).select_related("source").first()
    if item is None:
        raise CantUndo(_("The take is not in the report any more."))
    current = report.state.current
    if current is None or report.state.item_id not in {current.item_id, None}:
        raise CantUndo(_("A newer take stands since."))
    let_stand(report, item)
    return report


def _report_as_left(decision: Decision) -> Report:
    """Return the report if nobody has decided of its state since: what another withholds is not ours to show."""
    report = _report_of(decision)
    since = Decision.objects.filter(report=report, pk__gt=decision.pk, undone_at=None)
    if since.filter(kind__in=_OF_STATE).exists():
        raise CantUndo(_("Another editor has decided of the report since."))
    return report


def _back_lift(decision: Decision, now: datetime) -> Report:
    """Put an embargo back that was lifted by mistake, while no reader has been shown the report."""
    report, before = _report_of(decision), decision.before
    state = report.state
    if state.status in {ReportState.Status.PUBLISHED, ReportState.Status.KILLED}:
        raise CantUndo(_("What readers have been given can't be undone. Withhold the report, or kill it."))
    until = datetime.fromisoformat(before["public_from"]) if before["public_from"] else None
    if is_held_back(state, now=now):
        raise CantUndo(_("The wire has put it under embargo again."))
    if not before["held"] and (until is None or until <= now):
        raise CantUndo(_("The embargo would have ended by now."))
    state.public_from, state.held = until, before["held"]
    state.save(update_fields=["public_from", "held"])
    return report


def _report_of(decision: Decision) -> Report:
    found = locked_reports([decision.report_id]) if decision.report_id else {}
    if not found:
        raise CantUndo(_("The report has been folded into another since."))
    return found[decision.report_id]  # type: ignore[index]


def _put_back(rows: list[dict[str, Any]]) -> int:
    """Save rows as they were, but for those that hang on something that is gone; return how many."""
    kept = 0
    try:
        found = list(serializers.deserialize("python", rows))
    except DeserializationError as error:
        raise CantUndo(_("Writethru has been upgraded since; do it by hand.")) from error
    for row in found:
        if _hangs_on_what_is_there(row.object):
            row.save()
            kept += 1
    return kept


def _hangs_on_what_is_there(row: Model) -> bool:
    if isinstance(row, Proposal):
        # Handed on when the report was folded away: what was decided since stays decided.
        now = Proposal.objects.filter(pk=row.pk).first()
        if now is not None and now.status != Proposal.Status.OPEN:
            return False
    links = [field for field in row._meta.concrete_fields if field.is_relation and field.remote_field]
    for field in links:
        value = getattr(row, field.attname)
        if value is not None and not field.remote_field.model._base_manager.filter(pk=value).exists():
            if not field.null:
                return False
            setattr(row, field.attname, None)
    return True


_UNDO: dict[Kind, Callable[[Decision, datetime], Report | None]] = {
    Kind.FOLD: _back_fold,
    Kind.APART: _back_apart,
    Kind.UNFOLD: _back_unfold,
    Kind.FILE: _back_file,
    Kind.ELSEWHERE: _back_elsewhere,
    Kind.ASUNDER: _back_elsewhere,
    Kind.UNFILE: _back_unfile,
    Kind.MOVE: _back_move,
    Kind.STAY: _back_elsewhere,
    Kind.OPEN: _back_open,
    Kind.SPIKE: _back_spike,
    Kind.UNSPIKE: _back_unspike,
    Kind.WITHHOLD: _back_withhold,
    Kind.RELEASE: _back_release,
    Kind.KEEP: _back_keep,
    Kind.LIFT: _back_lift,
}
