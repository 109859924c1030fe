"""What the desk adds to Wagtail's admin. It only registers."""

from typing import Any

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.snippets.models import register_snippet

from writethru.desk import dispatches, moves, wire
from writethru.desk.home import WaitingSummaryItem
from writethru.desk.reports import name_wagtails_reports, styles
from writethru.desk.stories import entries_button, keep_all_that_have_entries, keep_what_has_entries
from writethru.desk.viewsets import ErrorReportViewSet, ReportViewSet, SourcesGroup
from writethru.lib import rowid  # noqa: F401 (it is what "row" means)

register_snippet(ReportViewSet)
hooks.register("insert_global_admin_css", styles)
hooks.register("construct_main_menu", name_wagtails_reports)
hooks.register("before_delete_page", keep_what_has_entries)
hooks.register("before_bulk_action", keep_all_that_have_entries)
hooks.register("register_page_header_buttons", entries_button)
hooks.register("register_page_listing_more_buttons", entries_button)


@hooks.register("register_admin_viewset")
def register_sources() -> ViewSetGroup:
    """Put the sources, and what they sent in vain, into the menu."""
    return SourcesGroup()


@hooks.register("register_admin_viewset")
def register_reader_errors() -> ViewSet:
    """Put what readers say is wrong into the menu."""
    return ErrorReportViewSet()


@hooks.register("register_admin_urls")
def wire_desk_urls() -> list[Any]:
    """Register the wire desk's doors."""
    return [
        path("wire/", wire.wire, name="desk_wire"),
        path("wire/arrivals.json", wire.arrivals, name="desk_wire_arrivals"),
        path("wire/stories.json", wire.stories, name="desk_wire_stories"),
        path("wire/move/<row:proposal_id>/decide/", moves.decide, name="desk_move_decide"),
        path("wire/undo/", wire.undo, name="desk_wire_undo"),
        path("wire/<row:report_id>/", wire.wire, name="desk_wire_report"),
        path("wire/<row:report_id>/decide/", wire.decide, name="desk_wire_decide"),
    ]


@hooks.register("register_admin_menu_item")
def wire_desk_menu_item() -> MenuItem:
    """Register the wire desk in the sidebar, above all else."""
    return MenuItem(_("Wire desk"), reverse("desk_wire"), name="wire-desk", icon_name="list-ul", order=50)


@hooks.register("construct_homepage_summary_items")
def add_what_waits(request: Any, items: list[Any]) -> None:
    """Put what waits before what Wagtail counts."""
    items.append(WaitingSummaryItem(request))


@hooks.register("register_admin_urls")
def alerts_urls() -> list[Any]:
    """Register the doors of what is being sent, and of readers."""
    return [
        path("alerts/", dispatches.alerts, name="desk_alerts"),
        path("alerts/<row:dispatch_id>/", dispatches.alert, name="desk_alert"),
        path("alerts/<row:dispatch_id>/stop/", dispatches.stop_alert, name="desk_alert_stop"),
        path(
            "alerts/of/<row:report_id>/v<int:number>/stop/",
            dispatches.stop_alert_of_version,
            name="desk_alert_of_version_stop",
        ),
        path("alerts/<row:dispatch_id>/again/", dispatches.send_alert_again, name="desk_alert_again"),
        path("readers/", dispatches.find_readers, name="desk_readers"),
        path("readers/<row:reader_id>/hold/", dispatches.hold, name="desk_reader_hold"),
    ]


class AlertsMenuItem(MenuItem):
    """Alerts, for who may publish."""

    def is_shown(self, request: Any) -> bool:
        """Return whether this person may publish."""
        return dispatches.may_see_alerts(request)


class ReadersMenuItem(MenuItem):
    """Readers, for who may see their addresses."""

    def is_shown(self, request: Any) -> bool:
        """Return whether this person may see readers."""
        return bool(request.user.has_perm(dispatches.SEE_READERS))


@hooks.register("register_admin_menu_item")
def alerts_menu_item() -> MenuItem:
    """Register the alerts in the sidebar."""
    return AlertsMenuItem(_("Alerts"), reverse("desk_alerts"), name="alerts", icon_name="mail", order=60)


@hooks.register("register_admin_menu_item")
def readers_menu_item() -> MenuItem:
    """Register the readers in the sidebar."""
    return ReadersMenuItem(_("Readers"), reverse("desk_readers"), name="readers", icon_name="group", order=900)


@hooks.register("register_permissions")
def reader_permission() -> Any:
    """Let a group be given to see readers' addresses."""
    return Permission.objects.filter(content_type__app_label="readers", codename="view_reader")
