"""Which of two takes' texts is to stand as the report.

The fuller text is never lost: a take that stands in what is published, which has more, is kept out, whatever came
later; a take that holds what is published and more replaces it, whatever came earlier. Between texts about as full
the newer one stands, and so does a lead told anew over a somewhat shorter body. The wire's version numbers and its
chain of takes outrank the clock. It is wrong where a trim was meant: a wire that cuts a false paragraph without
marking it as a correction is kept out, which is why the reasons say so.
"""

from collections.abc import Callable

from storytext.markers import read_markers
from storytext.model import Choice, Reason, Take
from storytext.pairs import hours_apart, lay, share_of
from storytext.words import Reading, read

STANDS = 0.85  # share of the shorter's sentences found in the longer: it holds nothing of its own
ABOUT_AS_FULL = 0.9  # words of the shorter to the longer
LEAD_AS_FULL = 0.6  # the same where the lead was told anew
SAME_LEAD = 0.8  # share of a lead's words that stand in the other's
NO_TEXT = frozenset({"kill", "advisory", "add", "take"})  # what such a take carries is not the report's text


def choose(published: Take, incoming: Take, *, reader: Callable[[Take], Reading] = read) -> Choice:
    """Return whether the published text is to be kept or replaced by the incoming take of the same report."""
    old, new = reader(published), reader(incoming)
    return _by_the_wire(published, incoming) or _by_words(old, new) or _by_fullness(old, new)


def _by_the_wire(published: Take, incoming: Take) -> Choice | None:
    marker = _marker(incoming)
    if marker in NO_TEXT:
        return Choice("keep", (Reason("marker", marker),))
    # Versions count takes of one id; a resend under a new id starts again at 1.
    lower = incoming.version is not None and published.version is not None and incoming.version < published.version
    if lower and published.wire_id == incoming.wire_id:
        return Choice("keep", (Reason("lower_version", incoming.version or 0),))
    if incoming.wire_id and published.evolved_from == incoming.wire_id:
        return Choice("keep", (Reason("evolved_from", incoming.wire_id),))
    return None


def _by_words(old: Reading, new: Reading) -> Choice | None:
    """Where the words are the same, a newer headline replaces an older one."""
    if old.words != new.words:
        return None
    if new.headline.words != old.headline.words and (hours_apart(old, new) or 0.0) >= 0:
        return Choice("replace", (Reason("headline_changed", new.take.headline),))
    return Choice("keep", (Reason("same_words", len(new.words)),))


def _by_fullness(old: Reading, new: Reading) -> Choice:
    ratio, kept = round(len(new.words) / max(len(old.words), 1), 2), round(lay(old, new).kept, 2)
    if ratio < ABOUT_AS_FULL and kept >= STANDS:
        return Choice("keep", (Reason("contained", kept), *_correction(new)))
    if ratio * ABOUT_AS_FULL > 1 and kept >= STANDS and _marker(old.take) != "corrected":
        return Choice("replace", (Reason("fuller", ratio),))
    return _by_age(old, new, ratio)


def _by_age(old: Reading, new: Reading, ratio: float) -> Choice:
    hours, known = hours_apart(old, new) or 0.0, share_of(new.lead.stems, old.lead.stems)
    if hours < 0:
        return Choice("keep", (Reason("older", hours),))
    if ratio >= ABOUT_AS_FULL:
        return Choice("replace", (Reason("newer", hours), *_marked(new)))
    if ratio >= LEAD_AS_FULL and known < SAME_LEAD:
        return Choice("replace", (Reason("new_lead", known), *_marked(new)))
    return Choice("keep", (Reason("shorter", ratio), *_correction(new)))


def _marker(take: Take) -> str:
    found = read_markers(take.headline)
    return found.kind if found.kind != "none" else read_markers(take.slugline).kind


def _marked(new: Reading) -> tuple[Reason, ...]:
    marker = _marker(new.take)
    return () if marker == "none" else (Reason("marker", marker),)


def _correction(new: Reading) -> tuple[Reason, ...]:
    marker = _marker(new.take)
    return (Reason("correction_in_shorter", marker),) if marker in ("corrected", "refile") else ()
