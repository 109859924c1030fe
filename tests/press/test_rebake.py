"""What is joined from what was kept is byte for byte what is made from the rows alone, whatever has changed."""

import os
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from builders import NOON, make_report, make_story, republish
from django.db import transaction
from django.db.models import F
from pixels import make_picture

from writethru.press.assets import publish_assets
from writethru.press.bake import bake_due
from writethru.press.jobs import ask_for_pages_made_otherwise
from writethru.press.once import run
from writethru.press.page import NoSuchPage
from writethru.press.routes import render
from writethru.stories import pagestore
from writethru.stories.actions.file import file_report, mark_key_entry, unfile_report, unmark_key_entry
from writethru.stories.actions.photos import keep_photo
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Bake, Entry, Report, Section, Story

pytestmark = pytest.mark.django_db

CHANGES = 20


def address(report: Report) -> str:
    return f"https://photos.example/{report.pk}.jpg"


class Newsroom:
    """Changes one thing at a time, as chance has it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.at = chance, NOON
        self.stories = [make_story("The lighthouse"), make_story("The ferry")]

    def any_report(self) -> Report:
        return self.chance.choice(list(Report.objects.filter(state__status="published").order_by("pk")))

    def new_entry(self) -> None:
        report = make_report(
            headline=self.chance.choice(["", f"Ships pass, {self.at:%H %M}"]),
            stories=self.chance.sample(self.stories, self.chance.choice((1, 1, 2))),
            dated_at=NOON - timedelta(hours=self.chance.randrange(24 * 400)),
            now=self.at,
        )
        Report.objects.filter(pk=report.pk).update(language=self.chance.choice(["", "tl", "ar"]))

    def new_version(self) -> None:
        republish(
            self.any_report(), html=f"<p>It was {self.at:%H %M}.</p>", note=self.chance.choice(["", "x"]), now=self.at
        )

    def a_photo_arrives(self) -> None:
        report = self.any_report()
        item = report.state.item
        item.photos = [{"address": address(report), "caption": "The lamp.", "credit": "", "alt": ""}]
        item.save()
        republish(report, html=f"<p>With a photo, {self.at:%H %M}.</p>", now=self.at)
        keep_photo(address(report), body=make_picture(), caption="", credit="", alt="", now=self.at)

    def kill(self) -> None:
        withdraw_report(self.any_report(), user=None, now=self.at)

    def key_moment(self) -> None:
        entry = self.chance.choice(list(Entry.objects.order_by("pk")))
        if entry.is_key:
            unmark_key_entry(entry, user=None, now=self.at)
        else:
            mark_key_entry(entry, label=self.chance.choice(["", "The lamp goes out"]), user=None, now=self.at)

    def file_or_unfile(self) -> None:
        report, story = self.any_report(), self.chance.choice(self.stories)
        if entry := Entry.objects.filter(report=report, story=story).first():
            unfile_report(entry, user=None, now=self.at)
        else:
            file_report(report, story=story, user=None, now=self.at, because=[])

    def edit_lead(self) -> None:
        story = Story.objects.get(pk=self.chance.choice(self.stories).pk)
        story.title, story.what_we_know = f"{story.title[:12]} {self.at:%H %M}", f"<p>Known by {self.at:%H %M}.</p>"
        story.save_revision().publish()

    def rename_section(self) -> None:
        section = Section.objects.get()
        section.title = f"News of {self.at:%H %M}"
        section.save_revision().publish()


def from_rows_alone(path: str) -> bytes | None:
    """Return the page with nothing kept: no fragment counts as baked."""
    with transaction.atomic():
        Bake.objects.update(made_with="none")
        try:
            return render(path)
        except NoSuchPage:
            return None
        finally:
            transaction.set_rollback(True)


@pytest.mark.parametrize("seed", range(3))
def test_every_page_of_a_story_is_as_from_the_rows_alone_after_each_change(seed: int):
    newsroom = Newsroom(random.Random(seed))
    for _ in range(4):
        newsroom.new_entry()
    changes: list[Callable[[], None]] = [
        *(
            newsroom.new_entry,
            newsroom.new_version,
            newsroom.new_version,
            newsroom.a_photo_arrives,
            newsroom.key_moment,
        ),
        *(newsroom.file_or_unfile, newsroom.edit_lead, newsroom.rename_section, newsroom.kill),
    ]
    changed = []

    for _ in range(CHANGES):
        newsroom.at += timedelta(minutes=7)
        change = newsroom.chance.choice(changes)
        if Report.objects.filter(state__status="published").count() < 3:
            change = newsroom.new_entry
        change()
        changed.append(change.__name__)
        ask_for_pages_made_otherwise.call_local()
        bake_due(now=newsroom.at)
        for path in ("/story/the-lighthouse/", "/story/the-ferry/"):
            assert pagestore.get(path) == from_rows_alone(path), (path, changed)
        assert not Bake.objects.exclude(done=F("asked")).exists()
    for path in Bake.objects.filter(path__startswith="/fragment/").values_list("path", flat=True):
        assert pagestore.get(path) == from_rows_alone(path), (path, changed)


def test_a_page_of_a_run_joins_the_entry_that_the_run_has_rendered():
    report = make_report(stories=[make_story()])

    with run():
        entry = render(f"/fragment/{report.pk}.html")
        republish(report, html="<p>Later than this run.</p>")
        page = render("/story/the-lighthouse/")

    assert entry in page
    bake_due(now=NOON)
    assert b"Later than this run." in pagestore.get("/story/the-lighthouse/")


def test_what_was_cut_off_as_it_was_brought_to_disk_is_baked_again(monkeypatch: pytest.MonkeyPatch):
    make_report(stories=[make_story()])

    def cut(_files: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power:
        power.setattr(pagestore, "sync", cut)
        with pytest.raises(KeyboardInterrupt):
            bake_due(now=NOON)
    asked, on_site = Bake.objects.count(), [*pagestore.file_for("/").parent.glob("*.html")]
    Bake.objects.update(claimed_by="", claimed_until=None)

    assert (on_site, Bake.objects.filter(done=0).count()) == ([], asked)
    assert bake_due(now=NOON) == asked


def test_pages_that_the_disk_refuses_are_given_back_with_the_error_and_leave_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
):
    make_report(stories=[make_story()])
    publish_assets()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        baked = bake_due(now=NOON)
    failed = Bake.objects.values_list("done", "claimed_by", "error").distinct()

    assert (baked, list(failed)) == (0, [(0, "", "OSError: [Errno 28] No space left on device")])
    assert [*pagestore.file_for("/").parent.glob(f"{pagestore.UNFINISHED}/*")] == []
    assert bake_due(now=NOON + timedelta(days=1)) == Bake.objects.count()
