"""The number of a row in an address: `path("wire/<row:report_id>/", …)`. One that no database takes is no page."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class RowId(IntConverter):  # type: ignore[misc]
    """An int of at most 18 digits: a longer one stops SQLite and PostgreSQL with an error."""

    regex = "[0-9]{1,18}"


register_converter(RowId, "row")
