"""Runs the engine over a list of items by the very actions that the desk's folding lane runs."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

from django.db import connection, transaction
from django.utils.dateparse import parse_datetime
from django.utils.html import escape

from writethru.lib.process import name_of_this_call
from writethru.stories.actions.decide import Memory
from writethru.stories.actions.file import open_section
from writethru.stories.actions.fold import LANE, fold_item
from writethru.stories.actions.fresh import sort_in
from writethru.stories.actions.group import group_reports
from writethru.stories.actions.lease import take_lease
from writethru.stories.actions.move import accept_move
from writethru.stories.actions.propose import accept_proposal, accept_story_proposal
from writethru.stories.actions.window import MOST_REPORTS, Window
from writethru.stories.lexicon import background
from writethru.stories.models import Entry, Fold, Proposal, Section
from writethru.wire.actions import open_source, take_item
from writethru.wire.formats import WireItem
from writethru.wire.models import Source

COMMIT_EVERY = 500
# A desk is told each minute, and what was filed too early is moved later. A run has no desk that waits: it groups when
# as much has come as is grouped at once.
GROUP_REPORTS, GROUP_LETTERS = MOST_REPORTS, 5_000_000
LEASE_SECONDS = 600
ROUNDS = 3  # of grouping: what one round has filed may draw more after it
ACCEPTED = 0.5  # score of a fold that an editor would take from the engine
# Items without a time of their own arrive a minute apart, from a day that is the same at every run.
FIRST_ARRIVAL = datetime(2000, 1, 1, tzinfo=UTC)


class BadLine(ValueError):
    """A line that is no item, with its number and what is wrong with it."""


def replay(lines: Iterable[bytes], out: TextIO, *, strict: bool) -> None:
    """Decide on each item of `lines` (JSONL) in order and write a line of JSON for each, in the same order.

    Raises BadLine.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")  # the store goes when the run ends
    claimed_by = name_of_this_call()
    decisions: list[dict[str, Any]] = []
    items: list[int] = []
    first_ids: dict[int, str] = {}
    sources: dict[str, Source] = {}
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    window, memory, now = Window(), Memory(), FIRST_ARRIVAL
    section, ungrouped, letters = open_section("Replay", now=FIRST_ARRIVAL), 0, 0
    for start in range(0, len(numbered), COMMIT_EVERY):
        with transaction.atomic():
            take_lease(LANE, claimed_by=claimed_by, seconds=LEASE_SECONDS)
            for number, line in numbered[start : start + COMMIT_EVERY]:
                given, sent, arrived_at = _read(number, line)
                now = max(now, arrived_at)  # the desk's clock doesn't run backwards; the index relies on it
                name = str(given.get("source") or "wire")
                sources[name] = sources.get(name) or open_source(name=name)
                item = take_item(sent, source=sources[name], now=now)
                fold = Fold.objects.filter(item=item).first()
                fold = fold or fold_item(item, claimed_by=claimed_by, now=now, memory=memory)
                memory.cuttings.trim()
                first_ids.setdefault(fold.report_id, str(given["id"]))
                decisions.append({"id": given["id"], "fold": _told(fold, first_ids), "file": None})
                items.append(item.pk)
                if not strict:
                    _accept(fold, decisions[-1], first_ids, now=now)
                ungrouped, letters = ungrouped + 1, letters + len(line)
                if ungrouped >= GROUP_REPORTS or letters >= GROUP_LETTERS or len(items) == len(numbered):
                    ungrouped, letters = 0, 0
                    for _ in range(ROUNDS):
                        group_reports(window, background=background(), now=now)
                        if strict or not _accept_stories(section, now=now):
                            break
        sort_in(memory.fresh, claimed_by=claimed_by, seconds=LEASE_SECONDS)
    _write(decisions, items, first_ids, out)


