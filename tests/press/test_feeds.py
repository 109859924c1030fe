import json
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from builders import MORNING, NOON, make_report, make_story, republish

from writethru.press.page import NoSuchPage
from writethru.press.routes import render
from writethru.stories.models import Report, Story

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def story() -> Story:
    return make_story("The lighthouse", standfirst="A port sells.")


@pytest.fixture
def corrected(story: Story) -> Report:
    """An old report, corrected long after a newer one came."""
    photo = {"address": "", "caption": "The lamp.", "credit": "A. Kerr / AFP", "alt": ""}
    old = make_report(
        headline="", html="<p>Sold for two. Really.</p>", dated_at=MORNING, now=MORNING, stories=[story], photos=[photo]
    )
    make_report(headline="Let", html="<p>It is let.</p>", dated_at=MORNING + timedelta(hours=1), stories=[story])
    return republish(old, html="<p>Sold for one peso. Really.</p>", note="It was one, not two.", now=NOON)


CONTENT = (
    "<p>The lamp. <small>Photo: A. Kerr / AFP</small></p>\n"
    "<p>Sold for one peso. Really.</p>\n"
    "<p><b>Corrected</b> 24 November 2026, 8:00 pm PHT. It was one, not two.</p>\n"
    "<p>— Pharos</p>"
)


def test_atom_has_the_whole_text_and_what_was_corrected_first(corrected: Report):
    feed = ET.fromstring(render("/story/the-lighthouse/feed.atom"))
    first = feed.find(f"{ATOM}entry")

    assert [link.get("href") for link in feed.findall(f"{ATOM}link")] == [
        f"{SITE}/story/the-lighthouse/",
        f"{SITE}/story/the-lighthouse/feed.atom",
    ]
    assert (feed.findtext(f"{ATOM}title"), feed.findtext(f"{ATOM}updated")) == (
        "The lighthouse",
        "2026-11-24T20:00:00+08:00",
    )
    assert {child.tag.removeprefix(ATOM): child.text for child in first if child.text} == {
        "title": "Sold for one peso.",
        "published": "2023-06-01T10:28:00+08:00",
        "updated": "2026-11-24T20:00:00+08:00",
        "id": SITE + corrected.state.path_on_site,
        "content": CONTENT,
    }
    assert first.findtext(f"{ATOM}author/{ATOM}name") == "Pharos"


def test_rss_has_the_whole_text(corrected: Report):
    channel = ET.fromstring(render("/story/the-lighthouse/feed.rss")).find("channel")
    first = channel.find("item")

    assert [item.findtext("title") for item in channel.findall("item")] == ["Sold for one peso.", "Let"]
    assert {child.tag.rpartition("}")[2]: child.text for child in first} == {
        "title": "Sold for one peso.",
        "link": SITE + corrected.state.path_on_site,
        "creator": "Pharos",
        "pubDate": "Thu, 01 Jun 2023 10:28:00 +0800",
        "guid": SITE + corrected.state.path_on_site,
        "encoded": CONTENT,
    }


def test_json_feed_has_the_whole_text(corrected: Report):
    feed = json.loads(render("/story/the-lighthouse/feed.json"))

    items = feed.pop("items")
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The lighthouse",
        "home_page_url": f"{SITE}/story/the-lighthouse/",
        "feed_url": f"{SITE}/story/the-lighthouse/feed.json",
        "description": "A port sells.",
        "language": "en",
    }
    assert items[0] == {
        "id": SITE + corrected.state.path_on_site,
        "url": SITE + corrected.state.path_on_site,
        "title": "Sold for one peso.",
        "content_html": CONTENT,
        "date_published": "2023-06-01T10:28:00+08:00",
        "date_modified": "2026-11-24T20:00:00+08:00",
        "authors": [{"name": "Pharos"}],
    }


def test_feed_of_latest_has_reports_in_no_story_too(corrected: Report):
    make_report(headline="Fog", dated_at=MORNING)

    titles = [item["title"] for item in json.loads(render("/feed.json"))["items"]]

    assert titles == ["Sold for one peso.", "Let", "Fog"]


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_an_empty_feed_does_not_depend_on_now(story: Story, form: str):
    assert render(f"/story/the-lighthouse/feed.{form}") == render(f"/story/the-lighthouse/feed.{form}")
    assert b"2026" not in render(f"/feed.{form}")


def test_no_feed_of_no_story():
    with pytest.raises(NoSuchPage):
        render("/story/none/feed.atom")


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_a_control_character_pasted_at_the_desk_ends_no_feed(form: str):
    story = make_story("The\x0blighthouse", standfirst="Sold\x01")
    make_report(headline="Sold\x0bagain", html="<p>To\x02day</p>", credit="Pha\x03ros", stories=[story])

    assert b"Sold again" in render(f"/feed.{form}") or form == "json"
    assert render(f"{story.path_on_site}feed.{form}")
