"""What is known of two takes laid beside each other: the questions that every verdict asks, each answered once.

A case is two readings, their pair and the hours between them. It says whether the leads speak of other days, whether a
form was filled in anew, whether the headlines are one; verdicts.py and briefs.py put the questions in order and decide.
It is wrong where its lists end: a day named in a language that is not listed is no day to it.
"""

from functools import cached_property
from typing import Any

from storytext.model import Fold, FoldKind, Reason
from storytext.pairs import Pair, hours_apart, names_swapped, share_of
from storytext.words import Reading, number_of

# Evidence: [R] Reuters-21578, 11,000 items as a stream (evals/folding.py); [M] the made-up pairs of tests/made_up_wire;
# [T] a custom of the trade, not measured.
SAME_TABLE = 0.5  # of the headline's words; [R] two firms' dividends had 0, one firm's .67
TABLE_FIGURES = 0.2  # of the words; [R] earnings tables .27 in the middle (.18 to .38), prose .03 (0 to .12)
HALF_KEPT = 0.4  # [M] one long quotation that two reports share keeps just under .4
HASTY_HOURS = 6  # [T]
RESEND_HOURS = 72  # [T] another desk, or after a weekend; the silver pairs end there
FLASH_HOURS = 24  # [T]
CORRECTION_HOURS = 18  # [R] one figure changed a day later was the next day's rate, 10 times of 11, by hand
TEMPLATE_FIGURES = 2  # so many figures put in the place of others, and
TEMPLATE_SHARE = 0.5  # so large a share of all; [M] a toll that rises changes two of four figures
LATE_TEMPLATE_SHARE = 0.34
TEMPLATE_LENGTH = 0.75  # of the shorter's words to the longer's; a report that grew is no form


class Case:
    """Two readings of one source laid beside each other."""

    def __init__(self, new: Reading, old: Reading, pair: Pair, report: str) -> None:
        self.new, self.old, self.pair, self.report = new, old, pair, report
        self.hours = hours_apart(old, new)
        self.gap = abs(self.hours) if self.hours is not None else 0.0
        self.hasty = self.gap <= HASTY_HOURS
        self.lead_names = len(pair.lead.names)
        self.names = len(pair.lead.names | pair.body.names)
        self.figures_kept = len(new.numbers & old.numbers)
        swapped = min(len(new.numbers), len(old.numbers)) - self.figures_kept
        self.figures = max(len(pair.lead.numbers | pair.body.numbers), swapped)
        self.length = len(pair.shorter.words) / max(len(pair.longer.words), 1)

    @cached_property
    def swapped(self) -> int:
        """Return how many names of the leads are new on both sides."""
        return names_swapped(self.new, self.old)

    @cached_property
    def is_other_day(self) -> bool:
        """Return whether the leads speak of different days."""
        days: tuple[tuple[frozenset[Any], frozenset[Any]], ...] = (
            (self.new.lead_days, self.old.lead_days),
            (self.new.lead_dates, self.old.lead_dates),
            (self.new.headline_days, self.old.headline_days),
        )
        return bool(self.pair.lead.days) or any(a and b and not set(a) & set(b) for a, b in days)

    @cached_property
    def is_same_day(self) -> bool:
        """Return whether the leads name a day, and the same one: sent again within days, it is not the next one's."""
        same = self.new.lead_days == self.old.lead_days and self.new.lead_dates == self.old.lead_dates
        return same and bool(self.new.lead_days or self.new.lead_dates)

    def day_words(self) -> str:
        return " / ".join(" ".join(reading.day_words) for reading in (self.old, self.new))

    def is_template(self) -> bool:
        """Return whether most figures were put in the place of others in a text of the same length."""
        share = TEMPLATE_SHARE if self.hasty else LATE_TEMPLATE_SHARE
        many = self.figures >= TEMPLATE_FIGURES and self.figures > share * (self.figures + self.figures_kept)
        return many and self.length >= TEMPLATE_LENGTH

    @cached_property
    def is_table(self) -> bool:
        words = self.pair.shorter.words
        return sum(bool(number_of(word)) for word in words) >= TABLE_FIGURES * len(words)

    def is_same_table(self) -> bool:
        """Return whether all figures are the same under headlines that are alike: a dividend told in other words."""
        figures = self.new.numbers
        return len(figures) >= TEMPLATE_FIGURES and figures == self.old.numbers and self.headings >= SAME_TABLE

    def is_other_heading(self) -> bool:
        """Return whether the texts name nobody, and the headlines, which do, are others."""
        nameless = not (self.new.lead_names and self.old.lead_names)
        both = bool(self.new.headline.surface and self.old.headline.surface)
        return nameless and both and self.headings < SAME_TABLE

    @cached_property
    def headings(self) -> float:
        """Return how much of the one headline stands in the other, the better of the two ways."""
        mine, theirs = self.new.headline.stems, self.old.headline.stems
        return max(share_of(mine, theirs), share_of(theirs, mine))

    @cached_property
    def headlines(self) -> float:
        """Return how alike the headlines are, the worse of the two ways."""
        mine, theirs = self.new.headline.stems, self.old.headline.stems
        return min(share_of(mine, theirs), share_of(theirs, mine))

    def late_and_early(self) -> tuple[Reading, Reading]:
        return (self.new, self.old) if (self.hours or 0) >= 0 else (self.old, self.new)

    def related(self, code: str, value: str | float) -> Fold:
        """Return that the take follows up, where half of the text stands, or that it is new."""
        return self.answer("follow_up" if self.pair.kept >= HALF_KEPT else "new", 0.2, Reason(code, value))

    def answer(self, kind: FoldKind, score: float, *why: Reason) -> Fold:
        """Return the answer with its reasons, and with what was measured."""
        measured = [
            Reason("kept_sentences", round(self.pair.kept, 2)),
            Reason("shared_words", round(self.pair.shared, 2)),
        ]
        if self.figures:
            measured.append(Reason("numbers_changed", self.figures))
        if self.names:
            measured.append(Reason("names_changed", self.names))
        if self.hours is not None:
            measured.append(Reason("hours_apart", self.hours))
        said = {reason.code for reason in why}
        if "too_short" in said:  # a flash is one sentence: that it stands says nothing
            said.add("kept_sentences")
        because = (*why, *(reason for reason in measured if reason.code not in said))
        return Fold(kind, None if kind == "new" else self.report, round(min(score, 1.0), 2), because)
