"""What is wrong with this house, and how to mend it: one finding a check, in words for whoever runs the server.

Each check runs in a thread of its own and is given up after a while, so that one that hangs holds up none; what it
finds is a fact of this moment, read from the very things that the house stands on.
"""

import json
import platform
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from writethru.front import policy
from writethru.lib.process import has_ended
from writethru.lib.queue import lanes
from writethru.lib.words import clock
from writethru.ops.asked import ask
from writethru.ops.jobs import trace_of
from writethru.ops.mailcheck import ABOUT_MAIL, OK, WARNING, WRONG
from writethru.press.assets import made_with, missing_assets
from writethru.stories import pagestore
from writethru.stories.actions.lease import LANE
from writethru.stories.models import Bake, Fold, Lease, WirePhoto
from writethru.stories.queries import has_stale_pages, page_queue
from writethru.wire.models import Item, SourceState
from writethru.wire.queries import items_awaiting_fold

PATIENCE_SECONDS = 10
LATE = timedelta(minutes=10)
SILENT = timedelta(minutes=3)  # a worker sweeps each minute
LEAST_BYTES, FEW_BYTES = 200_000_000, 1_000_000_000
SKEW_SECONDS = 5
MANY_WAKE_UPS = 1000
OLDEST_POSTGRESQL = 140_000  # that Django 5.2 takes


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: `mend` says what to do, where there is something to do."""

    check: str
    state: str
    said: str
    mend: str = ""


Check = Callable[[], tuple[str, str, str] | tuple[str, str]]


def examine() -> Iterator[Finding]:
    """Run every check; those that need rows are told to be left out where the database can't be read."""
    first = list(_together({**ABOUT_THE_MACHINE, "database": database}))
    yield from first
    if any(finding.check == "database" and finding.state == WRONG for finding in first):
        said = _("Not looked at: the database must be mended first.")
        yield from (Finding(name, WARNING, said) for name in ABOUT_ROWS)
        return
    yield from _together(ABOUT_ROWS)


def _together(checks: dict[str, Check]) -> Iterator[Finding]:
    """Run the checks side by side and give what they found in their order."""
    found: dict[str, Finding] = {}

    def run(name: str, check: Check) -> None:
        try:
            found[name] = Finding(name, *check())
        except Exception as error:  # a check must not end the others, whatever it stumbles over
            why = f"{type(error).__name__}: {error}".splitlines()[0]
            found[name] = Finding(name, WRONG, _("This could not be looked at (%(why)s).") % {"why": why})
        finally:
            connections.close_all()

    threads = {name: threading.Thread(target=run, args=(name, check), daemon=True) for name, check in checks.items()}
    for thread in threads.values():
        thread.start()
    ends = timezone.now() + timedelta(seconds=PATIENCE_SECONDS)
    for name, thread in threads.items():
        thread.join(max(0.0, (ends - timezone.now()).total_seconds()))
        said = _("No answer in %(seconds)s seconds.") % {"seconds": PATIENCE_SECONDS}
        yield found.get(name) or Finding(name, WRONG, said, _("Is what this needs reachable from here?"))


# The machine


def python() -> tuple[str, str]:
    """Look at what all of this runs on."""
    return OK, f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}."


def data_folder() -> tuple[str, str, str]:
    """Look for room where the house writes; that it can be written is asked at every start."""
    places = {Path(settings.WRITETHRU_DATA), _existing(Path(settings.PAGES_FOLDER))}
    free = min(shutil.disk_usage(place).free for place in places)
    state = WRONG if free < LEAST_BYTES else WARNING if free < FEW_BYTES else OK
    said = _("%(folder)s can be written; %(free)s GB are free.")
    mend = _("Make room: without it nothing more is taken in, and no page baked.") if state != OK else ""
    return state, said % {"folder": settings.WRITETHRU_DATA, "free": round(free / 1e9, 1)}, mend


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


