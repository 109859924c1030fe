import io
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
import pytest
from PIL import Image

from writethru.ops.demo import art, feeds, wire

MORNING = datetime(2031, 3, 14, 9, 30, tzinfo=ZoneInfo("Asia/Manila"))
STORIES = {"hobble-bridge", "parting-sand", "spindle-light", "harbour-master", "band-strike"}
HEAD = "# A story\nslug: a\nsection: Islands\nstandfirst: It stands.\n\n- One.\n- Two.\n- Three.\n\n"
ITEM = "## otb:1 Bridge opens\ndated: -3d 10:00\nreport: opens\n\nIt opened.\n"


def write_wire(folder: Path, text: str) -> Path:
    (folder / "a.txt").write_text(text, encoding="utf-8")
    return folder


def test_the_demo_is_as_large_as_a_newcomer_was_promised():
    read = wire.read()

    assert len(read.items) >= 80
    assert len(read.live) == 20
    assert {story.slug for story in read.stories} == STORIES
    assert {item.source for item in read.items} == {source.key for source in wire.SOURCES}
    assert all(len(story.know) == 3 and story.standfirst and story.section for story in read.stories)
    assert max(item.dated.days for item in read.items) == 729


def test_every_kind_of_take_occurs():
    read = wire.read()
    takes = Counter(item.report for item in read.items + read.live)

    marks = {re.sub(r"\d\w* ?", "", item.mark).strip() for item in read.items}
    unmarked_resends = [item.id for item in read.items if item.replaces and not item.mark]

    assert marks == {"", "FLASH", "UPDATE", "Ld-Writethru", "CORRECTED", "REFILE", "TRIM", "STORY WITHDRAWN"}
    assert len(unmarked_resends) >= 4
    assert max(takes.values()) >= 4
    assert [item.id for item in read.items if item.mark == "STORY WITHDRAWN"] == ["otb:20500", "otb:20879"]


def test_a_trim_is_shorter_than_what_it_follows_and_an_update_is_fuller():
    read = wire.read()
    by_id = {item.id: item for item in read.items + read.live}

    wrong = [
        item.id
        for item in by_id.values()
        if item.replaces
        and item.mark != "STORY WITHDRAWN"
        and (item.mark == "TRIM") != (_length(item) < 0.8 * _length(by_id[item.replaces]))
    ]

    assert wrong == []


def _length(item: wire.Item) -> int:
    return len(" ".join(item.paragraphs))


def test_some_of_it_waits_at_the_desk_and_more_comes():
    read = wire.read()

    assert [item.id for item in read.items if item.waits] == [
        *("sns:8279", "otb:20873", "own:5430", "gul:118", "otb:20885", "gul:119", "sns:8280")
    ]
    assert [item.id for item in read.items if item.embargo] == ["otb:20885"]
    assert sum(item.waits for item in read.live) == 7
    assert {source.key for source in wire.SOURCES if source.trust == "low"} == {"gul"}


def test_labels_name_report_stories_and_event_of_every_item():
    labels = wire.labels()

    assert labels.keys() == {item.id for item in wire.read().items + wire.read().live}
    assert {slug for label in labels.values() for slug in label.stories} == STORIES
    assert all(label.report and label.event for label in labels.values())
    assert any(len(label.stories) == 2 for label in labels.values())
    assert sum(not label.stories for label in labels.values()) >= 15


def test_one_event_can_have_reports_of_two_sources():
    told_by: dict[str, set[str]] = {}
    for id, label in wire.labels().items():
        told_by.setdefault(label.event, set()).add(id.partition(":")[0])

    assert {event: by for event, by in told_by.items() if len(by) > 1} == {
        "gap-found": {"otb", "sns"},
        "aground": {"otb", "sns"},
        "customs-post": {"otb", "sns"},
        "ruling": {"otb", "sns"},
        "light-out": {"otb", "tnt"},
        "tie": {"otb", "sns"},
        "power-cut": {"otb", "sns"},
        "bridge-open": {"otb", "sns"},
    }


def test_lookalikes_are_reports_of_their_own():
    read = wire.read()
    alike = [
        [item.report for item in read.items + read.live if item.headline == headline and not item.replaces]
        for headline in (
            "Capstan fish market, close",
            "Ferry breaks down in Sound; passengers taken off by pilot cutter",
        )
    ]

    assert alike == [
        ["fish-5", "fish-4", "fish-3", "fish-2", "fish-1", "fish-0"],
        ["ferry-patience", "ferry-perseverance", "ferry-today"],
    ]


@pytest.mark.parametrize("day_zero", [MORNING, MORNING.replace(hour=0, minute=1), datetime(2032, 2, 29, tzinfo=UTC)])
def test_nothing_is_dated_in_the_future_and_what_is_live_comes_one_a_minute(day_zero: datetime):
    read = wire.read()

    assert [item.id for item in read.items if item.dated.at(day_zero) >= day_zero] == []
    assert [item.dated.at(day_zero) - day_zero for item in read.live] == [timedelta(minutes=n) for n in range(1, 21)]


