"""What the wire desk shows: what awaits a decision, one report with all that speaks for it, what the engine decided.

Each list is bounded and read by an index, and asks as many queries for one row as for sixty. Everything is of the
reports that the editor may change.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import (
    Exists,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    prefetch_related_objects,
)
from django.utils import timezone

from writethru.stories.actions.embargo import is_held_back
from writethru.stories.actions.standing import is_kill, marks_on
from writethru.stories.drafts import takes_waiting
from writethru.stories.models import Entry, Fold, Proposal, Report, ReportState, Section, Version
from writethru.stories.queries import in_section, reports_editable_by, stories_editable_by
from writethru.stories.together import Together, groups_by_report
from writethru.wire.models import Item, Source

MOST = 60  # rows: what a screen of an hour's wire holds
MOST_DECIDED = 40
MOST_LISTED = 100
MOST_OFFERED = 12
MOST_SEARCHED = 5_000
TAKES_WITHIN = timedelta(days=7)  # a newer take that nobody published for so long waits no more
KILLS_WITHIN = timedelta(days=1)
Status = ReportState.Status
Kind = Literal["kill", "take", "fold", "correction", "file", "open", "low", "embargo", "new"]
NOT_READ = ("state__item__raw", "state__item__html")  # what is sent, and its text: that of the report is shown


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that awaits the desk, why, and since when; `number` is the version that it would be.

    What hangs together with it is its `group`, whose proposal is among its proposals.
    """

    report: Report
    kind: Kind
    at: datetime
    number: int
    proposals: tuple[Proposal, ...]
    group: Together | None = None

    @property
    def key(self) -> str:
        """Return what tells this row from what it becomes with the next take."""
        return f"{self.report.pk}:{self.report.state.item_id or 0}"  # type: ignore[attr-defined]


def reports_awaiting_desk(
    *, user: Any, now: datetime, source: int | None = None, section: Section | None = None, limit: int = MOST
) -> list[Waiting]:
    """Return what awaits a decision by `user`, newest first, kills on top; of one source or section where told."""
    found = _in_order(_awaiting(_seen_by(user, source=source, section=section), now=now, limit=limit))
    rows: list[Waiting] = []
    for start in range(0, len(found), limit):  # mostly once: few of what is found has come to nothing after all
        reports = _with_proposals(found[start : start + limit], user=user)
        rows += [row for report in reports if (row := _as_waiting(report, now=now))]
        if len(rows) >= limit:
            break
    return sorted(rows, key=lambda row: (row.kind == "kill", row.at, row.report.pk), reverse=True)[:limit]


def _in_order(states: Any) -> list[int]:
    """Return the ids of these reports in the order of the desk: kills, then what came last. Reads no text."""
    told = ("status", "dated_at", "current__published_at", "item__received_at")
    marks = ("item__headline", "item__slugline", "item__pubstatus", "item__source__trust")
    found = ReportState.objects.filter(pk__in=states).select_related("current", "item__source").only(*told, *marks)
    return [state.pk for state in sorted(found, key=_place, reverse=True)]


def _place(state: ReportState) -> tuple[bool, datetime, int]:
    if state.status == Status.KILLED and state.current:
        return True, state.current.published_at, state.pk
    item = state.item
    is_on_top = state.status == Status.WAITING and item is not None and is_kill(item)
    return is_on_top, item.received_at if item else state.dated_at, state.pk


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
        reports = in_section(reports, section)
    return reports


def _of(seen: QuerySet[Report] | None, *, report: str = "report") -> Q:
    """Return the condition that the row's field `report` is one of these, row by row: IN would list all first."""
    return Q() if seen is None else Q(Exists(seen.filter(pk=OuterRef(report))))


def _awaiting(seen: QuerySet[Report] | None, *, now: datetime, limit: int) -> QuerySet[ReportState]:
    """Return the states of what may await the desk: the newest of each kind, each found by an index of its own."""
    of = _of(seen)
    waiting = ReportState.objects.filter(of, status=Status.WAITING).order_by("-dated_at", "-report")
    newer = takes_waiting(state="report__state")
    takes = Fold.objects.filter(of, newer, kind=Fold.Kind.TAKE, folded_at__gte=now - TAKES_WITHIN)
    shown = (Status.WAITING, Status.PUBLISHED, Status.WITHHELD)
    proposed = _open_proposals().filter(of, report__state__status__in=shown)
    # Those that wait are among the waiting; the wire may hold back what readers have had, too.
    had = ReportState.objects.filter(of, status=Status.PUBLISHED)
    held, embargoed = had.filter(held=True), had.filter(public_from__gt=now)
    kills = Version.objects.filter(of, kind=Version.Kind.WITHDRAWAL, published_at__gte=now - KILLS_WITHIN)
    newest = (
        waiting.values("report")[:limit],
        takes.order_by("-folded_at").values("report")[:limit],
        proposed.order_by("-made_at").values("report")[:limit],
        held.order_by("-dated_at").values("report")[:limit],
        embargoed.order_by("public_from").values("report")[:limit],
        kills.order_by("-published_at").values("report")[:limit],
    )
    # SQLite takes no limit inside a union; inside what the union is of, it does.
    first, *others = (ReportState.objects.filter(pk__in=found).order_by().values("pk") for found in newest)
    return first.union(*others)


