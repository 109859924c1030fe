"""What two texts of one source are to each other: takes of one report, perhaps, a follow-up, or nothing.

A take of the same report keeps the sentences of the other: grown, trimmed, reordered, edited word by word, or under a
lead told anew. A look-alike keeps them too, so what decides is what was put in the place of what: another name in the
lead is another subject, another weekday another day's report, other figures in unchanged words a form filled in
again, a lead that the old text does not know a new act above old background. Time then says how much likeness is
asked for. It is wrong where a correction looks like another day's report (the one figure of a one-figure report), and
where a new act is told in the words of the old.
"""

from storytext.briefs import FEWEST_WORDS, NEARLY_ALL, SAME_HEADLINE, judge_brief
from storytext.evidence import (
    CORRECTION_HOURS,
    FLASH_HOURS,
    HALF_KEPT,
    RESEND_HOURS,
    SAME_TABLE,
    TEMPLATE_FIGURES,
    TEMPLATE_LENGTH,
    Case,
)
from storytext.model import Fold, Reason
from storytext.pairs import Pair, is_misspelling, share_of
from storytext.words import Reading, number_of

# Evidence: [R], [M] and [T] as in evidence.py.
MOST_KEPT = (
    0.75  # share of the shorter's sentences; [M] a trim or a reordered take keeps 1.0, a reused background .61 to .79
)
LONG_WORDS = 80  # [M] shorter items alike but for one name are two appointments or two notices
KNOWN_LEAD = 0.6  # share of a lead told anew that the old text knows; [M] a reaction above its background had up to .57
HINTED_LEAD = 0.3  # [M] a lead told freely under its old headline .38, a suit above the background of an oil spill .08
LOOSELY_SHARED = (
    0.6  # word runs; [R] two turns of strike talks, two days apart, kept .82 of the sentences and .17 of these
)
NEW_SENTENCES = 2  # [M] a lead told anew is one sentence; with the next one new as well, it tells a new act
UNSURE = 0.4  # [R] of 14 proposals read by hand that words alone cannot tell, 5 were of one report
DEEP_SENTENCES = 3  # [M] a lead below so many others is background there, or an item of a digest
NEXT_DAY_HOURS = 36  # [T]
SLOW_RESEND_HOURS = 24 * 7  # [T]


def judge(new: Reading, old: Reading, pair: Pair, report: str) -> Fold:
    """Return what the new take's text is to the old one's, both of one source."""
    case = _Case(new, old, pair, report)
    return judge_brief(case) if len(pair.shorter.words) < FEWEST_WORDS else case.verdict()


