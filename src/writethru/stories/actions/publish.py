"""Publishing: what stands in the draft becomes a version, and the press is asked for every page that shows it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

import storytext
from writethru.lib.html import paragraphs, text
from writethru.lib.queue import wake
from writethru.stories.actions.cuttings import MOST_COMPARED
from writethru.stories.actions.decisions import Kind, note_decision
from writethru.stories.actions.embargo import is_held_back
from writethru.stories.actions.paths import ask_for_report
from writethru.stories.actions.photos import want_photos
from writethru.stories.actions.standing import is_correction, locked_state, would_undo_an_editor
from writethru.stories.models import Report, ReportState, Version

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`
SLUG_WORDS = 9
MAY_BE_PUBLISHED = {ReportState.Status.WAITING, ReportState.Status.PUBLISHED}


class StaleDraft(Exception):
    """Something newer has come than what this text began from, or than what an editor made of it: merge first."""


class MayNotPublish(Exception):
    """The report is killed, spiked, withheld or embargoed: publishing it takes another decision first."""


@transaction.atomic
def publish_version(
    report: Report,
    *,
    user: User | None,
    now: datetime,
    note: str = "",
    quiet: bool = False,
    is_merged: bool = False,
) -> Version | None:
    """Publish the text of `report` that stands as its next version and return that; None if it says nothing new.

    That is never an editor's draft: `publish_draft` makes one stand first, and says with `is_merged` that it has taken
    in the newest take.

    `note` says what was wrong and what is right: with one, or made from a take that the wire calls a correction, the
    version is one. The text is read anew under the lock, so it must have been saved. Raises StaleDraft and
    MayNotPublish.
    """
    state = locked_state(report.pk)
    # Somebody may have published or drafted since `report` was read.
    report.refresh_from_db(fields=["headline", "html", "credit", "language", "based_on"])
    if state.status not in MAY_BE_PUBLISHED:
        raise MayNotPublish(state.status)
    if is_held_back(state, now=now):
        raise MayNotPublish("embargoed")
    before = state.current
    if before and (report.based_on != before.number or (not is_merged and would_undo_an_editor(state))):
        raise StaleDraft(report.pk)
    photos = state.item.photos if state.item else before.photos if before else []
    if before and not _differs(before, report, photos):
        return None
    change = _compared(before, report) if before else None
    take = state.item if before and state.item_id != before.item_id else None
    if take:
        note = note or take.correction
    version = Version.objects.create(
        report=report,
        number=before.number + 1 if before else 1,
        kind=_kind(change, corrected=bool(note or (take and is_correction(take)))),
        grade=change.grade if change else Version.Grade.ALERT,
        headline=report.headline,
        html=report.html,
        credit=report.credit,
        language=report.language,
        photos=photos,
        note=note,
        because=[[reason.code, reason.value] for reason in change.because] if change else [],
        item=state.item,
        by=user,
        published_at=now,
        quiet=quiet,
    )
    want_photos(photos, now=now)
    state.current = version
    state.status = ReportState.Status.PUBLISHED
    state.slug = state.slug or slug_for(report.headline, report.html)
    state.save(update_fields=["current", "status", "slug"])
    Report.objects.filter(pk=report.pk).update(based_on=version.number)
    report.based_on, report.state = version.number, state
    note_decision(Kind.PUBLISH, report=report, user=user, now=now)
    ask_for_report(report, now=now)
    wake("make_due_alerts")
    return version


def slug_for(headline: str, html: str) -> str:
    """Return the slug of a report: the first words of its headline, else of its text."""
    words = (headline or next(iter(paragraphs(html)), "")).split()[:SLUG_WORDS]
    return slugify(" ".join(words), allow_unicode=True)[:80].strip("-") or "report"


def _differs(before: Version, report: Report, photos: list[dict[str, Any]]) -> bool:
    held = (before.headline, before.html, before.credit, before.photos)
    return held != (report.headline, report.html, report.credit, photos)


def _compared(before: Version, report: Report) -> storytext.Change:
    texts = [text(html)[:MOST_COMPARED] for html in (before.html, report.html)]
    return storytext.compare_versions(before.headline, texts[0], report.headline, texts[1])


def _kind(change: storytext.Change | None, *, corrected: bool) -> str:
    if change is None:
        return Version.Kind.NEW
    if corrected:
        return Version.Kind.CORRECTION
    return Version.Kind.REFILE if change.grade == "silent" else Version.Kind.UPDATE
