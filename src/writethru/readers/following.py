"""What a reader follows, as they see and change it; and what was asked for at an address.

A page of it asks the same number of questions for one follow as for fifty.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from writethru.readers.links import CONFIRM, FOLLOW, STOP, STOP_ALL, BadToken, read, token
from writethru.readers.models import Follow, Offer, OfferAnswer, OptIn, Pace, PushSubscription, Reader

PACES = Pace.choices
A_PAGE = 50
OFFERS_SHOWN = 5
ASKS_SHOWN = 10
CONFIRM_WITHIN = timedelta(days=3)
BETWEEN_LETTERS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Following:
    """A page of what a reader follows, the newest first; `first` is what the link that led here was about."""

    reader: Reader
    first: Follow | None
    follows: Sequence[Follow]
    offers: Sequence[Offer]
    has_browser: bool
    page: int
    has_more: bool


def following_of(reader: Reader, *, first: int = 0, page: int = 1) -> Following:
    """Return a page of what `reader` follows, with the follow `first` before the others, also where it has ended."""
    running = Follow.objects.filter(reader=reader, ended_at=None).select_related("story", "section")
    begins = (page - 1) * A_PAGE
    found = list(running.exclude(pk=first).order_by("-followed_at", "-pk")[begins : begins + A_PAGE + 1])
    return Following(
        reader=reader,
        first=follow_of(reader, first) if first else None,
        follows=found[:A_PAGE],
        offers=_offers(reader) if page == 1 else [],
        has_browser=PushSubscription.objects.filter(reader=reader, ended_at=None).exists(),
        page=page,
        has_more=len(found) > A_PAGE,
    )


def follow_of(reader: Reader, follow_id: int) -> Follow | None:
    """Return one of a reader's follows, also one that has ended."""
    return Follow.objects.filter(reader=reader, pk=follow_id).select_related("reader", "story", "section").first()


def follow_at(reader: Reader, path: str) -> Follow | None:
    """Return how a reader follows the story or section at `path` on the site; None if they don't."""
    kind, _, slug = path.strip("/").partition("/")
    if kind not in {"story", "section"} or not slug or "/" in slug or not slug.isprintable():
        return None
    found = Follow.objects.filter(reader=reader, ended_at=None, **{f"{kind}__slug": slug})
    return found.select_related("story", "section").first()


def offer_to(reader: Reader, offer_id: int) -> Offer | None:
    """Return an offer that a reader has not answered yet."""
    return next((one for one in _offers(reader) if one.pk == offer_id), None)


def _offers(reader: Reader) -> list[Offer]:
    mine = Follow.objects.filter(reader=reader, ended_at=None)
    of_mine = mine.filter(story=OuterRef("of_story"), followed_at__lte=OuterRef("made_at"))
    answered = OfferAnswer.objects.filter(offer=OuterRef("pk"), reader=reader)
    followed = Follow.objects.filter(reader=reader, story=OuterRef("to_story"))
    offers = Offer.objects.filter(
        Exists(of_mine),
        ~Exists(answered),
        ~Exists(followed),
        of_story__in=mine.filter(story__isnull=False).values("story"),
        to_story__live=True,
    )
    return list(offers.select_related("of_story", "to_story").order_by("-made_at", "-pk")[:OFFERS_SHOWN])


def reader_by(manage_token: str) -> tuple[Reader, int] | None:
    """Return whose list a link opens, and the follow that it is about (0: none); None if it is no link of ours."""
    return _known(FOLLOW, manage_token)


def follow_to_stop(stop_token: str) -> tuple[Reader, int] | None:
    """Return who stops which follow by this link (0: all that they are mailed); None if it is no link of ours."""
    return _known(STOP, stop_token)


def reader_to_stop(all_token: str) -> Reader | None:
    """Return who stops all mail by this link; None if it is no link of ours."""
    known = _known(STOP_ALL, all_token)
    return known and known[0]


def is_ours_to_stop(token: str, *, all_mail: bool = False) -> bool:
    """Return whether we signed a link that stops, though its reader or follow may be gone."""
    try:
        read(STOP_ALL if all_mail else STOP, token)
    except BadToken:
        return False
    return True


def manage_token(reader: Reader, follow: Follow | None = None) -> str:
    """Return the token of the link that opens a reader's list, with this follow first."""
    return token(FOLLOW, reader.pk, follow.pk if follow else 0)


def stop_all_token(reader: Reader) -> str:
    """Return the token of the link that stops all mail to a reader."""
    return token(STOP_ALL, reader.pk)


def _known(door: str, given: str) -> tuple[Reader, int] | None:
    try:
        reader_id, follow_id = read(door, given)
    except BadToken:
        return None
    reader = Reader.objects.filter(pk=reader_id).first()
    return (reader, follow_id) if reader else None


def confirmation_token(opt_in: OptIn) -> str:
    """Return the token of the link that confirms what was asked for."""
    return token(CONFIRM, opt_in.pk, _number(opt_in.nonce))


def _number(nonce: str) -> int:
    """Return 63 bits of what nobody but our table and the letter knows: the link is good for this row alone."""
    return int.from_bytes(hashlib.sha256(nonce.encode()).digest()[:8], "big") >> 1


def asked_by(given: str, *, now: datetime) -> OptIn | None:
    """Return what a link confirms, used or not; None if it is no link of ours, or its three days are over."""
    try:
        opt_in_id, number = read(CONFIRM, given)
    except BadToken:
        return None
    asked = OptIn.objects.filter(pk=opt_in_id, asked_at__gt=now - CONFIRM_WITHIN).select_related("story", "section")
    opt_in = asked.first()
    return opt_in if opt_in and _number(opt_in.nonce) == number else None


def also_asked(opt_in: OptIn, *, now: datetime) -> list[OptIn]:
    """Return what else was asked for at the same address and is not confirmed yet, the newest first, each once."""
    others = OptIn.objects.filter(email=opt_in.email, used_at=None, asked_at__gt=now - CONFIRM_WITHIN)
    newest: dict[tuple[int | None, int | None], OptIn] = {}
    for other in others.select_related("story", "section").order_by("-asked_at", "-pk")[: ASKS_SHOWN * 2]:
        if (other.story_id, other.section_id) != (opt_in.story_id, opt_in.section_id):
            newest.setdefault((other.story_id, other.section_id), other)
    return list(newest.values())[:ASKS_SHOWN]


def opt_ins_without_letter(*, now: datetime, limit: int) -> list[OptIn]:
    """Return who waits for a confirmation and may have one now, the first to ask first; of each address the newest ask.

    Whoever was written to a moment ago is not looked at, however many wait.
    """
    just_written = OptIn.objects.filter(email=OuterRef("email"), letter_at__gt=now - BETWEEN_LETTERS)
    waiting = OptIn.objects.filter(~Exists(just_written), letter_at=None, asked_at__gt=now - CONFIRM_WITHIN)
    waiting = waiting.order_by("asked_at", "pk")
    by_address = {one.email: one for one in waiting.select_related("story", "section")[:limit] if one.used_at is None}
    return list(by_address.values())


def browser_at(endpoint_hash: str) -> PushSubscription | None:
    """Return the subscription at an address, also one that has ended."""
    return PushSubscription.objects.filter(endpoint_hash=endpoint_hash).select_related("reader").first()