def secret_files() -> tuple[str, str, str]:
    """Look whether others on this machine can read what is secret."""
    folder = Path(settings.WRITETHRU_DATA, "secrets")
    kept = [folder, *folder.iterdir()] if folder.is_dir() else []
    open_to = [file for file in kept if file.stat().st_mode & 0o077]
    if connection.vendor == "sqlite":
        base = Path(connection.settings_dict["NAME"])
        open_to += [base] if base.exists() and base.stat().st_mode & 0o007 else []
    if not open_to:
        return OK, _("Only their owner can read what is secret."), ""
    named = " ".join(map(str, open_to))
    return WRONG, _("Others on this machine can read %(files)s.") % {"files": named}, f"chmod go= {named}"


def address() -> tuple[str, str, str]:
    """Look whether the site's address is one that readers can use, and safely."""
    parts, said = urlsplit(settings.BASE_URL), _("BASE_URL is %(url)s.") % {"url": settings.BASE_URL}
    if parts.hostname in {"127.0.0.1", "localhost", "::1"}:
        return OK, said + " " + _("That is right for a trial: nobody else can reach it."), ""
    if parts.scheme == "http":
        mend = _("Get a certificate (`writethru nginx --certificate …`) and let BASE_URL begin with https:.")
        return WARNING, said + " " + _("Passwords travel unsealed."), mend
    return OK, said, ""


def login() -> tuple[str, str, str]:
    """Look whether a stolen password alone opens the desk to everybody."""
    if settings.STAFF_SECOND_FACTOR == "required":
        return OK, _("Staff log in with a second factor."), ""
    said = _("A password alone opens the desk.")
    if not settings.BASE_URL.startswith("https:"):
        return OK, said + " " + _("That is right for a trial."), ""
    return WARNING, said, _("Set STAFF_SECOND_FACTOR=required; each is led to set one up when they next come.")


def zone() -> tuple[str, str]:
    """Say what time it is for the site, for whoever can tell that it is wrong."""
    return OK, _("SITE_ZONE is %(zone)s: it is %(clock)s there.") % {
        "zone": settings.TIME_ZONE,
        "clock": clock(timezone.now()),
    }


def page_store() -> tuple[str, str, str]:
    """Look whether pages can be written, and replaced in one stroke."""
    root = Path(settings.PAGES_FOLDER)
    written = root / pagestore.UNFINISHED / f"doctor-{secrets.token_hex(4)}"
    try:
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_bytes(b"")
        written.replace(root / f".{written.name}")
    except OSError as error:
        said = _("%(folder)s can't be written (%(why)s).") % {"folder": root, "why": error.strerror}
        return WRONG, said, _("Let whoever runs the worker own it, or name another one by PAGES_URL.")
    finally:
        for file in (written, root / f".{written.name}"):
            with suppress(OSError):
                file.unlink()
    device = root.stat().st_dev
    elsewhere = [str(place) for place in root.iterdir() if place.is_dir() and place.stat().st_dev != device]
    if elsewhere:
        said = _("%(folders)s lie on another file system than %(root)s, so no page in them can be replaced.")
        said %= {"folders": " ".join(elsewhere), "root": root}
        return WRONG, said, _("Put all pages on one file system.")
    return OK, _("%(folder)s can be written, and its pages be replaced in one stroke.") % {"folder": root}, ""


def queue() -> tuple[str, str, str]:
    """Look whether wake-ups get through."""
    where = settings.QUEUE_URL.rpartition("@")[2] or settings.WRITETHRU_DATA / "queue.sqlite3"
    try:
        waiting = sum(lane.pending_count() for lane in lanes.values())
    except (redis.RedisError, sqlite3.Error, OSError) as error:
        said = _("%(where)s can't be reached (%(why)s).") % {"where": where, "why": error}
        return WRONG, said, _("Start it, or mend QUEUE_URL. Until then what is due is found by nobody.")
    if waiting > MANY_WAKE_UPS:
        return WARNING, _("%(count)s wake-ups wait.") % {"count": waiting}, _("Does the worker keep up? See below.")
    return OK, _("%(where)s can be reached; %(count)s wake-ups wait.") % {"where": where, "count": waiting}, ""