def test_takes_keep_their_order_whenever_the_demo_starts():
    read = wire.read()
    at = {item.id: item.dated for item in read.items + read.live}

    for hour in range(24):
        start = MORNING.replace(hour=hour)
        late = [i.id for i in read.items if i.replaces and at[i.replaces].at(start) >= i.dated.at(start)]
        assert late == []


@pytest.mark.parametrize("key", ["otb", "sns", "own", "gul"])
def test_feedparser_reads_from_a_document_what_was_put_in(key: str):
    items = [item for item in wire.read().items if item.source == key]

    parsed = feedparser.parse(feeds.documents(items, day_zero=MORNING)[key])

    assert not parsed.bozo
    assert parsed.version == {"otb": "rss20", "sns": "atom10", "own": "rss10", "gul": "rss20"}[key]
    assert [
        (entry.id, entry.get("title", ""), (entry.get("published_parsed") or entry.updated_parsed)[:6])
        for entry in parsed.entries
    ] == [
        (item.id, feeds.title(item, day_zero=MORNING), item.dated.at(MORNING).astimezone(UTC).timetuple()[:6])
        for item in sorted(items, key=lambda item: item.dated.at(MORNING), reverse=True)
    ]
    assert all(len(entry.content[0].value) > 20 for entry in parsed.entries)


def test_the_json_feed_holds_what_was_put_in():
    items = [item for item in wire.read().items if item.source == "tnt"]

    feed = json.loads(feeds.documents(items, day_zero=MORNING)["tnt"])

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [(entry["id"], entry.get("title", ""), entry["date_published"]) for entry in feed["items"]] == [
        (item.id, feeds.title(item, day_zero=MORNING), item.dated.at(MORNING).isoformat())
        for item in sorted(items, key=lambda item: item.dated.at(MORNING), reverse=True)
    ]


def test_documents_are_the_same_for_the_same_day_zero_and_keep_the_labels_to_themselves():
    items = wire.read().items

    first = feeds.documents(items, day_zero=MORNING)

    assert first == feeds.documents(items, day_zero=MORNING)
    assert list(first) == ["otb", "sns", "tnt", "own", "gul"]
    sent = b"".join(first.values()).decode()
    assert re.findall(r"\{\w+[-+]?\d*\}", sent) == []
    assert [slug for slug in STORIES if slug in sent] == []


def test_a_photo_travels_with_caption_credit_and_alternative_text(tmp_path: Path):
    photo = "photo: tuba\ncaption: Out of *order*.\ncredit: Photo: OTB & son\nalt: A tuba.\n"
    item = ITEM.replace("report", photo + "report")
    read = wire.read(write_wire(tmp_path, HEAD + item))

    sent = feeds.documents(read.items, day_zero=MORNING, photos="https://p.example/")["otb"].decode()

    assert re.findall(r"<media:content.*</media:content>", sent, re.DOTALL) == [
        '<media:content url="https://p.example/tuba.png" type="image/png" medium="image" width="1200" height="800">\n'
        '<media:title type="plain">A tuba.</media:title>\n'
        '<media:description type="plain">Out of order.</media:description>\n'
        "<media:credit>Photo: OTB &amp; son</media:credit>\n"
        "</media:content>"
    ]


def test_marks_stand_in_the_title_as_wires_put_them():
    def marked(id: str, mark: str, headline: str = "Bridge opens") -> str:
        item = wire.Item(id, headline, wire.When(3, MORNING.time()), ("It *opened* on {weekday}.",), "r", (), "r")
        return feeds.title(replace(item, mark=mark), day_zero=MORNING)

    assert [
        marked("otb:1", mark)
        for mark in ("", "FLASH", "UPDATE 2", "1st Ld-Writethru", "CORRECTED", "REFILE", "TRIM", "STORY WITHDRAWN")
    ] == [
        "Bridge opens",
        "FLASH: Bridge opens",
        "UPDATE 2-Bridge opens",
        "Bridge opens, 1st Ld-Writethru",
        "CORRECTED: Bridge opens",
        "REFILE: Bridge opens",
        "Bridge opens",
        "STORY WITHDRAWN: Bridge opens",
    ]
    assert marked("otb:1", "", headline="") == ""
    assert marked("sns:1", "", headline="") == "It opened on Tuesday.…"


