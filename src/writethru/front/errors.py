"""The form by which a reader tells the desk what is wrong in a report. It works without a cookie and without script."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from writethru.front.forms import ErrorForm
from writethru.front.origin import is_from_our_pages, network_of
from writethru.front.policy import CONTENT_SECURITY_POLICY
from writethru.press.page import page
from writethru.press.pages import missing
from writethru.readers.actions.errors import TooManyErrorReports, report_error
from writethru.stories.queries import Named, named


@csrf_exempt  # no cookie, no token: `is_from_our_pages` asks the browser where the form stood
@require_http_methods(["GET", "HEAD", "POST"])
def error_form(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show the form, or take it."""
    report = _report(report_id)
    if report is None:
        return _answer(missing(), status=HTTPStatus.NOT_FOUND)
    if request.method != "POST":
        return _form(report, ErrorForm(initial={"v": request.GET.get("v", "")}))
    form = ErrorForm(request.POST)
    if not is_from_our_pages(request):
        return _form(report, form, refused=_("Please send it from this page."), status=HTTPStatus.FORBIDDEN)
    if not form.is_valid():
        return _form(report, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not form.cleaned_data["website"]:
        try:
            report_error(
                report_id=report.report_id,
                version=form.cleaned_data["v"] or 0,
                text=form.cleaned_data["text"],
                email=form.cleaned_data["email"],
                address=network_of(request),
                now=timezone.now(),
            )
        except TooManyErrorReports:
            sorry = _("We have had many of these within the hour. What you wrote is still here: please send it later.")
            return _form(report, form, refused=sorry, status=HTTPStatus.TOO_MANY_REQUESTS)
    return HttpResponseRedirect(f"/report-error/{report.report_id}/thanks/", status=HTTPStatus.SEE_OTHER)


@require_safe
def error_thanks(request: HttpRequest, report_id: int) -> HttpResponse:
    """Thank the reader."""
    report = _report(report_id)
    if report is None:
        return _answer(missing(), status=HTTPStatus.NOT_FOUND)
    return _answer(page("error_thanks.html", path="", title=_("Thank you"), report=report))


def _report(report_id: int) -> Named | None:
    return next(iter(named([report_id])), None)


def _form(report: Named, form: ErrorForm, *, refused: str = "", status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    title = _("Report an error")
    return _answer(
        page("error_form.html", path="", title=title, report=report, form=form, refused=refused), status=status
    )


def _answer(body: bytes, *, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    response = HttpResponse(body, status=status)
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
