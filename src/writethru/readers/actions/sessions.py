"""Sessions that are over: nothing is kept of where they were."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

AT_ONCE = 1000


def forget_sessions(*, now: datetime) -> int:
    """Forget sessions that have run out, and from where they were; return how many, a thousand at most."""
    keys = list(Session.objects.filter(expire_date__lte=now).values_list("pk", flat=True)[:AT_ONCE])
    UserSession.objects.filter(session_key__in=keys).delete()
    return Session.objects.filter(pk__in=keys).delete()[0]


def forget_session(key: str) -> None:
    """Forget from where a session was that its owner has ended."""
    UserSession.objects.filter(session_key=key).delete()
