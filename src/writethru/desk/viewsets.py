"""Everyday admin in Wagtail's own screens: the only module of the desk that knows models."""

from datetime import timedelta
from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from writethru.desk import merging, reports, stories
from writethru.desk.policy import OfReportPolicy, ReportPolicy, for_who_may_edit
from writethru.readers.actions.errors import reopen_error_report, settle_error_report
from writethru.readers.models import ErrorReport
from writethru.stories.drafts import takes_waiting
from writethru.stories.models import Report, ReportState, Section
from writethru.stories.queries import listed_in_section
from writethru.wire.actions.poll import claim_source, fetch_source, source_changed
from writethru.wire.actions.setaside import StillUnreadable, drop_set_aside, read_again
from writethru.wire.models import SetAside, Source
from writethru.wire.queries import standing_of
from writethru.wire.words import why_unread

# What two of the lists share


class ReadOnlyViewSet(ModelViewSet):
    """Rows that are not the desk's to add, edit or delete: a list, a page for each, and one door for its buttons."""

    add_to_reference_index = False
    form_fields = ()
    copy_view_enabled = False
    inspect_view_enabled = True
    search_backend_name = None
    door: URLPattern

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Leave out the doors that there are not."""
        absent = dict.fromkeys(f"{view}_url_name" for view in ("add", "edit", "delete", "history", "usage"))
        return {**super().get_common_view_kwargs(**kwargs), **absent}

    def get_permissions_to_register(self) -> Any:
        """Return none: those of what the rows belong to decide."""
        return super().get_permissions_to_register().none()

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list, one row's page, and the door of its buttons."""
        kept = {"index", "index_results", "inspect"}
        return [*(door for door in super().get_urlpatterns() if door.name in kept), self.door]


# Sources

TRY_SECONDS = 10  # an editor waits, and so does a worker of the server
SHOWN_AT_ONCE = 20
STANDING = {
    "answering": _("Answering"),
    "failing": _("Failing"),
    "gone": _("Gone"),
    "new": _("Not fetched yet"),
    "paused": _("Not polled"),
}
_sources = ModelPermissionPolicy(Source)
# Who may change sources may look at what they sent in vain: it has no permissions of its own.
register_permission_policy(SetAside, _sources, exact_class=True)


def _state(name: str) -> Any:
    return lambda source: getattr(getattr(source, "state", None), name, None)


class SourceIndex(generic.IndexView):
    """The list of sources, with how each stands."""

    def get_base_queryset(self) -> Any:
        """Return the sources with their states, in one query."""
        return super().get_base_queryset().select_related("state")

    @cached_property
    def columns(self) -> list[Column]:
        """Return the columns; a source's name leads to how it stands."""
        return [
            self._get_title_column_class(TitleColumn)(
                "name", label=_("Name"), sort_key="name", url_name="sources:inspect"
            ),
            StatusTagColumn(
                "standing",
                label=_("State"),
                accessor=lambda source: STANDING[standing_of(source)],
                primary=lambda source: standing_of(source) == "answering",
            ),
            DateColumn("fetched_at", label=_("Last fetch"), accessor=_state("fetched_at")),
            Column("next_fetch_at", label=_("Next fetch"), accessor=_next_fetch_in_words),
            Column("new_items", label=_("New"), accessor=_state("new_items")),
            Column("error", label=_("Last error"), accessor=_state("error"), width="30%", classname="wrap-anywhere"),
        ]


def _next_fetch(source: Source) -> Any:
    return _state("next_fetch_at")(source) if source.is_polled else None


def _next_fetch_in_words(source: Source) -> str:
    at, now = _next_fetch(source), timezone.now()
    if at is None:
        return ""
    if at <= now:
        return _t("due")
    return _t("in %(time)s") % {"time": timeuntil(at + timedelta(seconds=59), now, depth=1).replace("\xa0", " ")}


