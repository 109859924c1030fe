"""Browsers that a reader lets show notifications: one subscription each, known by its address and its secret.

Whoever tells both is the browser: the push service gave them to nobody else. Without an account the browser is a
reader of its own.
"""

import hashlib
import hmac
from datetime import datetime

from django.db import transaction

from writethru.readers.actions.follow import change_follow, follow, unfollow
from writethru.readers.models import Follow, PushSubscription, Reader


class NotThisBrowser(Exception):
    """Somebody names a subscription's address and not its secret."""


def endpoint_hash(endpoint: str) -> str:
    """Return what a subscription is found by."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def is_same_browser(subscription: PushSubscription, auth: str) -> bool:
    """Return whether somebody who tells a subscription's address knows its secret too."""
    return hmac.compare_digest(subscription.auth.encode(), auth.encode())


@transaction.atomic
def subscribe_browser(
    *, endpoint: str, p256dh: str, auth: str, reader: Reader | None = None, now: datetime
) -> PushSubscription:
    """Keep a browser's subscription, and return it; `reader` is whose account is logged in there.

    What a browser followed for itself comes along with whoever logs in there. Raises NotThisBrowser.
    """
    made, is_new = PushSubscription.objects.select_for_update().get_or_create(
        endpoint_hash=endpoint_hash(endpoint),
        defaults={
            "endpoint": endpoint,
            "p256dh": p256dh,
            "auth": auth,
            "reader": lambda: reader or Reader.objects.create(made_at=now),  # for a new one alone
            "made_at": now,
        },
    )
    if is_new:
        return made
    if not is_same_browser(made, auth):
        raise NotThisBrowser(made.pk)
    before = made.reader
    made.p256dh, made.ended_at, made.reader = p256dh, None, reader or before
    made.save()
    if reader and before != reader and not before.email and before.account_id is None:
        _take_along(before, reader, now=now)
    return made


@transaction.atomic
def renew_browser(old: str, *, endpoint: str, p256dh: str, auth: str, old_auth: str, now: datetime) -> bool:
    """Put a browser's new subscription where its `old` one was; return whether there was one. Raises NotThisBrowser."""
    was = PushSubscription.objects.select_for_update().filter(endpoint_hash=endpoint_hash(old)).first()
    if was is None:
        return False
    if not is_same_browser(was, old_auth):
        raise NotThisBrowser(was.pk)
    for there in PushSubscription.objects.filter(endpoint_hash=endpoint_hash(endpoint)).exclude(pk=was.pk):
        if not is_same_browser(there, auth):
            raise NotThisBrowser(there.pk)
        there.delete()
    was.endpoint, was.endpoint_hash, was.p256dh, was.auth = endpoint, endpoint_hash(endpoint), p256dh, auth
    was.made_at, was.ended_at = now, None
    was.save()
    return True


@transaction.atomic
def stop_in_browser(row: Follow, *, words: str, now: datetime) -> None:
    """Tell a reader no more of this in the browser; with no other way to be told, and no account, the follow ends."""
    if row.by_mail or row.reader.account_id:
        kept = {name: getattr(row, name) for name in ("pace", "by_mail", "updates", "paused_at", "muted_until")}
        change_follow(row, **kept, by_push=False, words=words, now=now)
    else:
        unfollow(row, now=now)


def _take_along(before: Reader, reader: Reader, *, now: datetime) -> None:
    """Let `reader` follow what a nameless browser did, which then is nobody any more."""
    for row in before.follows.filter(ended_at=None).select_related("story", "section"):
        follow(
            reader,
            story=row.story,
            section=row.section,
            pace=_pace(reader, row),
            by_mail=False,
            by_push=row.by_push,
            updates=row.updates,
            words=_words_of(row),
            now=now,
        )
        unfollow(row, now=now)
    if not before.subscriptions.exists():
        before.delete()


def _pace(reader: Reader, row: Follow) -> str:
    """Return the pace of what a reader follows already, else the browser's."""
    same = Follow.objects.filter(reader=reader, story=row.story, section=row.section, ended_at=None).first()
    return same.pace if same else row.pace


def _words_of(row: Follow) -> str:
    """Return what was agreed to in the browser."""
    of = f"story {row.story_id}" if row.story_id else f"section {row.section_id}"
    consent = row.reader.consents.filter(what=f"follow {of} by push", withdrawn_at=None).order_by("-pk").first()
    return consent.words if consent else ""
