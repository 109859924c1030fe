import hashlib
from datetime import UTC, datetime

import pytest

from tests.work import work_of
from writethru.wire.formats import Document, SetAside, Unreadable, WireItem, WirePhoto
from writethru.wire.formats.feed import read

ITEM = b"""<item>
<guid isPermaLink="false">mnl-1</guid>
<title>Ferry &amp;amp; tug &lt;b&gt;collide&lt;/b&gt; off Cebu</title>
<link>/news/1</link>
<pubDate>Thu, 01 Jun 2023 10:28:00 +0800</pubDate>
<dc:creator>Ana Reyes</dc:creator><dc:creator>Ben Cruz</dc:creator>
<description>Short.</description>
<media:group>
<media:content url="https://img.example/1-300.jpg" type="image/jpeg" width="300" height="200"/>
<media:content url="https://img.example/1-900.jpg" type="image/jpeg" width="900" height="600">
<media:title>Ferry</media:title><media:description>The ferry.</media:description><media:credit>X / AFP</media:credit>
</media:content>
</media:group>
<content:encoded><![CDATA[<p>Whole </item> text.</p>]]></content:encoded>
</item>"""
RSS = (
    b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Wire</title><link>https://wire.example/</link>
<language>en</language><!-- <item>not one</item> -->"""
    + ITEM
    + b"</channel></rss>"
)
FERRY = WireItem(
    wire_id="mnl-1",
    headline="Ferry & tug collide off Cebu",
    html="<p>Whole </item> text.</p>",
    url="https://wire.example/news/1",
    dated_at=datetime(2023, 6, 1, 2, 28, tzinfo=UTC),
    byline="Ana Reyes, Ben Cruz",
    language="en",
    photos=(WirePhoto("https://img.example/1-900.jpg", "The ferry.", "X / AFP", "Ferry", "image/jpeg", 900, 600),),
    raw=ITEM,
)


def one(inside: str, head: str = "", encoding: str = "utf-8") -> WireItem:
    document = f'{head}<rss version="2.0"><channel><title>t</title><item>{inside}</item></channel></rss>'
    (item,) = read(document.encode(encoding)).items
    return item


def atom_entry(inside: str, attributes: str = "") -> WireItem:
    document = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>t</title><entry>{inside}</entry></feed>'
    (item,) = read(document.encode(), address="https://wire.example/feeds/a").items
    return item


def test_rss_gives_the_whole_item_and_its_own_bytes():
    assert read(RSS) == Document("Wire", "https://wire.example/", "en", (FERRY,), ())


def test_rdf_gives_its_content_and_date():
    item = b"""<item rdf:about="https://wire.example/1"><title>T</title><link>https://wire.example/1</link>
<description>d</description><dc:date>2023-06-01T10:28+08:00</dc:date><c:encoded>&lt;p&gt;Whole&lt;/p&gt;</c:encoded></item>"""
    document = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:c="http://purl.org/rss/1.0/modules/content/">'
        b"<channel><title>W</title><link>https://wire.example/</link></channel>" + item + b"</rdf:RDF>"
    )

    (read_item,) = read(document).items

    assert (read_item.wire_id, read_item.html, read_item.dated_at, read_item.raw) == (
        "https://wire.example/1",
        "<p>Whole</p>",
        datetime(2023, 6, 1, 2, 28, tzinfo=UTC),
        item,
    )


def test_atom_titles_are_plain_text_by_their_type():
    titles = {
        "<title>1 &lt; 2 &amp;amp; 3</title>": "1 < 2 & 3",  # no type: most who escape twice name none
        '<title type="text">1 &lt; 2 &amp;amp; 3</title>': "1 < 2 &amp; 3",
        '<title type="html">1 &amp;lt; 2 &lt;b&gt;bold&lt;/b&gt;</title>': "1 < 2 bold",
        '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">1 &lt; <b>2</b></div></title>': "1 < 2",
    }

    assert {title: atom_entry(title + "<id>1</id>").headline for title in titles} == titles


def test_atom_resolves_links_against_bases_and_takes_only_the_alternate():
    item = atom_entry(
        '<id>1</id><link rel="enclosure" href="https://x.example/a.mp3"/><link href="two"/>'
        "<updated>2023-06-01</updated>"
        '<content type="html" xml:base="/body/">&lt;a href="three"&gt;x&lt;/a&gt;</content>'
        "<source><title>Other</title><updated>2001-01-01</updated></source>",
        'xml:base="https://base.example/one/" xml:lang="de"',
    )

    assert (item.url, item.html, item.dated_at, item.language, item.headline) == (
        "https://base.example/one/two",
        '<a href="https://base.example/body/three">x</a>',
        datetime(2023, 6, 1, tzinfo=UTC),
        "de",
        "",
    )


def test_atom_xhtml_content_and_plain_text_content_become_html():
    xhtml = (
        '<id>1</id><content type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:p>a</x:p></x:div></content>'
    )
    summary = '<id>1</id><summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b></div></summary>'
    plain = '<id>1</id><content type="text">1 &lt; 2</content>'

    assert "<p>a</p>" in atom_entry(xhtml).html
    assert atom_entry(summary).html == '<div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b></div>'
    assert atom_entry(plain).html == "1 &lt; 2"


def test_json_feed_gives_items_and_their_own_bytes():
    own = """{"id": 7, "url": "/7", "title": "Ferry",
 "content_html": "<p>é</p>", "date_published": "2023-06-01T10:28:00+08:00",
 "image": "i.jpg", "attachments": [{"url": "b.jpg", "mime_type": "image/jpeg", "title": "Deck"}]}"""
    body = f"""{{"version": "https://jsonfeed.org/version/1.1", "title": "W", "language": "fr",
"home_page_url": "https://wire.example/",
"authors": [{{"name": "AFP"}}], "items": [{own}, 3, {{}}]}}"""

    assert read(body.encode()) == Document(
        "W",
        "https://wire.example/",
        "fr",
        (
            WireItem(
                wire_id="7",
                headline="Ferry",
                html="<p>é</p>",
                url="https://wire.example/7",
                dated_at=datetime(2023, 6, 1, 2, 28, tzinfo=UTC),
                byline="AFP",
                language="fr",
                photos=(
                    WirePhoto("https://wire.example/i.jpg"),
                    WirePhoto("https://wire.example/b.jpg", "Deck", media_type="image/jpeg"),
                ),
                raw=own.encode(),
            ),
        ),
        (SetAside("not_an_object", b"3"), SetAside("empty", b"{}")),
    )


def test_an_item_without_a_date_has_none_whatever_its_guid_looks_like():
    assert one("<title>a</title><guid>1</guid>").dated_at is None


def test_the_id_is_the_guid_or_the_link_or_a_hash_of_the_text():
    ids = [
        one("<title>a</title><guid> g </guid><link>https://x.example/</link>").wire_id,
        one("<title>a</title><link>https://x.example/</link>").wire_id,
        one("<title>a</title>").wire_id,
    ]

    assert ids == ["g", "https://x.example/", hashlib.sha256(b"a\n").hexdigest()]


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ('<?xml version="1.0" encoding="iso-8859-1"?>', "utf-8"),
        ('<?xml version="1.0" encoding="utf-8"?>', "cp1252"),
        ('<?xml version="1.0" encoding="nonsense"?>', "cp1252"),
        ('<?xml version="1.0" encoding="utf-8"?>', "utf-16"),
        ('<?xml version="1.0" encoding="utf-16"?>', "utf-16-le"),
        ('<?xml version="1.0" encoding="windows-1252"?>', "cp1252"),
    ],
)
def test_charsets_and_wrong_declarations_survive(head: str, encoding: str) -> None:
    item = one("<title>Café “Paris”</title>", head, encoding)

    plain = "utf-16-le" if encoding == "utf-16" else "utf-8" if encoding == "utf-8-sig" else encoding
    assert (item.headline, item.raw) == ("Café “Paris”", "<item><title>Café “Paris”</title></item>".encode(plain))


def test_entities_of_html_and_bare_ampersands_survive():
    assert one("<title>Caf&eacute; &nbsp; R&D & co</title>").headline == "Café R&D & co"


def test_authors_as_rss_has_them_leave_the_name():
    assert [
        one("<title>a</title><author>lawyer@wire.example (Ana Reyes)</author>").byline,
        one("<title>a</title><author>Ana Reyes &lt;a@wire.example&gt;</author>").byline,
        one("<title>a</title><author>a@wire.example</author>").byline,
    ] == ["Ana Reyes", "Ana Reyes", ""]


def test_pictures_come_from_enclosures_and_thumbnails_too():
    enclosure = one('<title>a</title><enclosure url="https://x.example/a.png" type="image/png" length="1"/>')
    sound = one('<title>a</title><enclosure url="https://x.example/a.mp3" type="audio/mpeg" length="1"/>')

    assert (enclosure.photos, sound.photos) == ((WirePhoto("https://x.example/a.png", media_type="image/png"),), ())


def test_a_feed_without_items_is_a_document():
    assert read(b"<rss version='2.0'><channel><title>t</title></channel></rss>") == Document("t", "", "", (), ())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"hello", "not_a_feed"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "not_a_feed"),
        (b'{"a": 1}', "not_a_feed"),
        (b'{"title": "x", "items": [', "broken_json"),
        (b'{"title": "x", "items": ' + b"[" * 200_000, "too_deep"),
        (b"<rss>" * 200_000, "too_deep"),
        (RSS.replace(b"Short.", b"<a>" * 100_000 + b"</a>" * 100_000), "too_deep"),
        (RSS.replace(b"Short.", b"<a/>" * 350_000), "too_many"),
        (RSS.replace(b"Short.", b"& " * 200_000), "broken_xml"),
        (b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]>' + RSS.replace(b"Short.", b"&a;" * 50_000), "entities"),
        (b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY b "&a;&a;">]><rss>&b;</rss>', "entities"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>', "entities"),
        (b"<rss><channel>" + b'<item a="' * 150_000, "too_many"),
        (b"<rss " + b" ".join(b'xmlns:a%d="b"' % n for n in range(60_000)) + b"><channel/></rss>", "too_many"),
        (b"<feed><entry>" + b'<b c="d">x</b>' * 20_000, "broken_xml"),
        (b" " * (9 * 1024 * 1024), "too_large"),
    ],
    ids=range(17),
)
def test_what_is_no_feed_or_is_made_to_be_slow_is_refused_at_once(body: bytes, reason: str) -> None:
    def refuse() -> None:
        with pytest.raises(Unreadable) as refused:
            read(body)
        assert refused.value.reason == reason

    assert work_of(refuse) < 1