class SourcePage(generic.InspectView):
    """How a source stands, what it sent in vain, and "Try now"."""

    template_name = "desk/source.html"
    page_title = _("State")

    def get_object(self, queryset: Any = None) -> Source:
        """Return the source with its state."""
        return get_object_or_404(Source.objects.select_related("state", "feeds"), pk=self.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return how the source stands, in words."""
        standing, set_aside = standing_of(self.object), SetAside.objects.filter(source=self.object).defer("raw")
        return {
            **super().get_context_data(**kwargs),
            "source": self.object,
            "state": getattr(self.object, "state", None),
            "standing": standing,
            "standing_words": STANDING[standing],
            "next_fetch_at": _next_fetch(self.object),
            "may_try": _sources.user_has_permission(self.request.user, "change"),
            "set_aside": [(kept, why_unread(kept.reason)) for kept in set_aside[:SHOWN_AT_ONCE]],
            "set_aside_count": set_aside.count(),
            "item_count": self.object.items.count(),
        }


class SourceCreate(generic.CreateView):
    """A new source; one that an editor makes is polled unless told otherwise."""

    def get_initial_form_instance(self) -> Source:
        """Return what the form begins with."""
        return Source(is_polled=True)

    def save_instance(self) -> Source:
        """Save it, and have it fetched."""
        source = super().save_instance()
        source_changed(source, address_changed=True, now=timezone.now())
        return source


class SourceEdit(generic.EditView):
    """What an editor sets of a source."""

    def save_instance(self) -> Source:
        """Save it, and forget what was known of another address."""
        source = super().save_instance()
        source_changed(source, address_changed="address" in self.form.changed_data, now=timezone.now())
        return source


class SourceDelete(generic.DeleteView):
    """Away with a source that has sent nothing."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Delete it; one that has sent items stays, for they are kept."""
        try:
            return super().form_valid(form)
        except ProtectedError:
            why = _t("“%(source)s” has sent items, which are kept with it. Stop polling it instead.")
            messages.warning(self.request, why % {"source": self.object})
            return redirect("sources:inspect", self.object.pk)


@require_POST
def try_source(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch a source now, and say in words what came of it."""
    source = get_object_or_404(Source, pk=pk)
    if not _sources.user_has_permission(request.user, "change"):
        raise PermissionDenied
    claim = claim_source(source, now=timezone.now())
    fetched = fetch_source(claim, now=timezone.now(), timeout_seconds=TRY_SECONDS) if claim else None
    if fetched is None:
        messages.warning(request, _t("It is being fetched at this moment; look again in a minute."))
    elif fetched.ok:
        messages.success(request, fetched.said)
    else:
        messages.warning(request, _t("Nothing came: %(why)s") % {"why": fetched.said})
    return redirect("sources:inspect", pk)


class SourceViewSet(ModelViewSet):
    """Sources: what is polled, how it stands, and what an editor sets."""

    model = Source
    name = "sources"
    icon = "globe"
    menu_label = _("Sources")
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    search_fields = ["name", "address"]
    search_backend_name = None
    list_filter = ["is_polled", "trust"]
    index_view_class = SourceIndex
    add_view_class = SourceCreate
    edit_view_class = SourceEdit
    delete_view_class = SourceDelete
    inspect_view_class = SourcePage
    inspect_template_name = SourcePage.template_name
    panels = [
        FieldPanel("name"),
        MultiFieldPanel(
            [FieldPanel("address"), FieldRowPanel([FieldPanel("is_polled"), FieldPanel("poll_minutes")])],
            heading=_("Where it is fetched"),
        ),
        MultiFieldPanel(
            [FieldPanel("trust"), PageChooserPanel("feeds", ["stories.Section", "stories.Story"])],
            heading=_("What becomes of its items"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("credit"), FieldPanel("language")]), FieldPanel("rights")],
            heading=_("Credit and rights"),
        ),
    ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Leave out the count of uses, which nobody keeps for sources."""
        return {**super().get_common_view_kwargs(**kwargs), "usage_url_name": None}

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return Wagtail's doors and "Try now"."""
        return [*super().get_urlpatterns(), path("try/<int:pk>/", try_source, name="try")]


class SetAsideIndex(generic.IndexView):
    """What was set aside, the newest first."""

    def get_base_queryset(self) -> Any:
        """Return the rows without their bytes."""
        return SetAside.objects.select_related("source").defer("raw")

    @cached_property
    def columns(self) -> list[Column]:
        """Return the columns; the reason leads to the whole of it."""
        return [
            TitleColumn("reason", label=_("Why"), accessor=_why, url_name="set-aside:inspect", width="40%"),
            Column("source", label=_("Source"), width="15%"),
            Column("start", label=_("How it begins"), accessor=_beginning, classname="wrap-anywhere", width="30%"),
            DateColumn("set_aside_at", label=_("Set aside"), sort_key="set_aside_at"),
        ]


def _beginning(kept: SetAside) -> str:
    return " ".join(kept.start[:90].split())


def _why(kept: SetAside) -> str:
    what = _t("A document: %(why)s") if kept.is_document else _t("An entry: %(why)s")
    return what % {"why": why_unread(kept.reason)}


class SetAsidePage(generic.InspectView):
    """One thing that was set aside, with how it begins and what can be done."""

    template_name = "desk/set_aside.html"
    page_title = _("Set aside")

    def get_page_subtitle(self) -> str:
        """Return why it can't be read."""
        return _why(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return it with its reason in words."""
        may_decide = _sources.user_has_permission(self.request.user, "change")
        return {
            **super().get_context_data(**kwargs),
            "kept": self.object,
            "why": _why(self.object),
            "may_decide": may_decide,
        }


@require_POST
def decide_set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Read again or drop what was set aside, as the button says."""
    kept = get_object_or_404(SetAside, pk=pk)
    if not _sources.user_has_permission(request.user, "change"):
        raise PermissionDenied
    if "drop" in request.POST:
        drop_set_aside(kept)
        messages.success(request, _t("It was dropped."))
        return redirect("set-aside:index")
    try:
        taken = read_again(kept, now=timezone.now())
    except StillUnreadable as error:
        messages.warning(request, _t("It still can't be read: %(why)s.") % {"why": why_unread(error.reason)})
        return redirect("set-aside:inspect", pk)
    said = ngettext(
        "It was read: %(n)s item, now at the desk.", "It was read: %(n)s items, now at the desk.", taken.new
    )
    messages.success(request, said % {"n": taken.new})
    return redirect("set-aside:index")


class SetAsideViewSet(ReadOnlyViewSet):
    """What could not be read: kept, shown, read again or dropped."""

    model = SetAside
    name = "set-aside"
    icon = "warning"
    menu_label = _("Set aside")
    list_filter = ["source", "reason", "is_document"]
    index_view_class = SetAsideIndex
    inspect_view_class = SetAsidePage
    inspect_template_name = SetAsidePage.template_name
    door = path("decide/<int:pk>/", decide_set_aside, name="decide")


class SourcesGroup(ModelViewSetGroup):
    """The menu's entry for what comes in."""

    menu_label = _("Sources")
    menu_icon = "globe"
    menu_order = 150
    items = (SourceViewSet, SetAsideViewSet)


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
        return reports.filter(takes_waiting(state="state"))

    def in_section(self, reports: Any, name: str, value: Section) -> Any:
        """Return those of a section."""
        return listed_in_section(reports, value)


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

    def register_chooser_viewset(self) -> None:
        """Leave Wagtail's chooser out: nothing here chooses a report by it, and it would list everybody's."""

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
        return [*patterns, path("story/<row:story_id>/", stories.entries, name="entries")]


# Errors that readers reported

# Who may change a report may read what is said to be wrong in it.
_errors = OfReportPolicy(ErrorReport)
register_permission_policy(ErrorReport, _errors, exact_class=True)


class ErrorReportIndex(generic.IndexView):
    """What readers say is wrong: what is open first, the newest first."""

    default_ordering = ("-is_open", "-sent_at", "-pk")

    def get_base_queryset(self) -> Any:
        """Return the rows with their reports, in one query."""
        rows = _errors.instances_user_has_permission_for(self.request.user, "change")
        return rows.select_related("report", "settled_by").annotate(is_open=Q(settled_at=None))

    def get_default_ordering(self) -> Any:
        """Return what is open first."""
        return self.default_ordering

    @cached_property
    def columns(self) -> list[Column]:
        """Return the columns; what is wrong leads to the whole of it."""
        return [
            TitleColumn(
                "text", label=_("What is wrong"), accessor=_wrong, url_name="reader-errors:inspect", width="45%"
            ),
            Column("report", label=_("Report"), classname="wrap-anywhere", width="30%"),
            DateColumn("sent_at", label=_("Sent"), sort_key="sent_at"),
            DateColumn("settled_at", label=_("Done"), sort_key="settled_at"),
        ]


def _wrong(error: ErrorReport) -> str:
    return " ".join(error.text[:120].split())


class ErrorReportPage(generic.InspectView):
    """One error that a reader reported, with the report, and the button that settles it."""

    template_name = "desk/error_report.html"
    page_title = _("Error reported")

    def get_object(self, queryset: Any = None) -> ErrorReport:
        """Return it with its report and who settled it."""
        rows = _errors.instances_user_has_permission_for(self.request.user, "change")
        return get_object_or_404(rows.select_related("report__state__current", "settled_by"), pk=self.pk)

    def get_page_subtitle(self) -> str:
        """Return which report it is about."""
        return str(self.object.report)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the error and its report as readers have it."""
        state = self.object.report.state
        return {
            **super().get_context_data(**kwargs),
            "error": self.object,
            "path": state.path_on_site if state.status == state.Status.PUBLISHED else "",
            "current": state.current.number if state.current else 0,
        }


@require_POST
def settle_error(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a reported error as done, or take it up again, as the button says."""
    error = get_object_or_404(_errors.instances_user_has_permission_for(request.user, "change"), pk=pk)
    if "reopen" in request.POST:
        reopen_error_report(error)
        messages.success(request, _t("It is open again."))
        return redirect("reader-errors:inspect", pk)
    settle_error_report(error, user=request.user, now=timezone.now())
    messages.success(request, _t("It is done."))
    return redirect("reader-errors:index")


class ErrorReportViewSet(ReadOnlyViewSet):
    """What readers say is wrong: read it, see the report, mark it done."""

    model = ErrorReport
    name = "reader-errors"
    icon = "warning"
    menu_label = _("Errors reported")
    menu_order = 160
    add_to_admin_menu = True
    search_fields = ["text", "email"]
    list_filter = {"settled_at": ["isnull"]}
    index_view_class = ErrorReportIndex
    inspect_view_class = ErrorReportPage
    inspect_template_name = ErrorReportPage.template_name
    door = path("settle/<int:pk>/", settle_error, name="settle")
