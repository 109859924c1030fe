"""Filing: a report gets its dated place on a story's timeline."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from writethru.lib.queue import wake
from writethru.stories.actions.bake import ask_for_pages
from writethru.stories.actions.decisions import Kind, as_rows, note_decision
from writethru.stories.actions.paths import ask_for_report, ask_for_section, ask_for_story, paths_showing
from writethru.stories.models import Entry, Home, Report, ReportState, Section, Story, moves_from
from writethru.stories.queries import published_reports

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`


@transaction.atomic
def file_report(
    report: Report, *, story: Story, user: User | None, now: datetime, because: list[list[Any]], score: float = 1.0
) -> Entry:
    """File `report` into `story` and return its entry; it is filed there once, however often it is asked."""
    entry, new = put_entry(report, story=story, user=user, now=now, because=because, score=score)
    if new:
        note_decision(Kind.FILE, report=report, story=story, user=user, now=now, before={"entry": entry.pk})
    return entry


@transaction.atomic
def unfile_report(entry: Entry, *, user: User | None, now: datetime) -> None:
    """Take a report out of a story; what shows it there is baked anew. Raises NotThere if it is out already."""
    entry = _locked(entry)
    before = as_rows([entry])
    remove_entry(entry, now=now)
    note_decision(Kind.UNFILE, report=entry.report, story=entry.story, user=user, now=now, before={"rows": before})


class NotThere(Exception):
    """Somebody has taken the report out of the story already."""


def _locked(entry: Entry) -> Entry:
    """Return the entry as it is now, its report's state locked. Raises NotThere."""
    ReportState.objects.select_for_update().get(pk=entry.report_id)
    found = Entry.objects.select_related("report__state", "story").filter(pk=entry.pk).first()
    if found is None:
        raise NotThere(entry.pk)
    return found


def remove_entry(entry: Entry, *, now: datetime) -> None:
    """Delete an entry and ask for the pages that have shown it. Call it with the report's state locked."""
    paths = list(paths_showing(entry.report))
    Entry.objects.filter(pk=entry.pk).delete()
    if published_reports().filter(pk=entry.report_id).exists():
        ask_for_pages(paths, now=now)
        wake("bake_due_pages")


def put_entry(
    report: Report, *, story: Story, user: User | None, now: datetime, because: list[list[Any]], score: float = 1.0
) -> tuple[Entry, bool]:
    """Return the entry of `report` in `story`, and whether it was made now. The caller notes the decision."""
    state = ReportState.objects.select_for_update().get(pk=report.pk)  # a take may be moving its day
    entry, new = Entry.objects.get_or_create(
        story=story,
        report=report,
        defaults={
            "dated_at": state.dated_at,
            "because": because,
            "score": score,
            "by": user,
            "filed_at": now,
        },
    )
    if new and published_reports().filter(pk=report.pk).exists():
        ask_for_report(report, now=now)
        wake("make_due_alerts")
    return entry, new


@transaction.atomic
def open_story_with(report: Report, *, title: str, section: Section | None, user: User | None, now: datetime) -> Story:
    """File `report` into the story called `title`, opened in `section` if there is none yet. Raises NoSection."""
    is_known = Story.objects.filter(title__iexact=title).exists()
    story = open_story(title, section=section, user=user, now=now)
    entry, new = put_entry(report, story=story, user=user, now=now, because=[["told", story.title]])
    if new:
        kind = Kind.FILE if is_known else Kind.OPEN
        note_decision(kind, report=report, story=story, user=user, now=now, before={"entry": entry.pk})
    return story


@transaction.atomic
def mark_key_entry(entry: Entry, *, label: str, user: User | None, now: datetime) -> None:
    """Mark `entry` as a key moment of its story, called `label` there; where that is "", by its report's own words."""
    _set_key(entry, is_key=True, label=label, user=user, now=now)


@transaction.atomic
def unmark_key_entry(entry: Entry, *, user: User | None, now: datetime) -> None:
    """Take `entry` from among the key moments of its story."""
    _set_key(entry, is_key=False, label="", user=user, now=now)


def _set_key(entry: Entry, *, is_key: bool, label: str, user: User | None, now: datetime) -> None:
    label = " ".join(label.split())[: Entry._meta.get_field("key_label").max_length]
    if Entry.objects.filter(pk=entry.pk, is_key=is_key, key_label=label).exists():
        return
    Entry.objects.filter(pk=entry.pk).update(is_key=is_key, key_label=label)
    entry.is_key, entry.key_label = is_key, label
    log(instance=entry.story, action="wagtail.edit", user=user, data={"key_entry": entry.report_id, "label": label})
    ask_for_story(entry.story, now=now)
    wake("make_due_alerts")


@transaction.atomic
def open_story(title: str, *, now: datetime, section: Section | None = None, user: User | None = None) -> Story:
    """Return the story called `title`, opened in `section` (else the first one) if there is none yet."""
    if known := Story.objects.filter(title__iexact=title).order_by("pk").first():
        return known
    _lock_tree()
    if known := Story.objects.filter(title__iexact=title).order_by("pk").first():
        return known
    parent = Section.objects.get(pk=section.pk) if section else _first_section()
    if parent is None:
        raise NoSection
    story = Story(title=title[:255], slug=_free_slug(title, among=Story), owner=user)
    parent.add_child(instance=story)
    ask_for_story(story, now=now)
    return story


@transaction.atomic
def open_section(title: str, *, now: datetime) -> Section:
    """Return the section called `title`, opened under Home if there is none yet."""
    if known := Section.objects.filter(title__iexact=title).order_by("path").first():
        return known
    _lock_tree()
    if known := Section.objects.filter(title__iexact=title).order_by("path").first():
        return known
    section = Section(title=title[:255], slug=_free_slug(title, among=Section))
    Home.objects.get().add_child(instance=section)
    ask_for_section(section, now=now)
    return section


class NoSection(Exception):
    """A story needs a section to stand in, and there is none."""

    def __str__(self) -> str:
        return _("There is no section to open a story in: make one at the desk, under Home.")


def _first_section() -> Section | None:
    """Return the first section that readers see, which has something in it, else the first of all."""
    in_order = Section.objects.order_by("path")
    return in_order.filter(numchild__gt=0).first() or in_order.first()


def _lock_tree() -> None:
    """Let one process at a time open a story or a section: two that see none of that name would both open one."""
    Page.objects.select_for_update(no_key=True).get(pk=Home.objects.get().pk)


def _free_slug(title: str, *, among: type[Page]) -> str:
    wished = slugify(title, allow_unicode=True)[:70].strip("-") or among.__name__.lower()
    slug, number = wished, 1
    while among.objects.filter(slug=slug).exists() or moves_from(f"/{among.__name__.lower()}/{slug}/"):
        number += 1
        slug = f"{wished}-{number}"
    return slug
