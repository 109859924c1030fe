"""The demo's wire as the four sources would send it: RSS 2.0, Atom, JSON Feed and RDF, as met in the field.

    documents(read().items, day_zero=now) == {"otb": b"<?xml …", "sns": b"<?xml …", "tnt": b'{"version": …', "own": …}

Marks stand in the title, as wires put them there; labels are never in a feed. Nothing here depends on the clock.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from html import escape

from writethru.ops.demo.wire import SOURCES, Item, Source, filled, source

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITALICS = re.compile(r"\*(.+?)\*")
PHOTOS = "https://photos.orlop.example/"


def documents(items: Iterable[Item], *, day_zero: datetime, photos: str = PHOTOS) -> dict[str, bytes]:
    """Return for each source that has any of `items` its feed, newest first; `day_zero` is aware.

    The photo `name` is at `photos` + name + ".png"; `art.draw(name)` gives its bytes.
    """
    writers = {"rss": _rss, "atom": _atom, "json": _json, "rdf": _rdf}
    newest_first = sorted(items, key=lambda item: item.dated.at(day_zero), reverse=True)
    made = {}
    for one in SOURCES:
        its_own = [_Sent(item, day_zero, photos) for item in newest_first if item.source == one.key]
        if its_own:
            made[one.key] = writers[one.format](one, its_own).encode()
    return made


def title(item: Item, *, day_zero: datetime) -> str:
    """Return the title that the item has in its feed: marked, and never missing where the format asks for one."""
    headline = item.headline
    if not headline and source(item.source).format in ("atom", "rdf"):
        words = item.paragraphs[0].split()
        headline = " ".join(words[:10]).rstrip(",;:") + "…"
    headline = plain(filled(headline, item.dated.at(day_zero)))
    if not item.mark or item.mark == "TRIM":  # nobody announces a trim
        return headline
    if item.mark.endswith("Ld-Writethru"):
        return f"{headline}, {item.mark}"
    return f"{item.mark}{'-' if item.mark.startswith('UPDATE') else ': '}{headline}"


class _Sent:
    """An item on a certain day zero: its braces filled, its times real."""

    def __init__(self, item: Item, day_zero: datetime, photos: str) -> None:
        self.id = item.id
        self.at = item.dated.at(day_zero)
        self.title = title(item, day_zero=day_zero)
        self.link = source(item.source).home + item.id.partition(":")[2]
        self.by = item.by or source(item.source).credit
        self.slugline = item.slugline
        paragraphs = [filled(text, self.at) for text in item.paragraphs]
        self.html = "".join(f"<p>{emphasised(text)}</p>" for text in paragraphs)
        self.summary = plain(paragraphs[0])
        self.photo = item.photo
        self.photo_url = f"{photos}{item.photo.name}.png" if item.photo else ""
        self.caption = plain(filled(item.photo.caption, self.at)) if item.photo else ""

    def figure(self) -> str:
        """Return the photo as HTML, for formats that have no better place for it."""
        if not self.photo:
            return ""
        return (
            f'<figure><img src="{escape(self.photo_url)}" width="1200" height="800" alt="{escape(self.photo.alt)}">'
            f"<figcaption>{escape(self.caption)} <small>{escape(self.photo.credit)}</small></figcaption></figure>"
        )

    def media(self) -> str:
        """Return the photo as Media RSS. It has no word for alternative text; `media:title` is the nearest."""
        if not self.photo:
            return ""
        return f"""
