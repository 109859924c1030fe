"""The demo's wire: the Orlop Islands, two years of them, read from the text files in `wire/`.

A file is one running story, or the one-offs, or what comes live. Anyone who can edit a text file can edit it:

    # The Hobble bridge
    slug: hobble-bridge
    section: Islands
    standfirst: A bridge of 1,240 metres was to join the two islands. It came out shorter.

    - **Length.** What an editor would say in the first minute.

    ## otb:1041 The two halves of the Hobble bridge do not meet
    dated: -716d 10:41
    report: gap

    First paragraph. Blank lines part paragraphs. It happened on {weekday}, the day before was {weekday-1}.

After `##` stand the item's id (its source before the colon) and its headline, if it has one. The fields are in
`_FIELDS`. Dates count from day zero, when somebody starts the demo, so the news is never old: hence the weekdays in
braces, see `filled`. `*Patience*` is in italics. `report`, `story` and `event` are the ground truth, which no feed has.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("wire")
ONE_OFFS = "one-offs.txt"
LIVE = "live.txt"

_FIELDS = {
    "dated": "when: `-412d 09:20`, `-3h`, `-40m`, and in live.txt `+7m`",
    "report": "which report this is a take of",
    "story": "slugs of its stories, where that isn't the file's own alone; `none` for no story",
    "event": "what happened, where two sources report the same thing",
    "slugline": "the wire's working label",
    "mark": "what the wire says about this take, see `_MARK`",
    "replaces": "id of the take before this one",
    "desk": "`waits`: the desk has not got to it when the demo starts",
    "embargo": "`+4h`: until when after the start nobody may see it; a feed has no word for it",
    "key": "short label, if the report is a key moment of its story",
    "by": "credit line, where it isn't the source's own",
    "photo": "a scene of `art.py`",
    "caption": "of the photo",
    "credit": "of the photo",
    "alt": "of the photo",
}
_STORY_FIELDS = {"slug", "section", "standfirst"}
_MARK = re.compile(r"FLASH|UPDATE \d|\d(st|nd|rd) Ld-Writethru|CORRECTED|REFILE|TRIM|STORY WITHDRAWN")
_WHEN = re.compile(r"(?:-(?P<days>\d+)d (?P<hour>\d\d):(?P<minute>\d\d)|(?P<ago>[-+]\d+)(?P<unit>[hm]))")
_PLACEHOLDER = re.compile(r"\{(weekday|date|month|year|clock)([-+]\d+)?\}")
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


class BadWire(ValueError):
    """A wire file says something that it may not: the message starts with file and line."""


@dataclass(frozen=True)
class Source:
    key: str
    name: str
    credit: str
    format: str
    home: str
    about: str
    trust: str = "normal"


SOURCES = (
    Source(
        "otb",
        "Orlop Telegraph Bureau",
        "OTB",
        "rss",
        "https://otb.example/",
        "The national agency of the Orlop Islands. Flashes first, adjectives later.",
    ),
    Source(
        "sns",
        "Sound & Straits",
        "Sound & Straits",
        "atom",
        "https://straits.example/",
        "The regional wire, with an office on each side of the water and a view from neither.",
    ),
    Source(
        "tnt",
        "Tide and Tonnage",
        "Tide and Tonnage",
        "json",
        "https://tonnage.example/",
        "A newsletter for people who own, insure or have run into a ship.",
    ),
    Source(
        "own",
        "The Capstan Lantern",
        "Capstan Lantern",
        "rdf",
        "https://lantern.example/",
        "The paper's own desk.",
    ),
    Source(
        "gul",
        "The Gull",
        "The Gull",
        "rss",
        "https://gull.example/",
        "A sheet pinned up at the harbour. First with everything, and right with some of it.",
        trust="low",
    ),
)


@dataclass(frozen=True)
class When:
    """A time counted from day zero: a day before it and a time of day, or minutes before or after its moment."""

    days: int = 0
    clock: time | None = None
    minutes: int = 0

    def at(self, day_zero: datetime) -> datetime:
        """Return the time, in the zone of `day_zero`."""
        if self.clock is None:
            return day_zero + timedelta(minutes=self.minutes)
        return datetime.combine(day_zero.date() - timedelta(days=self.days), self.clock, day_zero.tzinfo)


@dataclass(frozen=True)
class Photo:
    name: str
    caption: str
    credit: str
    alt: str


@dataclass(frozen=True)
class Item:
    id: str
    headline: str
    dated: When
    paragraphs: tuple[str, ...]
    report: str
    stories: tuple[str, ...]
    event: str
    slugline: str = ""
    mark: str = ""
    replaces: str = ""
    key: str = ""
    by: str = ""
    waits: bool = False
    embargo: When | None = None
    photo: Photo | None = None

    @property
    def source(self) -> str:
        return self.id.partition(":")[0]


@dataclass(frozen=True)
class Story:
    slug: str
    title: str
    section: str
    standfirst: str
    know: tuple[str, ...]


@dataclass(frozen=True)
class Label:
    """The truth about one item: whose take it is, where the report belongs, and of what event it tells."""

    report: str
    stories: tuple[str, ...]
    event: str


@dataclass(frozen=True)
class Wire:
    """Everything in the files: `items` are dated before day zero, `live` after it, both in order of time."""

    stories: tuple[Story, ...]
    items: tuple[Item, ...]
    live: tuple[Item, ...]


@cache
def read(folder: Path = FOLDER) -> Wire:
    """Return the wire that lies in `folder`; raise `BadWire` where a file can't be meant."""
    stories: list[Story] = []
    archive: list[Item] = []
    live: list[Item] = []
    lines: dict[str, str] = {}
    for path in sorted(folder.glob("*.txt")):
        head, blocks = _blocks(path)
        if path.name not in (ONE_OFFS, LIVE):
            stories.append(_story(head))
        own = () if path.name in (ONE_OFFS, LIVE) else (stories[-1].slug,)
        for block in blocks:
            item = _item(block, own=own, live=path.name == LIVE)
            if item.id in lines:
                raise BadWire(f"{block.where}: {item.id} was used before, at {lines[item.id]}")
            lines[item.id] = block.where
            (live if path.name == LIVE else archive).append(item)
    noon = datetime(2000, 1, 1, 12)  # any day zero gives the same order
    wire = Wire(
        tuple(stories),
        tuple(sorted(archive, key=lambda item: item.dated.at(noon))),
        tuple(sorted(live, key=lambda item: item.dated.at(noon))),
    )
    _check_threads(wire, lines)
    return wire


