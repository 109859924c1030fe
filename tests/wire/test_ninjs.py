"""The reader for ninjs: one version at a time, agencies' habits, and what must not be published by itself."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from writethru.wire.formats import Document, SetAside, Unreadable, WireItem, WirePhoto
from writethru.wire.formats.document import read, read_entry
from writethru.wire.formats.ninjs import read_ninjs

URI = "https://wire.example/items/moat-1"
NITF = "<nitf><body><body.head/><body.content><p>One.</p></body.content></body></nitf>"
PICTURE = {
    "type": "picture",
    "renditions": {
        "thumb": {"href": "https://wire.example/t.jpg", "mimetype": "image/jpeg", "width": 150},
        "original": {"href": "https://wire.example/o.jpg", "mimetype": "image/jpeg", "width": 8000},
        "16-9": {"href": "https://wire.example/c.jpg", "mimetype": "image/jpeg", "width": 1280},
        "main": {"href": "/m.jpg", "mimetype": "image/jpeg", "width": 1400, "height": 900},
        "film": {"href": "https://wire.example/f.mp4", "mimetype": "video/mp4", "width": 1920},
    },
}


def sent(value: Any) -> bytes:
    return json.dumps(value).encode()


def only(value: dict[str, Any]) -> WireItem:
    document = read(sent({"uri": URI, "headline": "The moat is full", **value}))
    (item,) = document.items
    return item


def test_ninjs_1_is_read_whole():
    raw = sent(
        {
            "uri": URI,
            "type": "composite",
            "version": "3",
            "versioncreated": "2026-11-24T10:00:00+08:00",
            "firstcreated": "2026-11-23T10:00:00+08:00",
            "evolvedfrom": "https://wire.example/items/moat-0",
            "pubstatus": "usable",
            "headline": "The moat\n is full",
            "slugline": "MOAT-water",
            "byline": "A. Keeper",
            "language": "en",
            "source": "Pharos",
            "copyrightnotice": "© Pharos",
            "usageterms": ["Print only.", "Not after 2030."],
            "ednote": "Check the depth.",
            "body_text": "The moat is full.",
            "body_html": "<p>The moat is full, the castle said.</p>",
            "description_text": "A moat.",
            "associations": {
                "featuremedia": {
                    **PICTURE,
                    "byline": "B. Lens/Pharos",
                    "description_text": "The moat.",
                    "body_text": "Water",
                },
                "story": {"type": "text", "renditions": PICTURE["renditions"]},
                "nothing": None,
            },
        }
    )

    assert read(raw, address="https://wire.example/feed") == Document(
        title="Pharos",
        address="https://wire.example/",
        language="",
        items=(
            WireItem(
                wire_id=URI,
                headline="The moat is full",
                html="<p>The moat is full, the castle said.</p>",
                url=URI,
                dated_at=datetime(2026, 11, 24, 2, tzinfo=UTC),
                byline="A. Keeper",
                language="en",
                photos=(
                    WirePhoto(
                        "https://wire.example/m.jpg", "The moat.", "B. Lens/Pharos", "Water", "image/jpeg", 1400, 900
                    ),
                ),
                raw=raw,
                version=3,
                evolved_from="https://wire.example/items/moat-0",
                slugline="MOAT-water",
                rights="© Pharos\nPrint only.\nNot after 2030.",
                ednote="Check the depth.",
            ),
        ),
        set_aside=(),
    )


def test_ninjs_2_and_3_differ_in_the_case_of_their_names_alone():
    def value(*, camel: bool) -> dict[str, Any]:
        def name(said: str) -> str:
            return said if camel else said.lower()

        return {
            "uri": "urn:newsml:pharos.example:20261124:moat",
            name("versionCreated"): "2026-11-24T02:00:00Z",
            name("pubStatus"): "usable",
            name("copyrightNotice"): "© Pharos",
            "by": "A. Keeper",
            "headlines": [
                {"role": "short", "value": "Moat"},
                {"role": "main", "value": "<b>Fish &amp; moat</b>", name("contentType"): "text/html"},
            ],
            "bodies": [
                {"role": "text", name("contentType"): "text/plain", "value": "Fish."},
                {
                    "role": "html",
                    name("contentType"): "text/html",
                    "value": "<html><body><article><h1>Fish &amp; moat</h1><p>Fish.</p></article></body></html>",
                },
            ],
            "associations": [
                {
                    "name": "a",
                    "type": "picture",
                    "descriptions": [{"role": "caption", "value": "Fish."}, {"role": "creditline", "value": "Pharos"}],
                    "renditions": [
                        {name("contentType"): "image/jpeg", "href": "https://wire.example/m.jpg", "width": 1400}
                    ],
                }
            ],
        }

    (two,), (three,) = (read(sent(value(camel=camel))).items for camel in (False, True))

    assert (two.headline, two.html, two.byline, two.rights) == (
        "Fish & moat",
        "<p>Fish.</p></article>",
        "A. Keeper",
        "© Pharos",
    )
    assert [(photo.address, photo.caption, photo.credit) for photo in two.photos] == [
        ("https://wire.example/m.jpg", "Fish.", "Pharos")
    ]
    assert [getattr(two, name) for name in WireItem.__slots__ if name != "raw"] == [
        getattr(three, name) for name in WireItem.__slots__ if name != "raw"
    ]


@pytest.mark.parametrize(
    ("members", "html"),
    [
        ({"body_text": "One & two.\r\n\r\nThree <4>."}, "<p>One &amp; two.</p><p>Three &lt;4&gt;.</p>"),
        ({"body_text": "One.\nTwo."}, "<p>One.</p><p>Two.</p>"),
        ({"body_xhtml": "<p>One.</p>", "body_text": "One, and much more of it."}, "<p>One.</p>"),
        ({"description_text": "One."}, "<p>One.</p>"),
        ({"bodies": [{"contenttype": "text/vnd.IPTC.NITF", "value": NITF}]}, "<p>One.</p>"),
        ({"body_html": 7, "body_text": ["One."], "bodies": "x"}, "7"),
    ],
)
def test_the_body_is_found_whatever_it_is_in(members: dict[str, Any], html: str):
    assert only(members).html == html


@pytest.mark.parametrize(
    ("members", "bounds"),
    [
        ({}, ("usable", None, False)),
        ({"pubstatus": "Canceled"}, ("canceled", None, False)),
        ({"pubStatus": "cancelled"}, ("canceled", None, False)),
        ({"pubstatus": "withheld"}, ("withheld", None, False)),
        ({"pubstatus": "commissioned"}, ("withheld", None, False)),
        ({"pubstatus": ["x"]}, ("withheld", None, False)),
        ({"embargoed": "2026-11-24T10:00:00+08:00"}, ("usable", datetime(2026, 11, 24, 2, tzinfo=UTC), False)),
        ({"embargoed": "2026-11-24T02:00:00.000Z"}, ("usable", datetime(2026, 11, 24, 2, tzinfo=UTC), False)),
        ({"embargoed": "20261124T100000+0800"}, ("usable", datetime(2026, 11, 24, 2, tzinfo=UTC), False)),
        # Without a zone or a time: the latest that it may mean.
        ({"embargoed": "2026-11-24T10:00:00"}, ("usable", datetime(2026, 11, 24, 22, tzinfo=UTC), False)),
        ({"embargoed": "2026-11-24"}, ("usable", datetime(2026, 11, 25, 12, tzinfo=UTC), False)),
        ({"embargoed": None}, ("usable", None, True)),
        ({"Embargoed": "Next Monday"}, ("usable", None, True)),
        ({"embargoed": {"to": 1}}, ("usable", None, True)),
    ],
)
def test_what_the_wire_lets_be_done_is_read_and_doubt_means_no(members: dict[str, Any], bounds: tuple[Any, ...]):
    item = only(members)

    assert (item.pubstatus, item.embargoed_until, item.held) == bounds


def test_a_kill_needs_no_text():
    document = read(sent({"uri": URI, "pubstatus": "canceled"}))

    assert [(item.wire_id, item.pubstatus) for item in document.items] == [(URI, "canceled")]


@pytest.mark.parametrize(
    ("members", "photos"),
    [
        ({}, 1),
        ({"pubstatus": "canceled"}, 0),
        ({"pubstatus": "withheld"}, 0),
        ({"embargoed": None}, 0),
        ({"embargoed": "2026-11-24T10:00:00Z"}, 1),
        ({"embargoed": "2026-11-24T10:00:01Z"}, 0),
        ({"type": "video"}, 0),
    ],
)
def test_a_photo_stands_only_where_it_may_as_soon_as_its_item(members: dict[str, Any], photos: int):
    item = only({"embargoed": "2026-11-24T10:00:00Z", "associations": {"a": {**PICTURE, **members}}})

    assert len(item.photos) == photos


def test_bundles_are_opened_and_each_item_keeps_its_own_bytes():
    one, two = {"uri": "urn:x:1", "headline": "One"}, {"guid": "urn:x:2", "headline": "Tweé\ud83d"}
    bundles = [
        [one, two],
        {"total": 2, "item": [one, two]},
        {"data": {"items": [{"meta": {}, "item": one}, {"item": two}]}},
        {"_items": [one, two]},
    ]

    for bundle in bundles:
        items = read(b"\xef\xbb\xbf " + sent(bundle)).items
        assert [(item.wire_id, item.headline) for item in items] == [("urn:x:1", "One"), ("urn:x:2", "Tweé?")]
        assert [json.loads(item.raw) for item in items] == [one, two]


def test_what_is_no_item_is_set_aside_with_its_reason_and_the_rest_is_read():
    bundle = [
        {"uri": "urn:x:1", "headline": "One"},
        7,
        {"headline": "No id"},
        {"uri": "urn:x:2"},
        {"uri": "urn:x:3", "type": "picture", "headline": "A moat"},
        {"uri": "urn:x:4", "type": "planning", "headline": "A visit to the moat"},
        {"uri": "urn:x:5", "headline": "An opening", "eventDetails": {}},
    ]

    document = read(sent(bundle))

    assert [item.wire_id for item in document.items] == ["urn:x:1"]
    assert document.set_aside == tuple(
        SetAside(reason, sent(value))
        for reason, value in zip(["not_an_object", "no_id", "empty", "media", "plan", "plan"], bundle[1:], strict=True)
    )


def test_a_token_of_whoever_asks_is_no_part_of_the_id():
    item = only({"uri": "https://api.example/v/abc123?qt=T0ken", "altids": {"itemid": "abc123"}})

    assert (item.wire_id, item.url) == ("https://api.example/v/abc123", "https://api.example/v/abc123")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[" * 200_000, "too_deep"),
        (b'{"a":' * 60_000, "too_deep"),
        (b'{"uri":"x","a":' + b"[" * 200_000, "too_deep"),
        (b"[" + b"{}," * 2_000_000 + b"{}]", "too_many"),
        (b"[" + b'{"uri":"a"},' * 20_001 + b"7]", "too_many"),
        (b'{"uri": "x", "headline": "y"', "broken_json"),
        (b'[{"uri": "x"}', "broken_json"),
        (b"[1, 2]", "not_ninjs"),
        (b"[]", "not_ninjs"),
        (b"{}", "not_a_feed"),
        (b" " * 9_000_000 + b"[]", "too_large"),
    ],
)
def test_what_is_no_ninjs_or_is_made_to_be_slow_is_refused(body: bytes, reason: str):
    with pytest.raises(Unreadable) as refused:
        read(body if body[:1] != b" " else b"[" + body)

    assert refused.value.reason == reason


def test_json_feed_and_xml_go_to_their_readers():
    json_feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1", "title": "One"}]}
    rss = b"<rss><channel><title>T</title><item><guid>1</guid><title>One</title></item></channel></rss>"

    for body in (sent(json_feed), sent({**json_feed, "version": "x"}), rss):
        assert [(item.wire_id, item.headline) for item in read(body).items] == [("1", "One")]
    with pytest.raises(Unreadable, match=r"^not_ninjs$"):
        read_ninjs(sent(json_feed))


def test_an_entry_that_was_set_aside_can_be_read_by_itself():
    entries = [
        b"<item><guid>1</guid><title>One</title></item>",
        b'{"id": "1", "title": "One"}',
        b'{"uri": "1", "headline": "One"}',
    ]

    for raw in entries:
        assert [(item.wire_id, item.headline) for item in read_entry(raw).items] == [("1", "One")]
