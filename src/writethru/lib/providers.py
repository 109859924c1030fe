"""Providers that send mail for others, by django-anymail: what EMAIL_URL says of one, as anymail wants to be told.

    EMAIL_URL=anymail+postmark://TOKEN@                  the user is the key
    EMAIL_URL=anymail+mailgun://KEY@mail.example         the host is what the provider knows us by
    EMAIL_URL=anymail+mailjet://KEY:SECRET@
    …?webhook_signing_key=…&api_url=…                  what else anymail's page on the provider names, in small letters

What follows the question mark goes to the sending and to the webhooks alike; each takes what it knows.
"""

import warnings
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Provider:
    """What anymail calls the user, the password and the host of EMAIL_URL, and the view that reads its webhooks."""

    key: str
    view: str
    second: str = ""
    host: str = ""


# Those of anymail whose webhooks need no package of their own. Any other one is reached by its SMTP server.
PROVIDERS = {
    "brevo": Provider("api_key", "BrevoTrackingWebhookView"),
    "mailersend": Provider("api_token", "MailerSendTrackingWebhookView"),
    "mailgun": Provider("api_key", "MailgunTrackingWebhookView", host="sender_domain"),
    "mailjet": Provider("api_key", "MailjetTrackingWebhookView", second="secret_key"),
    "mailtrap": Provider("api_token", "MailtrapTrackingWebhookView"),
    "mandrill": Provider("api_key", "MandrillCombinedWebhookView"),
    "postal": Provider("api_key", "PostalTrackingWebhookView"),
    "postmark": Provider("server_token", "PostmarkTrackingWebhookView"),
    "sendgrid": Provider("api_key", "SendGridTrackingWebhookView"),
    "sparkpost": Provider("api_key", "SparkPostTrackingWebhookView"),
}


def sending_backend() -> Any:
    """Return anymail's backend for the provider that EMAIL_URL names."""
    backend = import_string(f"anymail.backends.{settings.MAIL_SERVER['provider']}.EmailBackend")
    # What a provider can't do, such as an envelope sender of ours, is left out; each recipient's status we read.
    return backend(**options(), ignore_unsupported_features=True, ignore_recipient_status=True)


def webhook_view() -> Any:
    """Return anymail's reader of what the provider that EMAIL_URL names posts to us."""
    name = settings.MAIL_SERVER["provider"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses a password for basic auth: there is one, in the address
        return import_string(f"anymail.webhooks.{name}.{PROVIDERS[name].view}")(**options())


def options() -> dict[str, str]:
    """Return what EMAIL_URL says of the provider, by anymail's names."""
    told, provider = settings.MAIL_SERVER, PROVIDERS[settings.MAIL_SERVER["provider"]]
    named = {provider.key: told["user"], provider.second: told["password"], provider.host: told["host"]}
    return {**{name: value for name, value in named.items() if name and value}, **told["options"]}
