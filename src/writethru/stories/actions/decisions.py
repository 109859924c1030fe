"""The ledger of what editors decide at the desk: a row for each decision, with what is needed to undo it."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core import serializers
from django.db.models import Model

from writethru.lib.html import paragraphs
from writethru.stories.models import Decision, Report, Story

User = Any  # settings.AUTH_USER_MODEL: this app is below `readers`
Kind = Decision.Kind
FINAL = frozenset({Kind.PUBLISH, Kind.KILL})  # readers have had it: it is answered by another decision, not undone


def note_decision(
    kind: Kind,
    *,
    report: Report,
    user: User | None,
    now: datetime,
    story: Story | None = None,
    before: dict[str, Any] | None = None,
) -> Decision | None:
    """Note what an editor decided of `report`, in its transaction; what the engine does has rows of its own."""
    if user is None:
        return None
    return Decision.objects.create(
        kind=kind,
        report=report,
        story=story,
        headline=name_of(report),
        before=before or {},
        by=user,
        decided_at=now,
    )


def name_of(report: Report) -> str:
    """Return what the desk calls a report: its headline, else how its text begins."""
    return report.headline or next(iter(paragraphs(report.html)), "")[:120]


def as_rows(objects: Iterable[Model]) -> list[dict[str, Any]]:
    """Return rows as they are, to be put back exactly."""
    return list(json.loads(serializers.serialize("json", objects)))
