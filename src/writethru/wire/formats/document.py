"""Any document that a wire sends, its format known by its content: labels and file names are wrong too often."""

from writethru.wire.formats import Document, Unreadable
from writethru.wire.formats import feed as feeds
from writethru.wire.formats.ninjs import read_ninjs

_MARKS = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_JSON_FEED = b"jsonfeed.org/version/"


def read(body: bytes, *, content_type: str = "", address: str = "") -> Document:
    """Return the document that the bytes hold: RSS, RDF, Atom, JSON Feed, or ninjs.

    `content_type` is the header's value; `address`, where the bytes come from, is what relative links start at.
    Raises Unreadable with the codes of the readers. Ends within a second of CPU whatever the bytes.
    """
    start = body[:4096].replace(b"\0", b"").lstrip(_MARKS)
    if start.startswith(b"["):
        return read_ninjs(body, content_type=content_type, address=address)
    if start.startswith(b"{") and _JSON_FEED not in start.replace(b"\\/", b"/"):
        try:
            return read_ninjs(body, content_type=content_type, address=address)
        except Unreadable as error:
            if error.reason != "not_ninjs":
                raise
    return feeds.read(body, content_type=content_type, address=address)


def read_entry(raw: bytes, *, charset: str = "", address: str = "") -> Document:
    """Return the document of one entry that was set aside, in the wrapping that its bytes had. Raises Unreadable."""
    content_type = f"text/plain; charset={charset}" if charset else ""
    start = raw[:64].replace(b"\0", b"").lstrip(_MARKS)
    if not start.startswith(b"{"):
        tags = b"<rss><channel>%s</channel></rss>"
        return read(tags % raw if start.startswith(b"<") else raw, content_type=content_type, address=address)
    try:
        return read_ninjs(raw, content_type=content_type, address=address)
    except Unreadable as error:
        if error.reason != "not_ninjs":
            raise
    head = b'{"version": "https://jsonfeed.org/version/1.1", "title": "", "items": ['
    return feeds.read(head + raw + b"]}", content_type=content_type, address=address)
