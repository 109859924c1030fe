"""Sections, stories, reports, versions, entries, and what the press is asked to bake.

Home > Section > Story          pages in Wagtail's tree
Report ─ ReportState            the editable draft ─ what the machine knows of it
  ├ Fold    (one an item)       which takes it is made of, and why
  ├ Version (1, 2, 3 …)         what readers were given, immutable
  └ Entry   (one a story)       its dated place on a timeline
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.redirects.models import Redirect
from wagtail.fields import RichTextField
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import DraftStateMixin, LockableMixin, Page, PreviewableMixin, RevisionMixin

from writethru.lib.html import clean as clean_html
from writethru.wire.models import Item, Source

TEXT_FEATURES = ["bold", "italic", "link", "ul", "ol", "blockquote"]
KNOW_FEATURES = ["bold", "link", "ul"]


class Photo(AbstractImage):
    """A picture in the library, with what must be said of it wherever it stands."""

    caption = models.TextField(_("caption"), blank=True)
    credit = models.CharField(_("credit"), max_length=500, blank=True, help_text=_("Name / AFP"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    rights = models.CharField(_("rights"), max_length=500, blank=True)
    until = models.DateField(_("may be shown until"), null=True, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "caption", "credit", "source", "rights", "until")

    # As pages show it: 3:2 around the focal point, never enlarged, the larger first.
    SHOWN_AS = ("fill-1200x800|format-webp", "fill-720x480|format-webp")
    DRAWING_AS = ("fill-1200x800|format-webp-lossless", "fill-720x480|format-webp-lossless")
    # A PNG of so few bytes has flat areas and hard edges, and is smaller and sharper without loss: the demo's halftones
    # have 31 KB at 1200 × 800, with loss 380.
    DRAWING_BYTES = 150_000

    class Meta(AbstractImage.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    @property
    def shown_as(self) -> tuple[str, str]:
        """Return the renditions that pages show."""
        is_png = self.file.name.lower().endswith((".png", ".gif"))
        is_drawing = is_png and self.file_size is not None and self.file_size < self.DRAWING_BYTES
        return self.DRAWING_AS if is_drawing else self.SHOWN_AS


class PhotoRendition(AbstractRendition):
    """One size of a photo."""

    image = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once")
        ]


class Home(Page):
    """The root of the site: its baked page is Latest."""

    private_page_options: list[str] = []  # what is baked is for everyone

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["stories.Section"]

    class Meta:
        verbose_name = _("home")

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Return the site's root."""
        return _url_parts(self, "/", request)


class Section(Page):
    """The page above stories; a desk may publish in the subtree of its section."""

    private_page_options: list[str] = []

    parent_page_types = ["stories.Home", "stories.Section"]
    subpage_types = ["stories.Section", "stories.Story"]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    @property
    def path_on_site(self) -> str:
        """Return /section/<slug>/, wherever in the tree the section stands."""
        return f"/section/{self.slug}/"

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Return the section's URL for Wagtail."""
        return _url_parts(self, self.path_on_site, request)

    def clean(self) -> None:
        """Refuse a slug that another section has."""
        super().clean()
        _refuse_taken_slug(self)


class StoryForm(WagtailAdminPageForm):
    """Stamps the day on which the desk last checked what it says that we know."""

    def clean(self) -> dict[str, Any]:
        """Set today's date where the text has changed and the date has not, both against what readers have."""
        cleaned = super().clean()
        live = Story.objects.filter(pk=self.instance.pk).values("what_we_know", "known_on").first()
        before, day = (live["what_we_know"], live["known_on"]) if live else ("", None)
        is_new = clean_html(cleaned.get("what_we_know") or "") != clean_html(before)
        if is_new and cleaned.get("known_on") == day:
            cleaned["known_on"] = timezone.localdate(timezone=timezone.get_default_timezone())
        return cleaned


