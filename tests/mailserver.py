"""A real SMTP server for the tests, on a free port of loopback: it keeps what it is sent, and answers as it is told.

    def test_…(mailbox):                         the fixture: the house's mail goes there
        …
        assert [message["To"] for message in mailbox.messages] == ["anna@mail.example"]

    mailbox.answer("rcpt", "550 5.1.1 No such user", to="anna@mail.example")     every time
    mailbox.answer("data", "451 4.3.0 Later", times=1)                           once, for whoever is next
    mailbox.answer("data", DROP)                                                  takes it, and says nothing more

It is not called `mailbox.py`: the standard library has one.
"""

import logging
import ssl
import threading
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.ERROR)

DROP = "drop"  # the connection ends without an answer


@dataclass
class _Told:
    when: str
    answer: str
    to: str
    times: int


class Mailbox:
    """The server. `messages` are what it said 250 to, parsed; `raw` the same as bytes; `envelopes` (from, to)."""

    def __init__(
        self, *, pipelining: bool = True, certificate: tuple[str, str] | None = None, login: tuple[str, str] = ("", "")
    ) -> None:
        """Take whether it offers PIPELINING, files of a certificate and its key for STARTTLS, a name and a password."""
        self.raw: list[bytes] = []
        self.envelopes: list[tuple[str, str]] = []
        self.taken: list[bytes] = []  # all that was sent to the dot, whatever was answered
        self.logins: list[tuple[str, str]] = []
        self.connections = 0
        self._told: list[_Told] = []
        self._lock = threading.Lock()
        self.pipelining, self._login = pipelining, login
        context = None
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
        self._controller = _Controller(
            _Handler(self),
            hostname="127.0.0.1",
            port=0,
            tls_context=context,
            require_starttls=False,
            auth_require_tls=False,
            auth_required=bool(login[0]),
            authenticator=self._authenticate,
            data_size_limit=0,
        )

    def start(self) -> "Mailbox":
        self._controller.start()
        return self

    def stop(self) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return int(self._controller.server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """Return the EMAIL_URL of this server."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, Any]:
        """Return what MAIL_SERVER holds for it."""
        host = {"carrier": "smtp", "host": "127.0.0.1", "port": self.port}
        return {**host, "user": self._login[0], "password": self._login[1], "tls": "offered"}

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    @property
    def recipients(self) -> list[str]:
        return [to for _, to in self.envelopes]

    def to(self, address: str) -> list[EmailMessage]:
        """Return what came for this address."""
        return [message for message, (_, to) in zip(self.messages, self.envelopes, strict=True) if to == address]

    def answer(self, when: str, answer: str, *, to: str = "", times: int = 1_000_000) -> None:
        """Answer so to "connect", "mail", "rcpt" or "data" (after the dot), for one address or for all."""
        self._told.append(_Told(when, answer, to, times))

    def clear(self) -> None:
        """Forget what came, and what was told."""
        self.raw.clear(), self.envelopes.clear(), self.taken.clear(), self._told.clear()

    def says(self, when: str, to: str = "") -> str:
        """Return what it was told to answer; "" for what a server says of itself."""
        with self._lock:
            for told in self._told:
                if told.when == when and told.times > 0 and told.to in {"", to}:
                    told.times -= 1
                    return told.answer
        return ""

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, how: str, given: Any) -> AuthResult:
        pair = (given.login.decode(), given.password.decode())
        self.logins.append(pair)
        return AuthResult(success=pair == self._login)


class _Handler:
    """What aiosmtpd asks. It reads each attribute at each connection, so that the mailbox's own are not among them."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self._mailbox.connections += 1
        session.host_name = hostname
        return [*responses[:-1], *(["250-PIPELINING"] if self._mailbox.pipelining else []), responses[-1]]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self._mailbox.says("mail")
        if not said:
            envelope.mail_from, envelope.mail_options = address, options
        return self._end(server, said) or "250 2.1.0 Ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self._mailbox.says("rcpt", address)
        if not said:
            envelope.rcpt_tos.append(address)
        return self._end(server, said) or "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        self._mailbox.taken.append(content)
        said = self._mailbox.says("data", envelope.rcpt_tos[0])
        if said and not said.startswith("2"):
            return self._end(server, said)
        self._mailbox.raw.append(content)
        self._mailbox.envelopes.append((envelope.mail_from or "", envelope.rcpt_tos[0]))
        return said or "250 2.0.0 Ok"

    def _end(self, server: SMTP, said: str) -> str:
        if said == DROP:
            server.transport.abort()
        if said.startswith("421"):
            server._loop.call_soon(server.transport.close)
        return said


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        """Look at the port that the system gave before trying it."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
