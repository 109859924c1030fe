from pathlib import Path
from typing import Any

import pytest
from builders import NOON, make_report, make_story, republish
from django.conf import settings

from writethru.press.bake import bake_due
from writethru.stories import pagestore
from writethru.stories.actions.bake import Rank
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Bake, Gone, Report, ReportState, Version
from writethru.stories.queries import is_gone, published_reports

pytestmark = pytest.mark.django_db

SAYING = "A peso for a lighthouse"


def baked_report() -> tuple[Report, list[str]]:
    """Return a report that readers have, and the paths that are its own."""
    report = make_report(headline=SAYING, stories=[make_story()])
    bake_due(now=NOON)
    return report, [f"/fragment/{report.pk}.html", report.state.path_on_site]


def pages_that_say_it() -> list[Path]:
    files = [file for file in Path(settings.PAGES_FOLDER).rglob("*") if file.is_file()]
    return [file for file in files if SAYING.encode() in file.read_bytes()]


def test_a_kill_makes_a_last_version_that_says_so_and_holds_no_text():
    report = make_report(headline=SAYING)

    version = withdraw_report(report, user=None, now=NOON, note="It was not sold.", because=[["kill", "lh-1"]])

    state = ReportState.objects.get()
    assert (state.status, state.current) == ("killed", version)
    assert (version.number, version.kind, version.grade) == (2, "withdrawal", "alert")
    assert (version.headline, version.html, version.photos) == (SAYING, "", [])
    assert (version.note, version.because) == ("It was not sold.", [["kill", "lh-1"]])
    assert not published_reports().exists()


def test_its_own_files_go_when_the_kill_is_committed_and_not_before(django_capture_on_commit_callbacks: Any):
    report, own = baked_report()

    with django_capture_on_commit_callbacks() as callbacks:
        withdraw_report(report, user=None, now=NOON)
    before = [pagestore.get(path) is not None for path in own]
    for callback in callbacks:
        callback()

    assert before == [True, True]
    assert [pagestore.get(path) for path in own] == [None, None]


def test_the_paths_are_gone_for_good():
    report, own = baked_report()

    withdraw_report(report, user=None, now=NOON)

    assert set(Gone.objects.values_list("path", "report")) == {(path, report.pk) for path in own}
    assert [is_gone(path) for path in own] == [True, True]


def test_every_page_that_shows_it_is_asked_for_before_all_else():
    report, own = baked_report()
    make_report(headline="Something else")  # which has asked for the front as well

    withdraw_report(report, user=None, now=NOON)

    first = set(Bake.objects.filter(rank=Rank.KILL).values_list("path", flat=True))
    assert first == {
        *own,
        *(f"/story/the-lighthouse/{name}" for name in ("", "2026/11/", "feed.atom", "feed.rss", "feed.json")),
        *("/story/the-lighthouse/live.json", "/section/news/", "/", "/trending/"),
        *("/feed.atom", "/feed.rss", "/feed.json"),
    }


def test_no_page_says_it_when_the_press_is_done(django_capture_on_commit_callbacks: Any):
    report, _own = baked_report()
    assert len(pages_that_say_it()) >= 6

    with django_capture_on_commit_callbacks(execute=True):
        withdraw_report(report, user=None, now=NOON)
    bake_due(now=NOON)

    assert pages_that_say_it() == []


def test_a_crash_between_commit_and_removal_is_mended_by_baking():
    report, own = baked_report()

    withdraw_report(report, user=None, now=NOON)  # and what was to follow on commit never ran
    bake_due(now=NOON)

    assert [pagestore.get(path) for path in own] == [None, None]
    assert pages_that_say_it() == []
    assert not Bake.objects.filter(path__in=own).exists()


def test_killing_twice_is_killing_once():
    report = make_report()
    first = withdraw_report(report, user=None, now=NOON)

    assert withdraw_report(report, user=None, now=NOON) == first
    assert list(Version.objects.order_by("number").values_list("kind", flat=True)) == ["new", "withdrawal"]


def test_what_readers_never_had_is_killed_without_a_version():
    report = make_report(publish=False)

    assert withdraw_report(report, user=None, now=NOON) is None
    assert withdraw_report(report, user=None, now=NOON) is None

    assert ReportState.objects.get().status == "killed"
    assert not Version.objects.exists()
    assert not Gone.objects.exists()


def test_what_was_imported_quietly_is_killed_quietly():
    report = make_report(quiet=True)

    version = withdraw_report(report, user=None, now=NOON)

    assert version.quiet is True


def test_pages_below_the_report_go_with_it(django_capture_on_commit_callbacks: Any):
    report, own = baked_report()
    republish(report, html="<p>It was sold twice.</p>")
    below = f"{own[1]}v1/"
    Bake.objects.create(path=below, rank=Rank.REPORT, asked_at=NOON)
    pagestore.put(below, SAYING.encode())

    with django_capture_on_commit_callbacks(execute=True):
        withdraw_report(report, user=None, now=NOON)

    assert pagestore.get(below) is None
    assert is_gone(below)
