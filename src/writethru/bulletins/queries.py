"""What other apps ask of the ledger."""

from django.db.models import QuerySet

from writethru.bulletins.models import Dispatch, Sending


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
