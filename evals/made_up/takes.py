"""Plans what a wire makes of an act: which agencies tell it, and in how many takes each.

    reports_of(act, story=story, number=0, dice=dice, language=language) -> list[Report]

Every choice is drawn from `dice` unless the act's options say. What is drawn how often stands in the tables below.
"""

import random
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from languages import Language
from wire_copy import Act, Story

MONDAY = datetime(2025, 2, 3)
AGENCIES = {"otb": 0.5, "sns": 0.33, "mcs": 0.17}
SECONDS = {"otb": 0.35, "sns": 0.35, "mcs": 0.15, "own": 0.15}
KEEPS_ITS_STORY = 0.75  # how often the agency that told an act of a story first tells the next one first

# How often an act goes through each of these: the first of a story, a later one, a sidebar, a one-off, a table.
OFTEN: dict[str, dict[str, float]] = {
    "first": {
        "flash": 0.4, "up": 0.45, "up2": 0.2, "b": 0.65, "tick": 0.3, "cred": 0.2, "add": 0.2, "resend": 0.06,
        "word": 0.06,
    },
    "follow_up": {
        "flash": 0.16, "up": 0.28, "up2": 0.07, "b": 0.4, "tick": 0.18, "cred": 0.13, "add": 0.2, "desk": 0.06,
        "resend": 0.07, "trim": 0.06, "word": 0.07, "kill": 0.012,
    },
    "sidebar": {"up": 0.1, "cred": 0.1, "word": 0.06, "trim": 0.05},
    "one_off": {
        "flash": 0.07, "up": 0.14, "add": 0.035, "cred": 0.07, "tick": 0.04, "desk": 0.04, "resend": 0.06,
        "trim": 0.035,
        "word": 0.06, "kill": 0.015,
    },
    "template": {"resend": 0.07, "desk": 0.05},
}  # fmt: skip


OFTEN_WRONG = {"template": 0.03, "sidebar": 0.03, "one_off": 0.06}
_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?![\w.,]*\d)|(?<![\w.,])\d(?![\w.,]*\d)")


@dataclass
class Sending:
    """One take of a report by one source, before that source gives it an id and its marks."""

    report: "Report"
    source: str
    kind: str
    at: datetime
    headline: str
    paragraphs: list[str]
    number: int = 0  # of an update or add
    note: str = ""
    slugline: str = ""


@dataclass
class Report:
    """One piece of reporting: what it is to its story, and its takes in the order of their times."""

    about: str
    story: str | None
    part: str
    slugline: str
    place: str
    takes: list[Sending] = field(default_factory=list)


def reports_of(
    act: Act, *, about: str, story: Story | None, agency: str, dice: random.Random, language: Language
) -> list[Report]:
    """Return the reports of an act, the first agency's before the others'."""
    if not act.changes and dice.random() < OFTEN_WRONG.get(about, 0.05):
        act.changes.extend(_slip(act, dice))
    chosen = _options(act, about, dice)
    teller = _Teller(act, story, about, chosen, dice, language)
    reports = [teller.main(agency)]
    second = dice.choices([one for one in SECONDS if one != agency], [SECONDS[s] for s in SECONDS if s != agency])[0]
    if "b" in chosen and act.facts[0][1]:
        reports.append(teller.other(second))
    if "tick" in chosen:
        teller.tick(reports, agency)
    if "cred" in chosen:
        teller.credited(reports, agency)
    if "kill" in chosen:
        teller.kill(reports[0], agency)
    return reports


def _options(act: Act, about: str, dice: random.Random) -> set[str]:
    """Return what the act goes through: what it says, and what is drawn where it says nothing against it."""
    drawn = {
        option
        for option, often in OFTEN["one_off" if about == "confusable" else about].items()
        if dice.random() < often
    }
    given = set(act.options)
    if "one" in given:
        return set()
    if given - {"side", "conf", "b", "solo", "tick", "cred"}:
        drawn &= {"b", "tick", "cred"}
    drawn |= given
    if "solo" in drawn:
        drawn.discard("b")
    if any(kind == "rise" for kind, _, _ in act.changes) and not drawn & {"up", "up2"}:
        drawn.add("up")
    if any(kind == "corr" for kind, _, _ in act.changes):
        drawn.add("corr")
        drawn -= {"word", "add"}
    if len(act.facts) < 4:
        drawn.discard("up2")
    if len(act.facts) < 3:
        drawn.discard("add")
    if "add" in drawn and "add" not in given and not any(kind == "rise" for kind, _, _ in act.changes):
        drawn -= {"up", "up2"}  # a report comes in parts or grows
    return drawn


