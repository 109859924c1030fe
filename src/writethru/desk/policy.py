"""Who may do what to a report in Wagtail's own screens: the page permissions of where it stands decide.

Nobody may add, delete, publish, unpublish or schedule one there. Reports come from the wire, stay for life, and are
published by the desk's own actions; so Wagtail offers none of these, and refuses who asks for them by hand.
"""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from writethru.stories import queries

# What Wagtail asks for, and the page permission that it takes.
TAKES = {"view": "change", "change": "change", "lock": "lock", "unlock": "unlock"}


class ReportPolicy(BasePermissionPolicy):
    """Answers Wagtail's questions about reports by the permissions of sections and stories."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether `user` may do so to some report."""
        return self.user_has_any_permission(user, {action})

    def user_has_any_permission(self, user: Any, actions: Collection[str]) -> bool:
        """Return whether `user` may do one of these to some report."""
        return any(PagePermissionPolicy().user_has_permission(user, may) for may in _taken(actions))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Return whether `user` may do so to this report."""
        return self.user_has_any_permission_for_instance(user, {action}, instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Collection[str], instance: Any) -> bool:
        """Return whether `user` may do one of these to this report."""
        within_reach = (queries.reports_editable_by(user, may=may) for may in _taken(actions))
        return any(reports.filter(pk=instance.pk).exists() for reports in within_reach)

    def instances_user_has_any_permission_for(self, user: Any, actions: Collection[str]) -> Any:
        """Return the reports to which `user` may do one of these."""
        return queries.reports_editable_by(user) if _taken(actions) else queries.reports_editable_by(user).none()

    def users_with_any_permission(self, actions: Collection[str], include_superusers: bool = True) -> Any:
        """Return who may do one of these to some report."""
        return PagePermissionPolicy().users_with_any_permission(_taken(actions), include_superusers)


class OfReportPolicy(ReportPolicy):
    """The same for what hangs on a report and has no permissions of its own."""

    def user_has_any_permission_for_instance(self, user: Any, actions: Collection[str], instance: Any) -> bool:
        """Return whether `user` may do one of these to the report of `instance`."""
        return super().user_has_any_permission_for_instance(user, actions, instance.report)

    def instances_user_has_any_permission_for(self, user: Any, actions: Collection[str]) -> Any:
        """Return what hangs on the reports to which `user` may do one of these."""
        return self.model.objects.filter(report__in=super().instances_user_has_any_permission_for(user, actions))


def _taken(actions: Collection[str]) -> set[str]:
    return {TAKES[action] for action in actions if action in TAKES}


def for_who_may_edit(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in whoever may change the report `pk`; tell others why not."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if queries.reports_editable_by(request.user).filter(pk=_number(kwargs["pk"])).exists():
            return view(request, *args, **kwargs)
        return refused(request, _("That report stands in a section that you may not change, or is no more."))

    return guarded


def refused(request: HttpRequest, why: str) -> HttpResponse:
    """Lead a person back to the list with the reason; answer a script that it may not."""
    if request.headers.get("x-requested-with") == "XMLHttpRequest" or not request.accepts("text/html"):
        raise PermissionDenied(why)
    messages.error(request, why)
    has_reports = ReportPolicy("stories.Report").user_has_permission(request.user, "change")
    return redirect("reports:list" if has_reports else "wagtailadmin_home")


def _number(pk: Any) -> int:
    try:
        return int(pk)
    except ValueError as error:
        raise Http404 from error
