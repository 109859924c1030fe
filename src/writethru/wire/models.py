"""Sources, and the items that they send. An item is never edited: what a fold makes of it stands in `stories`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """A wire or feed that we take."""

    class Trust(models.TextChoices):
        LOW = "low", _("low: an editor files everything")
        NORMAL = "normal", _("normal: an editor publishes")
        TRUSTED = "trusted", _("trusted: published as it is filed")

    name = models.CharField(_("name"), max_length=200, unique=True)
    address = models.CharField(
        _("address"), max_length=2000, blank=True, help_text=_("Where the feed is fetched, or the site that it names.")
    )
    credit = models.CharField(
        _("credit line"), max_length=200, blank=True, help_text=_("Stands under a report whose copy names nobody: AFP.")
    )
    language = models.CharField(_("language"), max_length=35, blank=True)
    trust = models.CharField(_("trust"), max_length=10, choices=Trust.choices, default=Trust.NORMAL)
    feeds = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("feeds"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The section whose desk sees its items first, or the one story that all of them are filed into."),
    )

    is_polled = models.BooleanField(
        _("polled"), default=False, help_text=_("Its address is fetched by itself, again and again.")
    )
    poll_minutes = models.PositiveIntegerField(
        _("minutes between two fetches"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(10_080)],
        help_text=_("One that fails is left alone for longer each time, up to twelve hours."),
    )
    rights = models.TextField(
        _("rights"), blank=True, help_text=_("What it lets us do with its copy, and until when. For the desk alone.")
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]
        indexes = [models.Index(fields=["address"], name="source_address")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse to poll what is no address of the web."""
        super().clean()
        if self.is_polled and not self.address.lower().startswith(("http://", "https://")):
            raise ValidationError(
                {"address": _("To be polled it needs an address that starts with http:// or https://.")}
            )


class SourceState(models.Model):
    """What the machine knows of a polled source. A side row, so that nobody's form writes it back."""

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.CASCADE, related_name="state")
    etag = models.CharField(max_length=1000, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    body_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was last read to its end.")
    moved_to = models.CharField(max_length=2000, blank=True, help_text="Where its server says that it is for good.")
    fetched_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    error = models.TextField(blank=True)
    is_gone = models.BooleanField(default=False, help_text="Its server said that it is gone for good (410).")
    new_items = models.PositiveIntegerField(default=0, help_text="At the last fetch that brought a document.")
    next_fetch_at = models.DateTimeField(null=True, help_text="None: not any more.")
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [
            models.Index(fields=["next_fetch_at"], name="source_due", condition=models.Q(next_fetch_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.next_fetch_at}"


class SetAside(models.Model):
    """A document that couldn't be read, or what stood in one where an item should: kept with the code of why.

    `raw` is cut at its end where `size` is more than its length.
    """

    source = models.ForeignKey(Source, null=True, on_delete=models.CASCADE, related_name="set_aside")
    address = models.CharField(_("address"), max_length=2000, blank=True, help_text="Where it came from, or its file.")
    is_document = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=40)
    start = models.TextField(blank=True, help_text="The first of it, to be looked at.")
    raw = models.BinaryField()
    size = models.PositiveIntegerField(_("size"))
    charset = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the source and all the bytes.")
    set_aside_at = models.DateTimeField(_("set aside"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("set aside")
        verbose_name_plural = _("set aside")
        ordering = ["-set_aside_at", "-pk"]
        indexes = [models.Index(fields=["source", "-set_aside_at"], name="set_aside_newest")]

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"

    @property
    def is_cut(self) -> bool:
        """Return whether it was too large to be kept whole."""
        return self.size > len(self.raw)


class Item(models.Model):
    """One thing received, kept byte for byte.

    `raw` holds the item's own bytes; the other columns are what its format's reader and the cleaning made of them.
    `wire_id` is the source's own name for it, and `fingerprint` tells two sendings under one `wire_id` apart.
    """

    class PubStatus(models.TextChoices):
        USABLE = "usable", _("usable")
        WITHHELD = "withheld", _("withheld")
        CANCELED = "canceled", _("canceled: a kill")

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="items")
    wire_id = models.CharField(max_length=1000)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what the reader found in it, in hexadecimal.")
    raw = models.BinaryField()
    received_at = models.DateTimeField()

    headline = models.TextField(blank=True)
    html = models.TextField(blank=True)
    credit = models.CharField(max_length=500, blank=True)
    dateline = models.CharField(max_length=500, blank=True)
    correction = models.TextField(blank=True, help_text="What it says that it corrects.")
    url = models.CharField(max_length=2000, blank=True)
    language = models.CharField(max_length=35, blank=True)
    slugline = models.CharField(max_length=500, blank=True)
    label = models.CharField(max_length=500, blank=True, help_text="The slugline without its marker, in lower case.")
    dated_at = models.DateTimeField(help_text="The wire's time, never after receipt.")
    version = models.IntegerField(null=True)
    evolved_from = models.CharField(max_length=1000, blank=True)
    photos: Any = models.JSONField(default=list, help_text="A list of {address, caption, credit, alt}.")
    pubstatus = models.CharField(max_length=8, choices=PubStatus.choices, default=PubStatus.USABLE)
    embargoed_until = models.DateTimeField(null=True)
    held = models.BooleanField(default=False, help_text="Embargoed with no time given: until told.")
    rights = models.TextField(blank=True, help_text="What the wire says of it: copyright, terms of use.")
    ednote = models.TextField(blank=True, help_text="For editors' eyes alone, never published.")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [models.UniqueConstraint(fields=["source", "wire_id", "fingerprint"], name="item_once")]
        indexes = [
            models.Index(fields=["received_at"], name="item_received"),
            models.Index(fields=["source", "label", "dated_at"], name="item_label"),
            models.Index(fields=["source", "evolved_from"], name="item_evolved"),
        ]

    def __str__(self) -> str:
        return self.headline or self.wire_id
