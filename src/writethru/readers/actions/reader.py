"""The reader that an account is, and whose an address is."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef

from writethru.readers.actions.follow import unfollow
from writethru.readers.actions.suppress import Because, stop_if_suppressed
from writethru.readers.models import Account, Reader
from writethru.readers.queries import staff_accounts


@transaction.atomic
def reader_of(account: Account, *, now: datetime) -> Reader:
    """Return the reader of `account`, made if need be: one who followed by mail at its address is theirs.

    To be called once the address has been shown to be theirs: whoever logs in has done that. An address that was
    changed and confirmed is the reader's too. It lifts nothing: whoever wanted no more mail gets none there either.
    """
    email = account.email.lower()
    if reader := Reader.objects.filter(account=account, email=email).first():
        return reader
    # A page asks twice at once: the second waits, and finds what the first has made.
    Account.objects.select_for_update(no_key=True).only("pk").get(pk=account.pk)
    reader = Reader.objects.select_for_update().filter(account=account).first()
    if reader and reader.email == email:
        return reader
    other = Reader.objects.select_for_update().filter(email=email).first()
    if reader is None and other and other.account_id is None:
        Reader.objects.filter(pk=other.pk).update(account=account, confirmed_at=other.confirmed_at or now)
        other.refresh_from_db()
        return other
    if other:
        _take_over(other, reader, now=now)
    if reader is None:
        reader = Reader.objects.create(account=account, email=email, confirmed_at=now, made_at=now)
    its = Reader.objects.filter(pk=reader.pk)
    # What was dead was the old address; a wish, or a complaint, was the reader's own.
    its.filter(mail_stopped_because=Because.BOUNCED).update(mail_stopped_at=None, mail_stopped_because="")
    its.update(email=email, confirmed_at=now)
    reader.refresh_from_db()
    stop_if_suppressed(reader)
    return reader


def _take_over(other: Reader, reader: Reader | None, *, now: datetime) -> None:
    """Leave `other` without its address, and give `reader` what it followed and was agreed to there."""
    Reader.objects.filter(pk=other.pk).update(email="")
    if reader is None or other.account_id is not None:
        return
    mine = reader.follows.values("story")
    sections = reader.follows.values("section")
    other.follows.filter(story__isnull=False).exclude(story__in=mine).update(reader=reader)
    other.follows.filter(section__isnull=False).exclude(section__in=sections).update(reader=reader)
    for double in other.follows.filter(ended_at=None):
        unfollow(double, now=now)
    other.consents.update(reader=reader)
    other.subscriptions.update(reader=reader)
    stopped = {"mail_stopped_at": other.mail_stopped_at, "mail_stopped_because": other.mail_stopped_because}
    if other.mail_stopped_at and not reader.mail_stopped_at:
        Reader.objects.filter(pk=reader.pk).update(**stopped)


@transaction.atomic
def vouch_for(account: Account) -> None:
    """Count the address of `account` as its own without a mail: the desk, or who set the house up, has said so."""
    email = account.email.lower()
    EmailAddress.objects.filter(email=email).exclude(user=account).delete()
    EmailAddress.objects.filter(user=account).exclude(email=email).delete()
    EmailAddress.objects.update_or_create(user=account, email=email, defaults={"verified": True, "primary": True})
    Account.objects.filter(pk=account.pk).exclude(email=email).update(email=email)


@transaction.atomic
def free_address(email: str, *, account: Account) -> None:
    """Remove accounts that were made with the address of `account` by somebody who never confirmed it."""
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    squatters = Account.objects.filter(~Exists(confirmed), email=email.lower(), last_login=None).exclude(pk=account.pk)
    squatters.exclude(pk__in=staff_accounts().values("pk")).delete()