class _Teller:
    """Writes the takes of one act."""

    def __init__(
        self, act: Act, story: Story | None, about: str, chosen: set[str], dice: random.Random, language: Language
    ) -> None:
        self.act, self.story, self.about, self.chosen = act, story, about, chosen
        self.dice, self.language = dice, language
        day = (act.day or 0) + (story.day if story else 0)
        self.began = MONDAY + timedelta(days=day, minutes=act.minute or 0, seconds=dice.randrange(60))
        day_long = timedelta(days=1)
        self.words = language.words_of(self.began, self.began - day_long, self.began + day_long)

    # Texts

    def said(self, text: str) -> str:
        for slot, word in self.words.items():
            text = text.replace("{" + slot + "}", word)
        return text

    def earlier(self, text: str, *kinds: str) -> str:
        """Return what takes before the last said: the figures before they rose or were corrected."""
        for kind, old, new in self.act.changes:
            if kind in kinds:
                text = text.replace(new, old)
        return text

    def facts(self, side: int) -> list[str]:
        return [self.said(pair[side]) for pair in self.act.facts if pair[side]]

    def headline(self, side: int) -> str:
        return self.said(self.act.headlines[side] or self.act.headlines[0])

    def background(self, side: int) -> list[str]:
        told = [self.said(pair[side]) for pair in (self.story.background if self.story else ()) if pair[side]]
        return self.dice.sample(told, k=min(len(told), self.dice.choice((0, 1, 1, 2))))

    def report(self, about: str) -> Report:
        story = self.story.name if self.story else None
        return Report(about, story, self.language.code, self.act.slugline, self.act.place)

    # The first agency's report

    def main(self, agency: str) -> Report:
        """Return the first agency's report with its takes, in the order in which a wire sends them."""
        report, dice, at = self.report(self.about), self.dice, self.began
        facts, background, headline = self.facts(0), self.background(0), self.headline(0)
        updates = 2 if "up2" in self.chosen else 1 if "up" in self.chosen else 0

        def send(kind: str, headline: str, paragraphs: list[str], *, number: int = 0, note: str = "") -> Sending:
            report.takes.append(Sending(report, agency, kind, at, headline, paragraphs, number, note))
            return report.takes[-1]

        def rising(text: str, step: int) -> str:
            text = self.earlier(text, "corr") if "corr" in self.chosen else text
            return self.earlier(text, "rise") if step < updates else text

        if "flash" in self.chosen:
            lead = rising(facts[0], 0)
            send("flash", rising(headline, 0), dice.choice(([], [lead], [rising(headline, 0) + "."])))
            at += timedelta(minutes=dice.randrange(4, 35))
        first = "full" if report.takes else "first"
        if "add" in self.chosen and not updates:
            send(first, headline, facts[:2])
            for number, part in enumerate((facts[2:4], facts[4:] + background), 1):
                at += timedelta(minutes=dice.randrange(3, 25))
                if part:
                    send(dice.choice(("add", "add", "take")), headline, part, number=number)
            at += timedelta(minutes=dice.randrange(30, 90))
            if dice.random() < 0.4:
                send("writethru", headline, facts + background, number=1)
        else:
            keep = max(1 if len(facts) < 4 else 2, len(facts) // 2) if updates else len(facts)
            opening = [rising(fact, 0) for fact in facts[:keep]] + ([] if updates else background)
            if "word" in self.chosen:
                opening = _mistyped(opening, dice)
            send(first, rising(headline, 0), opening)
        for step in range(1, updates + 1):
            at += timedelta(minutes=dice.randrange(25, 60 + 140 * step))
            last = step == updates
            told = facts if last else facts[: (len(facts) + keep + 1) // 2]
            told, kind, top = [rising(fact, step) for fact in told], "update", rising(headline, step)
            if last and self.act.facts[0][1] and "b" not in self.chosen and dice.random() < 0.6:
                told[0], kind = rising(self.said(self.act.facts[0][1]), step), "writethru"
                top = rising(self.headline(1), step)
            elif last and len(told) > 3 and dice.random() < 0.3:
                rest = told[1:]
                dice.shuffle(rest)
                told, kind = [told[0], *rest], "writethru"
            send(kind, top, told + (background if last else []), number=step)
        self.put_right(report, send_after=lambda gap: report.takes[-1].at + gap)
        self.sent_again(report)
        return report

    def put_right(self, report: Report, *, send_after: object) -> None:
        """Add a correction, or the silent repair of a slip of the pen."""
        last, dice = report.takes[-1], self.dice
        at = last.at + timedelta(minutes=dice.randrange(15, 300))
        if "corr" in self.chosen:
            right = [self.said(fact) for fact in last.paragraphs]
            old, new = next((old, new) for kind, old, new in self.act.changes if kind == "corr")
            for kind, before, after in self.act.changes:
                if kind == "corr":
                    right = [paragraph.replace(before, after) for paragraph in right]
            par = 1 + next((at for at, text in enumerate(right) if new in text), 0)
            note = self.note("correction", last.source).format(par=par, old=old, new=new, headline=last.headline)
            headline = last.headline
            for kind, before, after in self.act.changes:
                headline = headline.replace(before, after) if kind == "corr" else headline
            report.takes.append(Sending(report, last.source, "correction", at, headline, right, note=note))
        elif "word" in self.chosen and len(report.takes) == 1:
            facts = self.facts(0) + last.paragraphs[len(self.facts(0)) :]
            report.takes.append(replace(last, kind="rewording", at=at, paragraphs=facts))

    def sent_again(self, report: Report) -> None:
        """Add a resend under a new id, the same text on another desk, and a trim."""
        last, dice = report.takes[-1], self.dice
        whole = last if last.kind not in ("add", "take") else report.takes[0]
        at = last.at
        for option in ("trim", "desk", "resend"):
            if option not in self.chosen:
                continue
            at += timedelta(minutes=dice.choice((12, 70, 190, 400, 1400, 2900)) + dice.randrange(50))
            again = replace(whole, kind=option, at=at, note="", number=0)
            if option == "trim":
                again.paragraphs = whole.paragraphs[: max(1, round(len(whole.paragraphs) * 0.45))]
            if option == "desk":
                again.slugline = f"{report.slugline}-{dice.choice(('WEEKEND', 'REGIONS', 'DIGITAL', 'LATE'))}"
            report.takes.append(again)

    def note(self, kind: str, source: str) -> str:
        return self.language.notes.get(f"{kind} {source}", self.language.notes[kind])

    # Other desks

    def other(self, source: str) -> Report:
        """Return another agency's own report of the event."""
        report, dice = self.report("other_agency"), self.dice
        facts, headline, background = self.facts(1), self.headline(1), self.background(1)
        at = self.began + timedelta(minutes=dice.choice((4, 15, 40, 120, 300)) + dice.randrange(30))
        if dice.random() < 0.22 and source != "own":
            report.takes.append(Sending(report, source, "flash", at, headline, dice.choice(([], [facts[0]]))))
            at += timedelta(minutes=dice.randrange(5, 30))
        kind = "full" if report.takes else "first"
        if len(facts) > 2 and dice.random() < 0.3:
            report.takes.append(Sending(report, source, kind, at, headline, facts[:2]))
            at += timedelta(minutes=dice.randrange(30, 200))
            report.takes.append(Sending(report, source, "update", at, headline, facts + background, 1))
        else:
            report.takes.append(Sending(report, source, kind, at, headline, facts + background))
        return report

    def tick(self, reports: list[Report], agency: str) -> None:
        """Add a line of the headline-only service: with credit it is the agency's report, without it is its own."""
        at = self.began + timedelta(minutes=self.dice.randrange(2, 50))
        own_words = self.headline(1 if len(reports) == 1 else 0)
        copied = own_words == reports[0].takes[0].headline  # it has no words of its own, so it says whose they are
        if self.dice.random() < 0.5 or self.about not in ("first", "follow_up") or copied:
            at = max(at, reports[0].takes[0].at + timedelta(minutes=2))
            credit = self.language.credit.format(source=agency.upper())
            reports[0].takes.append(Sending(reports[0], "sig", "ticker", at, f"{own_words} {credit}", []))
        else:
            report = self.report("other_agency")
            report.takes.append(Sending(report, "sig", "first", at, own_words, []))
            reports.append(report)

    def credited(self, reports: list[Report], agency: str) -> None:
        """Add the paper's printing of the agency's report: under a headline of its own, cut, with credit."""
        report = reports[0]
        whole = [take for take in report.takes if take.kind not in ("flash", "add", "take", "ticker", "trim")][-1]
        at = whole.at + timedelta(minutes=self.dice.randrange(20, 600))
        cut = whole.paragraphs[: max(2, len(whole.paragraphs) - self.dice.randrange(3))]
        credit = self.language.credit.format(source=agency.upper())
        its_own = len(reports) == 1 and self.act.headlines[1] and self.dice.random() < 0.6
        headline = self.headline(1) if its_own else whole.headline
        report.takes.append(Sending(report, "own", "credited", at, headline, [*cut, credit]))

    def kill(self, report: Report, agency: str) -> None:
        last = max(report.takes, key=lambda take: take.at)
        at = last.at + timedelta(minutes=self.dice.randrange(9, 120))
        text = self.note("kill", agency).format(headline=report.takes[0].headline)
        report.takes.append(Sending(report, agency, "kill", at, report.takes[0].headline, [text]))


def _slip(act: Act, dice: random.Random) -> list[tuple[str, str, str]]:
    """Return a figure of the first agency's copy that its first take has wrong, if there is a figure."""
    said = " ".join(fact for fact, _ in act.facts)
    found = [number for number in _NUMBER.findall(said) if not number.startswith("0")]
    if not found:
        return []
    right = dice.choice(found)
    wrong = str((int(right[0]) + dice.randrange(1, 8)) % 9 + 1) + right[1:]
    if len(right) > 1 and right[0] != right[-1] and "." not in right and "," not in right and right[-1] != "0":
        wrong = right[::-1]
    return [] if wrong == right else [("corr", wrong, right)]


def _mistyped(paragraphs: list[str], dice: random.Random) -> list[str]:
    """Return the text with a slip in one word: two letters change places."""
    at = dice.randrange(len(paragraphs))
    words = paragraphs[at].split(" ")
    long = [number for number, word in enumerate(words) if len(word) > 5]
    if not long:
        return paragraphs
    number = dice.choice(long)
    word = words[number]
    spot = dice.randrange(1, len(word) - 2)
    words[number] = word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
    return [*paragraphs[:at], " ".join(words), *paragraphs[at + 1 :]]
