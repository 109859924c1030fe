"""The desk's own door: the one login, and a second factor for staff where the newsroom asks for one.

Wagtail's login, its forgotten password and its change of one answer no more: each would be a door of its own.
"""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from writethru.press.page import site_words

BEHIND = ("/desk/", "/media/")
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


@require_safe
def desk_login(request: HttpRequest) -> HttpResponse:
    """Lead to the login; tell somebody who is logged in and has no desk that they have none."""
    onward = request.GET.get("next", "/desk/")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}):
        onward = "/desk/"
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': onward}, safe='/')}")
    if request.user.has_perm("wagtailadmin.access_admin"):
        return HttpResponseRedirect(onward)
    list(messages.get_messages(request))  # Wagtail's own words for it, which would stand on the next page too
    return render(request, "desk/no_desk.html", {"site": site_words(), "path": ""}, status=HTTPStatus.FORBIDDEN)


class SecondFactor:
    """Leads staff without a second factor to set one up, before anything of the desk is shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand before `get_response`."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the set-up."""
        if settings.STAFF_SECOND_FACTOR == "required" and request.path.startswith(BEHIND) and _has_none(request):
            messages.info(request, _("The desk asks for a second factor. Set one up: an app's codes, or a passkey."))
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)


def _has_none(request: HttpRequest) -> bool:
    return request.user.is_authenticated and not is_mfa_enabled(request.user, FACTORS)