def site() -> tuple[str, str, str]:
    """Ask for a page as a reader does, and compare it with the store, header by header."""
    state = ask("/healthz")
    if isinstance(state, str):
        said = _("Nothing answers at %(url)s (%(why)s).") % {"url": settings.BASE_URL, "why": state}
        return WRONG, said, _("Start `writethru serve`, and the file server in front of it; or mend BASE_URL.")
    told = _as_object(state.body)
    if "database" not in told:
        said = _("What answers at %(url)s is not this house.") % {"url": settings.BASE_URL}
        return WRONG, said, _("Mend BASE_URL, or what the file server does with /healthz.")
    return _compared() or (OK, _("%(url)s answers, with our pages and headers.") % {"url": settings.BASE_URL}, "")


def _compared() -> tuple[str, str, str] | None:
    """Return what differs between the store and what a reader gets; None if nothing does."""
    anew = _("Print the file server's settings anew (`writethru nginx`) and let it read them.")
    held = pagestore.get("/")
    got = ask("/") if held is not None else None
    if isinstance(got, str) or (got and got.status != 200):
        why = got if isinstance(got, str) else got.status
        return (
            WRONG,
            _("The front page is not served (%(why)s).") % {"why": why},
            _("May the file server read %(folder)s?") % {"folder": settings.PAGES_FOLDER},
        )
    if got:
        # The press may have replaced it in between.
        if got.body not in {held, pagestore.get("/")}:
            return (
                WRONG,
                _("The front page that is served is not the one in %(folder)s.") % {"folder": settings.PAGES_FOLDER},
                anew,
            )
        differing = [name for name, value in policy.headers().items() if got.headers.get(name) != value]
        if differing:
            return (
                WRONG,
                _("Pages are served with another %(headers)s than they should.") % {"headers": ", ".join(differing)},
                anew,
            )
    hidden = Path(settings.PAGES_FOLDER, pagestore.UNFINISHED, f"doctor-{secrets.token_hex(4)}")
    hidden.parent.mkdir(parents=True, exist_ok=True)
    try:
        hidden.write_bytes(b"unfinished")
        seen = ask(f"/{pagestore.UNFINISHED}/{hidden.name}")
    finally:
        hidden.unlink(missing_ok=True)
    if not isinstance(seen, str) and seen.status == 200:
        return WRONG, _("The file server gives away what is being written."), anew
    return None


def _as_object(body: bytes) -> dict[str, Any]:
    with suppress(ValueError):
        told = json.loads(body)
        if isinstance(told, dict):
            return told
    return {}


# The database


