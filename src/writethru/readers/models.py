"""The account, the one user model, for staff and for readers; and what readers tell the desk."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from writethru.stories.models import Report


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts that log in by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """Return a new account. Raises ValueError without an e-mail address."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        account = self.model(email=self.normalize_email(email), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """Return a new account that may do everything at the desk."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "Account":
        """Return the account that logs in as `email`, in whatever case it is typed."""
        return self.get(email__iexact=email)


class Account(AbstractUser):
    """Somebody who can log in. Staff are accounts in a group with desk access."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = AccountManager()  # type: ignore[assignment,misc]

    class Meta(AbstractUser.Meta):
        constraints = [models.UniqueConstraint(Lower("email"), name="account_email_any_case")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class ErrorReport(models.Model):
    """What a reader says is wrong in a report. The desk settles it."""

    MOST_CHARACTERS = 4000

    report = models.ForeignKey(Report, verbose_name=_("report"), on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(_("version"), help_text=_("The version that the reader was given."))
    text = models.TextField(_("what is wrong"), max_length=MOST_CHARACTERS)
    email = models.EmailField(_("e-mail address"), blank=True)
    sender = models.CharField(
        max_length=32, blank=True, editable=False, help_text="A keyed hash of the network address, kept for a day."
    )
    sent_at = models.DateTimeField(_("sent"))
    settled_at = models.DateTimeField(_("done"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("error that a reader reported")
        verbose_name_plural = _("errors that readers reported")
        indexes = [
            models.Index(fields=["-sent_at"], name="error_report_newest"),
            models.Index(fields=["sender", "sent_at"], name="error_report_sender", condition=~models.Q(sender="")),
        ]

    def __str__(self) -> str:
        return self.text[:80]
