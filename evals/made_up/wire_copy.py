"""Reads the hand-written copy: running stories, one-offs and forms. A line begins with a sign that says what it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

OPTIONS = frozenset("flash up up2 add corr rise resend desk trim kill cred tick b solo one side word conf".split())
Pair = tuple[str, str]  # the wording of one agency and of another; empty where an agency hasn't got it


class BadCopy(ValueError):
    """A line that nobody can read, with its file and number."""


@dataclass
class Act:
    """One event, as two agencies may tell it. `changes` are (rise or corr, what early takes say, what the copy has)."""

    where: str
    place: str
    slugline: str
    day: int | None = None
    minute: int | None = None
    options: frozenset[str] = frozenset()
    headlines: Pair = ("", "")
    facts: list[Pair] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Story:
    """A running story: its acts, the background that ends its longer takes, and the story that it may be taken for."""

    name: str
    place: str
    day: int
    minute: int
    slugline: str
    twin: str = ""
    background: list[Pair] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)


@dataclass
class Form:
    """Sentences with slots: a table that comes again, or a beat whose rows are each about something else."""

    where: str
    name: str
    about: str
    count: int
    place: str
    slugline: str
    daily: bool = False
    of: str = ""  # the running story whose acts it makes; then a line's two wordings are two agencies'
    first: int = 0  # the day of such a story on which it begins
    every: int = 1  # days
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    slots: dict[str, list[str]] = field(default_factory=dict)
    headlines: list[str] = field(default_factory=list)
    sentences: list[tuple[bool, list[str]]] = field(default_factory=list)  # whether it may be left out, wordings


@dataclass
class Copy:
    """Everything that one part of the wire is made of."""

    stories: list[Story] = field(default_factory=list)
    one_offs: list[Act] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)


def read(folder: Path) -> Copy:
    """Return the copy of all files of a folder, in the order of their names. Raises BadCopy."""
    copy = Copy()
    for path in sorted(folder.glob("*.txt")):
        _Reader(copy, path.name).read(path.read_text(encoding="utf-8").splitlines())
    return copy


class _Reader:
    """Takes one file a line at a time; what a line means depends on its sign and on what was opened before it."""

    def __init__(self, copy: Copy, name: str) -> None:
        self.copy, self.name, self.where = copy, name, name
        self.story: Story | None = None
        self.act: Act | None = None
        self.form: Form | None = None

    def read(self, lines: Iterable[str]) -> None:
        for number, line in enumerate(lines, 1):
            self.where = f"{self.name}:{number}"
            sign, _, rest = line.strip().partition(" ")
            if not sign or sign.startswith(";"):
                continue
            try:
                self._line(sign, rest.strip())
            except (ValueError, IndexError, AssertionError) as error:
                raise BadCopy(f"{self.where}: {line!r} ({error})") from error

    def _line(self, sign: str, rest: str) -> None:
        openers = {
            "#": self._story,
            "*": self._one_off,
            "+": self._short,
            "+c": self._confusable,
            "%": self._form,
            "@": self._at,
        }
        if sign in openers:
            openers[sign](rest)
        elif self.form:
            self._form_line(self.form, sign, rest)
        elif self.act:
            self._act_line(self.act, sign, rest)
        elif self.story and sign == "twin":
            self.story.twin = rest
        elif self.story and sign == "b":
            self.story.background.append(_pair(rest))
        else:
            raise ValueError("nothing is open that this line could belong to")

    def _story(self, rest: str) -> None:
        name, place, when, slugline = _bar(rest)
        day, minute = _when(when)
        self.story, self.act, self.form = Story(name, place, day, minute, slugline), None, None
        self.copy.stories.append(self.story)

    def _one_off(self, rest: str) -> None:
        place, _, headline = rest.partition(" | ")
        self.story, self.form = None, None
        self.act = Act(self.where, place.strip(), "", headlines=_pair(headline))
        self.copy.one_offs.append(self.act)

    def _short(self, rest: str) -> None:
        place, headline, *sentences = _bar(rest)
        assert len(sentences) > 1, "place, headline, lead and more"
        self._one_off(f"{place} | {headline}")
        assert self.act is not None
        self.act.facts.extend((sentence, "") for sentence in sentences)

    def _confusable(self, rest: str) -> None:
        self._short(rest)
        assert self.act is not None
        self.act.options = frozenset({"conf"})

    def _form(self, rest: str) -> None:
        name, about, count, place, slugline = _bar(rest)
        assert about in ("template", "one_off", "follow_up"), "a form is a template, one_off or follow_up"
        self.story, self.act = None, None
        self.form = Form(self.where, name, about, int(count), place, slugline)
        self.copy.forms.append(self.form)

    def _at(self, rest: str) -> None:
        day, clock, *options = rest.split()
        assert OPTIONS.issuperset(options), "no such option"
        at_day, at_minute = _when(f"{day} {clock}")
        if self.story:
            self.act = Act(self.where, self.story.place, self.story.slugline)
            self.story.acts.append(self.act)
        assert self.act is not None, "no one-off is open"
        self.act.day, self.act.minute, self.act.options = at_day, at_minute, frozenset(options)

    def _act_line(self, act: Act, sign: str, rest: str) -> None:
        if sign == "=":
            act.headlines = _pair(rest)
        elif sign == "-":
            act.facts.append(_pair(rest))
        elif sign == ">":
            act.facts.append((rest, rest))
        elif sign == "!":
            kind, _, change = rest.partition(" ")
            old, new = (part.strip() for part in change.split("=>"))
            assert kind in ("rise", "corr"), "a change is rise or corr"
            said = [wording for pair in [act.headlines, *act.facts] for wording in pair]
            assert any(new in wording for wording in said), "the copy doesn't say what it is changed to"
            act.changes.append((kind, old, new))
        else:
            raise ValueError("no such sign in an act")

    def _form_line(self, form: Form, sign: str, rest: str) -> None:
        if sign == "days":
            form.daily = True
        elif sign == "of":
            name, first, every = rest.split()
            form.of, form.first, form.every = name, int(first), int(every)
        elif sign == "cols":
            form.columns = _bar(rest)
        elif sign == "row":
            form.rows.append(_bar(rest))
            assert len(form.rows[-1]) == len(form.columns), "a row has as many parts as there are columns"
        elif sign == "~":
            name, _, values = rest.partition(" ")
            form.slots[name] = [value.strip() for value in values.split(";;")]
        elif sign == "=":
            form.headlines.extend(_wordings(rest))
        elif sign in ("-", "-?"):
            form.sentences.append((sign == "-?", _wordings(rest)))
        elif sign == ">":
            form.sentences.append((False, [rest, rest]))
        else:
            raise ValueError("no such sign in a form")


def _pair(text: str) -> Pair:
    first, _, second = text.partition("||")
    return first.strip(), second.strip()


def _wordings(text: str) -> list[str]:
    return [wording.strip() for wording in text.split("||")]


def _bar(text: str) -> list[str]:
    return [part.strip() for part in text.split("|")]


def _when(text: str) -> tuple[int, int]:
    """Return the day and the minute of it."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return int(day), int(hour) * 60 + int(minute)


def wordings(act: Act) -> Iterator[str]:
    """Yield everything that an act says."""
    for pair in [act.headlines, *act.facts]:
        yield from filter(None, pair)
