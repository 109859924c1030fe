"""What a take of a few words is to another take: a flash of its report, the same brief again, or another report.

Under 25 words most of what two takes share is what every such take has ("Qtly div 10 cts vs 10 cts"), so a brief must
be told by what is its own. A flash and its report tell one fact: the flash's words stand in the opening of the
report, its figures too, and its subject leads there. Two briefs are one where the headline or the text is nearly the
same, no name is new on both sides, and no figure comes a day later. It is wrong where the answer to a bid tells the
bid in the bidder's words, and where a headline was told wholly anew above no text.
"""

from storytext.evidence import FLASH_HOURS, RESEND_HOURS, Case
from storytext.model import Fold, Reason
from storytext.pairs import share_of
from storytext.words import Reading

# Evidence: [R] Reuters-21578 as a stream, with the pairs read by hand of evals/reuters_pairs.tsv; [B] the versions of
# BBC headlines (evals/headlines.py); [M] the made-up pairs of tests/made_up_wire; [T] a custom of the trade.
FEWEST_WORDS = 25  # [R] dividends and flashes below it differ from a look-alike by the name alone
OPENING_SENTENCES = 3
NEARLY_ALL = 0.9
FLASH_KNOWN = 0.7  # share of a flash in its report's opening; [R] 83 of 91 flashes had it, 3 of 27 follow-ups
LATE_KNOWN = 0.9  # [R] after three hours all 6 flashes had it, and none of 15 follow-ups whose subject led
SOON_KNOWN = 0.6  # [R] within the hour and with headlines that meet, 2 more flashes, and no other
NEVER = 1.1  # no share is so large: a flash that comes after the report, in other words, tells something else
FLASH_WITHIN = 3  # hours; [R] 86 of 92 flashes
FLASH_HINTED = 0.5
SUBJECT_IN_HEADLINE = 4  # words; [R] 86 of 91 flashes have their first word there or
SUBJECT_IN_LEAD = 6  # here, and 17 of 40 reports on something else
FLASH_HEADLINE = 0.5  # of the shorter headline; a flash known in part that meets less of it was once of 3 its report
SAME_HEADLINE = 0.8  # [B] of headlines so alike .99 were of one page
SAME_TEXT = 0.6  # [B] of texts so alike, of four marks and more, .99 were
FEWEST_MARKS = 4
TRIMMED = 0.75  # share of word runs; [M] a trim keeps 1.0
FEWEST_STEMS = 5  # of a flash that is known by half of them
SOON = 1.0  # hours
AT_ONCE = 0.5  # hours; [R] of what leads alike by then, nothing that was known so far was another report
UNSURE = 0.49  # of what is known: a proposal that an editor should not take unseen
DAY_HOURS = 18  # [R] a figure told again later was the next day's: "Fed sets 1.5 billion dlrs of repurchases"


def judge_brief(case: Case) -> Fold:
    """Return what the new take is to the old one, where one of them has too few words."""
    if case.is_other_day or case.gap > RESEND_HOURS or not case.pair.shorter.words:
        return case.answer("new", 0.1, *_why(case, 0.0))
    formal = case.is_same_table() and not (case.new.is_headline or case.old.is_headline)
    if (case.is_table or formal) and _is_other_subject(case):
        return case.answer("new", 0.1, *_why(case, case.headings))
    if formal and case.hasty:
        return case.answer("same", 0.8, *_why(case, case.headings))
    return _judge_flash(case) if len(case.pair.longer.words) >= FEWEST_WORDS else _judge_both(case)


def _why(case: Case, known: float) -> tuple[Reason, ...]:
    return Reason("too_short", len(case.pair.shorter.words)), Reason("shared_words", known)


def _judge_flash(case: Case) -> Fold:
    """The fact of the flash stands in the opening of the report, and its subject leads there."""
    flash, report = case.pair.shorter, case.pair.longer
    told = _told(flash)
    known = share_of(told, _opening(report))
    why = _why(case, known)
    if strange := _strange_names(case):
        return case.answer("new", 0.1, *why, Reason("names_changed", strange))
    missing = _missing_figures(told, report)
    known_enough = known >= _needed(case)
    leads = _subject_leads(flash, report) or (known >= LATE_KNOWN and case.gap <= AT_ONCE)
    if known_enough and leads and not missing and (case.gap <= FLASH_HOURS or case.pair.shared >= NEARLY_ALL):
        return case.answer("same", 0.6 + 0.4 * known, *why)
    # "Hobble bridge is open" has three: with one of them missing it may be any report on the bridge.
    if known >= FLASH_HINTED and missing <= 1 and case.hasty and len(told) >= FEWEST_STEMS:
        return case.answer("probably", UNSURE * known, *why)
    return case.answer("new", 0.1, *why)


