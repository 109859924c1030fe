"""Emptying the mailbox that bounces come to.

Each message is taken in by `bounces`, then marked as seen; none is deleted. If the connection, or the power, goes in
between, it is read again, and counts once.
"""

import imaplib
import logging
import ssl
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from imap_tools import AND, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from writethru.bulletins.actions.bounces import NotForUs, take_bounce
from writethru.bulletins.comeback import MOST_BYTES

PATIENCE_SECONDS = 20
AT_ONCE = 500

log = logging.getLogger(__name__)


class NoMailbox(Exception):
    """The mailbox can't be read; the message says why."""


def take_bounces(*, now: Callable[[], datetime]) -> int:
    """Take in what is unread in the mailbox that BOUNCE_URL names; return how much of it counted. Raises NoMailbox."""
    try:
        with opened() as mailbox:
            uids = mailbox.uids(AND(seen=False))[:AT_ONCE]
            return sum(_take(mailbox, uid, now=now()) for uid in uids)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise NoMailbox(str(error) or type(error).__name__) from error


def opened() -> Any:
    """Return the mailbox, logged in to, as a context."""
    told = settings.BOUNCE_MAILBOX
    where = {"host": told["host"], "port": told["port"], "timeout": PATIENCE_SECONDS}
    if told["tls"] == "whole":
        mailbox: Any = MailBox(**where, ssl_context=ssl.create_default_context())
    elif told["tls"] == "required":
        mailbox = MailBoxStartTls(**where, ssl_context=ssl.create_default_context())
    else:
        mailbox = MailBoxUnencrypted(**where)
    return mailbox.login(told["user"], told["password"], initial_folder=told["folder"])


def _take(mailbox: Any, uid: str, *, now: datetime) -> bool:
    counted = False
    _, found = mailbox.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    raw = next((part[1] for part in found or () if isinstance(part, tuple)), b"")
    try:
        taken = take_bounce(raw, now=now)
    except NotForUs as error:
        log.info("A message in the bounce mailbox counts not: %s", error)
    else:
        counted = taken.is_new
    # Not by imap_tools' own `flag`, which also expunges: what somebody else marked as deleted is not ours to destroy.
    mailbox.client.uid("STORE", uid, "+FLAGS", r"(\Seen)")
    return counted
