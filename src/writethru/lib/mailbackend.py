"""Django's own way to send mail, by the house's server: what Wagtail and allauth write goes there too."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage, sanitize_address

from writethru.lib.mailfolder import put_message
from writethru.lib.providers import sending_backend
from writethru.lib.smtp import NoServer, Server, connect


def server() -> Server:
    """Return the SMTP server that EMAIL_URL names."""
    given = settings.MAIL_SERVER
    return Server(*(given[name] for name in ("host", "port", "user", "password", "tls")))


def own_name() -> str:
    """Return what we call ourselves to a mail server: the domain that our mail comes from."""
    return str(settings.MAIL_FROM).rpartition("@")[2].rstrip(">")


class Backend(BaseEmailBackend):  # type: ignore[misc]
    """Sends by SMTP, or through anymail, or into the folder, as EMAIL_URL says."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send them and return how many went."""
        messages = [message for message in email_messages if message.recipients()]
        if not messages:
            return 0
        carrier = settings.MAIL_SERVER["carrier"]
        if carrier == "anymail":
            return int(sending_backend().send_messages(messages) or 0)
        try:
            return _put(messages) if carrier == "files" else _send(messages)
        except (NoServer, OSError):
            if not self.fail_silently:
                raise
            return 0


def _put(messages: Sequence[EmailMessage]) -> int:
    for message in messages:
        put_message(settings.MAIL_FOLDER, message.message().as_bytes(linesep="\r\n"))
    return len(messages)


def _send(messages: Sequence[EmailMessage]) -> int:
    with connect(server(), name=own_name()) as opened:
        for message in messages:
            sender = sanitize_address(message.from_email, "utf-8")
            to: list[Any] = [sanitize_address(address, "utf-8") for address in message.recipients()]
            opened.sendmail(sender, to, message.message().as_bytes(linesep="\r\n"))
    return len(messages)
