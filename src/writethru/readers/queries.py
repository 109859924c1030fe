"""Reads of what readers told us."""

from django.db.models import QuerySet

from writethru.readers.models import ErrorReport


def open_error_reports() -> QuerySet[ErrorReport]:
    """Return the errors that readers reported and nobody has settled yet, the newest first, each with its report."""
    return ErrorReport.objects.filter(settled_at=None).select_related("report__state").order_by("-sent_at", "-pk")