def test_braces_are_filled_as_of_the_day_of_the_item():
    at = datetime(2031, 3, 1, 0, 2)

    text = wire.filled("{weekday}, {weekday-1}, {date}, {date-1}, {month-1}, {year}, {clock}, {clock-3}", at)

    assert text == "Saturday, Friday, 1 March, 28 February, February, 2031, 00.02, 23.59"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hello", "a.txt:1: a wire file starts with `# ` and its title"),
        (HEAD.replace("- Three.\n", ""), "a.txt:1: What we know is three lines, each starting with `- `"),
        (HEAD.replace("section: Islands\n", ""), "a.txt:1: there is no `section:` under “A story”"),
        (HEAD + ITEM.replace("## ", "### "), "a.txt:10: an item starts with `## `, its id and its headline"),
        (
            HEAD + ITEM.replace("otb:1", "afar:1"),
            "a.txt:10: `afar:1` is no id: a source (otb, sns, tnt, own, gul), `:`, a number",
        ),
        (HEAD + ITEM.replace("report: opens\n", ""), "a.txt:10: there is no `report:` under “otb:1 Bridge opens”"),
        (HEAD + ITEM.replace("It opened.", ""), "a.txt:10: otb:1 has no text"),
        (
            HEAD + ITEM.replace("-3d 10:00", "yesterday"),
            "a.txt:11: `yesterday` is no date: write `-412d 09:20`, `-3h` or `+7m`",
        ),
        (HEAD + ITEM.replace("10:00", "25:00"), "a.txt:11: there is no such time of day as 25:00"),
        (HEAD + ITEM.replace("-3d 10:00", "+3m"), "a.txt:11: `+3m` is not before day zero"),
        (HEAD + ITEM.replace("-3d 10:00", "-0d 10:00"), "a.txt:11: `-0d 10:00` is not before day zero"),
        (
            HEAD + ITEM.replace("report: opens", "report opens"),
            "a.txt:12: expected `name: value`, or a blank line before the text",
        ),
        (HEAD + ITEM.replace("report", "report: a\nreport"), "a.txt:13: `report:` stands here twice"),
        (HEAD + ITEM.replace("report", "desk: naps\nreport"), "a.txt:12: `desk:` is `waits`, or isn't there"),
        (HEAD + ITEM.replace("report", "mark: BIG\nreport"), "a.txt:12: no wire marks a take `BIG`"),
        (
            HEAD + ITEM.replace("report", "photo: tuba\nreport"),
            "a.txt:10: there is no `caption:` under “otb:1 Bridge opens”",
        ),
        (
            HEAD + ITEM.replace("It opened.", "It opened on {tuesday}."),
            "a.txt:14: braces hold weekday, date, month, year or clock, and a number to add: {weekday-1}",
        ),
        (HEAD + ITEM + ITEM, "a.txt:15: otb:1 was used before, at a.txt:10"),
        (HEAD + ITEM.replace("report", "story: b\nreport"), "a.txt:10: no file has the story `b`"),
        (
            HEAD + ITEM + ITEM.replace("otb:1", "otb:2"),
            "a.txt:15: otb:2 is a further take of `opens`, but doesn't say what it replaces",
        ),
        (
            HEAD + ITEM.replace("report", "replaces: otb:9\nreport"),
            "a.txt:10: otb:1 replaces otb:9, which is not before it",
        ),
        (
            HEAD + ITEM + ITEM.replace("otb:1", "otb:2").replace("report: opens", "report: shuts\nreplaces: otb:1"),
            "a.txt:15: otb:2 replaces otb:1, which is a take of another report",
        ),
        (
            HEAD + ITEM + ITEM.replace("otb:1", "sns:2").replace("report: opens", "report: opens\nreplaces: otb:1"),
            "a.txt:15: sns:2 and otb:1 are one report with two stories, events or sources",
        ),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(tmp_path: Path, text: str, message: str):
    folder = write_wire(tmp_path, text)

    with pytest.raises(wire.BadWire) as caught:
        wire.read(folder)

    assert str(caught.value) == message


def test_an_unknown_field_is_refused_with_what_there_is(tmp_path: Path):
    folder = write_wire(tmp_path, HEAD.replace("section", "sektion"))

    with pytest.raises(wire.BadWire, match=r"^a\.txt:3: `sektion:` means nothing here; there are section, slug, stand"):
        wire.read(folder)


def test_every_photo_is_a_scene_and_every_scene_is_used():
    read = wire.read()

    assert {item.photo.name for item in read.items + read.live if item.photo} == set(art.SCENES)


@pytest.mark.parametrize("name", sorted(art.SCENES))
def test_drawing_is_deterministic_and_light(name: str):
    drawn = art.draw(name)

    picture = Image.open(io.BytesIO(drawn))

    assert drawn == art.draw(name)
    assert (picture.format, picture.size, len(drawn) < 150_000) == ("PNG", (1200, 800), True)
    assert picture.convert("RGB").getextrema() == ((0x1B, 0xEC), (0x24, 0xEE), (0x33, 0xF1))
