"""What the desk adds to Wagtail's admin. It only registers."""

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from writethru.desk.viewsets import ErrorReportViewSet, SourcesGroup


@hooks.register("register_admin_viewset")
def register_sources() -> ViewSetGroup:
    """Put the sources, and what they sent in vain, into the menu."""
    return SourcesGroup()


@hooks.register("register_admin_viewset")
def register_reader_errors() -> ViewSet:
    """Put what readers say is wrong into the menu."""
    return ErrorReportViewSet()
