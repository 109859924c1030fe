"""What other apps ask of the ledger."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet

from writethru.bulletins.models import Dispatch, Sending
from writethru.readers.models import FollowerCount


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
    counts = FollowerCount.objects.filter(Q(story__in=[page.pk for page in pages]) | Q(section__path__in=paths))
    rows = counts.values_list("story", "at_once", "key")
    return sum(once + (more if story in key or (story is None and key) else 0) for story, once, more in rows)
