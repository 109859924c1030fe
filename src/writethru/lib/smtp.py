"""Sending mail by SMTP (RFC 5321): opening a connection, and keeping many at once.

`connect` opens one with the standard library, which waits: TLS, EHLO, logging in. A `Session` takes it over and never
waits: it is fed messages, one after the other, by whoever watches many of them with a selector.

    session.offer(key, sender=…, to=…)     MAIL, RCPT and DATA in one write, where the server pipelines (RFC 2920)
    session.read() → Ready(key)            the server wants the message; it may still be kept back
    session.send(message)                  the message to its dot, and what was offered next in the same write
    session.read() → Said(key, 250, …)     what it answered to the dot

So a message takes one turn of the network, not four, and between `offer` and `send` nothing has been handed over.
"""

import re
import smtplib
import socket
import ssl
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

CONNECT_SECONDS = 20.0
MOST_OF_AN_ANSWER = 1000
MOST_UNREAD = 100_000  # a server that says more than that without an end to it is none
_ADDRESS = re.compile(r"[^\s<>\"(),:;\\\x00-\x20\x7f-\x9f@]{1,64}@[^\s<>\"(),:;\\\x00-\x20\x7f-\x9f@]{1,255}")


@dataclass(frozen=True, slots=True)
class Server:
    """An SMTP server: `tls` is "offered" (sealed if it can), "required", "off" or "whole" (from the first byte)."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: str = "offered"


class NoServer(Exception):
    """The server can't be used; the sentence says why."""


class BadAddress(ValueError):
    """This is no address that mail can be sent to."""


def connect(server: Server, *, name: str, seconds: float = CONNECT_SECONDS) -> smtplib.SMTP:
    """Return a connection that is logged in; we call ourselves `name`. Raises NoServer.

    A certificate is checked against the system's own, and for the host's name.
    """
    where = f"{server.host}:{server.port}"
    try:
        return _connect(server, name=name, seconds=seconds)
    except ssl.SSLCertVerificationError as error:
        raise NoServer(f"The certificate of {where} is not good: {error.verify_message}.") from error
    except ssl.SSLError as error:
        raise NoServer(f"{where} can't be talked to by TLS ({error.reason or error}).") from error
    except smtplib.SMTPAuthenticationError as error:
        raise NoServer(
            f"{where} refuses the user or the password ({_told(error.smtp_code, error.smtp_error)})."
        ) from None
    except smtplib.SMTPResponseException as error:
        raise NoServer(f"{where} says {_told(error.smtp_code, error.smtp_error)}.") from error
    except smtplib.SMTPException as error:
        raise NoServer(f"{where}: {error}.") from error
    except (OSError, UnicodeError) as error:
        raise NoServer(f"{where} can't be reached ({getattr(error, 'strerror', None) or error}).") from error


def _connect(server: Server, *, name: str, seconds: float) -> smtplib.SMTP:
    if server.tls == "whole":
        context = ssl.create_default_context()
        opened: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=name, timeout=seconds, context=context
        )
    else:
        opened = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=seconds)
    try:
        opened.ehlo_or_helo_if_needed()
        if server.tls == "required" or (server.tls == "offered" and opened.has_extn("starttls")):
            opened.starttls(context=ssl.create_default_context())
            opened.ehlo_or_helo_if_needed()
        if server.user:
            opened.login(server.user, server.password)
    except BaseException:
        opened.close()
        raise
    return opened


def _told(code: int, said: Any) -> str:
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return f"{code} {' '.join(words.split())}"[:MOST_OF_AN_ANSWER]


def wire_address(address: str) -> str:
    """Return `address` as a command of SMTP may hold it, its domain in ASCII. Raises BadAddress."""
    if not _ADDRESS.fullmatch(address):
        raise BadAddress("This is no address.")
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError as error:
        raise BadAddress("The domain of this address is none.") from error
    if not local.isascii():
        raise BadAddress("The part before the @ has letters that mail servers don't take.")
    return f"{local}@{ascii_domain}"


def dotted(message: bytes) -> bytes:
    """Return `message`, whose lines end in CRLF, as it goes over the wire: dots doubled, and the dot that ends it."""
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    return ended(b"." + stuffed if stuffed.startswith(b".") else stuffed)


def ended(stuffed: bytes) -> bytes:
    """Return a message no line of which begins with a single dot, with the dot that ends it."""
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


@dataclass(frozen=True, slots=True)
class Ready:
    """The server wants the message that was offered as `key`."""

    key: Any


