"""All that is held about one reader, as plain values: what they are given when they ask for it.

A test goes through every table that leads to a reader or an account, and fails for one that is told neither here nor in
NOT_TOLD with its reason.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from writethru.bulletins.models import Digest, Sending
from writethru.readers.links import address_hash
from writethru.readers.models import ErrorReport, OptIn, Reader, Suppression

MOST_SENDINGS = 10_000
# Fields that are secrets of ours or of theirs, or that only point at what is told beside them.
SECRETS = {"id", "reader", "account", "user", "password", "key", "nonce", "auth", "p256dh", "address_hash", "data"}
SECRETS |= {"session_key"}  # whoever has one is logged in
NOT_TOLD = {
    "bulletins.Told": "which reports a digest told of: the digest itself went to the reader",
    "admin.LogEntry": "staff's work in the admin, not theirs as a reader",
}


def held_about(reader: Reader) -> dict[str, Any]:
    """Return everything that is held about `reader`, by what it is called on the page."""
    account, email = reader.account, reader.email
    told: dict[str, Any] = {_("You"): _plain(reader)}
    if account:
        told[_("Account")] = _plain(account, also={"user_permissions", "groups", "is_superuser", "is_staff"})
        for name, rows in _of_account(account):
            told[name] = _all(rows)
    told |= {
        _("What you follow"): _all(reader.follows.select_related("story", "section").order_by("pk")),
        _("What you agreed to"): _all(reader.consents.order_by("pk")),
        _("Browsers that show notifications"): _all(reader.subscriptions.order_by("pk")),
        _("How far you have read"): _all(reader.seen.select_related("story").order_by("pk")),
        _("What gathers for your next digest"): _all(Digest.objects.filter(reader=reader)),
        _("What was sent to you"): _sendings(reader),
    }
    if email:
        hashed = Suppression.objects.filter(address_hash=address_hash(email))
        told |= {
            _("What was asked for at your address"): _all(OptIn.objects.filter(email=email).order_by("pk")),
            _("Errors that you reported"): _all(ErrorReport.objects.filter(email__iexact=email).order_by("pk")),
            _("Why no mail goes to your address"): _all(hashed),
        }
    return told


def _of_account(account: Any) -> Iterable[tuple[str, QuerySet[Any]]]:
    """Return what hangs on an account in other people's tables: addresses, sessions, other accounts, second factors."""
    for relation in account._meta.related_objects:
        app = relation.related_model._meta.app_label
        if app in {"account", "usersessions", "socialaccount", "mfa"} and relation.field.remote_field.on_delete:
            rows = relation.related_model.objects.filter(**{relation.field.name: account}).order_by("pk")
            called = str(relation.related_model._meta.verbose_name_plural).capitalize()
            yield _called().get(relation.related_model._meta.label, called), rows


def _called() -> dict[str, str]:
    return {
        "account.EmailAddress": _("Addresses of your account"),
        "mfa.Authenticator": _("Second factors and passkeys"),
        "socialaccount.SocialAccount": _("Other accounts that log in to yours"),
        "usersessions.UserSession": _("Where you are logged in"),
    }


def _sendings(reader: Reader) -> list[dict[str, Any]]:
    letters = Sending.objects.filter(address=reader.email) if reader.email else Sending.objects.none()
    rows = (Sending.objects.filter(reader=reader) | letters).select_related("dispatch").order_by("-pk")
    return [
        {
            "what": row.dispatch.kind,
            "subject": row.dispatch.subject,
            "door": row.door,
            "status": row.status,
            "at": row.done_at,
            "answer": row.answer,
        }
        for row in rows[:MOST_SENDINGS]
    ]


def _all(rows: Iterable[Model]) -> list[dict[str, Any]]:
    return [_plain(row) for row in rows]


def _plain(row: Model, *, also: set[str] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]
    """Return a row's own fields as values; what it points at by its name."""
    told = {}
    for field in row._meta.concrete_fields:
        if field.name in SECRETS or field.name in also:
            continue
        value = getattr(row, field.name)
        told[field.name] = str(value) if isinstance(value, Model) else value
    return told