def _read(number: int, line: bytes) -> tuple[dict[str, Any], WireItem, datetime]:
    """Return what a line gives, the item that it is, and when that arrived."""
    try:
        given = json.loads(line)
        title, ident = given.get("title"), given["id"]
        html = given.get("html") or "".join(f"<p>{escape(part)}</p>" for part in _blocks(given.get("text") or ""))
        dated_at = _time(given.get("time"))
        sent = WireItem(
            wire_id=str(ident),
            headline=str(title or ""),
            html=html,
            url=str(given.get("url") or ""),
            dated_at=dated_at,
            byline="",
            language=str(given.get("language") or ""),
            photos=(),
            raw=line,
            version=int(given["version"]) if given.get("version") not in (None, "") else None,
            evolved_from=str(given.get("evolvedfrom") or ""),
            slugline=str(given.get("slugline") or ""),
        )
        return given, sent, max(dated_at or FIRST_ARRIVAL, FIRST_ARRIVAL) + timedelta(minutes=number)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise BadLine(f"line {number} is no item ({type(error).__name__}: {error}).") from error


def _blocks(text: str) -> list[str]:
    return [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]


def _time(given: Any) -> datetime | None:
    if given in (None, ""):
        return None
    if isinstance(given, int | float):
        return datetime.fromtimestamp(given, UTC)
    parsed = parse_datetime(str(given))
    if parsed is None:
        return datetime.fromtimestamp(float(given), UTC)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _told(fold: Fold, first_ids: dict[int, str]) -> dict[str, Any]:
    of = first_ids[fold.report_id] if fold.kind == Fold.Kind.TAKE else None
    return {"kind": "same" if of else "new", "of": of, "score": round(fold.score, 4), "because": fold.because}


def _accept(fold: Fold, decision: dict[str, Any], first_ids: dict[int, str], *, now: datetime) -> None:
    for proposal in Proposal.objects.filter(report=fold.report_id, status=Proposal.Status.OPEN).order_by(
        "-score", "pk"
    ):
        if proposal.kind == Proposal.Kind.FOLD and proposal.score < ACCEPTED:
            continue
        told = {"score": round(proposal.score, 4), "because": proposal.because}
        if proposal.kind == Proposal.Kind.FOLD and proposal.into_id:
            decision["fold"] = {"kind": "probably", "of": first_ids[proposal.into_id], **told}
        accept_proposal(proposal, user=None, now=now)
        if proposal.kind == Proposal.Kind.FOLD:
            return


def _accept_stories(section: Section, *, now: datetime) -> int:
    """Accept what grouping has proposed: stories to open, each called by its report, moves, then what goes into one.

    Return how many there were.
    """
    proposed = Proposal.objects.filter(status=Proposal.Status.OPEN).select_related("story").order_by("pk")
    accepted = proposed.count()
    for proposal in proposed.filter(kind=Proposal.Kind.STORY):
        accept_story_proposal(proposal, title=str(proposal.report_id), section=section, user=None, now=now)
    for proposal in proposed.filter(kind=Proposal.Kind.MOVE):
        accept_move(proposal, title=str(proposal.report_id), section=section, user=None, now=now)
    for proposal in proposed.filter(kind=Proposal.Kind.FILE):
        accept_proposal(proposal, user=None, now=now)
    return accepted


def _write(decisions: list[dict[str, Any]], items: list[int], first_ids: dict[int, str], out: TextIO) -> None:
    report_of = dict(Fold.objects.values_list("item", "report"))
    entries = {entry.report_id: entry for entry in Entry.objects.select_related("story").order_by("-pk")}
    for decision, item in zip(decisions, items, strict=True):
        report = report_of[item]
        if entry := entries.get(report):
            of = first_ids[int(entry.story.title)]
            decision["file"] = {"of": of, "score": round(entry.score, 4), "because": entry.because}
        line = {
            "id": decision["id"],
            "report": first_ids[report],
            "story": decision["file"] and decision["file"]["of"],
            "fold": decision["fold"],
            "file": decision["file"],
        }
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
