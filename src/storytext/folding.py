"""Which report a take belongs to: by what the wire says of it, and failing that by its text.

The wire's own word comes first: an id sent before, the take that it names as the one before, then a slugline or
headline that carries a marker ("1st Ld-Writethru", "UPDATE 2-", "CORRECTED-"). Then each candidate's text is laid
beside the take's and judged (verdicts.py); the best answer stands. Another agency's text is filed beside ours and not
folded, unless it is nearly the same text or credits the agency whose words it has. It is wrong where a wire gives one
slugline to a whole day, or uses an id again for another report.
"""

from collections.abc import Callable, Sequence

from storytext.briefs import NEARLY_ALL, SAME_HEADLINE
from storytext.evidence import HALF_KEPT
from storytext.markers import read_markers
from storytext.model import Candidate, Fold, MarkerKind, Markers, Reason, Take
from storytext.pairs import Pair, hours_apart, lay, share_of, shared_runs
from storytext.verdicts import MOST_KEPT, judge
from storytext.words import Reading, headline_of, read

# Of the shorter's stems, in the longer: of 45,000 pairs of Reuters takes below it, no one was the same report, and one
# in 10,000 more than new; three in four of the pairs that share a key are below it.
ANYTHING_SHARED = 0.3
WORTH_A_LOOK = 0.1  # share of word runs; every kind of version made from Reuters shares .41 and more
BRIEF = 60  # words; a take so short may be a flash of a report that shares no run with it
SLUG_HOURS = 72  # sluglines come again with the next turn of the story
FRESH_HOURS = 24  # an update is of today's report, not of yesterday's under the same slugline
SOME_SHARED = 0.15  # word runs that an update keeps of the take it replaces
NOTICE_WORDS = 125  # of a notice of correction; in 11,000 Reuters items the longest of 20 has 110
_PARTS: frozenset[MarkerKind] = frozenset({"add", "take", "kill"})  # they share no text with what they belong to
_REPLACES: frozenset[MarkerKind] = frozenset({"writethru", "lead", "update", "corrected", "refile", "repeat", "wrapup"})
_RANK = {"same": 3, "probably": 2, "follow_up": 1, "new": 0}
NOTHING = Fold("new", None, 0.0, ())


def fold(take: Take, candidates: Sequence[Candidate], *, reader: Callable[[Take], Reading] = read) -> Fold:
    """Return what a take is to the reports of the candidates: the best answer of all, the first of equal ones.

    A caller that lays the same takes beside many gives a `reader` that remembers what it has read.
    """
    if known := _by_id(take, candidates):
        return known
    reading = reader(take)
    marks = _markers(reading)
    answers = [_compare(reading, marks, reader(candidate.take), candidate.report) for candidate in candidates]
    return max(answers, key=lambda answer: (_RANK[answer.kind], answer.score), default=NOTHING)


def _by_id(take: Take, candidates: Sequence[Candidate]) -> Fold | None:
    ours = [candidate for candidate in candidates if candidate.take.source == take.source]
    for candidate in ours:
        if take.wire_id and candidate.take.wire_id == take.wire_id:
            return Fold("same", candidate.report, 1.0, (Reason("same_id", take.wire_id),))
    for candidate in ours:
        old = candidate.take
        if take.evolved_from and take.evolved_from in (old.wire_id, old.evolved_from):
            return Fold("same", candidate.report, 1.0, (Reason("evolved_from", take.evolved_from),))
        if take.wire_id and old.evolved_from == take.wire_id:
            return Fold("same", candidate.report, 1.0, (Reason("evolved_from", take.wire_id),))
    return None


