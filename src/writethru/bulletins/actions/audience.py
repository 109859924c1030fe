"""Audiences: who is to get an alert joins its ledger, in batches, while the first are already being sent.

An alert goes at once to whoever follows one of the stories of its report, or a section above them, at once, or of its
key entries only. A correction or a withdrawal goes to those who were sent what is wrong, by the door that carried it.
Whoever isn't to be disturbed, or has had as much as a reader gets in an hour, is put down for a digest instead. Those
who wait for theirs every day or week are put down for it apart from this (`gather`), so that they hold up nobody.

What the rows are inserted by is one statement for each door and each of the few things that are followed, whatever
the number of readers.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Value

from writethru.bulletins.hours import end_of_quiet, next_time
from writethru.bulletins.models import Digest, Dispatch, Sending, Told
from writethru.readers.models import Follow, Pace, Reader
from writethru.stories.models import Version

AN_HOUR = timedelta(hours=1)
FOR_NOW = timedelta(hours=1)  # who pauses is asked again each hour
AT_ONCE, GATHERED = (Pace.ONCE, Pace.KEY), (Pace.DAILY, Pace.WEEKLY)
AMENDS = (Version.Kind.CORRECTION, Version.Kind.WITHDRAWAL)
FIRST = 200  # are sent while the next are being added
END = 2**62
Status, Door = Sending.Status, Sending.Door
# What may have been read by now.
HANDED_OVER = (Status.SENT, Status.DOUBT, Status.CLAIMED)


@transaction.atomic
def add_to_audience(dispatch_id: int, *, now: datetime, limit: int = 2000) -> bool:
    """Add the next recipients to the ledger of a dispatch, some `limit` of them; return whether there may be more.

    Whoever is in it already, by the same door, stays in it once. The first are few: nothing is sent before they are in.
    """
    dispatch = _locked(dispatch_id)
    if dispatch is None or dispatch.is_whole:
        return False
    if not dispatch.after:
        limit = min(limit, FIRST)
    if dispatch.kind == Dispatch.Kind.LAST_WORD:
        paces, parts = tuple(Pace.values), [Q(story=dispatch.story_id)]
    else:
        paces, parts = AT_ONCE, _parts(dispatch.scope)
    if _amends(dispatch):
        upto, added = _add_who_was_sent_it(dispatch, now=now, limit=limit)
    else:
        upto, added = _add_followers(dispatch, parts, paces=paces, now=now, limit=limit)
    if dispatch.kind == Dispatch.Kind.LAST_WORD:
        _wait_until_they_wake(dispatch, now=now)
    is_whole = upto == END
    Dispatch.objects.filter(pk=dispatch.pk).update(
        audience=F("audience") + added, is_whole=is_whole, after=dispatch.after if is_whole else upto
    )
    return not is_whole


def _amends(dispatch: Dispatch) -> bool:
    """Return whether it tells of something wrong that was sent; to who has never heard of the report it is news."""
    return dispatch.version is not None and dispatch.version.kind in AMENDS and not dispatch.scope.get("is_news")


def _locked(dispatch_id: int) -> Dispatch | None:
    """Return a dispatch that is still being sent, locked with all others about its version: nobody joins two."""
    found = Dispatch.objects.filter(pk=dispatch_id).values_list("version", flat=True).first()
    same = Q(pk=dispatch_id) | Q(version=found) if found else Q(pk=dispatch_id)
    rows = {row.pk: row for row in Dispatch.objects.select_for_update(of=("self",)).filter(same).order_by("pk")}
    dispatch = rows.get(dispatch_id)
    return dispatch if dispatch and dispatch.status == Dispatch.Status.SENDING else None


def _parts(scope: dict[str, Any]) -> list[Q]:
    """Return whom an alert is for, by each thing that is followed: key entries only where the entry is key."""
    once, either = Q(pace=Pace.ONCE), Q(pace__in=AT_ONCE)
    if scope.get("besides"):
        once = either = Q(pace=Pace.KEY)
    key = set(scope.get("key", []))
    parts = [Q(story=pk) & (either if pk in key else once) for pk in scope.get("stories", [])]
    return parts + [Q(section=pk) & (either if key else once) for pk in scope.get("sections", [])]


def _add_followers(
    dispatch: Dispatch, parts: list[Q], *, paces: tuple[str, ...], now: datetime, limit: int
) -> tuple[int, int]:
    follows = live_follows(now).filter(pace__in=paces)
    if dispatch.version:
        follows = follows.filter(followed_at__lte=dispatch.version.published_at)
        if dispatch.version.kind == Version.Kind.UPDATE and not dispatch.scope.get("is_news"):
            follows = follows.filter(updates=True)
    upto = min((_last_of_batch(follows.filter(part), "pk", dispatch.after, limit) for part in parts), default=END)
    batch = [follows.filter(part, pk__gt=dispatch.after, pk__lte=upto) for part in parts]
    if dispatch.version:
        _set_aside(dispatch, batch, now=now, is_limited=True)
        batch = [_undisturbed(part) for part in batch]
    if dispatch.scope.get("besides"):  # who was told of the report by another dispatch already, at whichever version
        versions = list(Version.objects.filter(report=dispatch.version.report_id).values_list("pk", flat=True))
        others = Dispatch.objects.filter(version__in=versions).exclude(pk=dispatch.pk)
        sent = Sending.objects.filter(dispatch__in=list(others.values_list("pk", flat=True)), reader=OuterRef("reader"))
        told = Told.objects.filter(version__in=versions, reader=OuterRef("reader"))
        batch = [part.filter(~Exists(sent), ~Exists(told)) for part in batch]
    if dispatch.scope.get("is_rest"):  # who was sent what was wrong is told so by another
        batch = [part.filter(~Exists(_handed_over(dispatch).filter(reader=OuterRef("reader")))) for part in batch]
    return upto, sum(_insert(dispatch, part, "pk") for part in batch)


def _handed_over(dispatch: Dispatch) -> QuerySet[Sending]:
    return Sending.objects.filter(dispatch__in=_earlier_dispatches(dispatch), status__in=HANDED_OVER)


def live_follows(now: datetime) -> QuerySet[Follow]:
    """Return the follows that tell somebody something."""
    return Follow.objects.filter(Q(muted_until=None) | Q(muted_until__lte=now), ended_at=None, paused_at=None)


def _last_of_batch(rows: QuerySet[Any], by: str, after: int, limit: int) -> int:
    """Return the number of the last of the next `limit` rows after `after`; END if there are fewer."""
    later = rows.filter(**{f"{by}__gt": after}).order_by(by).values_list(by, flat=True)
    return next(iter(later[limit - 1 : limit]), END)


def _insert(dispatch: Dispatch, follows: QuerySet[Any], follow: str) -> int:
    """Add the readers of these rows by mail and in each of their browsers; return how many rows that made."""
    by_mail = follows.filter(_takes_mail("reader__"), by_mail=True)
    by_push = follows.filter(by_push=True, reader__subscriptions__ended_at=None, reader__subscriptions__isnull=False)
    made = _insert_select(dispatch, by_mail, Door.MAIL, reader=F("reader"), follow=F(follow))
    return made + _insert_select(
        dispatch, by_push, Door.PUSH, reader=F("reader"), follow=F(follow), subscription=F("reader__subscriptions")
    )


def _takes_mail(reader: str) -> Q:
    takes = {f"{reader}confirmed_at__isnull": False, f"{reader}mail_stopped_at": None}
    return Q(**takes) & ~Q(**{f"{reader}email": ""})


def _insert_select(dispatch: Dispatch, rows: QuerySet[Any], door: str, **columns: F) -> int:
    """Insert a row of the ledger for each of `rows` in one statement; one that is there stays."""
    given: dict[str, Any] = {"dispatch": Value(dispatch.pk), "door": Value(door.value), **columns}
    for field in Sending._meta.concrete_fields:
        if field.name not in given and not field.primary_key and not field.null:
            given[field.name] = Value(field.get_default())
    quote = connection.ops.quote_name
    names = ", ".join(quote(Sending._meta.get_field(name).column) for name in given)
    named = {f"put_{name}": value for name, value in given.items()}
    sql, params = rows.order_by().annotate(**named).values_list(*named).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(Sending._meta.db_table)} ({names}) {sql} ON CONFLICT DO NOTHING",
            params,
        )
        return max(cursor.rowcount, 0)


# A correction, or a withdrawal


def _add_who_was_sent_it(dispatch: Dispatch, *, now: datetime, limit: int) -> tuple[int, int]:
    """Add who was sent an earlier version, in order of reader, and still follows."""
    earlier = _earlier_dispatches(dispatch)
    doors = [Q(dispatch=pk, subscription=None) for pk in earlier]
    doors += [Q(dispatch=pk, subscription__isnull=False) for pk in earlier]
    upto = min((_last_of_batch(Sending.objects.filter(d), "reader", dispatch.after, limit) for d in doors), default=END)
    follows = live_follows(now).filter(pk=OuterRef("follow"))
    sent = Sending.objects.filter(Exists(follows), reader__gt=dispatch.after, reader__lte=upto, status__in=HANDED_OVER)
    batch = [sent.filter(door) for door in doors]
    _set_aside(dispatch, batch, now=now, is_limited=False)
    added = 0
    for part in batch:
        by_mail = _undisturbed(part).filter(_takes_mail("reader__"), door=Door.MAIL)
        added += _insert_select(dispatch, by_mail, Door.MAIL, reader=F("reader"), follow=F("follow"))
        by_push = _undisturbed(part).filter(subscription__ended_at=None, subscription__isnull=False)
        subscription = {"subscription": F("subscription")}
        added += _insert_select(dispatch, by_push, Door.PUSH, reader=F("reader"), follow=F("follow"), **subscription)
    return upto, added


def _earlier_dispatches(dispatch: Dispatch) -> list[int]:
    version = dispatch.version
    assert version is not None  # noqa: S101 (only what tells of a version comes here)
    earlier = Version.objects.filter(report=version.report_id, number__lt=version.number)
    of_them = Dispatch.objects.filter(kind=Dispatch.Kind.ALERT, version__in=earlier.values("pk"))
    return list(of_them.order_by("pk").values_list("pk", flat=True))


# Who isn't to be disturbed now


def _set_aside(dispatch: Dispatch, batch: Sequence[QuerySet[Any]], *, now: datetime, is_limited: bool) -> None:
    """Put down for a digest whoever of this batch isn't to be disturbed, or has had enough for this hour.

    Whoever waits for one already is locked with it: it may be going out just now, and then they are told at once.
    """
    assert dispatch.version is not None  # noqa: S101
    due: dict[int, datetime] = {}
    for part in batch:
        its = part.order_by().values("reader")
        waiting = Digest.objects.filter(pace=Pace.ONCE, reader__in=its).order_by("pk")
        list(waiting.select_for_update().values_list("pk", flat=True))
        not_now = Q(quiet_from__isnull=False) | Q(paused_at__isnull=False) | Q(muted_until__gt=now)
        for reader in Reader.objects.filter(not_now, pk__in=its):
            if at := until(reader, now=now):
                due[reader.pk] = at
        if is_limited:
            due |= {pk: at for pk, at in _had_enough(its, now=now).items() if pk not in due}
    put_down(due, pace=Pace.ONCE, since=dispatch.version.published_at)


def until(reader: Reader, *, now: datetime) -> datetime | None:
    """Return until when a reader isn't to be disturbed; None if they may be told now."""
    ends = [end_of_quiet(now, zone=reader.zone, start=reader.quiet_from, end=reader.quiet_until)]
    ends += [reader.muted_until if reader.muted_until and reader.muted_until > now else None]
    ends += [now + FOR_NOW if reader.paused_at else None]
    return max(filter(None, ends), default=None)


