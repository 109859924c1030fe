"""The feed reader beside feedparser on about 100 real feeds, and on the suites that others test feed readers with."""

import calendar
import io
from collections import Counter
from urllib.parse import urljoin

import feedparser
import pytest
from gold import gold_file, gold_members, is_long

from writethru.lib.html import clean, paragraphs, text
from writethru.wire.copy import clean_copy
from writethru.wire.formats import Unreadable
from writethru.wire.formats.feed import read

pytestmark = pytest.mark.gold

ADDRESS = "https://feed.example/feed"
SUITES = ("feedparser-tests", "w3c-feedvalidator-testcases", "gofeed-testdata", "feed-rs-fixture", "miniflux")
# feedparser takes 9 s for all of them; every sixth from the first is compared by default.
STEP = 1 if is_long() else 6


def plain(html: str) -> str:
    return " ".join(text(clean(html)).split())


def real_feeds():
    """Yield those of the real feeds that are XML; the set also holds the outputs of other parsers as JSON."""
    for name, body in gold_members("feeds/fastfeedparser.tar.xz"):
        if not name.endswith(".json"):
            yield name, body


def test_real_feeds_agree_with_feedparser():
    agreed, disagreed = Counter(), []
    for name, body in list(real_feeds())[::STEP]:
        items = read(body, address=ADDRESS).items
        entries = feedparser.parse(io.BytesIO(body), resolve_relative_uris=False).entries
        if not entries:  # one feed has more items than feedparser finds in its broken XML
            continue
        assert len(items) == len(entries), name
        for item, entry in zip(items, entries, strict=True):
            link = urljoin(ADDRESS, entry.get("link") or "") if entry.get("link") else ""
            times = [calendar.timegm(entry[key]) for key in ("published_parsed", "updated_parsed") if entry.get(key)]
            moment = int(item.dated_at.timestamp()) if item.dated_at else None
            for what, ours, theirs in (
                ("id", item.wire_id, entry.get("id") or item.wire_id),
                ("link", item.url, link),
                ("title", plain(item.headline), plain(entry.get("title", ""))),
                ("date", moment, moment if moment in times else (times or [None])[0]),
            ):
                if ours == theirs:
                    agreed[what] += 1
                else:
                    disagreed.append((name, what, ours, theirs))

    print(f"{sum(agreed.values())} agree; {len(disagreed)} differ: {disagreed}")
    assert {
        what: count / (count + sum(1 for other in disagreed if other[1] == what)) for what, count in agreed.items()
    } == {what: pytest.approx(1, abs=0.001) for what in ("id", "link", "title", "date")}, disagreed


def test_raw_bytes_of_real_feeds_lie_in_order_in_the_document():
    for name, body in real_feeds():
        at = 0
        for item in read(body).items:
            assert item.raw.startswith(b"<") and item.raw.endswith(b">") and len(item.raw) < len(body), name
            at = body.index(item.raw, at) + len(item.raw)


def test_suites_are_read_or_refused_and_never_break():
    for suite in SUITES:
        for name, body in gold_members(f"feeds/{suite}.tar.xz"):
            try:
                document = read(body, address=ADDRESS)
            except Unreadable:
                continue
            copies = [clean_copy(item) for item in document.items]
            assert all(clean(copy.html) == copy.html for copy in copies), name


def test_the_model_page_comes_out_as_copy():
    items = read(gold_file("us-japan/us-japan.rss.xml").read_bytes()).items

    copies = {item.wire_id: clean_copy(item) for item in items}

    assert [copy.headline for copy in copies.values()] == [""] * 9
    assert {wire_id: copy.credit for wire_id, copy in copies.items()} == {
        "usjp-2023-06-01": "AFP",
        "usjp-2023-03-28-b": "AFP",
        "usjp-2023-03-28-a": "AFP",
        "usjp-2023-01-13-b": "AFP",
        "usjp-2023-01-13-a": "AFP",
        "usjp-2023-01-04": "AFP",
        "usjp-2021-11-13": "AFP",
        "usjp-2019-06-03": "Photo from DoD",
        "usjp-2019-05-27": "Brendan Smialowski / AFP",
    }
    assert {wire_id: len(paragraphs(copy.html)) for wire_id, copy in copies.items()} == {
        "usjp-2023-06-01": 4,
        "usjp-2023-03-28-b": 3,
        "usjp-2023-03-28-a": 5,
        "usjp-2023-01-13-b": 3,
        "usjp-2023-01-13-a": 3,
        "usjp-2023-01-04": 3,
        "usjp-2021-11-13": 3,
        "usjp-2019-06-03": 3,
        "usjp-2019-05-27": 3,
    }
    assert not [wire_id for wire_id, copy in copies.items() if "—" in copy.html]
    assert [(photo.caption[:28], photo.credit) for copy in copies.values() for photo in copy.photos] == [
        ("Shanahan, Reynolds and Iwaya", "Photo from DoD"),
        ("US President Donald Trump an", "Brendan Smialowski / AFP"),
    ]
