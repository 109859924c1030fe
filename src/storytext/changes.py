"""What a version changes, in one word, and how loudly it is to be said.

The gravest change names the whole: another figure or name in the place of the old, then a text or a lead told anew,
then words added or cut, and last the few words of a typo. A change of figure or name is an alert where readers meet
it first, in headline or lead, and a note further down; text added or cut is a note; a typo is silent. It is wrong
where one small word turns the sense ("guilty" for "not guilty" is a typo to it), which is why a desk can raise the
grade.
"""

from storytext.model import Change, Grade, Reason, Take
from storytext.pairs import Substitutions, lay, share_of
from storytext.worddiff import diff_words
from storytext.words import Reading, read

TYPO_WORDS = 3  # so few words gone and so few come
SAME_LEAD = 0.6  # share of the one lead's words that the other keeps
REWRITTEN = 0.6  # share of the shorter's sentences that stand in the longer
KNOWN_LEAD = 0.5  # share of a new lead's words that the old text had; with less it tells something new


def compare_versions(old_headline: str, old_text: str, new_headline: str, new_text: str) -> Change:
    """Return what changed between two versions of a report, and its grade."""
    if (old_headline.strip(), old_text.strip()) == (new_headline.strip(), new_text.strip()):
        return Change("none", "silent", ())
    old, new = _read(old_headline, old_text), _read(new_headline, new_text)
    heads = lay(_read(old_headline, ""), _read(new_headline, ""))
    pair = lay(old, new)
    return _of_facts(heads.lead.and_also(pair.lead), pair.body) or _of_lead(old, new, pair.kept) or _of_words(old, new)


def _read(headline: str, text: str) -> Reading:
    return read(Take("", "", "", headline, text))


def _of_facts(front: Substitutions, body: Substitutions) -> Change | None:
    numbers, names = len(front.numbers | body.numbers), len(front.names | body.names)
    if numbers:
        grade: Grade = "alert" if front.numbers else "note"
        return Change("number", grade, (Reason("numbers_changed", numbers), *_reasons("names_changed", names)))
    if names:
        return Change("name", "alert" if front.names else "note", (Reason("names_changed", names),))
    return None


def _of_lead(old: Reading, new: Reading, kept: float) -> Change | None:
    if kept < REWRITTEN:
        return Change("rewritten", "alert", (Reason("kept_sentences", round(kept, 2)),))
    if max(share_of(old.lead.stems, new.lead.stems), share_of(new.lead.stems, old.lead.stems)) >= SAME_LEAD:
        return None
    known = share_of(new.lead.stems, old.stems)
    return Change("rewritten_lead", "note" if known >= KNOWN_LEAD else "alert", (Reason("new_lead", known),))


def _of_words(old: Reading, new: Reading) -> Change:
    gone, come = _words_changed(old, new)
    headline = new.headline.words != old.headline.words
    because = (
        *_reasons("words_added", come),
        *_reasons("words_cut", gone),
        *((Reason("headline_changed", new.take.headline),) if headline else ()),
    )
    if max(gone, come) <= TYPO_WORDS:
        return Change("typo", "note" if headline and not gone + come else "silent", because)
    if gone <= TYPO_WORDS:
        return Change("added", "note", because)
    return Change("cut" if come <= TYPO_WORDS else "rewritten", "note", because)


def _words_changed(old: Reading, new: Reading) -> tuple[int, int]:
    before, after = ("\n".join(" ".join(sentence.words) for sentence in reading.sentences) for reading in (old, new))
    parts = diff_words(before, after)
    gone = sum(len(text.split()) for kind, text in parts if kind == "del")
    return gone, sum(len(text.split()) for kind, text in parts if kind == "ins")


def _reasons(code: str, value: int) -> tuple[Reason, ...]:
    return (Reason(code, value),) if value else ()
