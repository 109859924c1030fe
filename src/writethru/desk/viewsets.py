"""Everyday admin: the listings of the desk, in Wagtail's own screens."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from writethru.readers.actions import reopen_error_report, settle_error_report
from writethru.readers.models import ErrorReport


# Errors that readers reported


class ErrorReportForm(WagtailAdminModelForm):
    """What the desk may change of a reported error: whether it is done."""

    is_settled = forms.BooleanField(
        label=_("Done"), required=False, help_text=_("Corrected, answered, or nothing was wrong.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with what is so."""
        super().__init__(*args, **kwargs)
        self.initial["is_settled"] = self.instance.settled_at is not None


class ErrorReportIndexView(generic.IndexView):
    """The reported errors, what is open first."""

    def get_base_queryset(self) -> Any:
        """Return all, with what a row shows."""
        return super().get_base_queryset().select_related("report__state")

    def order_queryset(self, queryset: Any) -> Any:
        """Put what is not done before what is, the newest first, unless the editor orders otherwise."""
        if self.ordering:
            return super().order_queryset(queryset)
        return queryset.order_by("-sent_at", "-pk")


class ErrorReportEditView(generic.EditView):
    """One reported error."""

    def save_instance(self) -> ErrorReport:
        """Settle it, or take it up again."""
        error = self.form.instance
        if self.form.cleaned_data["is_settled"]:
            settle_error_report(error, user=self.request.user, now=timezone.now())
        else:
            reopen_error_report(error)
        return error


class ErrorReportViewSet(ModelViewSet):
    """What readers say is wrong: read it, see the report, mark it done."""

    model = ErrorReport
    name = "reader_errors"
    icon = "warning"
    menu_label = _("Errors reported")
    menu_order = 220
    add_to_admin_menu = True
    add_to_reference_index = False
    search_backend_name = None
    search_fields = ["text", "email"]
    index_view_class = ErrorReportIndexView
    edit_view_class = ErrorReportEditView
    edit_template_name = "wagtailadmin/generic/edit.html"
    list_display = [
        TitleColumn("text", label=_("What is wrong"), accessor="__str__", url_name="reader_errors:edit"),
        Column("report", label=_("Report")),
        DateColumn("sent_at", label=_("Sent"), sort_key="sent_at"),
        BooleanColumn("settled_at", label=_("Done"), sort_key="settled_at"),
    ]
    list_filter = {"settled_at": ["isnull"]}
    edit_handler = ObjectList(
        [
            HelpPanel(template="desk/error_report.html"),
            FieldPanel("is_settled"),
        ],
        base_form_class=ErrorReportForm,
    )
