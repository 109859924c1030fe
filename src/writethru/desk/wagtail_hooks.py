"""What the desk adds to Wagtail's admin. This file only registers."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from writethru.desk.reports import name_wagtails_reports, styles
from writethru.desk.stories import entries_button, keep_all_that_have_entries, keep_what_has_entries
from writethru.desk.viewsets import ReportViewSet

register_snippet(ReportViewSet)
hooks.register("insert_global_admin_css", styles)
hooks.register("construct_main_menu", name_wagtails_reports)
hooks.register("before_delete_page", keep_what_has_entries)
hooks.register("before_bulk_action", keep_all_that_have_entries)
hooks.register("register_page_header_buttons", entries_button)
hooks.register("register_page_listing_more_buttons", entries_button)
