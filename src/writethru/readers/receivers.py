"""Listens to the login's signals: whoever has shown that an address is theirs is its reader from then on."""

from typing import Any

from allauth.account import signals
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from writethru.readers.actions.reader import reader_of
from writethru.readers.actions.sessions import forget_session
from writethru.readers.models import Account


@receiver(signals.user_logged_in)
def know_who_logged_in(user: Account, **kwargs: Any) -> None:
    """Give the account its reader."""
    reader_of(user, now=timezone.now())


@receiver(signals.email_confirmed)
def know_who_confirmed(email_address: Any, **kwargs: Any) -> None:
    """Give the account its reader, and the reader the new address, where it is the account's now."""
    account = Account.objects.get(pk=email_address.user_id)
    if account.email.lower() == email_address.email.lower():
        reader_of(account, now=timezone.now())


@receiver(user_logged_out)
def forget_where_they_were(request: HttpRequest, **kwargs: Any) -> None:
    """Forget from where a session was that is ended."""
    if request.session.session_key:
        forget_session(request.session.session_key)
