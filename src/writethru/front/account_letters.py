"""What the login writes to somebody: one letter for each thing that it has to tell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from writethru.bulletins.messages import letter


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it is sent."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Words:
    """What a letter says: paragraphs, and one thing to press or one code to type."""

    subject: str
    paragraphs: tuple[str, ...]
    press: str = ""
    url: str = ""
    code: str = ""
    after: tuple[str, ...] = ()


def letter_of(kind: str, context: Mapping[str, Any]) -> Letter:
    """Return the letter that the login calls `kind`, such as account/email/login_code."""
    words = LETTERS[kind](context)
    button = (words.press, words.url) if words.url else None
    text, html = letter(words.subject, words.paragraphs, button, code=words.code, after=words.after)
    return Letter(words.subject, text, html)


def _url(name: str, *args: Any) -> str:
    return settings.BASE_URL + reverse(name, args=args)


def _confirm(context: Mapping[str, Any]) -> _Words:
    return _Words(
        _("Confirm your e-mail address"),
        (
            _("Somebody, you we hope, gave this address for an account at %(site)s.") % {"site": settings.SITE_NAME},
            _("If it was you, open this link, and press Confirm on the page that it leads to."),
        ),
        press=_("Confirm this address"),
        url=_url("account_confirm_email", context["key"]),
        after=(_("If it wasn't you, do nothing: nobody can use this address before it is confirmed."),),
    )


def _already(context: Mapping[str, Any]) -> _Words:
    return _Words(
        _("You have an account already"),
        (
            _("Somebody wanted to sign up at %(site)s with this address, for which there is an account already.")
            % {"site": settings.SITE_NAME},
            _("If it was you, log in. If you have forgotten your password, set a new one."),
        ),
        press=_("Set a new password"),
        url=_url("account_reset_password"),
        after=(_("If it wasn't you, do nothing: your account is as it was, and they have learnt nothing."),),
    )


def _unknown(context: Mapping[str, Any]) -> _Words:
    return _Words(
        _("There is no account with this address"),
        (
            _("Somebody wanted to log in at %(site)s with this address. There is no account with it.")
            % {"site": settings.SITE_NAME},
            _("If it was you, perhaps you signed up with another address; or sign up now."),
        ),
        press=_("Sign up"),
        url=_url("account_signup"),
        after=(_("If it wasn't you, do nothing."),),
    )


def _reset(context: Mapping[str, Any]) -> _Words:
    return _Words(
        _("Set a new password"),
        (_("Somebody asked for a new password for your account at %(site)s.") % {"site": settings.SITE_NAME},),
        press=_("Set a new password"),
        url=_url("account_reset_password_from_key", context["uid"], context["key"]),
        after=(
            _("The link is good for an hour, and once."),
            _("If it wasn't you, do nothing: your password is as it was."),
        ),
    )


def _code(context: Mapping[str, Any]) -> _Words:
    return _Words(
        _("Your code to log in"),
        (_("Type this code on the page where you asked for it, at %(site)s:") % {"site": settings.SITE_NAME},),
        code=context["code"],
        after=(
            _("It is good for a quarter of an hour. Tell it to nobody: we never ask for it."),
            _("If you asked for none, do nothing: without it nobody gets in."),
        ),
    )


def _notice(subject: Callable[[], str], said: Callable[[Mapping[str, Any]], str]) -> Callable[..., _Words]:
    def words(context: Mapping[str, Any]) -> _Words:
        return _Words(
            subject(),
            (said(context),),
            press=_("Look at your account"),
            url=settings.BASE_URL + "/account/",
            after=(_("If it wasn't you, set a new password at once, and end your other sessions."),),
        )

    return words


def _changed_address(context: Mapping[str, Any]) -> str:
    told = {"old": context["from_email"], "new": context["to_email"]}
    return _("The address of your account was changed from %(old)s to %(new)s.") % told


def _dropped_address(context: Mapping[str, Any]) -> str:
    return _("The address %(old)s was taken from your account.") % {"old": context["deleted_email"]}


def _elsewhere(context: Mapping[str, Any]) -> dict[str, str]:
    return {"name": context["provider"].name}


LETTERS: dict[str, Callable[..., _Words]] = {
    "account/email/email_confirmation": _confirm,
    "account/email/email_confirmation_signup": _confirm,
    "account/email/account_already_exists": _already,
    "account/email/unknown_account": _unknown,
    "account/email/password_reset_key": _reset,
    "account/email/login_code": _code,
    "account/email/password_changed": _notice(
        lambda: _("Your password was changed"), lambda _c: _("The password of your account was changed.")
    ),
    "account/email/password_reset": _notice(
        lambda: _("Your password was changed"), lambda _c: _("A new password was set by the link that we mailed you.")
    ),
    "account/email/password_set": _notice(
        lambda: _("Your account has a password now"), lambda _c: _("A password was set for your account.")
    ),
    "account/email/email_changed": _notice(lambda: _("Your address was changed"), _changed_address),
    "account/email/email_deleted": _notice(lambda: _("An address was taken from your account"), _dropped_address),
    "mfa/email/totp_activated": _notice(
        lambda: _("Two-factor login is on"), lambda _c: _("Your account now asks for a code of an app at the login.")
    ),
    "mfa/email/totp_deactivated": _notice(
        lambda: _("Codes of an app are off"), lambda _c: _("Your account asks for no code of an app any more.")
    ),
    "mfa/email/recovery_codes_generated": _notice(
        lambda: _("You have new recovery codes"), lambda _c: _("New recovery codes were made. The old ones are void.")
    ),
    "mfa/email/webauthn_added": _notice(
        lambda: _("A passkey was added"), lambda _c: _("A passkey was added to your account.")
    ),
    "mfa/email/webauthn_removed": _notice(
        lambda: _("A passkey was removed"), lambda _c: _("A passkey was removed from your account.")
    ),
    "socialaccount/email/account_connected": _notice(
        lambda: _("Another account logs in to yours"),
        lambda context: _("An account at %(name)s was connected to yours, and logs in to it.") % _elsewhere(context),
    ),
    "socialaccount/email/account_disconnected": _notice(
        lambda: _("Another account was disconnected"),
        lambda context: _("An account at %(name)s logs in to yours no more.") % _elsewhere(context),
    ),
}
