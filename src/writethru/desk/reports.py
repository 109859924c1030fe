"""Editing a report in Wagtail's admin: draft, lock, preview and history are Wagtail's, publishing is the desk's own."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.mixins import RevisionsRevertMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.snippets.action_menu import ActionMenuItem, SnippetActionMenu
from wagtail.snippets.views.snippets import EditView, IndexView

from writethru.desk.dispatches import tells_soon, will_tell
from writethru.desk.policy import refused
from writethru.desk.sentences import why_not_published
from writethru.lib.words import name_of
from writethru.stories import queries
from writethru.stories.actions.draft import LockedByAnother, discard_draft, publish_draft
from writethru.stories.actions.hold import NotInThatState, release_report, withhold_report
from writethru.stories.actions.publish import MayNotPublish, StaleDraft
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.drafts import draft_of, newest, standing_of

MOST_COUNTED = 1_000  # counting all of 100,000 reports takes longer than showing a page of them
LOCKED = gettext_lazy("Somebody has locked this report: ask them to unlock it.")


def name_wagtails_reports(request: HttpRequest, items: list[Any]) -> None:
    """Call Wagtail's own "Reports" (its logs) something else: here a report is what readers read. No documents here."""
    items[:] = [item for item in items if item.name != "documents"]
    for item in items:
        if item.name == "reports" and hasattr(item, "menu"):
            item.label = _("Activity")


def styles() -> str:
    """Return the link to the styles of the desk's screens inside Wagtail's admin."""
    return format_html('<link rel="stylesheet" href="{}">', static("desk/reports.css"))


class SomePaginator(WagtailPaginator):
    """Counts no further than anybody pages, and sorts no texts."""

    def _get_page(self, reports: Any, *args: Any) -> Any:
        """Return a page of rows by their ids: so the store sorts ids alone, thousands where a filter lets them."""
        ids = list(reports.values_list("pk", flat=True))
        return super()._get_page(self.object_list.filter(pk__in=ids), *args)

    @cached_property
    def count(self) -> int:
        """Return how many there are, at most MOST_COUNTED."""
        return int(self.object_list.order_by()[:MOST_COUNTED].count())

    @cached_property
    def items_count_label(self) -> str:
        """Return how many there are, in words."""
        if self.count < MOST_COUNTED:
            return str(super().items_count_label)
        return _("More than %(count)s reports") % {"count": f"{MOST_COUNTED:,}"}


class ReportIndexView(IndexView):
    """The reports that one may change, newest first."""

    paginator_class = SomePaginator
    page_title = gettext_lazy("Reports")

    def get_base_queryset(self) -> Any:
        """Return the reports with what the list shows of each."""
        return queries.reports_listed(self.request.user)

    def order_queryset(self, queryset: Any) -> Any:
        """Return them as they are: newest first."""
        return queryset

    def get_list_buttons(self, instance: Any) -> list[Any]:
        """Return none: the headline leads to the editor."""
        return []

    @cached_property
    def columns(self) -> list[Column]:
        """Return the columns: no boxes to tick, for nothing is done to many reports at once."""
        return [
            self._get_title_column_class(TitleColumn)(
                "name", label=_("Report"), accessor=_name, get_url=self.get_edit_url
            ),
            StatusTagColumn(
                "status",
                label=_("Status"),
                accessor=lambda report: capfirst(report.state.get_status_display()),
                primary=lambda report: report.state.status == "published",
            ),
            Column("desk", label=_("At the desk"), accessor=_at_the_desk),
            Column("source", label=_("Source"), accessor="source", classname="wt-wide"),
            Column("stories", label=_("Stories"), accessor=_stories, classname="wt-wide"),
            Column("version", label=_("Version"), accessor=lambda report: report.based_on or "—", classname="wt-wide"),
            DateColumn("dated_at", label=_("Dated"), accessor=lambda report: report.state.dated_at),
        ]


def _name(report: Any) -> str:
    return name_of(report.headline, report.html) or _("Report %(number)s") % {"number": report.pk}


def _stories(report: Any) -> str:
    return ", ".join(entry.story.title for entry in report.entries.all())


def _at_the_desk(report: Any) -> str:
    state = report.state
    waits = state.status == "published" and state.current and state.item_id and state.item_id != state.current.item_id
    said = [_("Draft")] if report.has_unpublished_changes else []
    return ", ".join([*said, _("Newer take")] if waits else said)


class StandingPanel(Panel):
    """Where the report stands: status, version, stories, and what has come meanwhile."""

    class BoundPanel(Panel.BoundPanel):
        """The panel of one report."""

        template_name = "desk/report_standing.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Return where it stands."""
            standing = standing_of(self.instance)
            may_publish = standing.state.status in {"waiting", "published"}
            tells = will_tell(standing.entries, is_update=bool(standing.state.current)) if may_publish else ""
            return {**super().get_context_data(parent_context), "standing": standing, "tells": tells}


