"""One pure reader for each wire format: bytes in, items out.

Every reader gives a `Document` or raises `Unreadable`; what it can't use of a document is in `set_aside`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# What the wire lets be done with an item (https://cv.iptc.org/newscodes/pubstatusg2/): publish it, not yet, never.
PubStatus = Literal["usable", "withheld", "canceled"]


@dataclass(frozen=True, slots=True)
class WirePhoto:
    """A picture that an item names. `caption` and `credit` are as sent and may hold markup; sizes are in pixels."""

    address: str
    caption: str = ""
    credit: str = ""
    alt: str = ""
    media_type: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class WireItem:
    """One sending of a report. `headline` and `byline` are plain text, `html` is uncleaned, `dated_at` is in UTC.

    `raw` holds the item's own bytes as received, or the whole document's where they can't be told apart.
    Until `embargoed_until` it may not be published, nor while it is `held`, which names no time. `ednote` is for
    editors' eyes alone.
    """

    wire_id: str
    headline: str
    html: str
    url: str
    dated_at: datetime | None
    byline: str
    language: str
    photos: tuple[WirePhoto, ...]
    raw: bytes
    version: int | None = None
    evolved_from: str = ""
    slugline: str = ""
    pubstatus: PubStatus = "usable"
    embargoed_until: datetime | None = None
    held: bool = False
    rights: str = ""
    ednote: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """What stood where an item should, and the code of why it isn't one."""

    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """What one sending held. `address` is that of the site, or else the document's own."""

    title: str
    address: str
    language: str
    items: tuple[WireItem, ...]
    set_aside: tuple[SetAside, ...]


class Unreadable(Exception):
    """The bytes are no document of this format, or one that isn't safe to parse. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
