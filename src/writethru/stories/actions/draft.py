"""What an editor does with the draft of a report: publish it, merge what has come meanwhile, let it go."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from writethru.stories.actions.publish import MAY_BE_PUBLISHED, MayNotPublish, StaleDraft, publish_version
from writethru.stories.actions.standing import locked_state
from writethru.stories.drafts import Merge, as_published, draft_of, is_stale, merge_of
from writethru.stories.models import Report, Version

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`


class LockedByAnother(Exception):
    """Somebody has locked the report for themselves."""


class MergeMoved(Exception):
    """Something newer has come, or the draft was saved again, since the merge was shown: look at it again."""


@transaction.atomic
def publish_draft(report: Report, *, user: User, now: datetime, quiet: bool = False) -> Version | None:
    """Publish the draft that an editor has saved, and return the version; None if it says nothing new.

    Raises StaleDraft if something newer has come that the draft has not taken in, MayNotPublish, and LockedByAnother.
    The draft is done with then: later takes go on from what was published.
    """
    state = locked_state(report.pk)
    row = Report.objects.select_related("state__current", "state__item").get(pk=report.pk)
    _refuse_locked(row, user)
    if state.status not in MAY_BE_PUBLISHED:
        raise MayNotPublish(state.status)
    draft = draft_of(row)
    if is_stale(draft, state):
        raise StaleDraft(report.pk)
    if not (draft.headline.strip() or draft.html.strip()):
        raise MayNotPublish("empty")
    stood = [state.current.html] if state.current else []
    html = as_published(draft.html, before=[*stood, Report.objects.values_list("html", flat=True).get(pk=report.pk)])
    Report.objects.filter(pk=report.pk).update(
        headline=draft.headline.strip(),
        html=html,
        credit=draft.credit.strip(),
        language=draft.language,
        based_on=draft.based_on,
        note="",
        has_unpublished_changes=False,
    )
    version = publish_version(row, user=user, now=now, note=draft.note.strip(), quiet=quiet, is_merged=True)
    if version:
        log(instance=row, action="wagtail.publish", user=user)
    return version


@transaction.atomic
def merge_draft(report: Report, *, shown: str, choices: Sequence[Any], user: User, now: datetime) -> Report:
    """Take what has come meanwhile into the draft, each collision as chosen, and return the draft, saved.

    A choice is "mine", "theirs", or the blocks to stand there instead. `shown` is the `mark_of` the merge that the
    editor saw. Raises MergeMoved if there is another by now, and LockedByAnother.
    """
    locked_state(report.pk)
    row = Report.objects.select_related("state__current", "state__item").get(pk=report.pk)
    _refuse_locked(row, user)
    merge = merge_of(row)
    if merge is None or mark_of(merge) != shown or merge.collisions != len(choices):
        raise MergeMoved(report.pk)
    told = _decided(merge, choices)
    draft = merge.draft
    draft.headline, draft.credit = " ".join(told["headline"]), " ".join(told["credit"])
    draft.html = "\n".join(told["text"])
    draft.based_on, draft.based_on_take = merge.into
    draft.save_revision(user=user, clean=False, log_action=True)
    return draft


def mark_of(merge: Merge) -> str:
    """Return what tells one merge from another: what it is with, and which state of the draft."""
    saved = merge.draft.latest_revision if merge.draft.has_unpublished_changes else None
    return f"{merge.into[0]}.{merge.into[1]}.{saved.pk if saved else 0}.{saved.created_at.timestamp() if saved else 0}"


@transaction.atomic
def discard_draft(report: Report, *, user: User) -> None:
    """Let the draft of `report` go; its revisions stay in the history. Raises LockedByAnother."""
    locked_state(report.pk)
    row = Report.objects.get(pk=report.pk)
    _refuse_locked(row, user)
    Report.objects.filter(pk=report.pk).update(has_unpublished_changes=False)


def _decided(merge: Merge, choices: Sequence[Any]) -> Mapping[str, list[str]]:
    told: dict[str, list[str]] = {"headline": [], "text": [], "credit": []}
    decisions = iter(choices)
    for part in merge.parts:
        if not part.is_open:
            told[part.of] += part.what.text
            continue
        choice = next(decisions)
        told[part.of] += getattr(part.what, choice) if choice in ("mine", "theirs") else choice
    return told


def _refuse_locked(report: Report, user: User) -> None:
    lock = report.get_lock()
    if lock and lock.for_user(user):
        raise LockedByAnother(report.pk)
