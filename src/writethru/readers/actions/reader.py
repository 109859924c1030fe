"""The reader that an account is."""

from datetime import datetime

from django.db import transaction

from writethru.readers.models import Account, Reader


@transaction.atomic
def reader_of(account: Account, *, now: datetime) -> Reader:
    """Return the reader of `account`, made if need be: one who followed by mail at its address is theirs.

    To be called once the address has been shown to be theirs: whoever logs in has done that.
    """
    if reader := Reader.objects.filter(account=account).first():
        return reader
    email = account.email.lower()
    if Reader.objects.filter(email=email, account=None).update(account=account):
        return Reader.objects.get(account=account)
    return Reader.objects.get_or_create(
        account=account, defaults={"email": email, "confirmed_at": now, "made_at": now}
    )[0]
