"""What two texts of one source are to each other: takes of one report, perhaps, a follow-up, or nothing.

A take of the same report keeps the sentences of the other: grown, trimmed, reordered, edited word by word, or under a
lead told anew. A look-alike keeps them too, so what decides is what was put in the place of what: another name in the
lead is another subject, another weekday another day's report, other figures in unchanged words a form filled in
again, a lead that the old text does not know a new act above old background. Time then says how much likeness is
asked for. It is wrong where a correction looks like another day's report (the one figure of a one-figure report), and
where a new act is told in the words of the old.
"""

from storytext.model import Fold, FoldKind, Reason
from storytext.pairs import Pair, hours_apart, is_misspelling, names_swapped, share_of
from storytext.words import Reading, number_of

# Evidence: [R] Reuters-21578, 11,000 items as a stream (evals/folding.py); [M] the made-up pairs of tests/made_up_wire;
# [T] a custom of the trade, not measured.
FEWEST_WORDS = 25  # [R] dividends and flashes below it differ from a look-alike by the name alone
MOST_KEPT = (
    0.75  # share of the shorter's sentences; [M] a trim or a reordered take keeps 1.0, a reused background .61 to .79
)
HALF_KEPT = 0.4  # [M] one long quotation that two reports share keeps just under .4
NEARLY_ALL = 0.9
SAME_HEADLINE = 0.8
SAME_TABLE = 0.5  # of the headline's words; [R] two firms' dividends had 0, one firm's .67
TABLE_FIGURES = 0.2  # of the words; [R] earnings tables .27 in the middle (.18 to .38), prose .03 (0 to .12)
LONG_WORDS = 80  # [M] shorter items alike but for one name are two appointments or two notices
OPENING_SENTENCES = 3
KNOWN_LEAD = 0.6  # share of a lead told anew that the old text knows; [M] a reaction above its background had up to .57
HINTED_LEAD = 0.3  # [M] a lead told freely under its old headline .38, a suit above the background of an oil spill .08
LOOSELY_SHARED = (
    0.6  # word runs; [R] two turns of strike talks, two days apart, kept .82 of the sentences and .17 of these
)
NEW_SENTENCES = 2  # [M] a lead told anew is one sentence; with the next one new as well, it tells a new act
DEEP_SENTENCES = 3  # [M] a lead below so many others is background there, or an item of a digest
CORRECTION_HOURS = 18  # [R] one figure changed a day later was the next day's rate, 10 times of 11, by hand
NEXT_DAY_HOURS = 36  # [T]
HASTY_HOURS = 6  # [T]
RESEND_HOURS = 72  # [T] another desk, or after a weekend; the silver pairs end there
SLOW_RESEND_HOURS = 24 * 7  # [T]
FLASH_HOURS = 24  # [T]
FLASH_KNOWN = (
    0.7  # share of a flash's words in its report's opening; [R] 15 of 15 read by hand, from .71 up, were right
)
FEWEST_STEMS = 5  # of a flash that is known by half of them
FLASH_HINTED = 0.5  # [R] dividends of one firm, told in other words, .58
TEMPLATE_FIGURES = 2  # so many figures put in the place of others, and
TEMPLATE_SHARE = 0.5  # so large a share of all; [M] a toll that rises changes two of four figures
LATE_TEMPLATE_SHARE = 0.34
TEMPLATE_LENGTH = 0.75  # of the shorter's words to the longer's; a report that grew is no form


def judge(new: Reading, old: Reading, pair: Pair, report: str) -> Fold:
    """Return what the new take's text is to the old one's, both of one source."""
    return _Case(new, old, pair, report).verdict()


