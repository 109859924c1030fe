"""What `writethru take` does with one document, from bytes to baked pages."""

import time
from contextlib import suppress
from dataclasses import dataclass

from django.core.management.base import CommandError
from django.utils import timezone

from writethru.lib.process import name_of_this_call
from writethru.press.bake import bake_due
from writethru.stories.actions.file import file_report, open_story
from writethru.stories.actions.fold import fold_waiting, reports_of
from writethru.stories.actions.publish import MayNotPublish, StaleDraft, publish_version
from writethru.stories.actions.standing import is_kill
from writethru.stories.models import Fold, Report
from writethru.stories.queries import pages_due
from writethru.wire.actions import open_source, take_document
from writethru.wire.actions.setaside import set_document_aside, set_entries_aside
from writethru.wire.formats import Document, Unreadable
from writethru.wire.formats.document import read
from writethru.wire.queries import source_at, source_named

LANE_PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Intake:
    """What came of one document, in numbers."""

    source: str
    items: int
    new: int
    folded: int
    published: int
    baked: int
    set_aside: int


def take_in(
    body: bytes,
    *,
    file_name: str,
    source_name: str,
    story_title: str,
    publish: bool,
    quiet: bool,
    address: str = "",
) -> Intake:
    """Take one document in, fold it, file and publish as told, and bake what that asks for.

    `address` is where it was fetched; one from a file is known by the site that it names, or by the file's name.

    Raises Unreadable for a document that is no feed, which is set aside, and
    CommandError when another process holds the lane for too long.
    """
    began = timezone.now()
    document = _read(body, file_name=file_name, source_name=source_name, address=address)
    if source_name:
        source = open_source(name=source_name, language=document.language)
    else:
        name = document.title or file_name
        source = open_source(name=name, address=address or document.address or file_name, language=document.language)
    taken = take_document(document, source=source, now=timezone.now())
    set_entries_aside(document, source=source, address=address or file_name, body=body, now=timezone.now())
    _fold_what_waits()
    reports = reports_of(taken.items)
    if story_title:
        story = open_story(story_title, now=timezone.now())
        for report in reports:
            file_report(report, story=story, user=None, now=timezone.now(), because=[["told", story_title]])
    published = 0
    if publish:
        published = sum(_publish(report, quiet=quiet) for report in reports)
    baked = bake_until_none_is_due()
    folded = Fold.objects.filter(
        item__in=[item.pk for item in taken.items], kind=Fold.Kind.TAKE, folded_at__gte=began
    ).count()
    return Intake(source.name, len(taken.items), taken.new, folded, published, baked, len(document.set_aside))


def _read(body: bytes, *, file_name: str, source_name: str, address: str) -> Document:
    try:
        return read(body, address=address)
    except Unreadable as error:
        source = source_named(source_name) if source_name else source_at(address)
        set_document_aside(body, reason=error.reason, source=source, address=address or file_name, now=timezone.now())
        raise


def bake_until_none_is_due() -> int:
    """Bake here what is due, wait for what another process has claimed, and return how many pages this one baked."""
    baked = 0
    while pages_due(now=timezone.now()):
        done = bake_due(now=timezone.now())
        baked += done
        if not done:
            time.sleep(0.05)
    return baked


def _fold_what_waits() -> None:
    deadline = time.monotonic() + LANE_PATIENCE_SECONDS
    while fold_waiting(claimed_by=name_of_this_call()) is None:
        if time.monotonic() > deadline:
            raise CommandError("Another process has held the folding lane for two minutes; try again later.")
        time.sleep(0.05)


def _publish(report: Report, *, quiet: bool) -> bool:
    """Publish what stands; return False where it is nothing new, the notice of a kill, or what the desk holds back."""
    if report.state.item and is_kill(report.state.item):
        return False
    with suppress(MayNotPublish, StaleDraft):
        return publish_version(report, user=None, now=timezone.now(), quiet=quiet) is not None
    return False
