"""What the wire desk shows: what awaits a decision, one report with all that speaks for it, what the engine decided.

Each list is bounded and read by an index, and asks as many queries for one row as for sixty. Everything is of the
reports that the editor may change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import F, Max, Prefetch, Q, QuerySet
from django.utils import timezone

from writethru.stories.actions.standing import is_kill, marks_on
from writethru.stories.models import Entry, Fold, Proposal, Report, ReportState, Section, Story, Version
from writethru.stories.queries import reports_editable_by, stories_editable_by
from writethru.wire.models import Item, Source

MOST = 60  # rows: what a screen of an hour's wire holds
MOST_DECIDED = 40
MOST_LISTED = 100
MOST_SEARCHED = 5_000
TAKES_WITHIN = timedelta(days=7)  # a newer take that nobody published for so long waits no more
KILLS_WITHIN = timedelta(days=1)
Status = ReportState.Status
Kind = Literal["kill", "take", "fold", "correction", "file", "low", "embargo", "new"]
NOT_RAW = ("state__item__raw",)  # a large one has megabytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that awaits the desk, why, and since when; `number` is the version that it would be."""

    report: Report
    kind: Kind
    at: datetime
    number: int
    proposals: tuple[Proposal, ...]

    @property
    def key(self) -> str:
        """Return what tells this row from what it becomes with the next take."""
        return f"{self.report.pk}:{self.report.state.item_id or 0}"  # type: ignore[attr-defined]


def reports_awaiting_desk(
    *, user: Any, now: datetime, source: int | None = None, section: Section | None = None, limit: int = MOST
) -> list[Waiting]:
    """Return what awaits a decision by `user`, newest first, kills on top; of one source or section where told."""
    ids = _waiting_ids(_seen_by(user, source=source, section=section), now=now, limit=limit)
    rows = _with_proposals(ids)
    waiting = [row for report in rows if (row := _as_waiting(report, now=now))]
    return sorted(waiting, key=lambda row: (row.kind == "kill", row.at, row.report.pk), reverse=True)[:limit]


def keys_awaiting_desk(
    *, user: Any, now: datetime, source: int | None = None, section: Section | None = None
) -> list[tuple[str, bool]]:
    """Return the key of each row that awaits `user`, and whether it is a kill: an open screen asks often."""
    return [
        (row.key, row.kind == "kill")
        for row in reports_awaiting_desk(user=user, now=now, source=source, section=section)
    ]


def _seen_by(user: Any, *, source: int | None = None, section: Section | None = None) -> QuerySet[Report] | None:
    """Return the reports that `user` may change, of this source and section; None: all of them."""
    if user.is_superuser and source is None and section is None:
        return None
    reports = reports_editable_by(user)
    if source is not None:
        reports = reports.filter(source=source)
    if section is not None:
        below = Story.objects.descendant_of(section)
        fed = Q(source__feeds=section.pk) | Q(source__feeds__in=below.values("pk"))
        reports = reports.filter(Q(pk__in=Entry.objects.filter(story__in=below).values("report")) | fed)
    return reports


def _waiting_ids(seen: QuerySet[Report] | None, *, now: datetime, limit: int) -> set[int]:
    of = {"report__in": seen} if seen is not None else {}
    waiting = ReportState.objects.filter(status=Status.WAITING, **of).order_by("-dated_at", "-report")
    takes = Fold.objects.filter(
        kind=Fold.Kind.TAKE, folded_at__gte=now - TAKES_WITHIN, report__state__status=Status.PUBLISHED, **of
    ).exclude(report__state__item=F("report__state__current__item"))
    shown = (Status.WAITING, Status.PUBLISHED, Status.WITHHELD)
    proposed = Proposal.objects.filter(status=Proposal.Status.OPEN, report__state__status__in=shown, **of)
    kills = Version.objects.filter(kind=Version.Kind.WITHDRAWAL, published_at__gte=now - KILLS_WITHIN, **of)
    return {
        *waiting.values_list("pk", flat=True)[:limit],
        *takes.order_by("-folded_at").values_list("report", flat=True)[:limit],
        *proposed.order_by("-made_at").values_list("report", flat=True)[:limit],
        *kills.order_by("-published_at").values_list("report", flat=True)[:limit],
    }


def _with_proposals(ids: Iterable[int]) -> QuerySet[Report]:
    open_ones = (
        Proposal.objects.filter(status=Proposal.Status.OPEN)
        .select_related("story", "into__state__current")
        .order_by("-score", "pk")
    )
    return (
        Report.objects.filter(pk__in=list(ids))
        .select_related("source", "state__current", "state__item__source")
        .defer(*NOT_RAW)
        .prefetch_related(Prefetch("proposals", open_ones, to_attr="open_proposals"))
    )


def _as_waiting(report: Any, *, now: datetime) -> Waiting | None:
    """Return the row of a report, None if nothing is to be decided of it after all."""
    state, item = report.state, report.state.item
    proposals = tuple(report.open_proposals)
    number = state.current.number + 1 if state.current else 1
    at = item.received_at if item else state.dated_at
    if state.status == Status.KILLED:
        killed = state.current
        return Waiting(report, "kill", killed.published_at, number, ()) if killed else None
    if state.status == Status.PUBLISHED and not proposals and not has_newer_take(report):
        return None
    return Waiting(report, _kind(report, proposals, now=now), at, _number(number, proposals), proposals)


