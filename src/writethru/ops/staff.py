"""The first account at the desk, made on first start with a password of this install."""

import secrets
from dataclasses import dataclass

from django.conf import settings

from writethru.readers.actions.reader import vouch_for
from writethru.readers.models import Account

EMAIL = "editor@desk.example"


@dataclass(frozen=True, slots=True)
class FirstEditor:
    """How to log in at the desk for the first time."""

    email: str
    password: str


def first_editor() -> FirstEditor | None:
    """Return how the first editor logs in, made if nobody can; None once that password has been changed.

    The password is also in secrets/desk_password under WRITETHRU_DATA, for whoever missed it on the screen.
    """
    kept = settings.WRITETHRU_DATA / "secrets" / "desk_password"
    if not Account.objects.filter(is_superuser=True).exists():
        password = secrets.token_urlsafe(9)
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(password + "\n")
        vouch_for(Account.objects.create_superuser(EMAIL, password))
    editor = Account.objects.filter(email=EMAIL).first()
    password = kept.read_text().strip() if kept.exists() else ""
    return FirstEditor(EMAIL, password) if editor and password and editor.check_password(password) else None
