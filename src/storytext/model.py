"""The words that the engine speaks: takes in, decisions out.

Everything here is a frozen record and decides nothing. A decision carries its reasons as data, so that the desk can
say them in its own language and a test can compare them whole. When a record is wrong it is wrong because a wire was:
`dated_at` may be missing, `wire_id` may be new for an old report, `slugline` may stand for a whole topic.

The codes of a `Reason`, each with what its value holds:

same_id               the wire sent the same id before; the id
evolved_from          the wire names the take before it; that id
same_slugline         the working label is the same; the label without its marker
marker                the headline or slugline says what the take is; the marker's kind, such as "corrected"
same_headline         the headline without its marker is the same; the share of its words that stand in the other
shared_words          share (0 to 1) of the shorter take's three-word runs that stand in the longer
kept_sentences        share (0 to 1) of the shorter take's sentences that stand, edited or not, in the longer
same_words            the words are the same; how many there are
fuller                the take holds the other and more; its words divided by the other's
contained             the take stands in the other, which has more; share of its sentences found there
shorter               the take is shorter and tells it anew; its words divided by the other's
older                 the take was dated before the other; hours
lower_version         the wire's version number is lower; that number
newer                 the take was dated after the other, or nothing says otherwise; hours
new_lead              the lead is another; share (0 to 1) of its words that stand in the other take
lead_deep_down        the lead of the one stands far below in the other; how many sentences stand above it
correction_in_shorter a take marked as a correction is shorter than what stands, so an editor must look; its marker
headline_changed      the headline alone is another; the new headline
numbers_changed       other figures stand in the same places; how many
names_changed         other names stand in the same places; how many
words_changed         words that are neither figures nor names were changed; how many
words_added           words that were added; how many
words_cut             words that were cut; how many
other_day             the leads speak of different days; the day words of the two
hours_apart           hours between the two takes' times
template              a recurring form (rates, closing prices, weather) filled in anew; figures that differ
too_short             too few words for the text alone to tell; how many
hangs_together        how many reports of the story or group it hangs together with
names_shared          names that it shares with those, the most shared first
words_shared          pairs of words that it shares with those, the most shared first
other_source          the take is another agency's; that source
credits               one of the two names the agency whose words it has; that name
"""

from dataclasses import dataclass
from typing import Literal

FoldKind = Literal["same", "probably", "follow_up", "new"]
ChoiceKind = Literal["keep", "replace"]
ChangeKind = Literal["none", "typo", "added", "cut", "number", "name", "rewritten_lead", "rewritten"]
Grade = Literal["silent", "note", "alert"]
MarkerKind = Literal[
    "none",
    "lead",
    "writethru",
    "update",
    "wrapup",
    "corrected",
    "refile",
    "add",
    "take",
    "kill",
    "repeat",
    "advisory",
    "flash",
]


@dataclass(frozen=True, slots=True)
class Take:
    """One sending of a report by a wire. A blank line parts the paragraphs of `text`; `dated_at` is Unix seconds."""

    id: str
    source: str
    wire_id: str
    headline: str
    text: str
    dated_at: float | None = None
    version: int | None = None
    evolved_from: str = ""
    slugline: str = ""
    language: str = ""
    credit: str = ""  # the agency that the copy names, where that was taken out of the text


@dataclass(frozen=True, slots=True)
class Candidate:
    """A take of a report that we have."""

    report: str
    take: Take


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: a code of the list above and its value."""

    code: str
    value: str | float | int


@dataclass(frozen=True, slots=True)
class Fold:
    """What a take is to the reports that we have.

    `same`: another take of report `of`. `probably`: an editor should say. `follow_up`: a report of its own, in the
    story of `of`. `new`: nothing that we know. `score` is how sure the engine is that the take is one of report `of`.
    """

    kind: FoldKind
    of: str | None
    score: float
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of two takes' texts is to stand: keep the published one or replace it by the incoming one."""

    kind: ChoiceKind
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a version changes, and how loudly that is to be said."""

    kind: ChangeKind
    grade: Grade
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Markers:
    """What a headline or slugline says about the take: its kind, its number (0: none given), and the words left."""

    kind: MarkerKind
    number: int
    headline: str
