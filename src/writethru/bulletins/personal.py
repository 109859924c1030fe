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
from writethru.readers.links import FOLLOW, STOP, STOP_ALL, tokens
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
    stop, manage, every = tokens(STOP), tokens(FOLLOW), tokens(STOP_ALL)
    zone = timezone.get_default_timezone()
    return [
        {
            "stop": stop(one.reader, one.follow),
            "manage": manage(one.reader, one.follow),
            "all": every(one.reader, 0),
            "why": why(one.pace, one.followed_at and one.followed_at.astimezone(zone).date(), one.language),
        }
        for one in recipients
    ]


def values_of(recipient: Recipient) -> dict[str, str]:
    """Return what stands for each place in the message of one recipient."""
    return values_for([recipient])[0]


@lru_cache(maxsize=10_000)
def why(pace: str, on: date | None, language: str) -> str:
    """Return why somebody gets a message: "Daily, because you asked for it on 4 April 2023."."""
    with translation.override(language or translation.get_language()):
        if pace not in Pace.values:
            return _("You follow this.")
        if on is None:
            return _("%(pace)s, because you asked for it.") % {"pace": Pace(pace).label}
        return _("%(pace)s, because you asked for it on %(day)s.") % {"pace": Pace(pace).label, "day": day(on)}
