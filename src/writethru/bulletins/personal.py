"""What is filled into a message for each who gets it: %%stop%%, %%manage%%, %%all%% and %%why%%.

Asked five thousand times a second while a dispatch is sent, so whatever can be the same for many is made once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from writethru.lib.words import day
from writethru.readers.links import FOLLOW, STOP, STOP_ALL, token
from writethru.readers.models import Pace


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets a message, by one row of the ledger.

    `follow` is why they get it, 0 for all that they follow; `content` is what a digest tells.
    """

    sending: int
    reader: int
    follow: int
    email: str
    pace: str
    followed_at: datetime | None
    language: str
    content: Any = None


def values_for(recipients: Iterable[Recipient]) -> list[dict[str, str]]:
    """Return what stands for each place in the message of each recipient, in their order; safe in HTML as it is."""
    return [values_of(recipient) for recipient in recipients]


def values_of(recipient: Recipient) -> dict[str, str]:
    """Return what stands for each place in the message of one recipient."""
    reader, follow = recipient.reader, recipient.follow or 0
    return {
        "stop": token(STOP, reader, follow),
        "manage": token(FOLLOW, reader, follow),
        "all": token(STOP_ALL, reader),
        "why": why(recipient.pace, recipient.followed_at, recipient.language),
    }


def why(pace: str, followed_at: datetime | None, language: str) -> str:
    """Return why somebody gets a message: "Daily, because you asked for it on 4 April 2023."."""
    on = None if followed_at is None else timezone.localtime(followed_at, timezone.get_default_timezone()).date()
    return _why(pace, on, language)


@lru_cache(maxsize=10_000)
def _why(pace: str, on: date | None, language: str) -> str:
    with translation.override(language or translation.get_language()):
        if pace not in Pace.values:
            return _("You follow this.")
        if on is None:
            return _("%(pace)s, because you asked for it.") % {"pace": Pace(pace).label}
        return _("%(pace)s, because you asked for it on %(day)s.") % {"pace": Pace(pace).label, "day": day(on)}
