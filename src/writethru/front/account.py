"""The doors under /account/: the login's own, and the page that lists where to go."""

from urllib.parse import urlsplit

from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_safe


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """List what there is to see and to change."""
    return render(request, "account/settings.html")


def sign_in_elsewhere(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to another site's login, by a page of ours: our policy lets no form lead to another site."""
    response = openid_connect.login(request, provider_id)
    location = response.headers.get("Location", "")
    if not urlsplit(location).netloc:
        return response
    onward = render(request, "socialaccount/onward.html", {"url": location, "host": urlsplit(location).netloc})
    onward.cookies.update(response.cookies)
    return onward


urlpatterns = [
    path("settings/", account, name="account"),
    path("oidc/<slug:provider_id>/login/", sign_in_elsewhere, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", openid_connect.callback, name="openid_connect_callback"),
    path("connections/", include("allauth.socialaccount.urls")),
    path("two-factor/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("", include("allauth.account.urls")),
]
