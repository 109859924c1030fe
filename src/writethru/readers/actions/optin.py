"""Following by e-mail alone: somebody asks at an address, and whoever reads the mail there confirms it.

Asking writes a row and nothing else, whosever the address is: so nobody learns from the answer, or from the time that
it takes, whether we know it. The letter is written by who sends, above (`bulletins.actions.confirmations`).
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from writethru.lib.queue import wake
from writethru.readers.actions.follow import BY_THEMSELVES, follow
from writethru.readers.actions.suppress import lift, stop_if_suppressed
from writethru.readers.actions.times import Times, set_times
from writethru.readers.actions.tries import TooManyTries, knock, mailbox_of
from writethru.readers.following import ASKS_SHOWN, CONFIRM_WITHIN
from writethru.readers.models import Follow, OptIn, Reader, Suppression
from writethru.readers.queries import is_suppressed
from writethru.stories.models import Section, Story

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
NETWORK_AN_HOUR = 20  # a household, or an office that reads the same story
ADDRESS_A_DAY = 20


class AlreadyConfirmed(Exception):
    """The link has been used, or its three days are over."""


def ask_to_follow(
    email: str,
    *,
    story: Story | None = None,
    section: Section | None = None,
    pace: str,
    words: str,
    network: str,
    now: datetime,
) -> None:
    """Note that somebody at `network` asks to follow by mail at an address. Raises TooManyTries for the network.

    Who asks too often for one address is told the same as ever, and nothing comes of it.
    """
    knock("ask to follow", network, most=NETWORK_AN_HOUR, within=AN_HOUR, now=now)
    email = email.strip().lower()
    try:
        knock("asked to follow", mailbox_of(email), most=ADDRESS_A_DAY, within=A_DAY, now=now)
    except TooManyTries:
        return
    with transaction.atomic():
        OptIn.objects.create(email=email, story=story, section=section, pace=pace, words=words, asked_at=now)
        wake("send_due_confirmations")


@transaction.atomic
def confirm(
    opt_in: OptIn,
    *,
    also: Collection[int] = (),
    pace: str,
    updates: bool,
    times: Times | None = None,
    words: str,
    now: datetime,
) -> Follow:
    """Let who asked follow from now on: they have pressed the button behind the link in the letter, which is good once.

    `also` are others that were asked for at the address. `words` stood beside the button. This is the fresh consent
    that takes mail up again for who had asked for no more. Raises AlreadyConfirmed.
    """
    pending = OptIn.objects.filter(email=opt_in.email, used_at=None, asked_at__gt=now - CONFIRM_WITHIN)
    if not pending.filter(pk=opt_in.pk).update(used_at=now):
        raise AlreadyConfirmed(opt_in.pk)
    reader = _reader_at(opt_in.email, now=now)
    if times:
        set_times(reader, times=times)
    row = _follow(reader, opt_in, pace=pace, updates=updates, words=words, now=now)
    for other in list(pending.filter(pk__in=also).order_by("-asked_at")[:ASKS_SHOWN]):
        if pending.filter(pk=other.pk).update(used_at=now):
            _follow(reader, other, pace=other.pace, updates=False, words=words, now=now)
    return row


def _reader_at(email: str, *, now: datetime) -> Reader:
    reader, _is_new = Reader.objects.get_or_create(email=email, defaults={"confirmed_at": now, "made_at": now})
    Reader.objects.filter(pk=reader.pk, confirmed_at=None).update(confirmed_at=now)
    reason: Suppression | None = is_suppressed(email)
    if reason and reason.because in BY_THEMSELVES:
        lift(email, now=now)
    stop_if_suppressed(reader)
    reader.refresh_from_db()
    return reader


def _follow(reader: Reader, asked: OptIn, *, pace: str, updates: bool, words: str, now: datetime) -> Follow:
    return follow(
        reader,
        story=asked.story,
        section=asked.section,
        pace=pace,
        by_mail=True,
        by_push=False,
        updates=updates,
        words=f"{asked.words}\n{words}",
        now=now,
    )