def _open_proposals() -> QuerySet[Proposal]:
    """Return the proposals of reports that can be accepted: what readers have keeps its address.

    A move is of stories, and stands for itself (writethru.stories.moving).
    """
    open_ones = Proposal.objects.filter(status=Proposal.Status.OPEN).exclude(kind=Proposal.Kind.MOVE)
    return open_ones.filter(Q(into=None) | Q(report__state__current=None))


def _with_proposals(ids: Collection[int], *, user: Any) -> list[Any]:
    """Return these reports with what a row of the desk says: the proposals of each, and the group that it is in."""
    reports: list[Any] = list(
        Report.objects.filter(pk__in=ids)
        .select_related("source", "state__current", "state__item__source")
        .defer(*NOT_READ)
    )
    proposals = _proposals_of(ids, user=user)
    groups = groups_by_report([one for one in proposals if one.kind == Proposal.Kind.STORY], user=user)
    for report in reports:
        report.group = groups.get(report.pk)
        to_open = report.group and report.group.proposal
        own = [one for one in proposals if one.report_id == report.pk and one.kind != Proposal.Kind.STORY]
        report.open_proposals = [one for one in proposals if one in own or one == to_open]
    return reports


def _proposals_of(ids: Collection[int], *, user: Any) -> list[Proposal]:
    """Return what is proposed of these reports, the likeliest first, and each new story: it may name them as others.

    But for the stories that `user` may not file into: neither they nor what is in them is theirs to see.
    """
    open_ones = _open_proposals()
    told = open_ones.filter(report__in=ids).values("pk").union(open_ones.filter(kind=Proposal.Kind.STORY).values("pk"))
    found = Proposal.objects.filter(pk__in=told).select_related("story", "into__state__current")
    if not user.is_superuser:
        found = found.filter(Q(story=None) | Q(story__in=stories_editable_by(user)))
    return list(found.order_by("-score", "pk"))


def _as_waiting(report: Any, *, now: datetime) -> Waiting | None:
    """Return the row of a report, None if nothing is to be decided of it after all."""
    state, item = report.state, report.state.item
    proposals = tuple(report.open_proposals)
    number = state.current.number + 1 if state.current else 1
    at = item.received_at if item else state.dated_at
    if state.status == Status.KILLED:
        killed = state.current
        return Waiting(report, "kill", killed.published_at, number, ()) if killed else None
    asks = proposals or has_newer_take(report) or is_embargoed(report, now=now)
    if state.status == Status.PUBLISHED and not asks:
        return None
    kind = _kind(report, proposals, now=now)
    return Waiting(report, kind, at, _number(number, proposals), proposals, report.group)


def _kind(report: Any, proposals: tuple[Proposal, ...], *, now: datetime) -> Kind:
    state, item = report.state, report.state.item
    waits = state.status == Status.WAITING
    if item and waits and is_kill(item):
        return "kill"
    if is_embargoed(report, now=now):
        return "embargo"
    if any(proposal.into_id for proposal in proposals):
        return "fold"
    if item and (item.correction or "corrected" in marks_on(item)) and (waits or has_newer_take(report)):
        return "correction"
    if state.status == Status.PUBLISHED and has_newer_take(report):
        return "take"
    if report.source and report.source.trust == Source.Trust.LOW:
        return "low"
    if any(proposal.story_id for proposal in proposals):
        return "file"
    return "open" if proposals else "new"


def is_embargoed(report: Any, *, now: datetime) -> bool:
    """Return whether the report is held back: until a time, or until told."""
    return is_held_back(report.state, now=now)


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
    """A report as the desk looks at it: its row, where it is filed, its versions and takes, each newest first.

    `others` are the reports that hang together with it, the most central first.
    """

    row: Waiting
    awaits: bool
    entries: tuple[Entry, ...]
    versions: tuple[Version, ...]
    takes: tuple[Fold, ...]
    others: tuple[Report, ...]