def _had_enough(readers: QuerySet[Any, Any], *, now: datetime) -> dict[int, datetime]:
    """Return the readers who have had as much as a reader gets in an hour, and when the hour is over."""
    lately = Q(done_at__gt=now - AN_HOUR) | Q(done_at=None)
    lot = Sending.objects.filter(lately, reader__in=readers, dispatch__rank__gt=0).exclude(
        status__in=(Status.FAILED, Status.DROPPED)
    )
    counted = lot.order_by().values_list("reader").annotate(n=Count("dispatch", distinct=True), first=Min("done_at"))
    enough = counted.filter(n__gte=settings.MAILS_AN_HOUR)
    return {reader: (first or now) + AN_HOUR for reader, _, first in enough}


def _wait_until_they_wake(dispatch: Dispatch, *, now: datetime) -> None:
    """Let those of a dispatch that isn't worth a digest wait in the ledger for the end of their quiet hours."""
    waiting = Sending.objects.filter(dispatch=dispatch, status=Status.WAITING, next_try_at=None)
    times: dict[datetime, list[int]] = {}
    for row in waiting.filter(reader__quiet_from__isnull=False).select_related("reader"):
        if row.reader and (at := until(row.reader, now=now)):
            times.setdefault(at, []).append(row.pk)
    for at, rows in times.items():
        Sending.objects.filter(pk__in=rows).update(next_try_at=at)


