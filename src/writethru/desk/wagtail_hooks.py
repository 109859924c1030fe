"""What the desk adds to Wagtail's admin. It only registers."""

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from writethru.desk.viewsets import SourcesGroup


@hooks.register("register_admin_viewset")
def register_sources() -> ViewSetGroup:
    """Put the sources, and what they sent in vain, into the menu."""
    return SourcesGroup()
