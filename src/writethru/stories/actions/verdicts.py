"""What the desk's decisions say: which reports are of one story and which are not, and whose folds stand.

A decision that was undone says nothing, nor does one that a later one went against: beside what is in a story by now,
each says where its report belongs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

import storytext
from storytext.learning import Verdict
from writethru.stories.actions.decide import ASKED_FIRST
from writethru.stories.models import Decision, Entry, Fold, Proposal

Kind = Decision.Kind
FILING = (Kind.FILE, Kind.OPEN, Kind.MOVE, Kind.STAY, Kind.UNFILE, Kind.ELSEWHERE, Kind.ASUNDER)
FOLDING = (Kind.UNFOLD, Kind.FOLD, Kind.APART)
MOST_DECISIONS = 20_000  # the newest of them; a desk of ten takes a month to make so many
MOST_FOLDS = 10_000  # the newest of those that nobody undid
CHUNK = 500  # rows that a query names; SQLite takes so many

Reports = frozenset[str]
NONE: Reports = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """What was decided of the reports at hand, and how many decisions of which kind say so."""

    verdicts: tuple[Verdict, ...]
    counts: Mapping[str, int]


def verdicts_on(reports: Sequence[storytext.Filed]) -> Told:
    """Return what the desk has said of these reports, each beside those that are in its story by now."""
    at_hand, decisions = {report.report for report in reports}, _decisions(FILING)
    filed: dict[int, set[str]] = defaultdict(set)
    oldest = reports[0].report if reports else 0
    for story, report in Entry.objects.filter(report__gte=oldest).values_list("story", "report"):
        filed[story].add(str(report))
    inside = {story: frozenset(there) for story, there in filed.items()}
    entries = _entries(decisions)
    proposals = _proposals(decisions)
    verdicts, counts = list[Verdict](), Counter[str]()
    for decision in decisions:
        said = [
            one
            for one in _said(decision, entries, proposals.get(decision.before.get("proposal")), inside)
            if one.report in at_hand and len(one.others) > (one.report in one.others)
        ]
        verdicts += said
        counts[decision.kind] += bool(said)
    return Told(tuple(verdicts), {kind: counts[kind] for kind in FILING if counts[kind]})


def _decisions(kinds: Iterable[Kind]) -> list[Decision]:
    """Return the newest decisions of these kinds that stand, in the order in which they were made."""
    standing = Decision.objects.filter(kind__in=kinds, undone_at=None).order_by("-pk")[:MOST_DECISIONS]
    return sorted(standing, key=lambda decision: decision.pk)


def _entries(decisions: Iterable[Decision]) -> dict[int, str]:
    """Return the reports of the entries that decisions made, as far as they are there still."""
    made = [pk for decision in decisions for pk in _made(decision)]
    return {
        pk: str(report)
        for start in range(0, len(made), CHUNK)
        for pk, report in Entry.objects.filter(pk__in=made[start : start + CHUNK]).values_list("pk", "report")
    }


def _made(decision: Decision) -> list[int]:
    return [*decision.before.get("entries", []), *filter(None, [decision.before.get("entry")])]


def _proposals(decisions: Iterable[Decision]) -> dict[int, Proposal]:
    told = [one.before["proposal"] for one in decisions if one.kind in (Kind.STAY, Kind.ASUNDER)]
    found = Proposal.objects.defer("because")
    return {pk: one for at in range(0, len(told), CHUNK) for pk, one in found.in_bulk(told[at : at + CHUNK]).items()}


def _said(
    decision: Decision, entries: Mapping[int, str], proposal: Proposal | None, inside: Mapping[int, Reports]
) -> Iterator[Verdict]:
    """Yield what one decision says."""
    there = inside.get(decision.story_id or 0, NONE)
    if decision.kind in (Kind.UNFILE, Kind.ELSEWHERE):
        yield from _apart([str(decision.report_id)], there)
    elif decision.kind == Kind.STAY and proposal:
        named = {str(pk) for pk in (proposal.report_id, *proposal.others)} & there
        yield from _together(sorted(named), inside)
        yield from _apart(sorted(named), inside.get(proposal.story_id or 0, NONE))
    elif decision.kind == Kind.ASUNDER and proposal:
        asunder = frozenset(str(pk) for pk in (proposal.report_id, *proposal.others))
        stories = [reports & asunder for reports in inside.values()]
        for report in sorted(asunder):
            since = NONE.union(*(reports for reports in stories if report in reports)) - {report}
            yield Verdict(report, asunder - since if since else asunder, together=False, counts=1 / len(asunder))
    elif decision.kind in (Kind.FILE, Kind.OPEN, Kind.MOVE):
        made = [entries[pk] for pk in _made(decision) if pk in entries]
        yield from _together(made, inside)
        left = {row["fields"]["story"] for row in decision.before.get("rows", [])}
        yield from _apart(made, _all_of([inside.get(story, NONE) for story in left]))


def _together(reports: Sequence[str], inside: Mapping[int, Reports]) -> Iterator[Verdict]:
    """Yield that these reports are where they are: of one in two stories what is in either is together with it."""
    for report in reports:
        others = _all_of([there for there in inside.values() if report in there])
        yield Verdict(report, others, together=True, counts=1 / len(reports))


def _apart(reports: Sequence[str], others: Reports) -> Iterator[Verdict]:
    """Yield that these reports are not of that story, but for those that have been put there since."""
    for report in reports:
        if report not in others:
            yield Verdict(report, others, together=False, counts=1 / len(reports))


def _all_of(stories: Sequence[Reports]) -> Reports:
    """Return the reports of all of them: of one alone its own set, which all its verdicts share."""
    return stories[0] if len(stories) == 1 else NONE.union(*stories)


def folds_seen() -> dict[int, list[tuple[float, bool]]]:
    """Return by source the scores of the engine's folds that an editor has seen, and whether they stand.

    Seen is what is in a report on which somebody has decided since: what nobody has looked at says nothing.
    """
    seen: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    since = Decision.objects.filter(report=OuterRef("report"), undone_at=None, decided_at__gte=OuterRef("folded_at"))
    stood = Fold.objects.filter(Exists(since), kind=Fold.Kind.TAKE, by=None).order_by("-folded_at")
    for source, score in stood.values_list("item__source", "score")[:MOST_FOLDS]:
        seen[source].append((score, True))
    for source, score, is_right in _folds_decided():
        seen[source].append((score, is_right))
    return dict(seen)


def _folds_decided() -> Iterator[tuple[int, float, bool]]:
    """Yield (source, score, whether it is one) of folds that were undone, or that the engine asked about."""
    undone = Decision.objects.filter(kind=Kind.UNFOLD, undone_at=None, report__source__isnull=False).order_by("-pk")
    for source, before in undone.values_list("report__source", "before")[:MOST_DECISIONS]:
        if not before.get("by") or before["because"][:1] == [ASKED_FIRST]:  # else an editor folded it, not the engine
            yield source, before["score"], False
    asked = Fold.objects.filter(kind=Fold.Kind.TAKE, because__0__0=ASKED_FIRST).exclude(by=None).order_by("-folded_at")
    for source, score in asked.values_list("item__source", "score")[:MOST_DECISIONS]:
        yield source, score, True
    told_apart = Proposal.objects.filter(status=Proposal.Status.SPIKED, because__0__0=ASKED_FIRST)
    for source, score in told_apart.values_list("report__source", "score"):
        yield source, score, False
