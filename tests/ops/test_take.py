"""From a feed to a page that readers get: nine items become seven entries, and a second run changes nothing."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from gold import gold_file

from writethru.stories.models import Fold, Version
from writethru.wire.models import Item, SetAside, Source

pytestmark = pytest.mark.django_db

FEED = Path(__file__).parent / "two-islands.rss.xml"


@dataclass(frozen=True)
class Shown:
    """An entry as readers see it."""

    date: str
    credit: str
    captions: tuple[str, ...]
    paragraphs: tuple[str, ...]


def take(*arguments: str) -> None:
    call_command("take", *arguments, stdout=_Silence(), stderr=_Silence())


class _Silence:
    def write(self, said: str) -> None:
        pass


def entries(slug: str) -> list[Shown]:
    page = (settings.PAGES_FOLDER / "story" / slug / "index.html").read_bytes()
    return [_shown(article) for article in BeautifulSoup(page, "html.parser").select("article")]


def _shown(article: Any) -> Shown:
    when = datetime.fromisoformat(article.select_one("time[datetime]")["datetime"])
    credit = article.select_one(".credit")
    return Shown(
        date=when.date().isoformat(),
        credit=re.sub(r"^\W+", "", _text(credit)) if credit else "",
        captions=tuple(_text(caption) for caption in article.select("figcaption")),
        paragraphs=tuple(_text(block) for block in article.find_all("p", class_=False, recursive=False)),
    )


def _text(block: Any) -> str:
    return re.sub(r"\s+", " ", block.get_text()).strip()


def rows() -> dict[str, int]:
    ours = [model for app in ("wire", "stories", "readers") for model in apps.get_app_config(app).get_models()]
    return {model.__name__: model.objects.count() for model in ours}


def files() -> dict[str, tuple[bytes, int]]:
    found = [file for file in sorted(Path(settings.PAGES_FOLDER).rglob("*")) if file.is_file()]
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in found}


def folds() -> dict[tuple[str, str], list[str]]:
    """Return, for each take that was folded, the codes of its reasons by (first take, this one)."""
    taken = Fold.objects.filter(kind="take").select_related("item", "report")
    return {
        (fold.report.folds.get(kind="first").item.wire_id, fold.item.wire_id): [code for code, _ in fold.because]
        for fold in taken
    }


TITLE = "Great and Little Ember"
LONG_READ = (
    "The islands of Great and Little Ember have agreed to share the ferry that runs between them, officials of both "
    "say, a move that ends a quarrel over the timetable in its ninth year.",
    "The boat will spend its nights on Great Ember and its days on whichever island needs it more, which a clerk is to "
    "decide each morning by looking out of the window.",
    "The deal lets both islands keep their own fares, says a statement released by the Office of Tides.",
    '"Both islands want the same thing from the sea, and it has never once given it to either of them," the '
    "office adds.",
    'Harbour Master Corin Vale says the agreement is "a good afternoon\'s work" as he goes on talking to the pilots '
    "about the winter crossings, which it leaves out.",
)


def test_a_feed_becomes_a_page_of_its_reports_newest_first():
    take(str(FEED), "--story", TITLE, "--publish")

    shown = entries("great-and-little-ember")
    assert [(entry.date, entry.credit, entry.captions) for entry in shown] == [
        ("2024-06-01", "Pharos", ()),
        ("2024-03-28", "Pharos", ()),
        ("2024-01-13", "Pharos", ()),
        ("2023-11-20", "Pharos", ()),
        ("2023-11-13", "Pharos", ()),
        ("2021-06-03", "Photo from the guild", ("Vale, Finch and the rope Photo from the guild",)),
        (
            "2021-05-27",
            "Mara Quill / Pharos",
            (
                "Oda Finch is greeted by the band of Great Ember on the steps of the fish market on May 27, 2021. "
                "Photo: Mara Quill / Pharos",
            ),
        ),
    ]
    assert [len(entry.paragraphs) for entry in shown] == [2, 5, 3, 2, 2, 2, 2]


def test_the_fuller_take_is_shown_though_a_shorter_one_came_after_it():
    take(str(FEED), "--story", TITLE, "--publish")

    assert entries("great-and-little-ember")[1].paragraphs == LONG_READ


def test_second_takes_are_folded_with_reasons_and_look_alikes_are_not():
    take(str(FEED), "--story", TITLE, "--publish")

    assert Item.objects.count() == 9
    assert {pair: "kept_sentences" in codes for pair, codes in folds().items()} == {
        ("two-2024-01-13-a", "two-2024-01-13-b"): True,
        ("two-2024-03-28-a", "two-2024-03-28-b"): True,
    }


def test_taking_it_again_changes_neither_a_row_nor_a_byte():
    take(str(FEED), "--story", TITLE, "--publish")
    before = rows(), files()

    take(str(FEED), "--story", TITLE, "--publish")

    assert (rows(), files()) == before


def test_without_publish_the_reports_wait():
    take(str(FEED), "--story", TITLE)

    assert Version.objects.count() == 0
    assert entries("great-and-little-ember") == []


def test_with_quiet_nobody_is_alerted():
    take(str(FEED), "--publish", "--quiet")

    assert set(Version.objects.values_list("quiet", flat=True)) == {True}


def test_what_cannot_be_read_is_said_and_the_rest_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    torn = tmp_path / "torn.xml"
    torn.write_text("This is no feed.")

    with pytest.raises(CommandError) as refused:
        call_command("take", str(torn), str(tmp_path / "none.xml"), str(FEED))

    said = capsys.readouterr()
    assert str(refused.value) == "2 of 3 could not be taken."
    assert said.err.splitlines()[1] == f"{tmp_path}/none.xml: can't be read (No such file or directory)."
    assert said.err.splitlines()[0].startswith(f"{torn}: not taken: ")
    assert said.out == (
        f"{FEED}: 9 items from “Great and Little Ember”, 9 of them new; 2 folded into a report that was there.\n"
    )


def test_what_cannot_be_read_is_set_aside_once(tmp_path: Path):
    torn = tmp_path / "torn.xml"
    torn.write_text("This is no feed.")

    for _ in range(2):
        with pytest.raises(CommandError):
            take(str(torn))

    (kept,) = SetAside.objects.all()
    assert (kept.reason, bytes(kept.raw), kept.address, kept.source) == (
        "not_a_feed",
        b"This is no feed.",
        "torn.xml",
        None,
    )


def test_ninjs_of_one_agency_is_one_source_and_its_kill_withdraws(tmp_path: Path):
    for number, status in enumerate(("usable", "canceled"), 1):
        item = {
            "uri": "urn:newsml:pharos.example:moat",
            "version": str(number),
            "pubstatus": status,
            "source": "Pharos",
        }
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps({**item, "headline": "The moat is full", "body_text": "It is, the castle said."}))
        take(str(file), "--publish")

    assert [str(source) for source in Source.objects.all()] == ["Pharos"]
    assert list(Version.objects.order_by("number").values_list("kind", flat=True)) == ["new", "withdrawal"]


def test_the_source_is_the_one_that_is_named():
    take(str(FEED), "--source", "Pharos")

    assert set(Item.objects.values_list("source__name", flat=True)) == {"Pharos"}


@pytest.mark.gold
def test_the_model_page():
    expected = json.loads(gold_file("us-japan/expected.json").read_text())
    feed = str(gold_file("us-japan/us-japan.rss.xml"))

    take(feed, "--story", expected["story"], "--publish")
    before = rows(), files()
    shown = entries("united-states-and-japan")
    take(feed, "--story", expected["story"], "--publish")

    assert (rows(), files()) == before
    assert Item.objects.count() == expected["items"] == 9
    assert [entry.date for entry in shown] == expected["timeline_newest_first"]
    assert [entry.credit for entry in shown] == [*["AFP"] * 5, "Photo from DoD", "Brendan Smialowski / AFP"]
    assert [len(entry.captions) for entry in shown] == [0, 0, 0, 0, 0, 1, 1]
    assert {pair: bool(codes) for pair, codes in folds().items()} == {tuple(pair): True for pair in expected["folds"]}
    fuller = shown[1].paragraphs
    assert len(fuller) == 5
    assert "says a statement released" in fuller[2]
    assert fuller[3].startswith('"The United States and Japan share a common interest')
    assert fuller[4].startswith("Ambassador Katherine Tai says")