def labels() -> dict[str, Label]:
    """Return the truth about every item of the demo, live ones included, by item id."""
    wire = read()
    return {item.id: Label(item.report, item.stories, item.event) for item in wire.items + wire.live}


def source(key: str) -> Source:
    """Return the source with that key."""
    return next(one for one in SOURCES if one.key == key)


def filled(text: str, at: datetime) -> str:
    """Return `text` with its braces filled, as written at that time.

    `{weekday}`, `{date}` ("4 March"), `{month}` and `{year}` are of the day itself; `{weekday-3}` is three days before.
    `{clock}` ("10.41") is the time itself; `{clock-3}` is three minutes before.
    """

    def fill(match: re.Match[str]) -> str:
        if match[1] == "clock":
            return f"{at + timedelta(minutes=int(match[2] or 0)):%H.%M}"
        day = at + timedelta(days=int(match[2] or 0))
        month = _MONTHS[day.month - 1]
        return {
            "weekday": _WEEKDAYS[day.weekday()],
            "date": f"{day.day} {month}",
            "month": month,
            "year": str(day.year),
        }[match[1]]

    return _PLACEHOLDER.sub(fill, text)


@dataclass(frozen=True)
class _Block:
    """One `#` or `##` heading, the fields under it and the text under them, each with where it stands."""

    where: str
    title: str
    fields: dict[str, str]
    field_at: dict[str, str]
    paragraphs: tuple[str, ...]

    def need(self, *names: str) -> None:
        for name in names:
            if not self.fields.get(name):
                raise BadWire(f"{self.where}: there is no `{name}:` under “{self.title}”")


def _blocks(path: Path) -> tuple[_Block, list[_Block]]:
    lines = [(f"{path.name}:{number}", line.strip()) for number, line in enumerate(_text(path).splitlines(), 1)]
    starts = [at for at, (_, line) in enumerate(lines) if line.startswith("#")]
    if not starts or any(line for _, line in lines[: starts[0]]) or not lines[starts[0]][1].startswith("# "):
        raise BadWire(f"{path.name}:1: a wire file starts with `# ` and its title")
    found = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        where, line = lines[start]
        if start != starts[0] and not line.startswith("## "):
            raise BadWire(f"{where}: an item starts with `## `, its id and its headline")
        found.append(_block(where, line.lstrip("#").strip(), lines[start + 1 : end]))
    return found[0], found[1:]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadWire(f"{path.name}:1: this is not UTF-8 ({error.reason} at byte {error.start})") from error


def _block(where: str, title: str, lines: list[tuple[str, str]]) -> _Block:
    fields: dict[str, str] = {}
    field_at: dict[str, str] = {}
    rest = iter(lines)
    for at, line in rest:
        if not line:
            break
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[a-z]+", name):
            raise BadWire(f"{at}: expected `name: value`, or a blank line before the text")
        if name in fields:
            raise BadWire(f"{at}: `{name}:` stands here twice")
        fields[name], field_at[name] = value.strip(), at
    return _Block(where, title, fields, field_at, tuple(_paragraphs(rest)))


