"""What goes with every page under /account/: it is nobody else's, is kept nowhere, and loads nothing from elsewhere."""

import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import ResolverMatch

from writethru.front.account_tries import may_ask_for_letters
from writethru.front.policy import headers
from writethru.press.page import site_words

ACCOUNT = "/account/"
# Each of these may cause a letter, to whoever is named there.
ASKING = {
    "account_signup",
    "account_reset_password",
    "account_request_login_code",
    "account_request_reauthentication_code",
    "account_email",
    "socialaccount_signup",
}
# What is asked at these is answered alike, whoever has an account; only how long it takes could tell.
IN_STEP = ASKING | {"account_login", "account_confirm_login_code"}
IN_STEP_KEY = "writethru.in_step"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page under /account/ says of the site."""
    return {"site": site_words(), "path": ""} if request.path.startswith(ACCOUNT) else {}


class AccountDoor:
    """Puts the public pages' headers on those under /account/, and keeps caches and too many letters away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand before `get_response`."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        response = self.get_response(request)
        if request.path.startswith(ACCOUNT):
            for name, value in headers().items():
                response.headers.setdefault(name, value)
            response["Cache-Control"] = "no-store"
            response["X-Robots-Tag"] = "noindex"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse what would cause more letters than one network may; note what is to be answered in step."""
        match: ResolverMatch | None = request.resolver_match
        if request.method != "POST" or match is None:
            return None
        if match.url_name in ASKING and not may_ask_for_letters(request):
            return render(request, "account/too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        request.META[IN_STEP_KEY] = match.url_name in IN_STEP
        return None

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        """Let the frame's `site` stand, where the login has one of its own."""
        if request.path.startswith(ACCOUNT) and response.context_data:
            response.context_data.pop("site", None)
        return response


class InStep:
    """Answers in steps of time where somebody may be asking who has an account: what they time is a step, not the work.

    Both ways the work is nearly the same, but not to the tenth of a millisecond, and that can be measured. A step is
    longer than the work is by far, but for the hash of a password, which is as long for everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand before `get_response`, and whatever else takes time."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        if request.method == "POST" and request.path.startswith(ACCOUNT):
            with suppress(RequestDataTooBig, UnreadablePostError):  # the page meets it again, and says so
                _ = request.body  # who sends it slowly doesn't choose where the step ends
        began = time.perf_counter()
        response = self.get_response(request)
        # What is refused before anything is looked up isn't waited for.
        if request.META.get(IN_STEP_KEY):
            time.sleep((began - time.perf_counter()) % settings.ANSWER_STEP_SECONDS)
        return response
