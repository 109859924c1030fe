"""Handing one message to a browser's push service, and what its answer means for the ledger.

    answer = push_one(sending, push={"title": …, "body": …, "tag": "r17", "url": …})

The network alone is asked here: no row is read or written, so that it can run in any thread. Whoever marks the row ends
the subscription of one that is gone, by `end_subscription`.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from writethru.bulletins.models import Sending
from writethru.lib import webpush
from writethru.lib.http import AddressRefused, NoAnswer, NotFetched, post
from writethru.readers.models import PushSubscription

PATIENCE_SECONDS = 10
KEEP_SECONDS = 24 * 3600  # that a push service keeps it for a browser that is shut: yesterday's news is no alert
LATER_SECONDS = 60
LONGEST_WAIT = timedelta(hours=24)
MOST_WORDS = 500
GONE = {404, 410}
FULL = 413


class Outcome(StrEnum):
    """What became of a message that was handed over."""

    SENT = "sent"
    GONE = "gone"
    LATER = "later"
    FAILED = "failed"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a push service said: `wait_seconds` is how long it wants to be left alone, where it is to be tried again."""

    outcome: Outcome
    said: str
    wait_seconds: int = 0


def push_one(sending: Sending, *, push: dict[str, Any]) -> Answer:
    """Hand a claimed line of the ledger, read with its subscription, to the push service; return what that answered.

    `push` goes to the service worker as JSON. Its `tag` is the Topic as well: what has not reached the browser yet is
    replaced by what has the same, as what has is replaced by the service worker.
    """
    subscription = sending.subscription
    if subscription is None or subscription.ended_at:
        return Answer(Outcome.GONE, "The subscription has ended.")
    try:
        sealed = webpush.encrypt(
            json.dumps(push, ensure_ascii=False, separators=(",", ":")).encode(),
            p256dh=subscription.p256dh,
            auth=subscription.auth,
        )
        response = post(
            subscription.endpoint,
            body=sealed,
            headers=_headers(subscription, tag=str(push.get("tag", ""))),
            timeout_seconds=PATIENCE_SECONDS,
        )
    except webpush.TooLong as error:
        return Answer(Outcome.FAILED, f"It is too long: {error}.")
    except (webpush.BadSubscription, AddressRefused) as error:
        return Answer(Outcome.GONE, f"Nobody can be reached by this subscription: {error}")
    except NoAnswer as error:
        return Answer(Outcome.DOUBT, str(error))
    except NotFetched as error:
        return Answer(Outcome.LATER, str(error), LATER_SECONDS)
    return _meaning(response.status, response.body, response.headers.get("Retry-After", ""))


def end_subscription(subscription_id: int, *, now: datetime) -> None:
    """Note that a browser no longer wants anything: its push service said so."""
    PushSubscription.objects.filter(pk=subscription_id, ended_at=None).update(ended_at=now)


def _headers(subscription: PushSubscription, *, tag: str) -> dict[str, str]:
    headers = {
        "Authorization": webpush.authorization(subscription.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEEP_SECONDS),
        "Urgency": "normal",
    }
    # RFC 8030, 5.4: at most 32 letters of base64url.
    is_topic = 0 < len(tag) <= 32 and tag.isascii() and tag.replace("-", "").replace("_", "").isalnum()
    return {**headers, "Topic": tag} if is_topic else headers


def _meaning(status: int, body: bytes, retry_after: str) -> Answer:
    said = f"{status} {body.decode(errors='replace').strip()}".strip()[:MOST_WORDS]
    if 200 <= status < 300:
        return Answer(Outcome.SENT, said)
    if status in GONE:
        return Answer(Outcome.GONE, said)
    if status == 429 or status >= 500:
        return Answer(Outcome.LATER, said, _wait(retry_after))
    return Answer(Outcome.FAILED, said)


def _wait(retry_after: str) -> int:
    """Return the seconds that Retry-After asks for, as a number or as a date (RFC 9110, 10.2.3); a day at most."""
    if retry_after.strip().isdecimal() and retry_after.isascii():
        wait = timedelta(seconds=int(retry_after.strip()[:9]))
    else:
        try:
            until = parsedate_to_datetime(retry_after)
        except ValueError:
            return LATER_SECONDS
        wait = until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)
    return int(min(max(wait, timedelta(seconds=1)), LONGEST_WAIT).total_seconds())