def _needed(case: Case) -> float:
    """Return how much of the flash the report must know: less where it came within minutes or the headlines meet."""
    flash, report = case.pair.shorter, case.pair.longer
    first = case.late_and_early()[1] is flash
    mine, theirs = frozenset(flash.headline.marks), frozenset(report.headline.marks)
    meet = max(share_of(mine, theirs), share_of(theirs, mine)) >= FLASH_HEADLINE
    if case.headlines >= SAME_HEADLINE:
        return FLASH_KNOWN
    if first and case.gap <= FLASH_WITHIN and (meet or len(flash.numbers & report.numbers) > 1 or case.gap <= AT_ONCE):
        return SOON_KNOWN if meet and case.gap <= SOON else FLASH_KNOWN
    if (first and (meet or case.gap <= FLASH_WITHIN)) or case.pair.shared >= TRIMMED:
        return LATE_KNOWN
    return NEVER


def _judge_both(case: Case) -> Fold:
    """Two briefs are one where headline or text is nearly the same, and no name or figure is put for another."""
    shorter, longer = case.pair.shorter, case.pair.longer
    text = _alike(_text(shorter), _text(longer))
    known = max(text, case.headlines)
    why = _why(case, known)
    if strange := _strange_names(case):
        return case.answer("new", 0.1, *why, Reason("names_changed", strange))
    figures = shorter.numbers | longer.numbers
    missing = min(len(shorter.numbers - longer.numbers), len(longer.numbers - shorter.numbers))
    again = text == 1.0 and not missing and case.is_same_day
    if figures and not again and (case.gap > DAY_HOURS or (missing and not case.hasty)):
        return case.answer("new", 0.1, *why)
    one_text = (
        text >= (NEARLY_ALL if case.is_table else SAME_TEXT)
        and min(len(_text(shorter)), len(_text(longer))) >= FEWEST_MARKS
    )
    one_headline = case.headlines >= SAME_HEADLINE and not case.is_table
    if (one_text or one_headline) and not missing:
        return case.answer("same", 0.6 + 0.4 * known, *why)
    if known >= FLASH_HINTED and case.hasty:
        return case.answer("probably", UNSURE * known, *why)
    return case.answer("new", 0.1, *why)


def _told(flash: Reading) -> frozenset[str]:
    """Return the marks of what the flash tells: of its headline, if the text only repeats it."""
    headline, text = frozenset(flash.headline.marks), _marks(flash)
    return headline if headline and headline <= text else headline | text


def _text(reading: Reading) -> frozenset[str]:
    """Return the marks of the text, which a take that is read by its headline has none of."""
    return frozenset() if reading.is_headline else _marks(reading)


def _marks(reading: Reading, sentences: int | None = None) -> frozenset[str]:
    return frozenset(mark for sentence in reading.sentences[:sentences] for mark in sentence.marks)


def _opening(report: Reading) -> frozenset[str]:
    return frozenset(report.headline.marks) | _marks(report, OPENING_SENTENCES)


def _alike(a: frozenset[str], b: frozenset[str]) -> float:
    return min(share_of(a, b), share_of(b, a))


def _subject_leads(flash: Reading, report: Reading) -> bool:
    """Return whether the flash's first word is among the first of the report's headline or lead."""
    first = (flash.headline.words or flash.words)[0]
    return first in (*report.headline.words[:SUBJECT_IN_HEADLINE], *report.lead.words[:SUBJECT_IN_LEAD])


def _missing_figures(told: frozenset[str], report: Reading) -> int:
    """Return how many figures of the flash the report has not, a rounded one ("10.5" for "10,512") counted as had."""
    figures = report.numbers | set(report.headline.marks)
    digits = [figure.replace(".", "") for figure in figures if figure[0].isdigit()]
    mine = [mark.replace(".", "") for mark in told if mark[0].isdigit() and mark not in figures]
    return sum(not any(len(one) > 1 and other.startswith(one) for other in digits) for one in mine)


def _is_other_subject(case: Case) -> bool:
    """Return whether each headline has a word that the other take has not: two firms' dividends."""
    new, old = case.new, case.old
    theirs, mine = _marks(old) | set(old.headline.marks), _marks(new) | set(new.headline.marks)
    return not set(new.headline.marks) <= theirs and not set(old.headline.marks) <= mine


def _strange_names(case: Case) -> int:
    """Return how many names of the shorter the other does not know; a first word put for another counts as one."""
    shorter, longer = case.pair.shorter, case.pair.longer
    strange = sum(not name & longer.vocabulary for name in shorter.lead_names)
    first, other = shorter.words[:1], longer.words[:1]
    prose = len(longer.words) < FEWEST_WORDS and not case.is_table
    begun = prose and first[0] not in longer.vocabulary and other[0] not in shorter.vocabulary
    return max(strange, case.swapped, case.lead_names, int(begun))
