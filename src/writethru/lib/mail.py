"""Messages: built once with places in them, and filled in for each who gets one.

    frame = Frame(sender="The Daily Example <news@news.example>", subject=…, text=…, html=…)
    frame.message(to="anna@mail.example", id="<17.65@news.example>", date=…, values={"stop": "AAAB…"})

Building a message with the standard library takes a millisecond, filling one in a hundredth of that. The text is
quoted-printable, so that every server takes it and no line is too long; a place has a line of it to itself.
"""

import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from functools import lru_cache

PLACES = ("stop", "manage", "all", "why")
LINE = 72
_POLICY = SMTP.clone(max_line_length=74)  # two less than quoted-printable may have: see below
_PLACE = re.compile("|".join("(?:=\r\n)?".join(f"%%{name}%%") for name in PLACES).encode())
_MENDED = re.compile(b"%%(" + "|".join(PLACES).encode() + b")%%")
_NO_HEADER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PLAIN = re.compile(rf"(?!\.)[!-<>-~ ]{{0,{LINE}}}")


class Frame:
    """A message without what is each recipient's own."""

    def __init__(
        self,
        *,
        sender: str,
        subject: str,
        text: str,
        html: str = "",
        headers: Mapping[str, str] | None = None,
        has_places: bool = True,
    ) -> None:
        """Build it; without `has_places` what looks like a place is text like any other."""
        built = EmailMessage(policy=_POLICY)
        built["From"] = sender
        built["Subject"] = on_one_line(subject)
        for name, value in (headers or {}).items():
            built[name] = on_one_line(value)
        built.set_content(_encodable(text), cte="quoted-printable")
        if html:
            built.add_alternative(_encodable(html), subtype="html", cte="quoted-printable")
        head, _, body = built.as_bytes().partition(b"\r\n\r\n")
        # A dot that begins a line would have to be doubled in each message (RFC 5321, 4.5.2).
        raw = head + b"\r\n\r\n" + body.replace(b"\r\n.", b"\r\n=2E")
        if has_places:
            raw = _PLACE.sub(lambda found: b"=\r\n" + found[0].replace(b"=\r\n", b"") + b"=\r\n", raw)
        # What stands between the places, and in every second place the name of one.
        self._pieces = _MENDED.split(raw) if has_places else [raw]
        # What fills a place begins no line with a dot, so if no piece does, no message does.
        self.has_dots = any(b"\n." in piece or piece.startswith(b".") for piece in self._pieces)
        self._names = [(at, self._pieces[at].decode()) for at in range(1, len(self._pieces), 2)]

    def message(
        self, *, to: str, id: str, date: str, values: Mapping[str, str] | None = None, unsubscribe: str = ""
    ) -> bytes:
        """Return the message for one recipient; `unsubscribe` is where RFC 8058 lets a mailbox post to."""
        head = f"To: {to}\r\nMessage-ID: {id}\r\nDate: {date}\r\n"
        if unsubscribe:
            head += f"List-Unsubscribe: <{unsubscribe}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        if not self._names:
            return head.encode() + self._pieces[0]
        pieces = self._pieces.copy()
        for at, name in self._names:
            pieces[at] = _quoted((values or {})[name])
        return head.encode() + b"".join(pieces)


@lru_cache(maxsize=4)
def date_header(second: int) -> str:
    """Return the time as mail says it, by seconds since 1970."""
    return formatdate(second, usegmt=False)


def on_one_line(words: str) -> str:
    """Return `words` as a header may hold them: whatever would end its line is a space."""
    return " ".join(_NO_HEADER.sub(" ", _encodable(words)).split())


def _encodable(words: str) -> str:
    """Return `words` without what no encoding has: halves of a pair of surrogates."""
    return words.encode("utf-8", "replace").decode()


def _quoted(value: str) -> bytes:
    """Return what fills a place, as quoted-printable, in lines that are not too long."""
    return value.encode() if _PLAIN.fullmatch(value) else _encoded(value)


@lru_cache(maxsize=1000)
def _encoded(value: str) -> bytes:
    lines, line = [], ""
    for byte in _encodable(value).encode():
        one = chr(byte) if 32 <= byte < 127 and byte not in b"=." else f"={byte:02X}"
        if len(line) + len(one) > LINE:
            lines.append(line)
            line = ""
        line += one
    return "=\r\n".join([*lines, line]).encode()