class _Case(Case):
    """A case of two texts, and the questions put to it in order."""

    def verdict(self) -> Fold:
        return self.filled_anew() or self.by_time() or self.by_text()

    def filled_anew(self) -> Fold | None:
        """Another name, day or set of figures stands in the old words: another report in the same form."""
        if self.lead_names or self.names > 1:
            return self.other_name()
        if self.is_other_subject():
            return self.other_subject()
        if self.is_other_day:
            return self.other_day()
        if self.is_template() or (self.is_table and self.is_other_heading()):
            return self.answer("new", 0.1, Reason("template", self.figures))
        return None

    def by_time(self) -> Fold | None:
        """Other figures a day later, or nearly the same words days later, are another report."""
        if self.figures and self.gap > CORRECTION_HOURS and not self.is_late_correction():
            return self.related("numbers_changed", self.figures)
        if self.gap > RESEND_HOURS:
            return self.late()
        return None

    def other_name(self) -> Fold:
        """One name in all of a long text, changed within hours, may be a correction; else it is another's report."""
        long = len(self.pair.shorter.words) >= LONG_WORDS and self.pair.shared >= NEARLY_ALL
        if long and self.names == 1 and not self.figures and self.hasty:
            return self.answer("probably", UNSURE, Reason("names_changed", 1))
        return self.answer("new", 0.1, Reason("names_changed", self.names))

    def is_other_subject(self) -> bool:
        """Return whether the leads begin with two words that may be names and go on alike: "Iran says", "Iraq says"."""
        (new, *_), (old, *_) = ours, theirs = self.new.lead.words, self.old.lead.words
        strange = new not in self.old.vocabulary and old not in self.new.vocabulary
        plain = bool(number_of(new) or number_of(old)) or self.new.lead.surface[0] == new
        return strange and not plain and ours[1:3] == theirs[1:3] and not is_misspelling(new, old)

    def other_subject(self) -> Fold:
        """A first word's capital says nothing, so within hours an editor should say."""
        if self.figures or not self.hasty or self.pair.kept < HALF_KEPT:
            return self.related("names_changed", 1)
        return self.answer("probably", UNSURE, Reason("names_changed", 1))

    def other_day(self) -> Fold:
        """A slip of the pen is mended within hours and alone; else it is another day's report."""
        alone = self.pair.kept >= NEARLY_ALL and self.length > NEARLY_ALL and self.figures <= 1
        if alone and self.gap > 0 and self.hasty:
            return self.answer("same", 0.8, Reason("other_day", self.day_words()))
        return self.related("other_day", self.day_words())

    def is_late_correction(self) -> bool:
        """Return whether one figure of many, and not of the lead, was mended when the report came again next day."""
        alone = self.figures == 1 and not self.pair.lead.numbers and self.figures_kept > TEMPLATE_FIGURES
        return alone and self.gap <= NEXT_DAY_HOURS

    def late(self) -> Fold:
        """Days later a statement is made again in nearly the same words, so only the very same ones are the report."""
        whole = self.pair.shared == 1.0 and self.length >= NEARLY_ALL and not self.figures
        if whole:
            return self.answer("same" if self.gap <= SLOW_RESEND_HOURS else "probably", 0.8)
        return self.related("hours_apart", self.hours or 0.0)

    def by_text(self) -> Fold:
        kept, place = self.pair.kept, self.pair.laid[0]
        leads_meet = place is not None and (place < DEEP_SENTENCES or 0 in self.pair.laid)
        if kept >= MOST_KEPT and leads_meet:
            return self.in_both()
        if kept >= MOST_KEPT and place is not None:
            return self.deep(place)
        if kept >= MOST_KEPT or (kept >= HALF_KEPT and not leads_meet):
            return self.new_lead()
        if kept >= HALF_KEPT:
            return self.retold()
        if kept > 0 and self.headlines >= SAME_HEADLINE and not self.swapped and self.gap <= FLASH_HOURS:
            return self.answer("probably", UNSURE, Reason("same_headline", self.headlines))
        return self.answer("new", 0.2 * kept)

    def in_both(self) -> Fold:
        """The shorter stands in the longer under one lead; what is loosely alike must not be late or counted anew."""
        loose = self.pair.shared < LOOSELY_SHARED
        if loose and self.gap > CORRECTION_HOURS:
            return self.answer("follow_up", 0.4)
        if loose and (self.figures or self.headings < SAME_TABLE):
            return self.answer("probably", UNSURE)
        return self.answer("same", 0.8 + 0.1 * min(self.pair.kept, self.pair.shared) + 0.1 * self.length)

    def deep(self, place: int) -> Fold:
        """The shorter stands whole in the longer, but far below another lead: background, or an item of a digest."""
        why = Reason("lead_deep_down", place)
        if self.headlines >= SAME_HEADLINE:
            return self.answer("same", 0.8, why, Reason("same_headline", self.headlines))
        known = share_of(self.pair.longer.lead.stems, self.pair.shorter.stems)
        if known >= KNOWN_LEAD and not self.swapped:
            return self.answer("probably", UNSURE, why, Reason("new_lead", known))
        return self.answer("follow_up", 0.3, why)

    def new_lead(self) -> Fold:
        """The body stands under another lead: told anew from the same report, or a new act above the old background."""
        why, known = Reason("new_lead", self.known()), self.known()
        if self.headlines >= SAME_HEADLINE and self.is_one_turn():
            return self.answer("same", 0.85, why, Reason("same_headline", self.headlines))
        if self.pair.kept >= MOST_KEPT and self.length >= TEMPLATE_LENGTH and known >= KNOWN_LEAD and not self.swapped:
            return self.answer("same", 0.8, why)
        if self.new_on_top() >= NEW_SENTENCES:
            return self.answer("follow_up", 0.3, why)
        if known >= HINTED_LEAD and not self.swapped and self.gap <= FLASH_HOURS:
            return self.answer("probably", UNSURE, why)
        return self.answer("follow_up", 0.3, why)

    def is_one_turn(self) -> bool:
        """Return whether a headline that came again is of one turn of the story: no other raid, no further help."""
        counted_anew = self.figures >= TEMPLATE_FIGURES and not self.is_table
        hasty = not self.swapped and not counted_anew and self.gap <= FLASH_HOURS
        return hasty or self.pair.kept >= NEARLY_ALL

    def new_on_top(self) -> int:
        """Return how many sentences of the later take stand above the first that the earlier one has."""
        late = self.new if (self.hours or 0) >= 0 else self.old
        if late is self.pair.longer:
            return min(place for place in self.pair.laid if place is not None)
        return next(at for at, place in enumerate(self.pair.laid) if place is not None)

    def retold(self) -> Fold:
        """The leads are one, the rest was told anew."""
        if self.swapped or self.gap > FLASH_HOURS:
            return self.answer("follow_up", 0.4)
        table = self.is_table and self.headlines >= SAME_HEADLINE and self.figures_kept > self.figures
        one = table or self.pair.shared >= HALF_KEPT
        return self.answer("same" if one else "probably", 0.4 + 0.5 * self.pair.kept if one else UNSURE)

    def known(self) -> float:
        """Return how much of the later take's lead the earlier take knows."""
        late, early = (self.new, self.old) if (self.hours or 0) >= 0 else (self.old, self.new)
        return share_of(late.lead.stems, early.stems)
