"""Digests: what has gathered for readers comes as one message, at their hour, each report once.

A batch is one transaction: the readers' rows go, and the ledger has what they are told. So a digest is neither lost nor
made twice. The rows go first: whoever puts a reader down for the next waits for that, and what they bring is told by
this digest or by the next one, never by neither.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from writethru.bulletins.actions.audience import due_at, live_follows, until
from writethru.bulletins.hours import end_of_quiet, next_time
from writethru.bulletins.models import Digest, Dispatch, Sending, Told
from writethru.lib.queue import wake
from writethru.readers.models import Follow, Pace, PushSubscription, Reader
from writethru.stories.models import ReportState, Section, Version

RANK = 5
MOST = 20  # entries that a digest tells; of the others it says how many they are
SLACK = timedelta(days=1)  # what was filed later, or committed late: an anti-join over a day finds it
A_MOMENT = timedelta(minutes=2)
LONGEST = timedelta(days=31)  # a reader who paused for longer is told of the last month
AMENDS = (Version.Kind.CORRECTION, Version.Kind.WITHDRAWAL)
FASTER = {
    Pace.ONCE: (),
    Pace.DAILY: (Pace.ONCE, Pace.KEY),
    Pace.WEEKLY: (Pace.ONCE, Pace.KEY, Pace.DAILY),
}
Door, Status = Sending.Door, Sending.Status


@transaction.atomic
def make_digests(*, now: datetime, limit: int = 500) -> int:
    """Make the digests that are due, `limit` at most; return how many rows were due: fewer, and none is left."""
    due = Digest.objects.filter(due_at__lte=now).select_related("reader").order_by("due_at", "pk")
    rows = list(due.select_for_update(of=("self",), skip_locked=True)[:limit])
    ready = _without_those_who_wait(rows, now=now)
    if ready:
        Digest.objects.filter(pk__in=[row.pk for row in ready]).delete()
        _write(ready, now=now)
    return len(rows)


def _without_those_who_wait(rows: Sequence[Digest], *, now: datetime) -> list[Digest]:
    """Return the rows that can be told now; the others wait until their reader may be disturbed, or their hour."""
    ready = []
    for row in rows:
        if wait := until(row.reader, now=now) or _moved(row, now=now):
            row.due_at = wait
        else:
            ready.append(row)
    Digest.objects.bulk_update([row for row in rows if row.due_at > now], ["due_at"], batch_size=500)
    return ready


def _moved(row: Digest, *, now: datetime) -> datetime | None:
    """Return when a digest is due instead, for a reader who has changed zone, or their hour, since it was put down."""
    if row.pace not in (Pace.DAILY, Pace.WEEKLY):
        return None
    reader = row.reader
    weekday = reader.digest_day if row.pace == Pace.WEEKLY else None
    hour = next_time(row.due_at - timedelta(days=9), zone=reader.zone, at=reader.digest_at, weekday=weekday)
    while (later := next_time(hour, zone=reader.zone, at=reader.digest_at, weekday=weekday)) <= row.due_at:
        hour = later
    quiet = end_of_quiet(hour, zone=reader.zone, start=reader.quiet_from, end=reader.quiet_until)
    if row.due_at == (quiet or hour):
        return None
    due = due_at(row.pace, reader, after=now - A_MOMENT)
    return due if due > now else None


# What there is to tell


@dataclass(frozen=True, slots=True)
class Place:
    """A version in one of the stories that its report is in."""

    version: int
    report: int
    number: int
    kind: str
    grade: str
    published_at: datetime
    story: int
    path: str
    is_key: bool


@dataclass(slots=True)
class Gathered:
    """What a batch of digests is made of."""

    places: dict[int, list[Place]]  # by report
    current: dict[int, int]  # the version that stands, of a report that readers may see
    follows: dict[int, list[Follow]]
    sent: dict[tuple[int, int], tuple[int, int, datetime]]  # (reader, report): number, version, when
    told: dict[tuple[int, int], tuple[int, int, datetime]]  # the same, by digests

    def heard(self, reader: int, report: int) -> int:
        """Return the number of the newest version of a report that a reader has been told of; 0 for none."""
        both = (self.sent.get((reader, report)), self.told.get((reader, report)))
        return max((one[0] for one in both if one), default=0)


def _gather(rows: Sequence[Digest], *, now: datetime) -> Gathered:
    readers = {row.reader_id for row in rows}
    follows: dict[int, list[Follow]] = defaultdict(list)
    live = live_follows(now).filter(Q(by_mail=True) | Q(by_push=True), reader__in=readers)
    for follow in live.select_related("section").order_by("pk"):
        follows[follow.reader_id].append(follow)
    every = [follow for ones in follows.values() for follow in ones]
    since = max(min(row.since for row in rows) - SLACK, now - LONGEST)
    places: dict[int, list[Place]] = defaultdict(list)
    for place in _places(every, since=since, now=now):
        places[place.report].append(place)
    current = dict(ReportState.objects.public(now).filter(pk__in=places).values_list("pk", "current"))
    return Gathered(
        places=places,
        current={report: version for report, version in current.items() if version},
        follows=follows,
        sent=_sent(readers, places),
        told=_told(readers, places),
    )


def _places(follows: Iterable[Follow], *, since: datetime, now: datetime) -> list[Place]:
    """Return what was published since then in what these follow, as far as anybody is told of it."""
    stories, sections = set(), dict[int, Section]()
    for follow in follows:
        if follow.section_id:
            sections[follow.section_id] = follow.section
        else:
            stories.add(follow.story_id)
    within = Q(report__entries__story__in=stories)
    for section in sections.values():
        within |= Q(report__entries__story__path__startswith=section.path)
    public = Exists(ReportState.objects.public(now).filter(pk=OuterRef("report")))
    silent = Q(kind=Version.Kind.UPDATE, grade=Version.Grade.SILENT) | Q(kind=Version.Kind.REFILE)
    versions = Version.objects.filter(
        public | Q(kind=Version.Kind.WITHDRAWAL), within, ~silent, published_at__gt=since, quiet=False
    )
    entry = ("report__entries__story", "report__entries__story__path", "report__entries__is_key")
    of_version = ("pk", "report", "number", "kind", "grade", "published_at")
    rows = versions.filter(report__entries__story__live=True).order_by("pk").values_list(*of_version, *entry)
    return [Place(*row) for row in dict.fromkeys(rows)]


def _sent(readers: Collection[int], reports: Iterable[int]) -> dict[tuple[int, int], tuple[int, int, datetime]]:
    """Return the newest version of each report that an alert told each reader of, or is about to."""
    alerts = Dispatch.objects.filter(kind=Dispatch.Kind.ALERT, version__report__in=list(reports))
    rows = Sending.objects.filter(reader__in=readers, dispatch__in=alerts.values("pk"))
    rows = rows.exclude(status__in=(Status.FAILED, Status.DROPPED))
    version = ("dispatch__version__report", "dispatch__version__number", "dispatch__version", "dispatch__made_at")
    return _newest(rows.values_list("reader", *version))


def _told(readers: Collection[int], reports: Iterable[int]) -> dict[tuple[int, int], tuple[int, int, datetime]]:
    """Return the newest version of each report that a digest told each reader of."""
    rows = Told.objects.filter(reader__in=readers, version__report__in=list(reports))
    version = ("version__report", "version__number", "version", "sending__dispatch__made_at")
    return _newest(rows.values_list("reader", *version))


def _newest(rows: Iterable[Any]) -> dict[tuple[int, int], tuple[int, int, datetime]]:
    newest: dict[tuple[int, int], tuple[int, int, datetime]] = {}
    for reader, report, number, version, at in rows:
        if (reader, report) not in newest or newest[reader, report][0] < number:
            newest[reader, report] = (number, version, at)
    return newest


# What one digest tells


@dataclass(slots=True)
class Content:
    """What one reader is told by one door, and for which follows."""

    pace: str
    fixes: list[tuple[int, int, str]] = field(default_factory=list)  # version, the one that was told, when that was
    entries: list[tuple[int, int, int]] = field(default_factory=list)  # version, report, story
    follows: set[int] = field(default_factory=set)

    @property
    def as_row(self) -> dict[str, Any]:
        """Return it as the ledger keeps it."""
        more = max(len(self.entries) - MOST, 0)
        return {"pace": self.pace, "fixes": self.fixes, "entries": self.entries[:MOST], "more": more}


def _content(row: Digest, door: str, gathered: Gathered, *, now: datetime) -> Content:
    reader, since = row.reader_id, max(row.since - SLACK, now - LONGEST)
    by_door = [one for one in gathered.follows.get(reader, []) if (one.by_mail if door == Door.MAIL else one.by_push)]
    paces = (Pace.ONCE, Pace.KEY) if row.pace == Pace.ONCE else (row.pace,)
    mine = [follow for follow in by_door if follow.pace in paces]
    faster = [follow for follow in by_door if follow.pace in FASTER[Pace(row.pace)]]
    content, ranked = Content(row.pace), list[tuple[Any, tuple[int, int, int], int]]()
    for report, places in gathered.places.items():
        recent = [place for place in places if place.published_at > since]
        if not recent:
            continue
        heard = gathered.heard(reader, report)
        if fix := _fix(row, gathered, recent, by_door):
            content.fixes.append(fix[0])
            content.follows.add(fix[1])
        if report not in gathered.current or any(_wants(one, place, heard) for one in faster for place in recent):
            continue
        wanted = [(place, one) for place in recent for one in mine if _wants(one, place, heard)]
        if wanted and not (fix and heard):
            place, follow = wanted[0]
            best = max(wanted, key=lambda pair: pair[0].number)[0]
            order = (not any(one.is_key for one, _ in wanted), best.grade != Version.Grade.ALERT, -best.version)
            ranked.append((order, (gathered.current[report], report, place.story), follow.pk))
    for _order, entry, follow in sorted(ranked):
        content.entries.append(entry)
        content.follows.add(follow)
    content.fixes.sort()
    return content


def _is_of(follow: Follow, place: Place) -> bool:
    if follow.section_id:
        return place.path.startswith(follow.section.path)
    return follow.story_id == place.story


def _wants(follow: Follow, place: Place, heard: int) -> bool:
    """Return whether somebody who has heard of a report up to a version wants to hear of this one."""
    if place.kind in AMENDS or place.number <= heard or place.published_at < follow.followed_at:
        return False
    is_wanted = place.kind == Version.Kind.NEW or follow.updates
    return is_wanted and (follow.pace != Pace.KEY or place.is_key) and _is_of(follow, place)


def _fix(
    row: Digest, gathered: Gathered, places: Sequence[Place], follows: Sequence[Follow]
) -> tuple[tuple[int, int, str], int] | None:
    """Return the last correction or withdrawal of what a digest told a reader, and for which follow.

    Of what an alert told them they are told by an alert; by a digest only if they weren't to be disturbed.
    """
    amends = max((place for place in places if place.kind in AMENDS), key=lambda place: place.number, default=None)
    if amends is None:
        return None
    who = (row.reader_id, amends.report)
    if gathered.heard(*who) >= amends.number:
        return None
    told = gathered.told.get(who) or (gathered.sent.get(who) if row.pace == Pace.ONCE else None)
    if told is None:
        return None
    of_it = [follow.pk for follow in follows for place in places if _is_of(follow, place)]
    return ((amends.version, told[1], told[2].isoformat()), of_it[0]) if of_it else None


# Into the ledger


def _write(rows: Sequence[Digest], *, now: datetime) -> None:
    gathered = _gather(rows, now=now)
    browsers: dict[int, list[int]] = defaultdict(list)
    live = PushSubscription.objects.filter(reader__in=gathered.follows, ended_at=None)
    for reader, pk in live.order_by("pk").values_list("reader", "pk"):
        browsers[reader].append(pk)
    made: list[tuple[Sending, Content]] = []
    seen: set[tuple[int, str, int]] = set()
    for row in rows:
        for door in (Door.MAIL, Door.PUSH):
            if door == Door.MAIL and not _takes_mail(row.reader):
                continue
            content = _content(row, door, gathered, now=now)
            # Of a reader who is due at two paces in one batch the first tells what both would.
            content.entries = [one for one in content.entries if (row.reader_id, door, one[0]) not in seen]
            content.fixes = [one for one in content.fixes if (row.reader_id, door, one[0]) not in seen]
            seen |= {(row.reader_id, door, one[0]) for one in [*content.entries, *content.fixes]}
            if content.entries or content.fixes:
                subscriptions = [None] if door == Door.MAIL else browsers.get(row.reader_id, [])
                made += [(_sending(row, door, content, pk), content) for pk in subscriptions]
    for part in _by_reader_once(made):
        _add_dispatch(part, now=now)
    if made:
        wake("send_due_dispatches")


def _takes_mail(reader: Reader) -> bool:
    return bool(reader.email and reader.confirmed_at and not reader.mail_stopped_at)


def _sending(row: Digest, door: str, content: Content, subscription: int | None) -> Sending:
    follow = next(iter(content.follows)) if len(content.follows) == 1 else None
    return Sending(
        reader_id=row.reader_id,
        follow_id=follow,
        door=door,
        subscription_id=subscription,
        content={**content.as_row, "digest": row.pk},
    )


def _by_reader_once(made: Sequence[tuple[Sending, Content]]) -> list[list[tuple[Sending, Content]]]:
    """Return the rows in parts, in each of which a reader stands once by one door: a dispatch tells nobody twice."""
    parts: list[list[tuple[Sending, Content]]] = []
    count: dict[Any, int] = defaultdict(int)
    for row in made:
        who = (row[0].reader_id, row[0].door, row[0].subscription_id)
        at = count[who]
        count[who] += 1
        if at == len(parts):
            parts.append([])
        parts[at].append(row)
    return parts


def _add_dispatch(made: Sequence[tuple[Sending, Content]], *, now: datetime) -> None:
    first = made[0][0]
    dispatch = Dispatch.objects.create(
        kind=Dispatch.Kind.DIGEST,
        key=f"digest {first.content['digest']}",
        rank=RANK,
        made_at=now,
        not_before=now,
        is_whole=True,
        is_gathered=True,
        audience=len(made),
    )
    for sending, _content_of in made:
        sending.dispatch = dispatch
    rows = Sending.objects.bulk_create([sending for sending, _ in made], batch_size=500)
    told = [
        Told(sending=sending, reader_id=sending.reader_id, version_id=version)
        for sending, (_, content) in zip(rows, made, strict=True)
        for version in {one[0] for one in [*content.fixes, *content.entries]}
    ]
    Told.objects.bulk_create(told, batch_size=1000)


def digests_due(*, now: datetime) -> bool:
    """Return whether a digest is due."""
    return Digest.objects.filter(due_at__lte=now).exists()
