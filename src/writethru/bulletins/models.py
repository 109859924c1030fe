"""The dispatch engine's rows: what is sent, and to whom it went.

Dispatch    one sending: an alert about a version, a round of digests, a letter to one person
  └ Sending the ledger: a row for each recipient and door
      └ Told which versions a digest told of, so that a correction finds who was told what was wrong
Digest      when a reader is to hear next of what has gathered for them
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from writethru.readers.models import Follow, Pace, PushSubscription, Reader
from writethru.stories.models import Story, Version


class Dispatch(models.Model):
    """One sending. Its message is built once, with places in it that are filled in for each recipient.

    `key` makes it once: "alert 17" for version 17, "last word 5" for story 5. The audience is added in batches, while
    the first are already being sent; `after` is how far that has got.
    """

    class Kind(models.TextChoices):
        LETTER = "letter", _("letter")
        ALERT = "alert", _("alert")
        DIGEST = "digest", _("digest")
        LAST_WORD = "last word", _("last word")

    class Status(models.TextChoices):
        SENDING = "sending", _("being sent")
        FINISHED = "finished", _("finished")
        STOPPED = "stopped", _("stopped")

    kind = models.CharField(max_length=9, choices=Kind.choices)
    key = models.CharField(max_length=100, unique=True)
    version = models.ForeignKey(Version, null=True, on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey(Story, null=True, on_delete=models.CASCADE, related_name="+")
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    push: Any = models.JSONField(null=True, help_text="What the service worker is given.")
    headers: Any = models.JSONField(default=dict)
    rank = models.PositiveSmallIntegerField(default=5, help_text="Small goes first: letters 0, alerts 3, digests 5.")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.SENDING)
    made_at = models.DateTimeField()
    not_before = models.DateTimeField(help_text="Held until then: an editor may still stop it.")
    after = models.BigIntegerField(default=0, help_text="The follow up to which the audience has been added.")
    is_whole = models.BooleanField(default=False, help_text="The audience has been added whole.")
    scope: Any = models.JSONField(
        default=dict, help_text="Of an alert: the stories that its report is in, those where it is key, the sections."
    )
    gathered = models.BigIntegerField(default=0, help_text="The follow up to which digests know of it.")
    is_gathered = models.BooleanField(default=False, help_text="All digests know of it.")
    stopped_by = models.ForeignKey("readers.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    finished_at = models.DateTimeField(null=True)
    # Kept as the ledger changes, so that no screen counts its rows.
    audience = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    in_doubt = models.PositiveIntegerField(default=0)
    dropped = models.PositiveIntegerField(default=0, help_text="Unfollowed, stopped or gone before it was sent.")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        indexes = [
            models.Index(fields=["rank", "not_before"], name="dispatch_under_way", condition=Q(status="sending")),
            models.Index(fields=["-made_at"], name="dispatch_newest"),
            models.Index(fields=["-made_at", "-id"], name="dispatch_no_letter", condition=~Q(kind="letter")),
            models.Index(fields=["id"], name="dispatch_to_gather", condition=Q(kind="alert", is_gathered=False)),
        ]

    def __str__(self) -> str:
        return self.key


class Sending(models.Model):
    """A recipient of a dispatch by one door. Whatever a claim that ran out was about is in doubt, never sent again."""

    class Door(models.TextChoices):
        MAIL = "mail", _("e-mail")
        PUSH = "push", _("in the browser")

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DOUBT = "doubt", _("in doubt")
        DROPPED = "dropped", _("not sent any more")

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="sendings", db_index=False)
    reader = models.ForeignKey(Reader, null=True, on_delete=models.CASCADE, related_name="sendings", db_index=False)
    follow = models.ForeignKey(
        Follow,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
        help_text="Why they get it; it may be deleted since.",
    )
    door = models.CharField(max_length=4, choices=Door.choices)
    subscription = models.ForeignKey(
        PushSubscription, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    address = models.CharField(max_length=254, blank=True, help_text="Of a letter. Else the reader's, as it is then.")
    content: Any = models.JSONField(null=True, help_text="What a digest tells: by story, the versions.")
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True, help_text="When it was sent, failed or was dropped.")
    answer = models.TextField(blank=True, help_text="What the other server said.")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("line of the ledger")
        verbose_name_plural = _("ledger")
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "reader", "door"], name="sent_once_by_mail", condition=Q(subscription=None)
            ),
            models.UniqueConstraint(
                fields=["dispatch", "subscription"], name="sent_once_by_push", condition=Q(subscription__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["dispatch", "id"], name="sending_waiting", condition=Q(status="waiting")),
            models.Index(fields=["dispatch", "id"], name="sending_claimed", condition=Q(status="claimed")),
            models.Index(fields=["dispatch", "id"], name="sending_in_doubt", condition=Q(status="doubt")),
            models.Index(fields=["dispatch", "id"], name="sending_failed", condition=Q(status="failed")),
            models.Index(fields=["reader", "-done_at"], name="sending_of_reader"),
            models.Index(fields=["address"], name="sending_of_letter", condition=~Q(address="")),
            # Only of those who have one: else a line sent by mail would be written into it too.
            models.Index(fields=["subscription"], name="sending_of_browser", condition=Q(subscription__isnull=False)),
            # By mail the unique key serves: a correction finds who was sent what is wrong, in order of reader.
            models.Index(
                fields=["dispatch", "reader"], name="sending_by_push", condition=Q(subscription__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispatch_id} to {self.reader_id or self.address}"


class Told(models.Model):
    """A version that a digest told a reader of. Of an alert its dispatch knows."""

    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="told")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+", db_index=False)
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+", db_index=False)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "sending"], name="told_once")]
        indexes = [
            models.Index(fields=["version", "reader"], name="told_of_version"),
            models.Index(fields=["reader"], name="told_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} by {self.sending_id}"


class Digest(models.Model):
    """When a reader next hears, in one mail, of what has gathered for them at one pace.

    It is made by the first thing that happens, and goes when it has been told: where nothing happens there is none.
    Daily and weekly wait for the reader's hour. At once has one while the reader is not to be disturbed, or has had as
    much as a reader gets in an hour: what happens meanwhile then comes in one.
    """

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="digests")
    pace = models.CharField(max_length=6, choices=Pace.choices)
    since = models.DateTimeField(help_text="When the first of what has gathered was published.")
    due_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "pace"], name="digest_once")]
        indexes = [models.Index(fields=["due_at"], name="digest_due")]

    def __str__(self) -> str:
        return f"{self.pace} to {self.reader_id}"


class Returned(models.Model):
    """Something that came back about a line of the ledger: a bounce, a complaint, an answer of a machine."""

    class Kind(models.TextChoices):
        HARD = "hard", _("nobody takes mail there")
        SOFT = "soft", _("not delivered this time")
        DELAYED = "delayed", _("still being tried")
        DELIVERED = "delivered", _("delivered")
        COMPLAINT = "complaint", _("reported as spam")
        LEFT = "left", _("asked their provider for no more")
        AUTO = "auto", _("an automatic answer")
        CHALLENGE = "challenge", _("a machine asks who writes")
        UNKNOWN = "unknown", _("not understood")

    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="returned", db_index=False)
    key = models.CharField(
        max_length=64, help_text="A hash of what names it: the same one that comes twice counts once."
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    code = models.CharField(max_length=20, blank=True, help_text="The enhanced status code, if it has one.")
    said = models.CharField(max_length=500, blank=True, help_text="What the other server said.")
    address_hash = models.CharField(max_length=64, help_text="The keyed hash of the address that it is about.")
    came_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("what came back")
        verbose_name_plural = _("what came back")
        constraints = [models.UniqueConstraint(fields=["sending", "key"], name="returned_once")]
        indexes = [
            models.Index(fields=["address_hash", "came_at"], name="returned_soft", condition=Q(kind="soft")),
            models.Index(fields=["-came_at"], name="returned_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.sending_id}"
