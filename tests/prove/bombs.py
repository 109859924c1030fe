"""What a hostile feed may send: each a function of nothing, as they are large, and how it is sent."""

import gzip
import json
import zlib
from collections.abc import Callable

import brotli
from web import Answer, body, raw

OK = b"HTTP/1.1 200 OK\r\n"
MEGABYTE = 1_000_000
MOST = 5_900_000  # bytes: a little less than is read of a feed


def rss(inside: bytes, *, head: bytes = b"") -> bytes:
    return head + b"<rss><channel><title>T</title>" + inside + b"</channel></rss>"


def in_item(html: bytes) -> bytes:
    return rss(b"<item><guid>1</guid><title>T</title><description><![CDATA[" + html + b"]]></description></item>")


def fill(piece: bytes, *, size: int = MOST, around: Callable[[bytes], bytes] = rss) -> bytes:
    """Return a document of about `size` bytes that holds the piece again and again."""
    return around(piece * ((size - len(around(b""))) // len(piece)))


def laughs() -> bytes:
    lines = [b'<!ENTITY l0 "ha">'] + [b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)]
    return rss(b"<item><title>&l9;</title></item>", head=b"<!DOCTYPE x [" + b"".join(lines) + b"]>")


def quadratic() -> bytes:
    head = b'<!DOCTYPE x [<!ENTITY a "' + b"x" * 100_000 + b'">]>'
    return rss(b"<item><title>" + b"&a;" * 100_000 + b"</title></item>", head=head)


def outside_entity() -> bytes:
    return rss(b"<item><title>&e;</title></item>", head=b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')


DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "billion laughs": laughs,
    "quadratic blow-up": quadratic,
    "outside entity": outside_entity,
    "200k deep": lambda: rss(b"<item>" + b"<a>" * 200_000),
    "200k deep, closed": lambda: rss(b"<item>" + b"<a>" * 200_000 + b"</a>" * 200_000 + b"</item>"),
    "200k deep in the text": lambda: in_item(b"<div>" * 200_000),
    "200k lists deep in the text": lambda: in_item(b"<ul><li>" * 100_000),
    "200k bold deep in the text": lambda: in_item(b"<b><i>" * 100_000),
    "200k tables deep in the text": lambda: in_item(b"<table><tr><td>" * 66_000),
    "6 MB of items": lambda: fill(b"<item><guid>1</guid></item>"),
    # As much as may be of each, so that none is refused for its amount.
    "all angles that may be": lambda: rss(
        b"".join(
            b"<item><guid>%d</guid><description><![CDATA[" % n + b"<" * 148_000 + b"]]></description></item>"
            for n in range(2)
        )
    ),
    "all tags that may be": lambda: rss(
        b"".join(
            b"<item><guid>%d</guid><description><![CDATA[" % n + b"<p>" * 74_000 + b"]]></description></item>"
            for n in range(4)
        )
    ),
    "all sections that may be": lambda: rss(b"<![CDATA[]]>" * 39_000 + b"<!---->" * 39_000),
    "all ampersands that may be": lambda: rss(b"<item><title>" + b"&eacute;" * 290_000 + b"</title></item>"),
    "attributes on one tag": lambda: rss(b"<item" + b"".join(b' a%d=">"' % n for n in range(100_000)) + b"/>"),
    "attributes on a torn tag": lambda: rss(b"<item" + b"".join(b' a%d=">"' % n for n in range(100_000)) + b"'"),
    "all attributes that may be": lambda: rss(
        (b"<item" + b"".join(b' a%d="b"' % n for n in range(1_990)) + b"><title>T</title></item>") * 99
    ),
    "all words that may be": lambda: rss(
        b"".join(
            b"<item><guid>%d</guid><description>" % n + b"word and " * 32_000 + b"</description></item>"
            for n in range(20)
        )
    ),
    "2k items": lambda: rss(
        b"".join(b"<item><guid>%d</guid><title>T</title></item>" % n for n in range(1_999))
    ),
    "20k items": lambda: rss(b"".join(b"<item><guid>%d</guid><title>T</title></item>" % n for n in range(19_999))),
    "6 MB of tags": lambda: fill(b"<a/>"),
    "6 MB of tags in the text": lambda: fill(b"<p>", around=in_item),
    "6 MB of angles in the text": lambda: fill(b"<", around=in_item),
    "6 MB of words in the text": lambda: fill(b"word ", around=in_item),
    "6 MB of links in the text": lambda: fill(b'<a href="x">', around=in_item),
    "6 MB of figures in the text": lambda: fill(b"<figure><img src=x>", around=in_item),
    "6 MB of ampersands": lambda: fill(b"&"),
    "6 MB of entities": lambda: fill(b"&eacute;", around=lambda text: rss(b"<item><title>" + text + b"</title></item>")),  # noqa: E501
    "6 MB of a title": lambda: fill(b"T ", around=lambda text: rss(b"<item><title>" + text + b"</title></item>")),
    "6 MB of comments": lambda: fill(b"<!---->"),
    "6 MB of open comments": lambda: fill(b"<!--"),
    "6 MB of open sections": lambda: fill(b"<![CDATA["),
    "6 MB of closed sections": lambda: fill(b"<![CDATA[]]>"),
    "6 MB of quotes in a tag": lambda: rss(b"<item " + b"'" * (MOST - 99)),
    "6 MB of attributes": lambda: fill(b' a="b"', around=lambda text: rss(b"<item" + text + b"/>")),
    "6 MB of namespaces": lambda: rss(
        b"<item" + b"".join(b' xmlns:n%d="u"' % n for n in range(300_000)) + b"><title>T</title></item>"
    ),
    "6 MB of dates": lambda: fill(b"1 ", around=lambda text: rss(b"<item><pubDate>" + text + b"</pubDate></item>")),
    "6 MB of pictures": lambda: fill(
        b'<media:content url="http://a.example/b" medium="image"/>',
        around=lambda text: rss(b'<item xmlns:media="http://search.yahoo.com/mrss/"><title>T</title>' + text + b"</item>"),  # noqa: E501
    ),
    "6 MB of open quotes": lambda: fill(b'<item a="'),
    "6 MB of white space": lambda: rss(b" " * (MOST - 99)),
    "6 MB of zeros": lambda: bytes(MOST - 99),
    "tag soup for the slow parser": lambda: b"<rss><channel><title>T</title>" + b"<item><x<y>" * 12_000,
    "UTF-16": lambda: fill(b"<item><title>T</title></item>", size=MOST // 2 - 99).decode().encode("utf-16"),
    "UTF-7": lambda: b'<?xml version="1.0" encoding="utf-7"?>' + fill(b"+ADw-", size=MOST - 99),
    "a charset of another kind": lambda: b'<?xml version="1.0" encoding="zip_codec"?>' + rss(b""),
    "JSON, 200k deep": lambda: b"[" * 200_000,
    "JSON, 200k deep in an item": lambda: b'{"uri":"a","headline":"T","body_html":' + b'{"a":' * 200_000,
    "JSON, 6 MB of nothing": lambda: b"[" + b"{}," * 1_950_000 + b"{}]",
    "JSON, 6 MB of numbers": lambda: b'{"version":"https://jsonfeed.org/version/1","items":[%s1]}' % (b"1," * 2_900_000),  # noqa: E501
    "JSON, a long number": lambda: b'{"uri":"a","version":' + b"9" * (MOST - 99) + b"}",
    "JSON, 6 MB of escapes": lambda: b'{"uri":"a","headline":"' + b"\\u00e9" * 980_000 + b'"}',
    "JSON, 6 MB of a body": lambda: json.dumps({"uri": "a", "headline": "T", "body_text": "x\n" * 1_950_000}).encode(),
    "JSON, 20k items": lambda: json.dumps([{"uri": f"a{n}", "headline": "T"} for n in range(19_999)]).encode(),
    "JSON, bundles in bundles": lambda: b'{"items":[' * 60_000 + b"]}" * 60_000,
    "JSON, many associations": lambda: json.dumps(
        {"uri": "a", "headline": "T", "associations": {f"p{n}": {"type": "picture"} for n in range(60_000)}}
    ).encode(),
}  # fmt: skip

PACKED: dict[str, Callable[[], Answer]] = {
    "gzip bomb 1:1000": lambda: body(gzip.compress(bytes(200 * MEGABYTE), 6), Content_Encoding="gzip"),
    "deflate bomb 1:1000": lambda: body(zlib.compress(bytes(200 * MEGABYTE), 6), Content_Encoding="deflate"),
    "br bomb 1:1000 and more": lambda: body(brotli.compress(bytes(200 * MEGABYTE), quality=3), Content_Encoding="br"),
    "gzip in gzip": lambda: body(gzip.compress(gzip.compress(bytes(200 * MEGABYTE), 6)), Content_Encoding="gzip"),
    "gzip that ends early": lambda: body(gzip.compress(rss(b"") * 1000)[:-20], Content_Encoding="gzip"),
}

CHUNK = b"4000\r\n" + bytes(0x4000) + b"\r\n"
SENT: dict[str, Callable[[], Answer]] = {
    "endless body": lambda: raw(OK + b"\r\n", *[bytes(65536)] * 100_000),
    "endless chunks": lambda: raw(OK + b"Transfer-Encoding: chunked\r\n\r\n", *[CHUNK] * 100_000),
    "a length that is a lie": lambda: raw(OK + b"Content-Length: 99999999999999999999\r\n\r\n"),
    "huge headers": lambda: raw(OK, *[b"X: " + b"x" * 65_000 + b"\r\n"] * 1000),
    "one endless header": lambda: raw(OK + b"X: ", *[b"x" * 65_536] * 10_000),
    "many headers": lambda: raw(OK, *[b"X: y\r\n" * 1000] * 1000),
    "endless continue": lambda: raw(*[b"HTTP/1.1 100 Continue\r\n\r\n" * 100] * 2000),
}
SLOW: dict[str, Callable[[], Answer]] = {
    "a byte a second": lambda: raw(OK + b"Content-Length: 1000\r\n\r\n", *[b"x"] * 60, every=1.0),
    "a header byte a second": lambda: raw(*[b"H"] * 60, every=1.0),
    "nothing at all": lambda: raw(*[b""] * 60, every=1.0),
}