def database() -> tuple[str, str, str]:
    """Look whether the database can be reached, is of this release, and bears load."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(name).exists():
        said = _("There is no database in %(file)s yet.") % {"file": name}
        return WRONG, said, _("Start `writethru up`, or `writethru work`, which makes it.")
    try:
        with connection.cursor() as cursor:
            named = _vendor(cursor)
            pending = len(MigrationExecutor(connection).migration_plan(_newest_migrations()))
    except DatabaseError as error:
        why = str(error).strip().splitlines()[0]
        said = _("The database can't be reached (%(why)s).") % {"why": why}
        return WRONG, said, _("Start it, or mend DATABASE_URL.")
    if pending:
        said = ngettext("It is %(n)s step behind this release.", "It is %(n)s steps behind this release.", pending)
        return (
            WRONG,
            f"{named} {said % {'n': pending}}",
            _("Start `writethru work`, which brings it up; or `writethru migrate`."),
        )
    return _bears_load(named)


def _newest_migrations() -> list[tuple[str, str]]:
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


def _vendor(cursor: Any) -> str:
    if connection.vendor == "sqlite":
        return f"SQLite, {connection.settings_dict['NAME']}."
    cursor.execute("SHOW server_version")
    return f"PostgreSQL {cursor.fetchone()[0]}."


def _bears_load(named: str) -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
            if mode != "wal":
                mend = _("SQLite needs a local disk for its write-ahead log: put WRITETHRU_DATA on one.")
                return WRONG, f"{named} " + _("Its journal is “%(mode)s”, not “wal”.") % {"mode": mode}, mend
            return OK, f"{named} " + _("Its write-ahead log is on."), ""
        cursor.execute("SHOW server_version_num")
        if int(cursor.fetchone()[0]) < OLDEST_POSTGRESQL:
            return WRONG, named, _("Upgrade it: 14 is the oldest that does.")
    return OK, named, ""


def clocks() -> tuple[str, str, str]:
    """Look whether this machine's clock agrees with the database's, and with what has been written."""
    ahead = 0.0
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            ahead = (timezone.now() - cursor.fetchone()[0]).total_seconds()
    mend = _("Let every machine keep its clock by NTP.")
    if abs(ahead) > SKEW_SECONDS:
        said = _("This machine's clock and the database's are %(n)s seconds apart.") % {"n": round(abs(ahead))}
        return WRONG, said, mend
    written = [Bake.objects.aggregate(at=Max("asked_at"))["at"], Item.objects.aggregate(at=Max("received_at"))["at"]]
    newest = max(filter(None, written), default=None)
    if newest and newest > timezone.now() + timedelta(seconds=60):
        said = _("There are rows from %(n)s in the future: a clock has been set back.") % {
            "n": _span(newest - timezone.now())
        }
        return WRONG, said, mend
    return OK, _("The clocks agree."), ""


def worker() -> tuple[str, str, str]:
    """Look when each lane of the worker last swept."""
    swept = dict(Lease.objects.filter(name__in=map(trace_of, lanes)).values_list("name", "claimed_until"))
    mend = _("Start `writethru work`; if it runs, its log says what holds it up.")
    silent = []
    for lane in lanes:
        at = swept.get(trace_of(lane))
        if at is None:
            silent.append(_("the lane “%(lane)s” has never swept") % {"lane": lane})
        elif timezone.now() - at > SILENT:
            ago = _span(timezone.now() - at)
            silent.append(_("the lane “%(lane)s” last swept %(ago)s ago") % {"lane": lane, "ago": ago})
    if silent:
        return WRONG, _("No worker is at work: %(silent)s.") % {"silent": "; ".join(silent)}, mend
    ago = _span(timezone.now() - min(swept.values()))
    return OK, _("Every lane of the worker has swept in the last %(ago)s.") % {"ago": ago}, ""


def folding() -> tuple[str, str, str]:
    """Look whether the folding lane is held by nobody that lives."""
    lane = Lease.objects.filter(name=LANE).exclude(claimed_by="").first()
    if lane and (has_ended(lane.claimed_by) or (lane.claimed_until and lane.claimed_until < timezone.now())):
        said = _("The folding lane is held by %(who)s, which has died.") % {"who": lane.claimed_by}
        return WARNING, said, _("Nothing: a worker takes it over at its next sweep. If it stays, see “worker”.")
    if lane:
        return OK, _("The folding lane is held by %(who)s.") % {"who": lane.claimed_by}, ""
    return OK, _("The folding lane is free."), ""


def items() -> tuple[str, str, str]:
    """Look whether items wait to be folded for longer than they should."""
    newest = Fold.objects.order_by("-pk").values_list("folded_at", flat=True).first()
    waiting = items_awaiting_fold(since=newest).order_by()
    oldest, count = waiting.aggregate(at=Min("received_at"))["at"], waiting.count()
    said = ngettext("%(n)s item waits to be folded", "%(n)s items wait to be folded", count) % {"n": count}
    if oldest and timezone.now() - oldest > LATE:
        said += ", " + _("the oldest since %(span)s.") % {"span": _span(timezone.now() - oldest)}
        return WRONG, said, _("See “worker” and “folding”; the worker's log names an item that can't be folded.")
    return OK, f"{said}.", ""


def pages() -> tuple[str, str, str]:
    """Look whether pages wait to be baked for longer than they should, or can't be baked."""
    due = page_queue()
    waited = timezone.now() - due.oldest_at if due.oldest_at else timedelta()
    if waited > LATE:
        said = _("%(n)s pages wait to be baked, the oldest since %(span)s.") % {"n": due.due, "span": _span(waited)}
        return WRONG, said, _("See “worker”.")
    if due.failed:
        bad = Bake.objects.filter(attempts__gt=0).exclude(error="").order_by("-asked_at").first()
        said = _("%(n)s pages can't be baked: %(path)s (%(why)s).") % {
            "n": due.failed,
            "path": bad.path if bad else "",
            "why": bad.error.splitlines()[0] if bad else "",
        }
        return WRONG, said, _("The worker tries again by itself. If it stays, report it with the worker's log.")
    return OK, ngettext("%(n)s page waits to be baked.", "%(n)s pages wait to be baked.", due.due) % {"n": due.due}, ""