class Story(Page):
    """A running story: the page that readers follow."""

    base_form_class = StoryForm
    private_page_options: list[str] = []

    standfirst = models.TextField(_("standfirst"), blank=True, help_text=_("Two lines on what the story is about."))
    what_we_know = RichTextField(_("what we know"), blank=True, features=KNOW_FEATURES)
    known_on = models.DateField(_("checked on"), null=True, blank=True, help_text=_("When the desk last checked it."))
    ended_at = models.DateTimeField(
        _("closed since"),
        null=True,
        blank=True,
        help_text=_("Its page says so, and open pages ask for no more. Empty it to go on with the story."),
    )
    goes_on_in = models.ForeignKey(
        "self",
        verbose_name=_("goes on in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The story that has the later reports."),
    )

    parent_page_types = ["stories.Section"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("standfirst"),
        MultiFieldPanel([FieldPanel("what_we_know"), FieldPanel("known_on")], heading=_("What we know")),
        MultiFieldPanel([FieldPanel("ended_at"), FieldPanel("goes_on_in")], heading=_("Closing the story")),
    ]

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    @property
    def path_on_site(self) -> str:
        """Return /story/<slug>/, whatever the section."""
        return f"/story/{self.slug}/"

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Return the story's URL for Wagtail."""
        return _url_parts(self, self.path_on_site, request)

    def clean(self) -> None:
        """Refuse a slug that another story has, as stories share one folder of URLs, and an end that can't be meant."""
        super().clean()
        _refuse_taken_slug(self)
        if self.ended_at and self.ended_at > timezone.now():
            raise ValidationError({"ended_at": _("This lies ahead: a story is closed now, or it runs.")})
        if self.goes_on_in_id and self.goes_on_in_id == self.pk:
            raise ValidationError({"goes_on_in": _("A story can't go on in itself.")})

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Return the story as the press would bake it, with the draft's title and text."""
        return HttpResponse(import_string(settings.PREVIEWS["stories.story"])(self))


def _url_parts(page: Page, path: str, request: HttpRequest | None) -> tuple[int, str, str] | None:
    parts = Page.get_url_parts(page, request)
    return parts and (parts[0], settings.BASE_URL, path)  # Wagtail knows no root: it serves no page here


def _refuse_taken_slug(page: Page) -> None:
    if type(page).objects.filter(slug=page.slug).exclude(pk=page.pk).exists():
        raise ValidationError({"slug": _("Another one already has this slug; choose one that is not in use.")})
    if moves_from(page.path_on_site, besides=page):
        raise ValidationError(
            {"slug": _("Another one had this slug once, and readers who come by it are led on; choose another.")}
        )


def moves_from(path: str, *, besides: Page | None = None) -> bool:
    """Return whether a redirect starts from `path`, to something else than `besides`."""
    moves = Redirect.objects.filter(old_path=Redirect.normalise_path(path))
    return (moves.exclude(redirect_page=besides.pk) if besides and besides.pk else moves).exists()


