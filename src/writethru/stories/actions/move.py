"""Moves: reports that hang together with another story than the one they are in, or make a story of their own."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

import storytext
from writethru.stories.actions.decisions import Kind, as_rows, note_decision
from writethru.stories.actions.file import open_story, put_entry, remove_entry
from writethru.stories.actions.lease import LANE, wait_for_lease
from writethru.stories.actions.propose import AlreadyDecided, check_kind, decide
from writethru.stories.learned import Learned
from writethru.stories.models import Entry, Proposal, ReportState, Section, Story

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`
Move = tuple[
    int, int | None
]  # the story that reports are in, and the one that they belong into; None: one of their own


def movable_entries(reports: Collection[int]) -> set[tuple[int, int]]:
    """Return (report, story) of what lies in a story because the engine found it there: not by an editor's own hand."""
    found = Entry.objects.filter(report__in=reports, because__0__0="hangs_together", is_key=False)
    return set(found.values_list("report", "story"))


def wanted_moves(
    groups: Iterable[storytext.Group], movable: Collection[tuple[int, int]]
) -> dict[Move, list[storytext.Filing]]:
    """Return what had better move, by where from and where to; too few to be a story of their own stay."""
    wanted: dict[Move, list[storytext.Filing]] = {}
    for group in groups:
        to = int(group.story) if group.story is not None else None
        for filing in group.moves:
            out_of = int(filing.out_of or 0)
            if (int(filing.report), out_of) in movable:
                wanted.setdefault((out_of, to), []).append(filing)
    return {move: filings for move, filings in wanted.items() if move[1] or len(filings) >= storytext.FEWEST}


def told_moves(wanted: dict[Move, list[storytext.Filing]]) -> list[storytext.Filing]:
    """Return the filings whose reasons an editor sees: of each move those of the report in the middle of it."""
    return [filings[0] for filings in wanted.values()]


def propose_moves(
    wanted: dict[Move, list[storytext.Filing]],
    told: dict[str, list[list[Any]]],
    titles: dict[str, str],
    *,
    by: Learned,
    now: datetime,
) -> None:
    """Propose each move, or let one that is open become it; take back those that hold no more."""
    proposed = Proposal.objects.filter(kind=Proposal.Kind.MOVE)
    spiked: dict[Move, list[set[int]]] = {}
    for one in proposed.filter(status=Proposal.Status.SPIKED):
        spiked.setdefault((one.out_of_id or 0, one.story_id), []).append({one.report_id, *one.others})
    open_ones = {(one.out_of_id, one.story_id): one for one in proposed.filter(status=Proposal.Status.OPEN)}
    there = set(Story.objects.filter(pk__in={pk for move in wanted for pk in move if pk}).values_list("pk", flat=True))
    standing = []
    for (out_of, to), filings in wanted.items():
        first, *others = [int(filing.report) for filing in filings]
        because = told.get(filings[0].report)
        if because is None or not {out_of, *([to] if to else [])} <= there:
            continue  # it has gone meanwhile
        if any(told_apart >= {first, *others} for told_apart in spiked.get((out_of, to), [])):
            continue
        row = {"report_id": first, "others": others, "score": filings[0].score, "because": because}
        row |= {"learning": by.number}
        still = open_ones.get((out_of, to))
        if still is None:
            title = "" if to else titles.get(filings[0].report, "")
            still = proposed.create(
                kind=Proposal.Kind.MOVE, out_of_id=out_of, story_id=to, title=title, made_at=now, **row
            )
        elif any(getattr(still, name) != value for name, value in row.items()):
            Proposal.objects.filter(pk=still.pk).update(**row)
        standing.append(still.pk)
    proposed.filter(status=Proposal.Status.OPEN).exclude(pk__in=standing).delete()


@transaction.atomic
def accept_move(
    proposal: Proposal,
    *,
    title: str = "",
    section: Section | None = None,
    user: User | None,
    now: datetime,
    seen: Collection[int] | None = None,
) -> Story:
    """Move the reports of `proposal` that are still where it found them, and return the story that they are in now.

    Of these only the ones that the editor has `seen` (None: all). A story of their own is opened under `title` in
    `section`. A key moment stays where an editor marked it. Raises AlreadyDecided, also where none is left, NoSection,
    and OfAnotherKind.
    """
    check_kind(proposal, Proposal.Kind.MOVE)
    wait_for_lease(LANE)
    decide(proposal, status=Proposal.Status.ACCEPTED, user=user, now=now)
    proposal.refresh_from_db()
    ids = {proposal.report_id, *proposal.others}
    ids = ids if seen is None else ids & set(seen)
    list(ReportState.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    entries = list(
        Entry.objects.filter(story=proposal.out_of_id, report__in=ids, is_key=False)
        .select_related("report__state", "story")
        .order_by("report")
    )
    if not entries:
        raise AlreadyDecided(proposal.pk)
    name = title or proposal.title
    opened = proposal.story is None and not Story.objects.filter(title__iexact=name).exists()
    story = proposal.story or open_story(name, section=section, user=user, now=now)
    before, made = as_rows(entries), list[int]()
    for entry in entries:
        remove_entry(entry, now=now)
        why, score = proposal.because, proposal.score
        there, new = put_entry(entry.report, story=story, user=user, now=now, because=why, score=score)
        made += [there.pk] if new else []
    undo = {"rows": before, "entries": made, "proposal": proposal.pk, "opened": opened}
    note_decision(Kind.MOVE, report=proposal.report, story=story, user=user, now=now, before=undo)
    return story
