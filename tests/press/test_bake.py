import logging
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from builders import NOON, make_report, make_story, republish
from django.db.models import F

from writethru.press import bake as press_bake
from writethru.press import jobs
from writethru.press.assets import asset_path, made_with, publish_assets
from writethru.press.bake import bake_due, bake_first
from writethru.press.routes import render
from writethru.stories import pagestore
from writethru.stories.actions.bake import Rank, ask_for_pages, claim_pages, finish_page, may_put
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Bake, ReportState, Section, Story

pytestmark = pytest.mark.django_db


def test_bake_due_bakes_all_that_a_publication_asks_for_and_then_nothing():
    report = make_report(stories=[make_story()])
    # live.json comes with a later landing.
    asked = set(Bake.objects.exclude(path__endswith="live.json").values_list("path", flat=True))

    bake_due(now=NOON)

    assert {path for path in asked if pagestore.get(path) == render(path)} == asked
    assert report.state.path_on_site in asked
    assert bake_due(now=NOON) == 0


def test_a_page_that_is_no_more_leaves_the_store():
    report = make_report(stories=[make_story()])
    bake_due(now=NOON)
    ReportState.objects.filter(report=report).update(status="withheld")
    own = [f"/fragment/{report.pk}.html", report.state.path_on_site]
    ask_for_pages([(path, Rank.REPORT) for path in own], now=NOON)

    bake_due(now=NOON)

    assert [pagestore.get(path) for path in own] == [None, None]
    assert not Bake.objects.filter(path__in=own).exists()


def test_an_error_is_kept_with_its_page_and_holds_nothing_else_up(caplog: pytest.LogCaptureFixture):
    report = make_report(stories=[make_story()])
    make_report(stories=[make_story("The ferry")])
    ReportState.objects.filter(report=report).update(current=None)  # a state that nothing in the house can make

    with caplog.at_level(logging.ERROR):
        bake_due(now=NOON)

    failed = Bake.objects.get(path=f"/fragment/{report.pk}.html")
    assert failed.attempts == 1
    assert NOON + timedelta(minutes=1) <= failed.next_try_at < NOON + timedelta(minutes=2)
    assert failed.error.startswith("AttributeError: ")
    assert pagestore.get("/story/the-ferry/") == render("/story/the-ferry/")
    assert "can't be baked" in caplog.text


def test_a_press_that_has_lost_its_claim_puts_nothing():
    report = make_report(stories=[make_story()])
    path = f"/fragment/{report.pk}.html"
    (slow, *_rest) = claim_pages(claimed_by="slow", now=NOON)
    assert slow.path == path
    later = NOON + timedelta(minutes=6)  # its claim has ended
    republish(report, headline="Sold for one peso")
    bake_due(now=later)
    newest = pagestore.get(path)

    ReportState.objects.filter(pk=report.pk).update(current=report.versions.get(number=1))  # what the slow one had read
    press_bake._bake([slow], made_with=made_with(), now=later)

    assert b"Sold for one peso" in newest
    assert pagestore.get(path) == newest


@pytest.mark.parametrize("removed", [False, True])
def test_what_was_rendered_before_a_kill_is_not_put_after_it(removed: bool):
    report = make_report(stories=[make_story()])
    claims = {claim.path: claim for claim in claim_pages(claimed_by="press", now=NOON)}
    mine = claims[report.state.path_on_site]
    body = render(mine.path)
    withdraw_report(report, user=None, now=NOON)

    pagestore.put(mine.path, body, only_if=partial(may_put, mine))
    if removed:
        finish_page(mine, made_with=made_with())
        bake_due(now=NOON)

    assert pagestore.get(mine.path) is None


def test_first_read_bakes_what_may_be_baked_and_keeps_it_baked():
    make_report(stories=[make_story()])
    Bake.objects.all().delete()

    assert bake_first("/story/the-lighthouse/") == render("/story/the-lighthouse/")
    assert [bake.path for bake in Bake.objects.all()] == ["/story/the-lighthouse/"]
    assert (bake_first("/story/none/"), bake_first("/robots.txt"), Bake.objects.count()) == (None, None, 1)


def test_assets_are_in_the_store_under_names_that_say_what_is_in_them():
    publish_assets()

    styles = pagestore.get(asset_path("site.css")).decode()
    assert f"url({asset_path('fonts/newsreader.woff2')})" in styles
    assert pagestore.get(asset_path("fonts/newsreader.woff2"))[:4] == b"wOF2"
    assert b"SIL OPEN FONT LICENSE" in pagestore.get(asset_path("fonts/newsreader-OFL.txt"))


def test_made_with_changes_with_what_all_pages_show(settings: Any):
    make_story()
    made = [made_with()]
    Section.objects.update(title="World")
    made.append(made_with())
    settings.SITE_NAME = "The Harbour Post"
    made.append(made_with())

    assert [len(one) for one in made] == [16, 16, 16]
    assert len(set(made)) == 3


def test_pages_made_otherwise_are_asked_for_again_once():
    make_report(stories=[make_story()])
    bake_due(now=NOON)
    Section.objects.update(title="World")

    jobs.ask_for_pages_made_otherwise.call_local()
    due = [bake.done < bake.asked for bake in Bake.objects.all()]
    bake_due(now=NOON)
    jobs.ask_for_pages_made_otherwise.call_local()

    assert due == [True] * len(due)
    assert [bake for bake in Bake.objects.all() if bake.done < bake.asked] == []
    assert b'<a href="/section/news/">World</a>' in pagestore.get("/")


def test_a_page_that_cannot_be_put_away_is_noted_and_the_others_are_baked(empty_pages: Any):
    story = make_story()
    make_report(stories=[story])
    (empty_pages / "section").mkdir(parents=True)
    (empty_pages / "section" / "news").write_text("a file where the folder must stand")

    bake_due(now=NOON)

    failed = [(bake.path, bake.attempts, bool(bake.error)) for bake in Bake.objects.filter(done__lt=F("asked"))]
    assert failed == [("/section/news/", 1, True)]
    assert pagestore.get(story.path_on_site) is not None


def test_what_a_run_shares_is_read_anew_by_the_next():
    report = make_report(stories=[make_story("Ships")])
    bake_due(now=NOON)
    Section.objects.update(title="Harbour")
    Story.objects.update(title="Boats")
    republish(report, headline="The lighthouse is let", now=NOON)

    bake_due(now=NOON)

    page = pagestore.get("/story/ships/") or b""
    assert [words in page for words in (b"Harbour", b"<h1>Boats</h1>", b"The lighthouse is let")] == [True] * 3
    assert b"The lighthouse is let" in (pagestore.get("/story/ships/feed.json") or b"")


def test_a_page_has_one_path_so_that_a_kill_leaves_none_behind():
    report = make_report(stories=[make_story()])
    digits = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    year = f"/story/the-lighthouse/{NOON:%Y}".translate(digits)
    others = [f"/fragment/0{report.pk}.html", f"/fragment/{report.pk}.html".translate(digits), f"{year}/{NOON:%m}/"]

    assert bake_first(f"/fragment/{report.pk}.html")
    assert bake_first(f"/story/the-lighthouse/{NOON:%Y/%m}/")
    assert [bake_first(path) for path in others] == [None, None, None]
    assert not Bake.objects.filter(path__in=others).exists()