def _kind(report: Any, proposals: tuple[Proposal, ...], *, now: datetime) -> Kind:
    state, item = report.state, report.state.item
    waits = state.status == Status.WAITING
    if item and waits and is_kill(item):
        return "kill"
    if state.held or (state.public_from and state.public_from > now):
        return "embargo"
    if any(proposal.into_id for proposal in proposals):
        return "fold"
    if item and (item.correction or "corrected" in marks_on(item)) and (waits or has_newer_take(report)):
        return "correction"
    if state.status == Status.PUBLISHED and has_newer_take(report):
        return "take"
    if report.source and report.source.trust == Source.Trust.LOW:
        return "low"
    return "file" if proposals else "new"


def _number(number: int, proposals: tuple[Proposal, ...]) -> int:
    into = next((proposal.into for proposal in proposals if proposal.into_id), None)
    if into is None:
        return number
    return into.state.current.number + 1 if into.state.current else 0  # type: ignore[attr-defined]


def has_newer_take(report: Any) -> bool:
    """Return whether another text stands than the one that readers have."""
    current, item = report.state.current, report.state.item
    if current is None or item is None or item.pk == current.item_id or report.state.status != Status.PUBLISHED:
        return False
    held = (current.headline, current.html, current.credit, current.photos)
    return held != (report.headline, report.html, report.credit, item.photos)


@dataclass(frozen=True, slots=True)
class Desked:
    """A report as the desk looks at it: its row, where it is filed, its versions and takes, each newest first."""

    row: Waiting
    awaits: bool
    entries: tuple[Entry, ...]
    versions: tuple[Version, ...]
    takes: tuple[Fold, ...]


def desked_report(report_id: int, *, now: datetime) -> Desked | None:
    """Return one report with all that the desk shows of it; always in the same number of queries."""
    takes = Fold.objects.select_related("item__source").defer("item__raw", "item__html").order_by("-item")
    report: Any = (
        _with_proposals([report_id])
        .prefetch_related(
            Prefetch("versions", Version.objects.order_by("-number").select_related("item__source").defer("item__raw")),
            Prefetch("folds", takes),
            Prefetch("entries", Entry.objects.select_related("story").order_by("filed_at", "pk")),
        )
        .first()
    )
    if report is None:
        return None
    row = _as_waiting(report, now=now)
    awaits = row is not None and report.state.status != Status.SPIKED
    row = row or Waiting(report, "new", report.state.dated_at, len(report.versions.all()) + 1, ())
    return Desked(row, awaits, tuple(report.entries.all()), tuple(report.versions.all()), tuple(report.folds.all()))


def take_as_received(report_id: int, *, item_id: int | None = None) -> Item | None:
    """Return a take of the report with its bytes: the one asked for, else the last."""
    takes = Item.objects.filter(fold__report=report_id).order_by("-pk")
    return (takes.filter(pk=item_id) if item_id else takes).first()


@dataclass(frozen=True, slots=True)
class ByItself:
    """A fold or a filing that the engine did: `undo` names it for the form ("item" or "entry", id)."""

    at: datetime
    report: Report
    story: Story | None
    item: Item | None
    score: float
    because: list[list[Any]]
    undo: tuple[str, int]


def decided_by_itself(*, user: Any, now: datetime) -> list[ByItself]:
    """Return the engine's folds and filings of today, newest first, at most some forty."""
    midnight = timezone.localtime(now, timezone.get_default_timezone()).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    seen = _seen_by(user)
    of = {"report__in": seen} if seen is not None else {}
    alive = {"report__state__status__in": (Status.WAITING, Status.PUBLISHED, Status.WITHHELD)}
    folds = Fold.objects.filter(kind=Fold.Kind.TAKE, by=None, folded_at__gte=midnight, **of, **alive)
    filings = Entry.objects.filter(by=None, filed_at__gte=midnight, **of, **alive)
    newest_folds = (
        folds.select_related("report", "item__source").defer("item__raw", "item__html").order_by("-folded_at")
    )
    newest_filings = filings.select_related("report__source", "story").order_by("-filed_at")
    found = [
        ByItself(fold.folded_at, fold.report, None, fold.item, fold.score, fold.because, ("item", fold.item_id))
        for fold in newest_folds[:MOST_DECIDED]
    ]
    found += [
        ByItself(entry.filed_at, entry.report, entry.story, None, entry.score, entry.because, ("entry", entry.pk))
        for entry in newest_filings[:MOST_DECIDED]
        if not any(reason[0] == "told" for reason in entry.because)  # somebody ran a command
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_DECIDED]


def reports_with_words(words: str, *, user: Any) -> list[Report]:
    """Return the newest reports of those that `user` may change whose headline or slugline holds `words`.

    Looks through the last few thousand reports: neither database finds a word inside a column by an index.
    """
    last = Report.objects.aggregate(last=Max("pk"))["last"] or 0
    found = Q(headline__icontains=words) | Q(state__item__slugline__icontains=words)
    reports = Report.objects.filter(found, pk__gt=last - MOST_SEARCHED)
    seen = _seen_by(user)
    if seen is not None:
        reports = reports.filter(pk__in=seen)
    found_reports = reports.select_related("source", "state__current", "state__item").defer(*NOT_RAW)
    return list(found_reports.order_by("-pk")[:MOST])


def sources_by_name() -> list[tuple[int, str]]:
    """Return the sources, by name."""
    return list(Source.objects.order_by("name").values_list("pk", "name")[:MOST_LISTED])


def stories_to_file_into(user: Any) -> list[str]:
    """Return the titles of the newest stories that `user` may file into; others can be named too."""
    return list(stories_editable_by(user).order_by("-pk").values_list("title", flat=True)[:MOST_LISTED])


def last_item_at() -> datetime | None:
    """Return when the wire last brought something."""
    return Item.objects.aggregate(at=Max("received_at"))["at"]
