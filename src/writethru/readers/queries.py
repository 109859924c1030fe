"""What other apps ask of the accounts, and of what readers told us."""

from collections.abc import Collection

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet, Value
from django.db.models.functions import Lower

from writethru.readers.links import address_hash
from writethru.readers.models import Account, ErrorReport, Follow, Reader, Seen, Suppression
from writethru.stories.models import Story


def staff_accounts() -> QuerySet[Account]:
    """Return the accounts of staff: marked as such, superusers, and whoever is in a group with desk access.

    Each of the two is found by its index: one condition for both would look through the accounts of all readers.
    """
    marked = Account.objects.filter(Q(is_staff=True) | Q(is_superuser=True)).values("pk")
    with_desk = Account.groups.through.objects.filter(group__permissions__codename="access_admin").values("account")
    return Account.objects.filter(pk__in=marked.union(with_desk))


def reader_at(email: str) -> Account | None:
    """Return the account of a reader who is not staff, by their address in any case."""
    any_case = Account.objects.alias(any_case=Lower("email")).filter(any_case=Lower(Value(email)))
    reader = any_case.first() if email else None
    return reader if reader and not staff_accounts().filter(pk=reader.pk).exists() else None


def account_at(email: str) -> Account | None:
    """Return the account that logs in with this address, in whatever case it is typed."""
    email = email.lower()
    confirmed = Account.objects.filter(emailaddress__email=email, emailaddress__verified=True).first()
    return confirmed or Account.objects.filter(email=email).first()


def nobody() -> Account | None:
    """Return None, having asked as for an address that nobody has: so that an answer takes as long either way."""
    return Account.objects.filter(email="@nobody.invalid").first()


def reader_by_address(email: str) -> Reader | None:
    """Return the reader whose address this is."""
    return Reader.objects.filter(email=email.lower()).first() if email else None


def open_error_reports() -> QuerySet[ErrorReport]:
    """Return the errors that readers reported and nobody has settled yet, the newest first, each with its report."""
    return ErrorReport.objects.filter(settled_at=None).select_related("report__state").order_by("-sent_at", "-pk")


def visit_of(reader: Reader, story: Story) -> Seen | None:
    """Return how far `reader` has read `story`; None if they have never looked at it."""
    return Seen.objects.filter(reader=reader, story=story).first()


def is_suppressed(email: str) -> Suppression | None:
    """Return why no mail may go to an address, in whatever case it is typed; None if it may."""
    return Suppression.objects.filter(address_hash=address_hash(email)).first()


def suppressions_of(emails: Collection[str]) -> dict[str, Suppression]:
    """Return, by address, why no mail goes to those of these to which none does; one query."""
    hashes = {address_hash(email): email for email in emails}
    return {hashes[row.address_hash]: row for row in Suppression.objects.filter(address_hash__in=hashes)}


def reader_numbered(reader_id: int) -> Reader | None:
    """Return the reader with this id, as a signed link names them."""
    return Reader.objects.select_related("account").filter(pk=reader_id).first()


def readers_at(beginning: str, *, limit: int) -> list[Reader]:
    """Return the readers whose address is, or begins with, `beginning`, each with what they follow; two queries."""
    live = Follow.objects.filter(ended_at=None).select_related("story", "section").order_by("pk")
    found = Reader.objects.filter(_begins(beginning.lower())).order_by("email")
    return list(found.prefetch_related(Prefetch("follows", live, to_attr="live_follows"))[:limit])


def _begins(beginning: str) -> Q:
    """Return the condition for an address that begins like this, as an index serves it.

    SQLite uses none for LIKE, and compares bytes: what begins so is a range there. In another order it need not be.
    """
    if connection.vendor == "sqlite":
        return Q(email__gte=beginning, email__lt=f"{beginning}\U0010ffff")
    return Q(email__startswith=beginning)
