"""The one letter that goes to an address which somebody gave and nobody has confirmed: it asks whether they meant it.

Whoever types somebody else's address can make us write one in ten minutes and five a day, and none to an address that
mail came back from, or whose owner called our mail spam.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from writethru.bulletins.actions.letters import send_letter
from writethru.bulletins.messages import letter
from writethru.readers.actions.follow import BY_THEMSELVES
from writethru.readers.actions.tries import TooManyTries, knock, mailbox_of
from writethru.readers.following import BETWEEN_LETTERS, also_asked, confirmation_token, opt_ins_without_letter
from writethru.readers.models import OptIn
from writethru.readers.queries import is_suppressed

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
A_DAY_MOST = 5
LOOKED_AT = 5000


def send_due_confirmations(*, now: datetime) -> int:
    """Write to each address that waits for a confirmation and may have one now; return to how many."""
    return sum(_send(opt_in, now=now) for opt_in in opt_ins_without_letter(now=now, limit=LOOKED_AT))


def _send(opt_in: OptIn, *, now: datetime) -> bool:
    """Write one letter for all that was asked for at an address since the last; keep it waiting if one just went."""
    waiting = OptIn.objects.filter(email=opt_in.email, letter_at=None)
    reason = is_suppressed(opt_in.email)
    with transaction.atomic():
        if reason and reason.because not in BY_THEMSELVES:
            waiting.update(letter_at=now)
            return False
        try:
            with transaction.atomic():
                knock("confirmation", opt_in.email, most=1, within=BETWEEN_LETTERS, now=now)
        except TooManyTries:
            return False  # looked at again when the ten minutes are over
        if not OptIn.objects.filter(pk=opt_in.pk, letter_at=None).update(letter_at=now):
            return False
        waiting.update(letter_at=now)
        try:
            with transaction.atomic():
                knock("confirmations", mailbox_of(opt_in.email), most=A_DAY_MOST, within=A_DAY, now=now)
                if reason:  # they wanted no more mail: this asks them once, and then leaves them alone
                    knock("confirmation after all", opt_in.email, most=1, within=A_WEEK, now=now)
        except TooManyTries:
            return False
        _write(opt_in, also_asked(opt_in, now=now), now=now)
    return True


def _write(opt_in: OptIn, others: Sequence[OptIn], *, now: datetime) -> None:
    subject = _("Follow “%(title)s”? Please confirm it") % {"title": _title(opt_in)}
    said = [
        _("Somebody, you we hope, asked on %(site)s to follow “%(title)s” by e-mail, %(pace)s.")
        % {"site": settings.SITE_NAME, "title": _title(opt_in), "pace": opt_in.get_pace_display().lower()}
    ]
    if others:
        titles = ", ".join(f"“{_title(other)}”" for other in others)
        said.append(_("The same for %(titles)s: the page behind the button lets you choose.") % {"titles": titles})
    said.append(
        _("If that was you, confirm it within three days. If it was not, do nothing: nothing more comes of it.")
    )
    address = f"{settings.BASE_URL}/c/{confirmation_token(opt_in)}/"
    text, html = letter(subject, said, (_("Look at it and confirm"), address))
    send_letter(to=opt_in.email, subject=subject, text=text, html=html, key=f"confirmation {opt_in.pk}", now=now)


def _title(opt_in: Any) -> str:
    return " ".join((opt_in.story or opt_in.section).title.split())