def _compare(new: Reading, marks: Markers, old: Reading, report: str) -> Fold:
    labels = _by_slugline(new, marks, old)
    if not labels and not _is_alike(new, old):
        return NOTHING
    brief = min(len(new.words), len(old.words)) < BRIEF
    if not (labels or brief) and shared_runs(new, old) < WORTH_A_LOOK:
        return NOTHING
    pair = lay(new, old)
    if old.take.source != new.take.source:
        return _of_other_source(new, old, pair, report)
    text = judge(new, old, pair, report)
    # Who repeats a report repeats its words: a form's headline is that of each day.
    if labels is None or (marks.kind == "repeat" and text.kind == "new" and pair.shared < NEARLY_ALL):
        return text
    tied = (
        marks.kind in _PARTS
        or _is_notice(new, marks)
        or pair.shared >= SOME_SHARED
        or pair.kept >= HALF_KEPT
        or text.kind == "same"
    )
    # Of two tables of one name the one with the same words is meant.
    score = 0.95 if pair.shared >= NEARLY_ALL else 0.9
    return Fold("same" if tied else "probably", report, score if tied else 0.5, (*labels, *text.because))


def _is_alike(new: Reading, old: Reading) -> bool:
    """Return whether the two share enough to be laid beside each other, which takes ten times as long as to ask."""
    shorter, longer = (new, old) if len(new.stems) <= len(old.stems) else (old, new)
    if len(shorter.stems & longer.stems) >= ANYTHING_SHARED * len(shorter.stems):
        return True
    return share_of(new.headline.stems, old.headline.stems) >= HALF_KEPT


def _by_slugline(new: Reading, marks: Markers, old: Reading) -> tuple[Reason, ...] | None:
    """Return the labels that tie a marked take to an earlier one, or None."""
    gap = abs(hours_apart(old, new) or 0.0)
    if marks.kind not in _PARTS | _REPLACES or gap > (FRESH_HOURS if marks.kind in _REPLACES else SLUG_HOURS):
        return None
    slug = _slug(new.take)
    if slug and slug == _slug(old.take):
        return Reason("same_slugline", slug), Reason("marker", marks.kind)
    alike = min(share_of(new.headline.stems, old.headline.stems), share_of(old.headline.stems, new.headline.stems))
    if alike >= SAME_HEADLINE:
        return Reason("same_headline", alike), Reason("marker", marks.kind)
    quoted = share_of(old.headline.stems, new.headline.stems | new.text_stems) if _is_notice(new, marks) else 0.0
    if quoted >= SAME_HEADLINE:
        return Reason("same_headline", quoted), Reason("marker", marks.kind)
    return None


def _is_notice(take: Reading, marks: Markers) -> bool:
    """Return whether the take only says what is to be corrected: "In item headlined ... please read ..."."""
    return marks.kind == "corrected" and len(take.words) < NOTICE_WORDS


def _of_other_source(new: Reading, old: Reading, pair: Pair, report: str) -> Fold:
    why = (Reason("other_source", old.take.source), Reason("shared_words", round(pair.shared, 2)))
    if pair.shorter.credit and _is_printed(new, old, pair, report):
        return Fold("same", report, 0.9, (Reason("credits", pair.shorter.credit), *why))
    length = len(pair.shorter.words) / max(len(pair.longer.words), 1)
    if pair.shared >= NEARLY_ALL and length >= NEARLY_ALL and not pair.lead.names and not pair.lead.numbers:
        return Fold("same", report, 0.9, why)
    if pair.kept >= MOST_KEPT or pair.shared >= HALF_KEPT:
        return Fold("follow_up", report, 0.4, why)
    return NOTHING


def _is_printed(new: Reading, old: Reading, pair: Pair, report: str) -> bool:
    """Return whether the shorter has the longer's words, cut or as a headline alone, judged as of one source."""
    alike = pair.shorter.is_headline and share_of(old.headline.stems, new.headline.stems) >= SAME_HEADLINE
    return (alike or pair.shared >= NEARLY_ALL) and judge(new, old, pair, report).kind == "same"


def _markers(reading: Reading) -> Markers:
    """Return the marker of the headline, or failing that of the slugline."""
    found = read_markers(headline_of(reading.take))
    return found if found.kind != "none" else read_markers(reading.take.slugline)


def _slug(take: Take) -> str:
    return read_markers(take.slugline).headline.casefold()