@dataclass(frozen=True, slots=True)
class Said:
    """What the server said to `key`, and to which command: "mail", "rcpt", "data", or "dot" when it had it whole."""

    key: Any
    code: int
    text: str
    to: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection has ended: `had_dot` if the server may have `key` whole. None: nothing was under way."""

    key: Any
    had_dot: bool
    why: str


Event = Ready | Said | Lost


class Session:
    """A kept connection, at most one message handed over and one offered at any moment."""

    def __init__(self, opened: smtplib.SMTP, *, clock: Callable[[], float]) -> None:
        """Take over a connection, and the clock by which one is told that it says nothing."""
        if opened.sock is None:
            raise NoServer("The connection has ended.")
        self._opened, self.sock = opened, opened.sock
        self.sock.setblocking(False)
        if self.sock.family in {socket.AF_INET, socket.AF_INET6}:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pipelines, self._clock = opened.has_extn("pipelining"), clock
        self._expected: deque[str] = deque()  # what has been asked, in order
        self._commands: deque[tuple[str, bytes]] = deque()  # what is still to be asked
        self._out, self._in = b"", b""
        self._offered: Any = None
        self._error: Said | None = None  # why the one that is offered is refused
        self._handed: Any = None
        self._after_dot = 0  # how much of what is still to be written comes after the dot
        self._is_dirty = False  # a refused envelope stands with the server: RSET comes first
        self.is_ready = False  # the server wants the message that is offered
        self.is_open = True
        self.asked_at = clock()
        self.served = 0

    def fileno(self) -> int:
        """Return what a selector watches."""
        return self.sock.fileno()

    @property
    def offered(self) -> Any:
        """Return the key of what is offered; None if nothing is."""
        return self._offered

    @property
    def handed(self) -> Any:
        """Return the key of what is handed over and not answered yet."""
        return self._handed

    @property
    def wants_to_write(self) -> bool:
        """Return whether the socket did not take all."""
        return bool(self._out)

    def offer(self, key: Any, *, sender: str, to: str, now: bool = True) -> None:
        """Tell the server of the next message; not `now`: with the next `send`, in the same write."""
        self._offered, self.is_ready, self._error = key, False, None
        commands = [
            ("mail", f"MAIL FROM:<{sender}>\r\n".encode("ascii")),
            ("rcpt", f"RCPT TO:<{to}>\r\n".encode("ascii")),
            ("data", b"DATA\r\n"),
        ]
        if self._is_dirty:
            commands.insert(0, ("rset", b"RSET\r\n"))
            self._is_dirty = False
        self._commands.extend(commands)
        if now:
            self._ask()

    def send(self, wired: bytes, *, then: tuple[Any, str, str] | None = None) -> None:
        """Hand over the message that the server is ready for, as `dotted` made it; `then`: offer the next with it."""
        self._handed, self._offered, self.is_ready = self._offered, None, False
        self._expected.append("dot")
        self._out += wired
        self._after_dot = 0
        self.asked_at = self._clock()
        if then:
            key, sender, to = then
            self.offer(key, sender=sender, to=to, now=False)
            if self._pipelines:
                self._ask(flush=False)
        self.write()

    def _ask(self, *, flush: bool = True) -> None:
        """Ask what is to be asked: all of it of a server that pipelines, else one thing at a time."""
        while self._commands and (self._pipelines or not self._expected):
            kind, command = self._commands.popleft()
            self._expected.append(kind)
            self._out += command
            self._after_dot += len(command)
        self.asked_at = self._clock()
        if flush:
            self.write()

    def write(self) -> None:
        """Write as much as the socket takes; what ends the connection is told by the next `read`."""
        # An error is told by reading too, after what the server may have said before.
        with suppress(OSError):
            while self._out:
                self._out = self._out[self.sock.send(self._out) :]

    def read(self) -> list[Event]:
        """Return what has happened."""
        if not self.is_open:
            return []
        why = ""
        try:
            while True:
                got = self.sock.recv(65536)
                self._in += got
                if not got:
                    why = "The server ended the connection."
                if len(got) < 65536 and not (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
                    break
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError as error:
            why = f"The connection broke ({error.strerror or error})."
        events: list[Event] = []
        while self.is_open and (reply := self._reply()):
            events += self._understand(*reply)
        if len(self._in) > MOST_UNREAD:
            why = "The server says what no mail server says."
        if self._commands and not self._expected and self.is_open and not why:
            self._ask()
        return events + (self.end(why) if why else [])

    def _reply(self) -> tuple[int, str] | None:
        """Return the next answer that is here whole."""
        at, lines = 0, []
        while (end := self._in.find(b"\n", at)) >= 0:
            line, at = self._in[at:end].rstrip(b"\r"), end + 1
            lines.append(line[4:])
            if line[3:4] != b"-":
                self._in = self._in[at:]
                code = int(line[:3]) if line[:3].isdigit() else 0
                said = b" ".join(lines) if code else line
                return code, said.decode("utf-8", errors="replace")[:MOST_OF_AN_ANSWER]
        return None

    def _understand(self, code: int, text: str) -> list[Event]:
        if not self._expected or code == 0:
            # A 421 may come unasked, before the server goes. Anything else that nobody asked for is no SMTP.
            return self.end(f"{code} {text}" if code else "The server says what no mail server says.")
        kind = self._expected.popleft()
        events: list[Event] = []
        if kind == "dot":
            key, self._handed = self._handed, None
            self.served += 1
            events.append(Said(key, code, text, "dot"))
        elif kind in {"mail", "rcpt"} and code >= 300 and self._error is None:
            self._error = Said(self._offered, code, text, kind)
        elif kind == "data":
            events += self._wanted(code, text)
        if code == 421:
            events += self.end(f"421 {text}")
        return events

    def _wanted(self, code: int, text: str) -> list[Event]:
        """Understand the answer to DATA: only now is what was offered wanted, or refused."""
        refused = self._error or (None if code == 354 else Said(self._offered, code, text, "data"))
        if refused is None:
            self.is_ready = True
            return [Ready(self._offered)]
        if code == 354:  # it wants one nobody will get: RFC 2920, 3.1
            self._expected.append("empty")
            self._out += b".\r\n"
            self.write()
        else:
            self._is_dirty = True
        self._offered = None
        return [refused]

    def end(self, why: str) -> list[Event]:
        """End the connection, and return what becomes of what was under way."""
        if not self.is_open:
            return []
        self.is_open = self.is_ready = False
        events: list[Event] = []
        if self._handed is not None:
            events.append(Lost(self._handed, len(self._out) <= self._after_dot, why))
        if self._offered is not None:
            events.append(Lost(self._offered, False, why))
        self._handed = self._offered = None
        self._opened.close()
        return events or [Lost(None, False, why)]

    def quit(self) -> None:
        """Say good-bye, if nothing is under way, and end."""
        if self.is_open and not self._expected:
            self._out += b"QUIT\r\n"
            self.write()
        self.end("")