class Report(PreviewableMixin, LockableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """One piece of reporting; one permalink for life. What readers have is in its versions.

    The row holds what the desk would publish next with no editor at it: the take that stands. An editor's draft is in
    Wagtail's latest revision, while `has_unpublished_changes`: a take that comes meanwhile can't touch it, nor can the
    engine publish it.
    """

    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    headline = models.TextField(_("headline"), blank=True, help_text=_("None is fine: then the text starts."))
    html = RichTextField(_("text"), features=TEXT_FEATURES)
    credit = models.CharField(_("credit"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=35, blank=True)
    based_on = models.PositiveIntegerField(
        default=0, editable=False, help_text="The version that the draft began from."
    )
    based_on_take = models.PositiveBigIntegerField(
        null=True, editable=False, help_text="The item whose text the draft began from, or has taken in."
    )
    note = models.TextField(
        _("correction"),
        blank=True,
        help_text=_("What was wrong and what is right. With it, what you publish is a correction, and says so."),
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [models.Index(fields=["id"], name="report_drafted", condition=Q(has_unpublished_changes=True))]

    def __str__(self) -> str:
        return self.headline or f"report {self.pk}"

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Return the report as the press would bake it, with the draft's texts."""
        return HttpResponse(import_string(settings.PREVIEWS["stories.report"])(self))


class Version(models.Model):
    """One published state of a report: numbered from 1, never changed, never renumbered."""

    class Kind(models.TextChoices):
        NEW = "new", _("new")
        UPDATE = "update", _("update")
        REFILE = "refile", _("refile")
        CORRECTION = "correction", _("correction")
        WITHDRAWAL = "withdrawal", _("withdrawal")

    class Grade(models.TextChoices):
        SILENT = "silent", _("silent")
        NOTE = "note", _("note")
        ALERT = "alert", _("alert")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    grade = models.CharField(max_length=10, choices=Grade.choices)
    headline = models.TextField(blank=True)
    html = models.TextField()
    credit = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=35, blank=True)
    photos: Any = models.JSONField(default=list, help_text="A list of {address, caption, credit, alt}.")
    note = models.TextField(blank=True, help_text="What was wrong and what is right, in a correction.")
    because: Any = models.JSONField(default=list, help_text="What it changes: a list of [code, value].")
    item = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField()
    quiet = models.BooleanField(default=False, help_text="Imported: it alerts nobody.")
    sealed = models.BooleanField(default=False, help_text="Taken out of what readers see: its own page answers 410.")

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="version_number_once")]
        indexes = [models.Index(fields=["published_at"], name="version_published")]

    def __str__(self) -> str:
        return f"{self.report_id} v{self.number}"


class ReportStateQuerySet(models.QuerySet["ReportState"]):
    """Filters on the states of reports."""

    def public(self, now: Any = None) -> ReportStateQuerySet:
        """Return what readers may see at `now`, or now: published, not held, within its times."""
        return self.filter(self._is_public(now))

    def hidden(self) -> ReportStateQuerySet:
        """Return what readers had and may not see now: killed, withheld, held, or outside its times."""
        return self.filter(~self._is_public(), current__isnull=False)

    @staticmethod
    def _is_public(now: Any = None) -> Q:
        now = timezone.now() if now is None else now
        return Q(
            Q(public_from=None) | Q(public_from__lte=now),
            Q(public_until=None) | Q(public_until__gt=now),
            status=ReportState.Status.PUBLISHED,
            held=False,
        )


class ReportState(models.Model):
    """What the machine knows of a report. A side row: publishing an old revision of the report can't write it back."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        PUBLISHED = "published", _("published")
        WITHHELD = "withheld", _("withheld")
        KILLED = "killed", _("killed")
        SPIKED = "spiked", _("spiked")

    report = models.OneToOneField(Report, primary_key=True, on_delete=models.CASCADE, related_name="state")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    current = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(
        Item, null=True, on_delete=models.SET_NULL, related_name="+", help_text="The take whose text is to stand."
    )
    slug = models.SlugField(max_length=80, blank=True, help_text="Frozen at first publication.")
    dated_at = models.DateTimeField(help_text="The wire's time of the first take; frozen at first publication.")
    public_from = models.DateTimeField(null=True)
    held = models.BooleanField(default=False, help_text="Embargoed with no time given: until told.")
    public_until = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    objects = ReportStateQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["status", "-dated_at", "-report"], name="state_newest"),
            models.Index(fields=["-dated_at", "-report"], name="state_by_time"),
            models.Index(fields=["public_from"], name="state_embargoed", condition=Q(public_from__isnull=False)),
            models.Index(fields=["-dated_at"], name="state_held", condition=Q(held=True)),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.status}"

    @property
    def path_on_site(self) -> str:
        """Return /news/<year>/<month>/<day>/<slug>-<id>/, by the site's days."""
        day = timezone.localtime(self.dated_at, timezone.get_default_timezone())
        return f"/news/{day:%Y/%m/%d}/{self.slug}-{self.report_id}/"