def desked_report(report_id: int, *, user: Any, now: datetime, rows: Iterable[Waiting] = ()) -> Desked | None:
    """Return one report with all that the desk shows of it, from `rows` where it is there; None if there is none."""
    takes = Fold.objects.select_related("item__source").defer("item__raw", "item__html").order_by("-item")
    known = next((row.report for row in rows if row.report.pk == report_id), None)
    report: Any = known or next(iter(_with_proposals([report_id], user=user)), None)
    if report is None:
        return None
    entries = Entry.objects.select_related("story").order_by("filed_at", "pk")
    prefetch_related_objects([report], Prefetch("folds", takes), Prefetch("entries", entries))
    versions = _versions_of(report)
    row = _as_waiting(report, now=now)
    awaits = row is not None and report.state.status != Status.SPIKED
    row = row or Waiting(report, "new", report.state.dated_at, len(versions) + 1, ())
    return Desked(row, awaits, tuple(report.entries.all()), versions, tuple(report.folds.all()), _others_of(report))


def _others_of(report: Any) -> tuple[Report, ...]:
    """Return the reports that hang together with this one, in their group's order."""
    ids = [pk for pk in report.group.reports if pk != report.pk] if report.group else []
    found = Report.objects.select_related("source", "state").in_bulk(ids) if ids else {}
    return tuple(found[pk] for pk in ids if pk in found)


def _versions_of(report: Any) -> tuple[Version, ...]:
    """Return the versions, newest first; most reports have none, or the first alone, which is known."""
    current = report.state.current
    if current is None or current.number == 1:
        return (current,) if current else ()
    return tuple(report.versions.order_by("-number"))


def take_as_received(report_id: int, *, item_id: int | None = None) -> Item | None:
    """Return a take of the report with its bytes: the one asked for, else the last."""
    takes = Item.objects.filter(fold__report=report_id).order_by("-pk")
    return (takes.filter(pk=item_id) if item_id else takes).first()


@dataclass(frozen=True, slots=True)
class ByItself:
    """A fold, or a filing into `story`, that the engine did; `undo_name` and `undo_id` name it in the form."""

    at: datetime
    report_id: int
    headline: str
    html: str
    score: float
    because: list[list[Any]]
    story: str
    undo_name: Literal["item", "entry"]
    undo_id: int


def decided_by_itself(*, user: Any, now: datetime) -> list[ByItself]:
    """Return the engine's folds and filings of today, newest first, at most some forty."""
    local_now = timezone.localtime(now, timezone.get_default_timezone())
    midnight = local_now.replace(hour=0, minute=0, second=0, microsecond=0)
    seen = _seen_by(user)
    of = _of(seen)
    alive = {"report__state__status__in": (Status.WAITING, Status.PUBLISHED, Status.WITHHELD)}
    folds = Fold.objects.filter(of, kind=Fold.Kind.TAKE, by=None, folded_at__gte=midnight, **alive)
    filings = Entry.objects.filter(of, by=None, filed_at__gte=midnight, **alive)
    newest_folds = Fold.objects.filter(pk__in=folds.order_by("-folded_at").values("pk")[:MOST_DECIDED])
    newest_filings = Entry.objects.filter(pk__in=filings.order_by("-filed_at").values("pk")[:MOST_DECIDED])
    none, item, entry = (Value(word, output_field=TextField()) for word in ("", "item", "entry"))
    told = newest_folds.values_list(
        "folded_at", "report_id", "item__headline", "report__html", "score", "because", none, item, "item_id"
    ).union(
        newest_filings.values_list(
            "filed_at", "report_id", "report__headline", "report__html", "score", "because", "story__title", entry, "pk"
        ),
        all=True,
    )
    found = [ByItself(*row) for row in told]
    by_itself = [one for one in found if not any(reason[0] == "told" for reason in one.because)]  # by no command
    return sorted(by_itself, key=lambda one: (one.at, one.report_id), reverse=True)[:MOST_DECIDED]


def reports_with_words(words: str, *, user: Any) -> list[Report]:
    """Return the newest reports of those that `user` may change whose headline or slugline holds `words`.

    Looks through the last few thousand reports: neither database finds a word inside a column by an index.
    """
    last = Report.objects.aggregate(last=Max("pk"))["last"] or 0
    found = Q(headline__icontains=words) | Q(state__item__slugline__icontains=words)
    reports = Report.objects.filter(found, pk__gt=last - MOST_SEARCHED)
    seen = _seen_by(user)
    if seen is not None:
        reports = reports.filter(_of(seen, report="pk"))
    found_reports = reports.select_related("source", "state__current", "state__item").defer(*NOT_READ)
    return list(found_reports.order_by("-pk")[:MOST])


def sources_by_name() -> list[Source]:
    """Return the sources by name, each with when the wire last brought something at all."""
    last = Item.objects.order_by("-received_at").values("received_at")[:1]
    return list(Source.objects.order_by("name").annotate(last_item_at=Subquery(last))[:MOST_LISTED])


def stories_called(title: str, *, user: Any) -> list[str]:
    """Return the titles, with `title` in them, of the newest stories that `user` may file into."""
    stories = stories_editable_by(user).filter(title__icontains=title) if title else stories_editable_by(user)
    return list(stories.order_by("-pk").values_list("title", flat=True)[:MOST_OFFERED])
