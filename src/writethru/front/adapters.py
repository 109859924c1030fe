"""Where the login (django-allauth) is told how this house does it."""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from writethru.bulletins.actions.letters import send_letter
from writethru.front import account_tries as tries
from writethru.front.account_letters import letter_of
from writethru.front.origin import address_of
from writethru.lib.sealed import seal, unseal
from writethru.readers import queries
from writethru.readers.actions.reader import free_address

NO_MAIL_AFTER = {"bounced", "complained"}


class AccountAdapter(DefaultAccountAdapter):
    """Counts tries in rows, sends letters by the ledger, and links to the site's own address."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("That address and that password don't go together."),
        "incorrect_password": _("That is not your password."),
        "enter_current_password": _("That is not your present password."),
        "incorrect_code": _("That is not the code."),
        "too_many_login_attempts": _(
            "Too many tries within five minutes. Wait a little, or set a new password by the link that we mail you."
        ),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a password that is tried."""
        counted = tries.who(credentials.get("email", ""))
        if counted.startswith("account"):  # an address that nobody has is looked for once more, there and by the login
            queries.nobody()
            queries.nobody()
        tries.count(tries.PASSWORD, counted)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return whom the password lets in, and uncount a right one."""
        account = super().authenticate(request, **credentials)
        if account:
            tries.take_back(tries.PASSWORD, tries.who_is(account.pk))
        else:
            tries.note_wrong(request)
        return account

    def is_login_by_code_required(self, login: Any) -> bool:
        """Return whether a code by e-mail is needed too: so many guesses came from that network."""
        return bool(login.user) and _was_by_password(self.request, login) and tries.is_suspect(self.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a letter into the ledger, unless that address has had enough of them or wants none."""
        suppressed = queries.is_suppressed(email)
        is_wanted = suppressed is None or suppressed.because not in NO_MAIL_AFTER
        if not tries.may_have_letter(template_prefix, email) or not is_wanted:
            return
        letter = letter_of(template_prefix, {"email": email, **context})
        send_letter(
            to=email,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            key=f"{template_prefix} {uuid4()}",
            now=timezone.now(),
            reader=queries.reader_by_address(email),
        )

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Count an address as confirmed; whoever took it for a new account without confirming it loses that."""
        free_address(email_address.email, account=email_address.user)
        return super().confirm_email(request, email_address)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return where a session began."""
        return address_of(request) or "127.0.0.1"

    def is_safe_url(self, url: str) -> bool:
        """Return whether to lead somebody to `url` once they are logged in."""
        ours = {urlsplit(settings.BASE_URL).netloc, self.request.get_host()}
        return url_has_allowed_host_and_scheme(url, ours, require_https=self.request.is_secure())

    def is_ajax(self, request: HttpRequest) -> bool:
        """Return whether a script asks: only for what a passkey is to sign."""
        return request.method == "GET" and request.headers.get("Accept") == "application/json"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seals the apps' secrets, and calls the site by its name."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _("That is not the code.")}

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return seal(text, key=settings.SECRET_KEY)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return unseal(encrypted_text, key=settings.SECRET_KEY)

    def get_totp_issuer(self) -> str:
        """Return what the app calls us."""
        return settings.SITE_NAME

    def build_totp_svg(self, url: str) -> str:
        """Return the picture for the app, as it stands in a page: our policy loads none from a data: address."""
        return "<svg" + super().build_totp_svg(url).partition("<svg")[2]

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return what a passkey calls us."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.SITE_NAME}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Return what a key is called if nobody calls it anything."""
        return str(_("Passkey of %(day)s")) % {"day": timezone.localdate().isoformat()}


class ElsewhereAdapter(DefaultSocialAccountAdapter):
    """Believes of another site's account only what the newsroom trusts that site for."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Take an address as not confirmed, whatever a site says that isn't trusted for it."""
        for address in sociallogin.email_addresses:
            if not self.can_authenticate_by_email(sociallogin, address.email):
                address.verified = False


def _was_by_password(request: HttpRequest, login: Any) -> bool:
    records = get_authentication_records(request, login.user)
    return bool(records) and records[-1]["method"] == "password"