class ReportForm(WagtailAdminModelForm):
    """The draft, and what it began from: that comes back with the form, whatever has come since it was opened."""

    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    based_on_take = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    quiet = forms.BooleanField(
        label=gettext_lazy("Tell nobody"),
        required=False,
        help_text=gettext_lazy("No alert, and readers' pages don't call it an update: for a comma."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with what the draft in hand began from."""
        super().__init__(*args, **kwargs)
        self.initial.setdefault("based_on", self.instance.based_on)
        self.initial.setdefault("based_on_take", self.instance.based_on_take)

    def clean(self) -> dict[str, Any]:
        """Keep with the draft what it began from."""
        cleaned = super().clean()
        self.instance.based_on = cleaned.get("based_on") or 0
        self.instance.based_on_take = cleaned.get("based_on_take")
        return cleaned


EDIT_HANDLER = ObjectList(
    [
        StandingPanel(heading=gettext_lazy("Where it stands")),
        FieldPanel("headline"),
        FieldPanel("html"),
        FieldRowPanel([FieldPanel("credit"), FieldPanel("language")]),
        MultiFieldPanel([FieldPanel("note"), FieldPanel("quiet")], heading=gettext_lazy("When you publish")),
    ],
    base_form_class=ReportForm,
)


class PublishItem(ActionMenuItem):
    """Publishes as the desk does: a new version, or the merge."""

    name = "action-publish"
    label = gettext_lazy("Publish")
    icon_name = "upload"
    template_name = "wagtailsnippets/snippets/action_menu/publish.html"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Return whether this editor may publish."""
        return not context.get("locked_for_user") and queries.can_publish(context["request"].user, context["instance"])


class ReportActionMenu(SnippetActionMenu):
    """Wagtail's menu, with the desk's Publish in the place of its Publish and Unpublish."""

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        """Put the menu together."""
        super().__init__(request, **kwargs)
        items = [item for item in (self.default_item, *self.menu_items) if item and "publish" not in (item.name or "")]
        publish = PublishItem(order=30)
        items += [publish] if publish.is_shown(self.context) else []
        self.default_item, *self.menu_items = sorted(items, key=lambda item: item.order) or [None]


class ReportEditView(EditView):
    """Edits the draft of a report."""

    def get_object(self, queryset: Any = None) -> Any:
        """Return the draft: what the editor has saved, else what readers have, else the take that stands."""
        draft = super().get_object(queryset)
        return draft if self.live_object.has_unpublished_changes else draft_of(self.live_object)

    def get_available_actions(self) -> list[str]:
        """Return saving, and publishing for who may."""
        actions = [action for action in super().get_available_actions() if action != "publish"]
        return [*actions, "publish"] if queries.can_publish(self.request.user, self.object) else actions

    def save_instance(self) -> Any:
        """Save the draft as a revision. Wagtail would write it into the row too, where the take that stands is kept."""
        draft = self.form.save(commit=False)
        self.new_revision = self._revision_of(draft)
        return draft

    def _revision_of(self, draft: Any) -> Any:
        return draft.save_revision(
            user=self.request.user,
            changed=self.form.has_changed(),
            clean=not self.saving_as_draft,
            overwrite_revision=self.overwrite_revision,
            log_action=True,
        )

    def publish_action(self) -> HttpResponse:
        """Publish what has just been saved, and say what came of it."""
        return publish_and_tell(self.request, self.object, quiet=self.form.cleaned_data["quiet"])

    def _get_action_menu(self) -> SnippetActionMenu:
        return ReportActionMenu(
            self.request, view=self.view_name, instance=self.object, locked_for_user=self.locked_for_user
        )

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Return Wagtail's, with the desk's own."""
        standing = standing_of(self.object)
        buttons = [*super().header_more_buttons]
        if standing.is_draft:
            url = reverse("reports:discard", args=[self.object.pk])
            buttons.append(Button(_("Let the draft go"), url=url, icon_name="undo", priority=60))
        if not queries.can_publish(self.request.user, self.object):
            return buttons
        doors = {
            "published": [("withhold", _("Withhold"), "view"), ("kill", _("Kill"), "bin")],
            "withheld": [("release", _("Release"), "view"), ("kill", _("Kill"), "bin")],
            "killed": [],
        }.get(standing.state.status, [("kill", _("Kill"), "bin")])
        for place, (name, label, icon) in enumerate(doors, start=90):
            url = reverse(f"reports:{name}", args=[self.object.pk])
            buttons.append(Button(label, url=url, icon_name=icon, priority=place))
        return buttons


class ReportRevertView(RevisionsRevertMixin, ReportEditView):
    """Goes back to an earlier draft: its words on what is newest now."""

    view_name = "revisions_revert"

    def get_initial(self) -> dict[str, Any]:
        """Begin from what is newest: an earlier draft is taken up again to stand in its place."""
        number, take = newest(self.live_object.state)
        return {**super().get_initial(), "based_on": number, "based_on_take": take}

    def save_instance(self) -> Any:
        """Save the earlier words as the draft."""
        draft = self.form.save(commit=False)
        self.has_content_changes = True
        self.new_revision = draft.save_revision(
            user=self.request.user, clean=False, log_action=True, previous_revision=self.revision
        )
        return draft


def publish_and_tell(request: HttpRequest, report: Any, *, quiet: bool) -> HttpResponse:
    """Publish the draft of `report`, tell the editor what came of it, and lead on."""
    edit = redirect("reports:edit", report.pk)
    try:
        version = publish_draft(report, user=request.user, now=timezone.now(), quiet=quiet)
    except StaleDraft:
        messages.warning(request, _("Something newer has come since this draft began. Merge the two, then publish."))
        return redirect("reports:merge", report.pk)
    except MayNotPublish as refusal:
        messages.error(request, why_not_published(refusal, standing_of(report).state))
        return edit
    if version is None:
        messages.info(request, _("Nothing was published: readers have these very words already."))
        return edit
    link = format_html('<a href="{}">{}</a>', version.report.state.path_on_site, _("See it"))
    is_correction = version.kind == "correction"
    said = _("Correction published as version %(n)s.") if is_correction else _("Version %(n)s published.")
    tells = tells_soon(request, version, standing_of(report).entries)
    messages.success(request, format_html("{} {} {}", said % {"n": version.number}, link, tells))
    return edit


@require_http_methods(["GET", "POST"])
def kill(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a report stands now, and kill it when that is confirmed."""
    report = queries.reports_editable_by(request.user, may="publish").filter(pk=pk).first()
    if report is None:
        return refused(request, _("You may change this report, but not publish or kill it."))
    standing = standing_of(report)
    if standing.state.status == "killed":
        messages.info(request, _("It has been killed already."))
        return redirect("reports:edit", pk)
    if request.method == "POST":
        withdraw_report(report, user=request.user, now=timezone.now(), note=request.POST.get("note", "").strip())
        log(instance=report, action="wagtail.unpublish", user=request.user)
        messages.success(request, _("Killed. It leaves every page within seconds."))
        return redirect("reports:edit", pk)
    return render(request, "desk/report_kill.html", {**page_of(report, _("Kill")), "standing": standing})


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the draft is to go, and let it go."""
    report = queries.reports_editable_by(request.user).get(pk=pk)
    if request.method == "GET":
        return _asked(
            request,
            report,
            title=_("Let the draft go"),
            question=_("Let the draft go?"),
            explained=_(
                "The editor then opens on what readers have again, or on the newest take if they have nothing. "
                "The draft stays in the report's history, and can be taken up from there."
            ),
            yes=_("Yes, let it go"),
            no=_("No, keep it"),
        )
    try:
        discard_draft(report, user=request.user)
    except LockedByAnother:
        messages.error(request, LOCKED)
    else:
        messages.success(request, _("The draft is gone. It is still in the report's history."))
    return redirect("reports:edit", pk)


@require_http_methods(["GET", "POST"])
def withhold(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a published report is to be hidden for now, and hide it."""
    return _hold(
        request,
        pk,
        withhold_report,
        done=_("Withheld. It leaves every page within seconds, until somebody releases it."),
        title=_("Withhold"),
        question=_("Withhold this report?"),
        explained=_("Readers lose it for now; its address and its versions stay, and it can be released again."),
        yes=_("Yes, withhold it"),
        no=_("No, leave it"),
    )


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a withheld report is to be shown again, and show it."""
    return _hold(
        request,
        pk,
        release_report,
        done=_("Released. Readers get it back within seconds."),
        title=_("Release"),
        question=_("Release this report?"),
        explained=_("Readers get it back as it stood when it was withheld."),
        yes=_("Yes, release it"),
        no=_("No, leave it"),
    )


def _hold(request: HttpRequest, pk: int, act: Callable[..., None], *, done: str, **asked: str) -> HttpResponse:
    report = queries.reports_editable_by(request.user, may="publish").filter(pk=pk).first()
    if report is None:
        return refused(request, _("You may change this report, but not withhold or release it."))
    if request.method == "GET":
        return _asked(request, report, **asked)
    try:
        act(report, user=request.user, now=timezone.now())
    except NotInThatState as moved_on:
        messages.warning(request, str(moved_on))
    else:
        messages.success(request, done)
    return redirect("reports:edit", pk)


def _asked(request: HttpRequest, report: Any, *, title: str, **words: str) -> HttpResponse:
    return render(request, "desk/report_confirm.html", {**page_of(report, title), **words})


def page_of(report: Any, title: str) -> dict[str, Any]:
    """Return what Wagtail's frame around a screen of `report` asks for."""
    edit = reverse("reports:edit", args=[report.pk])
    return {
        "report": report,
        "name": name_of(report.headline, report.html),
        "page_title": title,
        "header_title": title,
        "header_icon": "doc-full",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("reports:list"), "label": _("Reports")},
            {"url": edit, "label": name_of(report.headline, report.html)},
            {"url": "", "label": title},
        ],
    }
