"""What we hold about a reader, in words: what the tables call it stays in what they take along."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from writethru.lib.words import clock, full, machine
from writethru.readers.following import PACES

CALLED = {
    "account_id": gettext_lazy("Account"),
    "answer": gettext_lazy("What the other server said"),
    "answered_at": gettext_lazy("Answered"),
    "asked_at": gettext_lazy("Asked for"),
    "at": gettext_lazy("When"),
    "because": gettext_lazy("Because"),
    "by_mail": gettext_lazy("By e-mail"),
    "by_push": gettext_lazy("In the browser"),
    "confirmed_at": gettext_lazy("Confirmed"),
    "created_at": gettext_lazy("Since"),
    "date_joined": gettext_lazy("Since"),
    "digest_at": gettext_lazy("Digests at"),
    "digest_day": gettext_lazy("Weekly ones on"),
    "door": gettext_lazy("By"),
    "due_at": gettext_lazy("Comes"),
    "email": gettext_lazy("E-mail address"),
    "ended_at": gettext_lazy("Ended"),
    "endpoint": gettext_lazy("Where it is reached"),
    "endpoint_hash": gettext_lazy("The same, shortened"),
    "extra_data": gettext_lazy("What that site told us"),
    "first_name": gettext_lazy("First name"),
    "followed_at": gettext_lazy("Since"),
    "from_at": gettext_lazy("The visit before"),
    "from_upto": gettext_lazy("Read until then"),
    "given_at": gettext_lazy("Agreed"),
    "ip": gettext_lazy("Network address"),
    "is_active": gettext_lazy("May log in"),
    "language": gettext_lazy("Language"),
    "last_login": gettext_lazy("Last logged in"),
    "last_name": gettext_lazy("Last name"),
    "last_seen_at": gettext_lazy("Last seen"),
    "last_used_at": gettext_lazy("Last used"),
    "letter_at": gettext_lazy("Letter written"),
    "made_at": gettext_lazy("Since"),
    "mail_stopped_at": gettext_lazy("Mail stopped"),
    "mail_stopped_because": gettext_lazy("Because"),
    "muted_until": gettext_lazy("Mute until"),
    "note": gettext_lazy("What the other server said"),
    "pace": gettext_lazy("How often"),
    "paused_at": gettext_lazy("Paused"),
    "paused_by_desk": gettext_lazy("Paused by an editor"),
    "primary": gettext_lazy("You log in with it"),
    "provider": gettext_lazy("Site"),
    "quiet_from": gettext_lazy("Quiet from"),
    "quiet_until": gettext_lazy("Quiet until"),
    "report": gettext_lazy("Report"),
    "section": gettext_lazy("Section"),
    "seen_at": gettext_lazy("Last looked"),
    "sender": gettext_lazy("Network address, as a number"),
    "sent_at": gettext_lazy("Sent"),
    "settled_at": gettext_lazy("Settled"),
    "settled_by": gettext_lazy("Settled by"),
    "since": gettext_lazy("Gathers since"),
    "status": gettext_lazy("What became of it"),
    "story": gettext_lazy("Story"),
    "subject": gettext_lazy("Subject"),
    "text": gettext_lazy("What you wrote"),
    "type": gettext_lazy("Kind"),
    "uid": gettext_lazy("Your number there"),
    "updates": gettext_lazy("Also updates"),
    "upto": gettext_lazy("Read until"),
    "used_at": gettext_lazy("Confirmed"),
    "user_agent": gettext_lazy("Browser"),
    "verified": gettext_lazy("Confirmed"),
    "version": gettext_lazy("Version"),
    "what": gettext_lazy("What"),
    "withdrawn_at": gettext_lazy("Taken back"),
    "words": gettext_lazy("In these words"),
    "zone": gettext_lazy("Time zone"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is held: what it is called, what it says, and what a machine reads of it if it is a time."""

    name: str
    said: str
    at: str = ""


def readable(held: Mapping[str, Any]) -> list[tuple[str, list[list[Line]]]]:
    """Return each part of what is held with its rows; a part of which nothing is held has none."""
    return [(name, [_lines(row) for row in _rows(told)]) for name, told in held.items()]


def _rows(told: Any) -> Iterable[Mapping[str, Any]]:
    return [told] if isinstance(told, Mapping) else told


def _lines(row: Mapping[str, Any]) -> list[Line]:
    found = [(name, value) for name, value in row.items() if value not in (None, "", {}, [])]
    return [
        Line(str(CALLED.get(name, name)), _said(name, value), machine(value) if isinstance(value, datetime) else "")
        for name, value in found
    ]


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return full(value)
    if isinstance(value, time):  # of the reader's own zone: nothing is moved
        return clock(datetime.combine(datetime.now(UTC), value, tzinfo=timezone.get_default_timezone()))
    if name == "digest_day":
        return str(WEEKDAYS[value])
    if name == "pace":
        return str(dict(PACES).get(value, value))
    if name == "language" and value == settings.LANGUAGE_CODE:
        return _("The site's")
    if name == "door":
        return {"mail": _("e-mail"), "push": _("the browser")}.get(value, value)
    return str(value)
