"""The login's forms, where they must count tries, or do the same work for an address that nobody has."""

from datetime import timedelta
from typing import Any

from allauth.account import forms
from allauth.account.internal.flows.login_by_code import LoginByCodeStage
from allauth.account.stages import LoginStageController
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as _AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as _ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as _ActivateTOTPForm
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from writethru.front.account_tries import CODE, PASSWORD, SECOND_FACTOR, counted, once, who, who_is
from writethru.readers import queries

A_CODES_LIFE = timedelta(seconds=90)  # a period of the app, and one on either side


class SignupForm(forms.SignupForm):
    """Makes an account, or does the same work and makes none."""

    def try_save(self, request: HttpRequest) -> Any:
        """Save the account; where there is one at the address, make one that is gone before anybody sees it."""
        if self.account_already_exists:
            self._save_nothing(request)
            return super().try_save(request)
        with transaction.atomic():
            return super().try_save(request)

    def _save_nothing(self, request: HttpRequest) -> None:
        said = self.cleaned_data["email"]
        self.cleaned_data["email"] = f"{get_random_string(24).lower()}@nobody.invalid"
        self.account_already_exists = False
        try:
            with transaction.atomic():
                with transaction.atomic():
                    self.save(request)
                    transaction.set_rollback(True)
                once("nobody", said, within=A_CODES_LIFE)  # a row, so that something is written for good here too
        finally:
            self.cleaned_data["email"] = said
            self.account_already_exists = True


class ResetPasswordForm(forms.ResetPasswordForm):
    """Sends a link by which a new password is set; the same work is done where nobody has the address."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send the link, or the letter that says that there is no account."""
        if self.users:  # an address that nobody has is looked for once more
            queries.nobody()
        else:
            default_token_generator.make_token(get_user_model()(pk=0, email=self.cleaned_data["email"]))
        return super().save(request, **kwargs)


class ChangePasswordForm(forms.ChangePasswordForm):
    """Counts wrong present passwords with those at the login."""

    def clean_oldpassword(self) -> str:
        """Check the present password."""
        with counted(PASSWORD, who_is(self.user.pk)):
            return super().clean_oldpassword()


class RequestLoginCodeForm(forms.RequestLoginCodeForm):
    """Sends a code; the same work is done where nobody has the address."""

    def clean_email(self) -> str:
        """Look for the account."""
        email = super().clean_email()
        if self._user:
            queries.nobody()
        return email


class ConfirmLoginCodeForm(forms.ConfirmLoginCodeForm):
    """Counts wrong codes by whom they would log in."""

    def clean_code(self) -> str:
        """Check the code."""
        stage = LoginStageController.enter(context.request, LoginByCodeStage.key)
        email = stage.state.get("email", "") if stage else ""
        with counted(CODE, who(email)):
            return super().clean_code()


class ConfirmReauthenticationCodeForm(forms.ConfirmReauthenticationCodeForm):
    """Counts wrong codes with those at the login."""

    def clean_code(self) -> str:
        """Check the code."""
        with counted(CODE, who_is(context.request.user.pk)):
            return super().clean_code()


class _OfTheApp:
    """Counts wrong codes of the app and of the paper; takes a right one of the app once."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Check the code."""
        with counted(SECOND_FACTOR, who_is(self.user.pk)):
            code = super().clean_code()  # type: ignore[misc]
            is_of_app = self.authenticator.type == Authenticator.Type.TOTP
            # The login remembers used codes in a cache of each process alone.
            if is_of_app and not once("used code", f"{self.user.pk} {code}", within=A_CODES_LIFE):
                raise get_adapter().validation_error("incorrect_code")
            return code


class AuthenticateForm(_OfTheApp, _AuthenticateForm):
    """Takes the second factor at the login."""


class ReauthenticateForm(_OfTheApp, _ReauthenticateForm):
    """Takes the second factor from somebody who is logged in."""


class ActivateTOTPForm(_ActivateTOTPForm):
    """Takes the first code of an app."""

    def clean_code(self) -> str:
        """Check the code."""
        with counted(SECOND_FACTOR, who_is(self.user.pk)):
            return super().clean_code()
