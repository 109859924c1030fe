"""Sources, and the items that they send. An item is never edited: what a fold makes of it stands in `stories`."""

from typing import Any

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

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]
        indexes = [models.Index(fields=["address"], name="source_address")]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """One thing received, kept byte for byte.

    `raw` holds the item's own bytes; the other columns are what its format's reader and the cleaning made of them.
    `wire_id` is the source's own name for it, and `fingerprint` tells two sendings under one `wire_id` apart.
    """

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

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [models.UniqueConstraint(fields=["source", "wire_id", "fingerprint"], name="item_once")]
        indexes = [
            models.Index(fields=["received_at"], name="item_received"),
            models.Index(fields=["source", "label", "dated_at"], name="item_label"),
        ]

    def __str__(self) -> str:
        return self.headline or self.wire_id