def put_down(due: dict[int, datetime], *, pace: str, since: datetime) -> None:
    """Put readers down for a digest at these times; who is down for one already waits for that."""
    rows = [Digest(reader_id=pk, pace=pace, since=since, due_at=at) for pk, at in sorted(due.items())]
    Digest.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def _undisturbed(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return those whose reader isn't put down for a digest of what comes at once."""
    return rows.filter(~Exists(Digest.objects.filter(reader=OuterRef("reader"), pace=Pace.ONCE)))


# Who waits for a digest


@transaction.atomic
def gather(dispatch_id: int, *, now: datetime, limit: int = 500) -> bool:
    """Put the next followers by day or week down for a digest, as there is something to tell; return as above.

    Of a correction or a withdrawal those whom a digest told what is wrong: who gets none by day or week gets one now.
    """
    dispatch = Dispatch.objects.select_for_update(of=("self",)).select_related("version").get(pk=dispatch_id)
    if dispatch.is_gathered or dispatch.version is None:
        return False
    step = _gather_told if _amends(dispatch) else _gather_followers
    upto = step(dispatch, now=now, limit=limit)
    done = upto == END
    Dispatch.objects.filter(pk=dispatch.pk).update(is_gathered=done, gathered=dispatch.gathered if done else upto)
    return not done


def _gather_followers(dispatch: Dispatch, *, now: datetime, limit: int) -> int:
    version = dispatch.version
    assert version is not None  # noqa: S101
    follows = live_follows(now).filter(Q(by_mail=True) | Q(by_push=True), pace__in=GATHERED)
    follows = follows.filter(followed_at__lte=version.published_at)
    if version.kind == Version.Kind.UPDATE and not dispatch.scope.get("is_news"):
        follows = follows.filter(updates=True)
    scope = dispatch.scope
    parts = [Q(story=pk) for pk in scope.get("stories", [])] + [Q(section=pk) for pk in scope.get("sections", [])]
    upto = min((_last_of_batch(follows.filter(part), "pk", dispatch.gathered, limit) for part in parts), default=END)
    for part in parts:
        batch = follows.filter(part, pk__gt=dispatch.gathered, pk__lte=upto)
        _wait_for_digest(batch.values_list("pace", "reader").distinct(), since=version.published_at, now=now)
    return upto


def _gather_told(dispatch: Dispatch, *, now: datetime, limit: int) -> int:
    version = dispatch.version
    assert version is not None  # noqa: S101
    earlier = Version.objects.filter(report=version.report_id, number__lt=version.number).values_list("pk", flat=True)
    told = [Told.objects.filter(version=pk) for pk in earlier]
    upto = min((_last_of_batch(part, "reader", dispatch.gathered, limit) for part in told), default=END)
    for part in told:
        readers = part.filter(reader__gt=dispatch.gathered, reader__lte=upto).values_list("reader", flat=True)
        follows = live_follows(now).filter(Q(by_mail=True) | Q(by_push=True), reader__in=readers.order_by())
        paces: dict[int, str] = {}
        for pace, reader in follows.values_list("pace", "reader"):
            # The next that they get.
            if reader not in paces or _SOON.index(pace) < _SOON.index(paces[reader]):
                paces[reader] = pace
        pairs = [(pace if pace in GATHERED else Pace.ONCE, reader) for reader, pace in paces.items()]
        _wait_for_digest(pairs, since=version.published_at, now=now)
    return upto


_SOON = [Pace.DAILY, Pace.WEEKLY, Pace.ONCE, Pace.KEY]


def _wait_for_digest(pairs: Iterable[tuple[str, int]], *, since: datetime, now: datetime) -> None:
    """Put readers down for the next digest at their pace, which is at their hour; at once for now."""
    paces: dict[int, set[str]] = {}
    for pace, reader in pairs:
        paces.setdefault(reader, set()).add(pace)
    due: dict[str, dict[int, datetime]] = {}
    for reader in Reader.objects.filter(pk__in=paces):
        for pace in paces[reader.pk]:
            due.setdefault(pace, {})[reader.pk] = due_at(pace, reader, after=now)
    for pace, times in due.items():
        put_down(times, pace=pace, since=since)


def due_at(pace: str, reader: Reader, *, after: datetime) -> datetime:
    """Return when a digest at that pace is next due: at the reader's hour, on their day, or when they may be woken."""
    if pace not in GATHERED:
        return after
    # By the minute, so that of many readers in one zone it is worked out once.
    minute = after.replace(second=0, microsecond=0)
    weekday = reader.digest_day if pace == Pace.WEEKLY else None
    due = next_time(minute, zone=reader.zone, at=reader.digest_at, weekday=weekday)
    return end_of_quiet(due, zone=reader.zone, start=reader.quiet_from, end=reader.quiet_until) or due