def assets() -> tuple[str, str, str]:
    """Look whether the pages and what they stand on are of this release and these settings."""
    missing = missing_assets()
    if missing and Bake.objects.exists():
        said = _("%(n)s files that pages stand on are not in the store, like %(path)s.")
        said %= {"n": len(missing), "path": missing[0]}
        return WRONG, said, _("Start `writethru work`: it puts them there before it bakes.")
    if has_stale_pages(made_with=made_with()):
        said = _("Some pages were made by another release, or with other settings.")
        return WARNING, said, _("Nothing: the worker bakes them again, the newest first.")
    return OK, _("The pages are of this release and these settings."), ""


def photos() -> tuple[str, str, str]:
    """Look for photos that could not be fetched."""
    failing = WirePhoto.objects.filter(photo=None, attempts__gt=0)
    given_up = failing.filter(next_try_at=None).count()
    trying = failing.exclude(next_try_at=None).count()
    if not given_up and not trying:
        return OK, _("Every photo that was wanted is here, or has not been tried yet."), ""
    last = failing.order_by("-wanted_at").first()
    said = _(
        "%(trying)s photos could not be fetched yet, %(given_up)s have been given up; the last: %(address)s (%(why)s)."
    )
    said %= {
        "trying": trying,
        "given_up": given_up,
        "address": last.address[:200] if last else "",
        "why": last.error.splitlines()[0] if last and last.error else "",
    }
    return WARNING, said, _("Does the source's server let this machine in?")


def sources() -> tuple[str, str, str]:
    """Look for polled sources that fail."""
    failing = SourceState.objects.filter(source__is_polled=True, failures__gt=0).select_related("source")
    count, first = failing.count(), failing.order_by("failing_since").first()
    if first is None:
        return OK, _("No polled source fails."), ""
    said = _("%(n)s polled sources fail; the longest: %(name)s, for %(span)s (%(why)s).") % {
        "n": count,
        "name": first.source.name,
        "span": _span(timezone.now() - first.failing_since) if first.failing_since else "?",
        "why": first.error.splitlines()[0] if first.error else "",
    }
    return WARNING, said, _("It is tried again by itself, more and more seldom. Is its address still right?")


def _span(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    for unit, one, many in (
        (86_400, _("day"), _("days")),
        (3600, _("hour"), _("hours")),
        (60, _("minute"), _("minutes")),
    ):
        if seconds >= 2 * unit or (unit == 60 and seconds >= 60):
            return f"{seconds // unit} {one if seconds // unit == 1 else many}"
    return f"{seconds} {_('seconds')}"


ABOUT_THE_MACHINE: dict[str, Check] = {
    "python": python,
    "data": data_folder,
    "secrets": secret_files,
    "address": address,
    "login": login,
    "zone": zone,
    "store": page_store,
    "queue": queue,
    "site": site,
    **ABOUT_MAIL,
}
ABOUT_ROWS: dict[str, Check] = {
    "clocks": clocks,
    "worker": worker,
    "folding": folding,
    "items": items,
    "pages": pages,
    "assets": assets,
    "photos": photos,
    "sources": sources,
}