<media:content url="{escape(self.photo_url)}" type="image/png" medium="image" width="1200" height="800">
<media:title type="plain">{escape(self.photo.alt)}</media:title>
<media:description type="plain">{escape(self.caption)}</media:description>
<media:credit>{escape(self.photo.credit)}</media:credit>
</media:content>"""


def _rss(one: Source, sent: list[_Sent]) -> str:
    """https://www.rssboard.org/rss-specification"""
    items = "".join(
        f"""
<item>
<guid isPermaLink="false">{item.id}</guid>{_optional("title", item.title)}
<link>{item.link}</link>
<pubDate>{format_datetime(item.at)}</pubDate>
<dc:creator>{escape(item.by)}</dc:creator>{_slugline('<category domain="slugline">{}</category>', item)}
<description>{escape(item.summary)}</description>
<content:encoded><![CDATA[{item.html}]]></content:encoded>{item.media()}
</item>"""
        for item in sent
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"\
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
<title>{escape(one.name)}</title>
<link>{one.home}</link>
<description>{escape(one.about)}</description>
<language>en-gb</language>
<lastBuildDate>{format_datetime(sent[0].at)}</lastBuildDate>{items}
</channel>
</rss>
"""


def _atom(one: Source, sent: list[_Sent]) -> str:
    """https://www.rfc-editor.org/rfc/rfc4287"""
    entries = "".join(
        f"""
<entry>
<id>{item.id}</id>
<title>{escape(item.title)}</title>
<link rel="alternate" type="text/html" href="{item.link}"/>
<published>{item.at.isoformat()}</published>
<updated>{item.at.isoformat()}</updated>
<author><name>{escape(item.by)}</name></author>{_slugline('<category scheme="slugline" term="{}"/>', item)}
<content type="html">{escape(item.html)}</content>{item.media()}
</entry>"""
        for item in sent
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en-GB">
<id>{one.home}feed</id>
<title>{escape(one.name)}</title>
<subtitle>{escape(one.about)}</subtitle>
<link rel="alternate" type="text/html" href="{one.home}"/>
<link rel="self" type="application/atom+xml" href="{one.home}feed.atom"/>
<updated>{sent[0].at.isoformat()}</updated>
<author><name>{escape(one.name)}</name></author>{entries}
</feed>
"""


def _json(one: Source, sent: list[_Sent]) -> str:
    """https://www.jsonfeed.org/version/1.1/"""
    items = []
    for item in sent:
        entry: dict[str, object] = {"id": item.id, "url": item.link}
        if item.title:
            entry["title"] = item.title
        entry |= {
            "content_html": item.figure() + item.html,
            "date_published": item.at.isoformat(),
            "authors": [{"name": item.by}],
        }
        if item.slugline:
            entry["tags"] = [item.slugline]
        if item.photo:
            entry["image"] = item.photo_url
        items.append(entry)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": one.name,
        "home_page_url": one.home,
        "feed_url": one.home + "feed.json",
        "description": one.about,
        "language": "en-GB",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _rdf(one: Source, sent: list[_Sent]) -> str:
    """https://web.resource.org/rss/1.0/spec"""
    listed = "".join(f'\n<rdf:li rdf:resource="{item.id}"/>' for item in sent)
    items = "".join(
        f"""
<item rdf:about="{item.id}">
<title>{escape(item.title)}</title>
<link>{item.link}</link>
<description>{escape(item.summary)}</description>
<dc:date>{item.at.isoformat()}</dc:date>
<dc:creator>{escape(item.by)}</dc:creator>{_slugline('<category domain="slugline">{}</category>', item)}
<content:encoded><![CDATA[{item.figure()}{item.html}]]></content:encoded>
</item>"""
        for item in sent
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{one.home}feed.rdf">
<title>{escape(one.name)}</title>
<link>{one.home}</link>
<description>{escape(one.about)}</description>
<dc:language>en-GB</dc:language>
<dc:date>{sent[0].at.isoformat()}</dc:date>
<items><rdf:Seq>{listed}
</rdf:Seq></items>
</channel>{items}
</rdf:RDF>
"""


def emphasised(text: str) -> str:
    return _ITALICS.sub(r"<em>\1</em>", _BOLD.sub(r"<b>\1</b>", escape(text, quote=False)))


def plain(text: str) -> str:
    return _ITALICS.sub(r"\1", text)


def _optional(tag: str, text: str) -> str:
    return f"\n<{tag}>{escape(text)}</{tag}>" if text else ""


def _slugline(element: str, item: _Sent) -> str:
    return "\n" + element.format(escape(item.slugline)) if item.slugline else ""
