"""Who reads: accounts, the one user model for staff and readers; readers, what they follow, and what they tell us.

Account ─ Reader (with or without an account)
            ├ Follow ── a Story or a Section, a pace, the doors
            ├ PushSubscription (one a browser)
            ├ Seen (how far a story was read)
            └ Consent (what was agreed to, when, in which words)
OptIn       somebody asked for mail at an address, and has not confirmed it yet
Offer       part of a story is told in another now: its followers are asked whether they follow that too
Suppression an address that no mail goes to, known by a hash alone
"""

import secrets
from datetime import time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from writethru.stories.models import Report, Section, Story


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts that log in by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """Return a new account. Raises ValueError without an e-mail address."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        account = self.model(email=email.lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """Return a new account that may do everything at the desk."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "Account":
        """Return the account that logs in as `email`, in whatever case it is typed."""
        return self.alias(any_case=Lower("email")).get(any_case=Lower(Value(email)))


class Account(AbstractUser):
    """Somebody who can log in. Staff are accounts in a group with desk access."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = AccountManager()  # type: ignore[assignment,misc]

    class Meta(AbstractUser.Meta):
        constraints = [models.UniqueConstraint(Lower("email"), name="account_email_any_case")]
        indexes = [
            # Staff are few, and readers' accounts many.
            models.Index(fields=["id"], name="account_of_staff", condition=Q(is_staff=True) | Q(is_superuser=True))
        ]

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


def new_key() -> str:
    """Return 160 bits that nobody guesses, as 27 letters: what signed links know a reader by."""
    return secrets.token_urlsafe(20)


class Pace(models.TextChoices):
    """How often a reader wants to hear of what they follow."""

    ONCE = "once", _("At once")
    KEY = "key", _("Key entries only")
    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")


class Reader(models.Model):
    """Somebody who follows, with or without an account. Without an address they are a browser that asked for push."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="reader")
    email = models.EmailField(
        _("e-mail address"), blank=True, help_text="In small letters. No mail before confirmed_at."
    )
    confirmed_at = models.DateTimeField(null=True, help_text="When they proved that the address is theirs.")
    key = models.CharField(max_length=27, unique=True, default=new_key)
    language = models.CharField(max_length=35, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, blank=True, help_text="None: the site's.")
    quiet_from = models.TimeField(_("quiet from"), null=True, help_text="In the reader's zone; None: never quiet.")
    quiet_until = models.TimeField(_("until"), null=True)
    digest_at = models.TimeField(_("digests at"), default=time(7), help_text="In the reader's zone.")
    digest_day = models.PositiveSmallIntegerField(_("weekly on"), default=0, help_text="0: Monday.")
    paused_at = models.DateTimeField(null=True, help_text="Everything waits until they go on.")
    paused_by_desk = models.BooleanField(default=False, db_default=False, help_text="Not their own wish.")
    muted_until = models.DateTimeField(null=True)
    mail_stopped_at = models.DateTimeField(null=True, help_text="No mail of any kind but what they ask for themselves.")
    mail_stopped_because = models.CharField(max_length=12, blank=True, help_text="asked, bounced, complained")
    made_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("reader")
        verbose_name_plural = _("readers")
        constraints = [models.UniqueConstraint(fields=["email"], name="reader_email_once", condition=~Q(email=""))]
        indexes = [
            # The desk finds readers by the beginning of their address.
            models.Index(fields=["email"], opclasses=["varchar_pattern_ops"], name="reader_email_beginning")
        ]

    def __str__(self) -> str:
        return self.email or f"reader {self.pk}"


