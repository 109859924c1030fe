"""What other apps ask of the ledger."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from writethru.bulletins.models import Dispatch, Returned, Sending
from writethru.readers.links import address_hash
from writethru.readers.models import FollowerCount
from writethru.stories.models import Section

AGAINST = (Returned.Kind.HARD, Returned.Kind.SOFT, Returned.Kind.COMPLAINT, Returned.Kind.LEFT)
MOST_RETURNED, A_FEW = 500, 3


def dispatches() -> QuerySet[Dispatch]:
    """Return what was sent and is being sent, the newest first, letters left out, with its version and its story."""
    those = Dispatch.objects.exclude(kind=Dispatch.Kind.LETTER).select_related("version", "story", "stopped_by")
    return those.defer("text", "html").order_by("-made_at", "-pk")


def sendings_in_doubt(dispatch: Dispatch) -> QuerySet[Sending]:
    """Return the lines of which nobody knows whether they arrived, with their readers."""
    return dispatch.sendings.filter(status=Sending.Status.DOUBT).select_related("reader").order_by("pk")


def sendings_failed(dispatch: Dispatch) -> QuerySet[Sending]:
    """Return the lines that could not be sent, with their readers and what the server said."""
    return dispatch.sendings.filter(status=Sending.Status.FAILED).select_related("reader").order_by("pk")


def dispatches_in_doubt() -> QuerySet[Dispatch]:
    """Return the dispatches with lines in doubt, letters too, the newest first."""
    return Dispatch.objects.filter(in_doubt__gt=0).defer("text", "html").order_by("-made_at", "-pk")


def dispatch_numbered(pk: int) -> Dispatch | None:
    """Return a dispatch, letters left out, with its version and its story."""
    return dispatches().filter(pk=pk).first()


def sending_numbered(dispatch: Dispatch, pk: int) -> Sending | None:
    """Return a line of a dispatch's ledger."""
    return dispatch.sendings.filter(pk=pk).first()


def people_told(stories: Iterable[Any], *, key: Collection[int] = ()) -> int:
    """Return how many an alert about a report in these stories would reach at once, as they are counted; one query.

    `key` are the stories where its entry is a key moment. Who follows two of them is counted twice.
    """
    pages = list(stories)
    paths = {page.path[:end] for page in pages for end in range(page.steplen, len(page.path), page.steplen)}
    above = Section.objects.filter(path__in=paths).order_by()
    counts = FollowerCount.objects.filter(Q(story__in=[page.pk for page in pages]) | Q(section__in=above))
    rows = counts.values_list("story", "at_once", "key")
    return sum(once + (more if story in key or (story is None and key) else 0) for story, once, more in rows)


def people_held(alerts: Iterable[Dispatch], *, now: datetime) -> dict[int, int]:
    """Return whom each of these alerts that is still held would reach, as `people_told` reckons; one query for all."""
    sending, alert = Dispatch.Status.SENDING, Dispatch.Kind.ALERT
    held = [one for one in alerts if one.status == sending and one.kind == alert and one.not_before > now]
    scopes = [one.scope for one in held if not one.audience]
    stories = {pk for scope in scopes for pk in scope.get("stories", ())}
    sections = {pk for scope in scopes for pk in scope.get("sections", ())}
    if not stories:
        return {}
    counts = FollowerCount.objects.filter(Q(story__in=stories) | Q(section__in=sections))
    rows = list(counts.values_list("story", "section", "at_once", "key"))
    return {one.pk: _reached(one.scope, rows) for one in held if not one.audience}


def _reached(scope: dict[str, Any], rows: Iterable[tuple[int | None, int | None, int, int]]) -> int:
    stories, sections, key = scope.get("stories", ()), scope.get("sections", ()), scope.get("key", ())
    return sum(
        once + (more if story in key or (story is None and key) else 0)
        for story, section, once, more in rows
        if story in stories or section in sections
    )


def what_came_back(emails: Collection[str]) -> dict[str, list[Returned]]:
    """Return, by address, the newest of what came back about mail to these, with what was sent; two queries."""
    hashes = {address_hash(email): email for email in emails}
    found = Returned.objects.filter(address_hash__in=hashes, kind__in=AGAINST).select_related("sending__dispatch")
    about = found.defer("sending__dispatch__text", "sending__dispatch__html").order_by("-came_at", "-pk")
    # By the reader's lines and by the letters' addresses, each by its index.
    to_readers = about.filter(sending__reader__email__in=hashes.values())[:MOST_RETURNED]
    letters = about.filter(sending__reader=None, sending__address__in=hashes.values())[:MOST_RETURNED]
    told: dict[str, list[Returned]] = {}
    for row in sorted([*to_readers, *letters], key=lambda row: (row.came_at, row.pk), reverse=True) if emails else ():
        rows = told.setdefault(hashes[row.address_hash], [])
        if len(rows) < A_FEW:
            rows.append(row)
    return told