class Fold(models.Model):
    """The tie of an item to the report that it is a take of, with the engine's reasons."""

    class Kind(models.TextChoices):
        FIRST = "first", _("first take")
        TAKE = "take", _("a take of a report that we had")

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="fold")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="folds")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    score = models.FloatField()
    because: Any = models.JSONField(default=list, help_text="A list of [code, value].")
    folded_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="None: the engine."
    )

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [models.Index(fields=["-folded_at"], name="fold_newest_take", condition=Q(kind="take"))]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.report_id}"


class Proposal(models.Model):
    """What the engine suggests and does not do by itself: an editor accepts it or spikes it."""

    class Kind(models.TextChoices):
        FOLD = "fold", _("fold into a report")
        FILE = "file", _("file into a story")
        STORY = "story", _("open a story")
        MOVE = "move", _("move to a story")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        SPIKED = "spiked", _("spiked")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="proposals")
    into = models.ForeignKey(Report, null=True, on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey(Story, null=True, on_delete=models.CASCADE, related_name="+")
    out_of = models.ForeignKey(Story, null=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=255, blank=True, help_text="Of the story to open.")
    others: Any = models.JSONField(default=list, help_text="The reports that would be filed there with it.")
    score = models.FloatField()
    because: Any = models.JSONField(default=list, help_text="A list of [code, value].")
    learning = models.PositiveIntegerField(default=0, help_text="The Learning that it was made by; 0: what ships.")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [
            models.Index(fields=["report", "status"], name="proposal_open"),
            models.Index(fields=["-made_at"], name="proposal_newest_open", condition=Q(status="open")),
            models.Index(fields=["report"], name="proposal_of_a_story", condition=Q(kind="story", status="open")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["report", "into"], name="fold_proposed_once"),
            models.UniqueConstraint(fields=["report", "story"], name="filing_proposed_once", condition=Q(kind="file")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.report_id}"


class Apart(models.Model):
    """Two reports that an editor has told apart: the engine puts no take of the one into the other."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="told_apart")
    other = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "other"], name="told_apart_once")]

    def __str__(self) -> str:
        return f"{self.report_id} is not {self.other_id}"


class Decision(models.Model):
    """What an editor decided at the desk, with what is needed to undo it exactly."""

    class Kind(models.TextChoices):
        FOLD = "fold", _("folded")
        APART = "apart", _("told apart")
        UNFOLD = "unfold", _("taken out")
        FILE = "file", _("filed")
        ELSEWHERE = "elsewhere", _("not filed there")
        ASUNDER = "asunder", _("not one story")
        UNFILE = "unfile", _("taken out of a story")
        MOVE = "move", _("moved to a story")
        STAY = "stay", _("left in its story")
        OPEN = "open", _("story opened")
        SPIKE = "spike", _("spiked")
        UNSPIKE = "unspike", _("brought back")
        KEEP = "keep", _("newer take set aside")
        PUBLISH = "publish", _("published")
        WITHHOLD = "withhold", _("withheld")
        RELEASE = "release", _("shown again")
        KILL = "kill", _("killed")
        LIFT = "lift", _("embargo lifted")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    report = models.ForeignKey(Report, null=True, on_delete=models.SET_NULL, related_name="decisions")
    story = models.ForeignKey(Story, null=True, on_delete=models.SET_NULL, related_name="+")
    headline = models.TextField(blank=True, help_text="What the report was called.")
    before: Any = models.JSONField(default=dict, help_text="What it takes to undo it, by kind.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [models.Index(fields=["by", "-id"], name="decision_to_undo", condition=Q(undone_at=None))]

    def __str__(self) -> str:
        return f"{self.kind} {self.report_id}"


class Learning(models.Model):
    """What the engine has learned of the desk's decisions, once. The one in use is what it files and folds by.

    With none in use, that is what ships. A process reads it in the transaction in which it decides, and keeps nothing.
    """

    number = models.PositiveIntegerField(unique=True)
    made_at = models.DateTimeField()
    decisions: Any = models.JSONField(default=dict, help_text="How many it was learned from, by kind.")
    weights: Any = models.JSONField(help_text="Of pairs and of claims, by the name of each measure.")
    least_scores: Any = models.JSONField(
        default=dict, help_text="By source: the score from which on a take is folded without asking."
    )
    followed: Any = models.JSONField(
        default=list, help_text="How well the groups before and with it follow the decisions."
    )
    instead_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", help_text="None: what ships."
    )
    in_use = models.BooleanField(default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["in_use"], name="learning_in_use", condition=Q(in_use=True))]

    def __str__(self) -> str:
        return f"learning {self.number}"


class Shingle(models.Model):
    """The fold index: a sampled run of words, and an item that has it.

    The table is its own index (WITHOUT ROWID on SQLite), and it has no other: a row of an item that has been purged
    stays, a number that points nowhere. Periods come first, so that what a day changes and asks lies close together.
    """

    pk = models.CompositePrimaryKey("period", "key", "item")
    period = models.IntegerField(help_text="The eight days it is in.")
    key = models.BigIntegerField()
    item = models.ForeignKey(Item, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    keys = models.SmallIntegerField(help_text="How many the item has.")
    hour = models.IntegerField(help_text="When the item is dated, in hours since 1970.")

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.key:x} in {self.item_id}"


class FreshKeys(models.Model):
    """The keys of an item that is not in the fold index yet: they are sorted into it with those of some thousands."""

    item = models.ForeignKey(Item, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    keys = models.BinaryField(help_text="Eight bytes each, the lowest first.")
    hour = models.IntegerField(help_text="When the item is dated, in hours since 1970.")

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{len(self.keys) // 8} of {self.item_id}"


class Entry(models.Model):
    """A report's dated place on a story's timeline."""

    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="entries")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="entries")
    dated_at = models.DateTimeField(help_text="The report's, kept here so that a timeline is read by one index.")
    is_key = models.BooleanField(_("key moment"), default=False)
    key_label = models.CharField(_("label among key moments"), max_length=120, blank=True)
    score = models.FloatField(default=1.0)
    because: Any = models.JSONField(default=list, help_text="A list of [code, value].")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    filed_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [models.UniqueConstraint(fields=["story", "report"], name="entry_once")]
        indexes = [
            models.Index(fields=["story", "-dated_at", "-report"], name="entry_timeline"),
            models.Index(fields=["-filed_at"], name="entry_filed_by_itself", condition=Q(by=None)),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} in {self.story_id}"


class Bake(models.Model):
    """One path of the site that the press keeps baked. Due while `asked` is ahead of `done`."""

    path = models.CharField(max_length=500, unique=True)
    rank = models.PositiveSmallIntegerField(help_text="Small is baked first.")
    asked = models.PositiveBigIntegerField(default=1)
    done = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField()
    made_with = models.CharField(max_length=16, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [
            models.Index(fields=["rank", "asked_at"], name="bake_due", condition=Q(done__lt=F("asked"))),
            models.Index(fields=["made_with"], name="bake_made_with"),
        ]

    def __str__(self) -> str:
        return self.path


class Gone(models.Model):
    """A path at which something stood that has been withdrawn: the application answers 410 there."""

    path = models.CharField(max_length=500, unique=True)
    report = models.ForeignKey(Report, null=True, on_delete=models.CASCADE, related_name="+")
    gone_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [models.Index(fields=["gone_at"], name="gone_newest")]

    def __str__(self) -> str:
        return self.path


class WirePhoto(models.Model):
    """A photo that a wire has named: fetched once, however many takes name it. Its words are those of the first."""

    address = models.TextField()
    address_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256: addresses are too long to index.")
    caption = models.TextField(blank=True)
    credit = models.TextField(blank=True)
    alt = models.TextField(blank=True)
    photo = models.ForeignKey(Photo, null=True, on_delete=models.SET_NULL, related_name="wire_photos")
    is_down = models.BooleanField(default=False, help_text="Its time is over, and pages were asked for without it.")
    wanted_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, help_text="None: fetched, or given up.")
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="wire_photo_due", condition=Q(next_try_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.address


class Lease(models.Model):
    """A right that one process holds at a time, until it ends."""

    name = models.CharField(max_length=40, primary_key=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return self.name
