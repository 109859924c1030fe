"""Everyday admin in Wagtail's own screens: the only module of the desk that knows models."""

from typing import Any

import django_filters
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from writethru.desk import merging, reports, stories
from writethru.desk.policy import ReportPolicy, for_who_may_edit
from writethru.stories.drafts import with_waiting_take
from writethru.stories.models import Report, ReportState, Section
from writethru.stories.queries import in_section
from writethru.wire.models import Source

# Reports

register_permission_policy(Report, ReportPolicy(Report))


class ReportFilters(WagtailFilterSet):
    """Narrows the list of reports."""

    status = django_filters.ChoiceFilter(
        field_name="state__status", label=_("Status"), choices=ReportState.Status.choices
    )
    desk = django_filters.ChoiceFilter(
        label=_("At the desk"), method="at_the_desk", choices=[("draft", _("Draft")), ("take", _("Newer take waits"))]
    )
    source = django_filters.ModelChoiceFilter(label=_("Source"), queryset=Source.objects.order_by("name"))
    section = django_filters.ModelChoiceFilter(
        label=_("Section"), queryset=Section.objects.order_by("path"), method="in_section"
    )

    class Meta:
        model = Report
        fields: list[str] = []

    def at_the_desk(self, reports: Any, name: str, value: str) -> Any:
        """Return those with a draft, or with a take that waits beside what readers have."""
        if value == "draft":
            return reports.filter(has_unpublished_changes=True)
        return reports.filter(state__in=with_waiting_take())

    def in_section(self, reports: Any, name: str, value: Section) -> Any:
        """Return those of a section."""
        return in_section(reports, value)


class ReportViewSet(SnippetViewSet):
    """Reports: Wagtail's drafts, locks, previews and history, with the desk's own ways to publish and to kill."""

    model = Report
    icon = "doc-full"
    menu_label = _("Reports")
    menu_name = "our-reports"  # Wagtail has one of the plain name
    menu_order = 110
    add_to_admin_menu = True
    admin_url_namespace = "reports"
    base_url_path = "report"  # /desk/reports/ is Wagtail's, of other things
    search_backend_name = None
    list_per_page = 50
    copy_view_enabled = False
    filterset_class = ReportFilters
    edit_handler = reports.EDIT_HANDLER
    index_view_class = reports.ReportIndexView
    edit_view_class = reports.ReportEditView
    revisions_revert_view_class = reports.ReportRevertView

    def get_urlpatterns(self) -> list[Any]:
        """Return Wagtail's doors and the desk's, each for those only who may change the report that it names."""
        patterns = [
            *super().get_urlpatterns(),
            path("merge/<int:pk>/", merging.merge, name="merge"),
            path("kill/<int:pk>/", reports.kill, name="kill"),
            path("discard/<int:pk>/", reports.discard, name="discard"),
            path("withhold/<int:pk>/", reports.withhold, name="withhold"),
            path("release/<int:pk>/", reports.release, name="release"),
        ]
        for pattern in patterns:
            if "pk" in str(pattern.pattern):
                pattern.callback = for_who_may_edit(pattern.callback)
        return [*patterns, path("story/<int:story_id>/", stories.entries, name="entries")]