class _Case:
    """Two readings laid beside each other, and the questions put to them in order."""

    def __init__(self, new: Reading, old: Reading, pair: Pair, report: str) -> None:
        self.new, self.old, self.pair, self.report = new, old, pair, report
        self.hours = hours_apart(old, new)
        self.gap = abs(self.hours) if self.hours is not None else 0.0
        self.lead_names = len(pair.lead.names)
        self.names = len(pair.lead.names | pair.body.names)
        self.swapped = names_swapped(new, old)
        self.figures_kept = len(new.numbers & old.numbers)
        swapped = min(len(new.numbers), len(old.numbers)) - self.figures_kept
        self.figures = max(len(pair.lead.numbers | pair.body.numbers), swapped)
        self.length = len(pair.shorter.words) / max(len(pair.longer.words), 1)
        self.days: tuple[tuple[frozenset[object], ...], ...] = (
            (new.lead_days, new.lead_dates),
            (old.lead_days, old.lead_dates),
        )

    def verdict(self) -> Fold:
        if len(self.pair.shorter.words) < FEWEST_WORDS:
            return self.short()
        return self.filled_anew() or self.by_time() or self.by_text()

    def filled_anew(self) -> Fold | None:
        """Another name, day or set of figures stands in the old words: another report in the same form."""
        if self.lead_names or self.names > 1:
            return self.other_name()
        if self.is_other_subject():
            return self.other_subject()
        if self.is_other_day():
            return self.other_day()
        if self.is_template() or (self.is_table() and self.is_other_heading()):
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
        if long and self.names == 1 and not self.figures and self.gap <= HASTY_HOURS:
            return self.answer("probably", 0.5, Reason("names_changed", 1))
        return self.answer("new", 0.1, Reason("names_changed", self.names))

    def is_other_subject(self) -> bool:
        """Return whether the leads begin with two words that may be names and go on alike: "Iran says", "Iraq says"."""
        (new, *_), (old, *_) = ours, theirs = self.new.lead.words, self.old.lead.words
        strange = new not in self.old.vocabulary and old not in self.new.vocabulary
        plain = bool(number_of(new) or number_of(old)) or self.new.lead.surface[0] == new
        return strange and not plain and ours[1:3] == theirs[1:3] and not is_misspelling(new, old)

    def other_subject(self) -> Fold:
        """A first word's capital says nothing, so within hours an editor should say."""
        if self.figures or self.gap > HASTY_HOURS:
            return self.related("names_changed", 1)
        return self.answer("probably", 0.5, Reason("names_changed", 1))

    def short(self) -> Fold:
        """Too few words to tell by them: the names must be known, the figures stand, and nearly all words with them."""
        known, strange = self.known_of_flash(), self.strange_names()
        missing = len(self.pair.shorter.numbers - self.pair.longer.numbers)
        why = [Reason("too_short", len(self.pair.shorter.words)), Reason("shared_words", known)]
        if strange:
            return self.answer("new", 0.1, *why, Reason("names_changed", strange))
        hasty = self.gap <= HASTY_HOURS
        if self.is_other_day() or self.is_other_heading() or self.gap > RESEND_HOURS or (missing and not hasty):
            return self.answer("new", 0.1, *why)
        enough = len(self.pair.longer.words) >= FEWEST_WORDS
        needed = FLASH_KNOWN if enough and self.gap <= FLASH_HOURS else NEARLY_ALL
        if known >= needed and not missing:
            return self.answer("same", 0.6 + 0.4 * known, *why)
        if self.is_same_table() and hasty:
            return self.answer("same", 0.8, *why)
        # "Hobble bridge is open" has three: with one of them missing it may be any report on the bridge.
        enough &= len(self.pair.shorter.text_stems) >= FEWEST_STEMS
        hinted = FLASH_HINTED if enough else FLASH_KNOWN
        if known >= hinted and missing <= 1 and hasty:
            return self.answer("probably", known, *why)
        return self.answer("new", 0.1, *why)

    def known_of_flash(self) -> float:
        """Return how much of the flash stands in the headline and opening of the other, both ways if both are short."""
        shorter, longer = self.pair.shorter, self.pair.longer
        opening = longer.headline.stems.union(*(sentence.stems for sentence in longer.sentences[:OPENING_SENTENCES]))
        known = share_of(shorter.text_stems, opening)
        return known if len(longer.words) >= FEWEST_WORDS else min(known, share_of(longer.text_stems, shorter.stems))

    def strange_names(self) -> int:
        """Return how many names of the flash the other does not know; a first word put for another counts as one."""
        shorter, longer = self.pair.shorter, self.pair.longer
        strange = sum(not name & longer.vocabulary for name in shorter.lead_names)
        first, other = shorter.words[:1], longer.words[:1]
        prose = len(longer.words) < FEWEST_WORDS and not self.is_table()
        begun = prose and first[0] not in longer.vocabulary and other[0] not in shorter.vocabulary
        return max(strange, self.swapped, self.lead_names, int(begun))

    def is_other_day(self) -> bool:
        return any(a and b and not a & b for a, b in zip(*self.days, strict=True)) or bool(self.pair.lead.days)

    def other_day(self) -> Fold:
        """A slip of the pen is mended within hours and alone; else it is another day's report."""
        alone = self.pair.kept >= NEARLY_ALL and self.length > NEARLY_ALL and self.figures <= 1
        if alone and 0 < self.gap <= HASTY_HOURS:
            return self.answer("same", 0.8, Reason("other_day", self.day_words()))
        return self.related("other_day", self.day_words())

    def day_words(self) -> str:
        return " / ".join(" ".join(reading.day_words) for reading in (self.old, self.new))

    def is_template(self) -> bool:
        share = TEMPLATE_SHARE if self.gap <= HASTY_HOURS else LATE_TEMPLATE_SHARE
        many = self.figures >= TEMPLATE_FIGURES and self.figures > share * (self.figures + self.figures_kept)
        return many and self.length >= TEMPLATE_LENGTH

    def is_table(self) -> bool:
        words = self.pair.shorter.words
        return sum(bool(number_of(word)) for word in words) >= TABLE_FIGURES * len(words)

    def is_same_table(self) -> bool:
        """Return whether all figures are the same under headlines that are alike: a dividend told in other words."""
        figures = self.new.numbers
        return len(figures) >= TEMPLATE_FIGURES and figures == self.old.numbers and self.headings() >= SAME_TABLE

    def is_other_heading(self) -> bool:
        """Return whether the texts name nobody, and the headlines, which do, are others."""
        nameless = not (self.new.lead_names and self.old.lead_names)
        return (
            nameless and bool(self.new.headline.surface and self.old.headline.surface) and self.headings() < SAME_TABLE
        )

    def headings(self) -> float:
        """Return how much of the one headline stands in the other, the better of the two ways."""
        mine, theirs = self.new.headline.stems, self.old.headline.stems
        return max(share_of(mine, theirs), share_of(theirs, mine))

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
        if kept > 0 and self.headlines() >= SAME_HEADLINE and not self.swapped and self.gap <= FLASH_HOURS:
            return self.answer("probably", 0.5, Reason("same_headline", self.headlines()))
        return self.answer("new", 0.2 * kept)

    def in_both(self) -> Fold:
        """The shorter stands in the longer under one lead; what is loosely alike must not be late or counted anew."""
        loose = self.pair.shared < LOOSELY_SHARED
        if loose and self.gap > CORRECTION_HOURS:
            return self.answer("follow_up", 0.4)
        if loose and self.pair.lead.numbers:
            return self.answer("probably", 0.6)
        return self.answer("same", 0.8 + 0.1 * min(self.pair.kept, self.pair.shared) + 0.1 * self.length)

    def deep(self, place: int) -> Fold:
        """The shorter stands whole in the longer, but far below another lead: background, or an item of a digest."""
        why = Reason("lead_deep_down", place)
        if self.headlines() >= SAME_HEADLINE:
            return self.answer("same", 0.8, why, Reason("same_headline", self.headlines()))
        known = share_of(self.pair.longer.lead.stems, self.pair.shorter.stems)
        if known >= KNOWN_LEAD and not self.swapped:
            return self.answer("probably", 0.5, why, Reason("new_lead", known))
        return self.answer("follow_up", 0.3, why)

    def new_lead(self) -> Fold:
        """The body stands under another lead: told anew from the same report, or a new act above the old background."""
        why, known = Reason("new_lead", self.known()), self.known()
        if self.headlines() >= SAME_HEADLINE and (self.pair.kept >= NEARLY_ALL or not self.swapped):
            return self.answer("same", 0.85, why, Reason("same_headline", self.headlines()))
        if self.pair.kept >= MOST_KEPT and self.length >= TEMPLATE_LENGTH and known >= KNOWN_LEAD and not self.swapped:
            return self.answer("same", 0.8, why)
        if self.new_on_top() >= NEW_SENTENCES:
            return self.answer("follow_up", 0.3, why)
        if known >= HINTED_LEAD and not self.swapped and self.gap <= FLASH_HOURS:
            return self.answer("probably", 0.5, why)
        return self.answer("follow_up", 0.3, why)

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
        return self.answer("same" if self.pair.shared >= HALF_KEPT else "probably", 0.4 + 0.5 * self.pair.kept)

    def known(self) -> float:
        """Return how much of the later take's lead the earlier take knows."""
        late, early = (self.new, self.old) if (self.hours or 0) >= 0 else (self.old, self.new)
        return share_of(late.lead.stems, early.stems)

    def headlines(self) -> float:
        """Return how alike the headlines are, the worse of the two ways."""
        mine, theirs = self.new.headline.stems, self.old.headline.stems
        return min(share_of(mine, theirs), share_of(theirs, mine))

    def related(self, code: str, value: str | float) -> Fold:
        return self.answer("follow_up" if self.pair.kept >= HALF_KEPT else "new", 0.2, Reason(code, value))

    def answer(self, kind: FoldKind, score: float, *why: Reason) -> Fold:
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