class Follow(models.Model):
    """A reader's tie to a story or to a section, at a pace, by these doors. Their own list shows all of it anyway."""

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="follows")
    story = models.ForeignKey(Story, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    section = models.ForeignKey(Section, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    pace = models.CharField(_("how often"), max_length=6, choices=Pace.choices, default=Pace.DAILY)
    by_mail = models.BooleanField(_("by e-mail"), default=False)
    by_push = models.BooleanField(_("in the browser"), default=False)
    updates = models.BooleanField(
        _("also when a report is updated"), default=False, help_text="Corrections come always, refiles never."
    )
    paused_at = models.DateTimeField(null=True)
    muted_until = models.DateTimeField(null=True)
    followed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="None: they follow it.")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [
            models.CheckConstraint(
                condition=Q(story__isnull=False, section=None) | Q(story=None, section__isnull=False),
                name="follow_of_one_thing",
            ),
            models.UniqueConstraint(fields=["reader", "story"], name="follow_story_once"),
            models.UniqueConstraint(fields=["reader", "section"], name="follow_section_once"),
        ]
        indexes = [
            # An audience is read in batches by these, in order of id.
            models.Index(fields=["story", "id"], name="follow_of_story", condition=Q(ended_at=None)),
            models.Index(fields=["section", "id"], name="follow_of_section", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} follows {self.story_id or self.section_id}"


class FollowerCount(models.Model):
    """How many follow a story or a section, kept as follows begin and end: no page counts followers."""

    story = models.OneToOneField(Story, null=True, on_delete=models.CASCADE, related_name="+")
    section = models.OneToOneField(Section, null=True, on_delete=models.CASCADE, related_name="+")
    at_once = models.PositiveIntegerField(default=0, help_text="By mail or push, at once.")
    key = models.PositiveIntegerField(default=0, help_text="By mail or push, key entries only.")
    digests = models.PositiveIntegerField(default=0, help_text="By mail or push, daily or weekly.")
    all = models.PositiveIntegerField(default=0, help_text="Whatever the pace and the door.")

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.all} follow {self.story_id or self.section_id}"


class PushSubscription(models.Model):
    """A browser that a reader has let show notifications (RFC 8030, RFC 8291)."""

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="subscriptions")
    endpoint = models.TextField()
    endpoint_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256: addresses are too long to index.")
    p256dh = models.CharField(max_length=100, help_text="The browser's public key, base64url.")
    auth = models.CharField(max_length=32, help_text="The browser's secret, base64url.")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="When the push service said that it is gone.")

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"a browser of {self.reader_id}"


class OptIn(models.Model):
    """Somebody asked, at this address, to follow: only a confirmation is sent there before the link in it is pressed.

    The link's token is made of the nonce with our key (`readers.links`), good once and for three days.
    """

    email = models.EmailField(help_text="In small letters.")
    story = models.ForeignKey(Story, null=True, on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(Section, null=True, on_delete=models.CASCADE, related_name="+")
    pace = models.CharField(max_length=6, choices=Pace.choices, default=Pace.DAILY)
    words = models.TextField(help_text="What they agreed to, as it stood beside the button.")
    nonce = models.CharField(max_length=27, unique=True, default=new_key)
    asked_at = models.DateTimeField()
    letter_at = models.DateTimeField(null=True, help_text="When its confirmation was written, or was not to be.")
    used_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], name="opt_in_waiting", condition=Q(letter_at=None)),
            models.Index(fields=["email", "-asked_at"], name="opt_in_of_address"),
            models.Index(fields=["-asked_at"], name="opt_in_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.email} asked"


class Consent(models.Model):
    """What somebody agreed to, when, and in which words; and when they took it back."""

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="consents")
    what = models.CharField(max_length=200, help_text="follow story 5 by mail, push, account …")
    words = models.TextField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.reader_id}: {self.what}"


class Suppression(models.Model):
    """An address that no mail goes to, known by a keyed hash: no import or form revives it, only a fresh consent."""

    class Because(models.TextChoices):
        ASKED = "asked", _("the reader asked for no more mail")
        BOUNCED = "bounced", _("mail to it came back for good")
        COMPLAINED = "complained", _("the reader reported our mail as spam")
        DELETED = "deleted", _("the reader had all about them deleted")

    address_hash = models.CharField(max_length=64, unique=True)
    because = models.CharField(max_length=10, choices=Because.choices)
    made_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True, help_text="What the other server said.")

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.address_hash[:8]} {self.because}"


class Offer(models.Model):
    """Part of a story that is told in another since an editor moved it: its followers are asked about the other."""

    of_story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="+")
    to_story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(help_text="Who began to follow later is not asked.")

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of_story", "to_story"], name="offered_once")]

    def __str__(self) -> str:
        return f"{self.to_story_id} to the followers of {self.of_story_id}"


class OfferAnswer(models.Model):
    """What a reader said to an offer: they are not asked again."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="answers", db_index=False)
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    said_yes = models.BooleanField()
    answered_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "reader"], name="offer_answered_once")]

    def __str__(self) -> str:
        return f"{self.reader_id}: {self.said_yes}"


class Seen(models.Model):
    """How far a reader with an account has read a story: "since you were here" on each of their devices.

    A visit lasts until half an hour after they have looked; `from_` is where the visit before it had got to.
    """

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="seen")
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(help_text="When they last looked.")
    upto = models.DateTimeField(help_text="The newest that stood there.")
    from_at = models.DateTimeField(null=True)
    from_upto = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "story"], name="seen_once")]

    def __str__(self) -> str:
        return f"{self.reader_id} saw {self.story_id}"


class Tries(models.Model):
    """How often somebody has knocked at a door lately: kept in rows, so that it holds across workers and restarts."""

    key = models.CharField(max_length=64, primary_key=True, help_text="A keyed hash of the door and of who knocks.")
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(help_text="When the count begins anew.")

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [models.Index(fields=["until"], name="tries_over")]

    def __str__(self) -> str:
        return f"{self.count} until {self.until:%H:%M}"