def _paragraphs(lines: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Give the paragraphs: blank lines part them, and a line that starts with `- ` starts one."""
    gathered: list[str] = []
    for at, line in lines:
        if gathered and (not line or line.startswith("- ")):
            yield " ".join(gathered)
            gathered = []
        unfilled = re.search(r"[{}]", _PLACEHOLDER.sub("", line))
        if unfilled:
            raise BadWire(f"{at}: braces hold weekday, date, month, year or clock, and a number to add: {{weekday-1}}")
        if line:
            gathered.append(line)
    if gathered:
        yield " ".join(gathered)


def _story(head: _Block) -> Story:
    _refuse_unknown(head, _STORY_FIELDS)
    head.need(*sorted(_STORY_FIELDS))
    if len(head.paragraphs) != 3 or not all(line.startswith("- ") for line in head.paragraphs):
        raise BadWire(f"{head.where}: What we know is three lines, each starting with `- `")
    know = tuple(line[2:] for line in head.paragraphs)
    return Story(head.fields["slug"], head.title, head.fields["section"], head.fields["standfirst"], know)


def _item(block: _Block, *, own: tuple[str, ...], live: bool) -> Item:
    _refuse_unknown(block, set(_FIELDS))
    block.need("dated", "report")
    id, _, headline = block.title.partition(" ")
    if not re.fullmatch(rf"({'|'.join(one.key for one in SOURCES)}):\w+", id):
        raise BadWire(f"{block.where}: `{id}` is no id: a source ({', '.join(s.key for s in SOURCES)}), `:`, a number")
    if not block.paragraphs:
        raise BadWire(f"{block.where}: {id} has no text")
    fields = block.fields
    if "mark" in fields and not _MARK.fullmatch(fields["mark"]):
        raise BadWire(f"{block.field_at['mark']}: no wire marks a take `{fields['mark']}`")
    if fields.get("desk", "waits") != "waits":
        raise BadWire(f"{block.field_at['desk']}: `desk:` is `waits`, or isn't there")
    named = fields.get("story", "")
    if not named and not own:
        raise BadWire(f"{block.where}: {id} needs `story:`, `none` if it is in none")
    stories = own if not named else () if named == "none" else tuple(slug.strip() for slug in named.split(","))
    return Item(
        id=id,
        headline=headline.strip(),
        dated=_when(fields["dated"], at=block.field_at["dated"], live=live),
        paragraphs=block.paragraphs,
        report=fields["report"],
        stories=stories,
        event=fields.get("event", fields["report"]),
        slugline=fields.get("slugline", ""),
        mark=fields.get("mark", ""),
        replaces=fields.get("replaces", ""),
        key=fields.get("key", ""),
        by=fields.get("by", ""),
        waits="desk" in fields,
        embargo=_when(fields["embargo"], at=block.field_at["embargo"], live=True) if "embargo" in fields else None,
        photo=_photo(block),
    )


def _when(text: str, *, at: str, live: bool) -> When:
    match = _WHEN.fullmatch(text)
    if not match:
        raise BadWire(f"{at}: `{text}` is no date: write `-412d 09:20`, `-3h` or `+7m`")
    if match["days"]:
        if int(match["hour"]) > 23 or int(match["minute"]) > 59:
            raise BadWire(f"{at}: there is no such time of day as {match['hour']}:{match['minute']}")
        when = When(days=int(match["days"]), clock=time(int(match["hour"]), int(match["minute"])))
    else:
        when = When(minutes=int(match["ago"]) * (60 if match["unit"] == "h" else 1))
    if live != (when.minutes > 0) or (not live and when == When(minutes=0)) or (when.clock and not when.days):
        raise BadWire(f"{at}: `{text}` is not {'after the start' if live else 'before day zero'}")
    return when


def _photo(block: _Block) -> Photo | None:
    if "photo" not in block.fields:
        return None
    block.need("caption", "credit", "alt")
    return Photo(*(block.fields[name] for name in ("photo", "caption", "credit", "alt")))


def _refuse_unknown(block: _Block, allowed: set[str]) -> None:
    for name, at in block.field_at.items():
        if name not in allowed:
            raise BadWire(f"{at}: `{name}:` means nothing here; there are {', '.join(sorted(allowed))}")


def _check_threads(wire: Wire, lines: dict[str, str]) -> None:
    """Refuse a take of a report that is another's, of a take that isn't there, and a story that has no file."""
    slugs = {story.slug for story in wire.stories}
    seen: dict[str, Item] = {}
    reports: dict[str, Item] = {}
    for item in wire.items + wire.live:
        where = lines[item.id]
        for slug in item.stories:
            if slug not in slugs:
                raise BadWire(f"{where}: no file has the story `{slug}`")
        first = reports.setdefault(item.report, item)
        if (first.stories, first.event, first.source) != (item.stories, item.event, item.source):
            raise BadWire(f"{where}: {item.id} and {first.id} are one report with two stories, events or sources")
        if item.replaces and item.replaces not in seen:
            raise BadWire(f"{where}: {item.id} replaces {item.replaces}, which is not before it")
        if item.replaces and seen[item.replaces].report != item.report:
            raise BadWire(f"{where}: {item.id} replaces {item.replaces}, which is a take of another report")
        if not item.replaces and first is not item:
            raise BadWire(f"{where}: {item.id} is a further take of `{item.report}`, but doesn't say what it replaces")
        seen[item.id] = item
