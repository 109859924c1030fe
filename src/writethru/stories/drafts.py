"""An editor's draft beside what has come meanwhile, and how the two are laid together.

The text passes through Wagtail's editor, which knows fewer tags than wire copy has. So texts are compared as that
editor would save them (`as_edited`), and what nobody has touched is published tag for tag as it was (`as_published`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.rich_text import expand_db_html

import storytext
from writethru.lib.html import clean
from writethru.stories.models import TEXT_FEATURES, Entry, Report, ReportState, Version
from writethru.stories.queries import Reading
from writethru.wire.models import Item

Newest = tuple[int, int | None]  # the number of the current version, the id of the take that stands


def newest(state: ReportState) -> Newest:
    """Return what a draft must have taken in to be published."""
    return (state.current.number if state.current else 0), state.item_id


def draft_of(report: Report) -> Report:
    """Return `report` as an editor goes on with it: their draft, else what readers have, else the take that stands.

    A take that waits beside what readers have is not in it: it is taken in by the merge, where its changes are seen.
    """
    if report.has_unpublished_changes:
        return report.get_latest_revision_as_object()
    current = report.state.current
    if current and current.kind != Version.Kind.WITHDRAWAL:
        report.headline, report.html = current.headline, current.html
        report.credit, report.language = current.credit, current.language
    report.based_on = current.number if current else 0
    report.based_on_take = (current or report.state).item_id
    return report


def is_stale(draft: Report, state: ReportState) -> bool:
    """Return whether something newer has come since the draft began that it has not taken in."""
    return (draft.based_on, draft.based_on_take) != newest(state)


def is_edited(version: Version) -> bool:
    """Return whether the words of a version are an editor's own, not those of the take as it came."""
    take = version.item
    if take is None:
        return version.by_id is not None
    return (version.headline, version.html) != (headline_of(take), take.html)


def headline_of(item: Item) -> str:
    """Return the headline of a take without the wire's markers."""
    return storytext.read_markers(item.headline).headline


def takes_waiting(*, state: str) -> Q:
    """Return the condition that a take waits that readers don't have, beside what they have; `state` leads to it.

    Asked of the index of versions by their items: in its row the item of a version stands behind its whole text.
    """
    same = Version.objects.filter(pk=OuterRef(f"{state}__current"), item=OuterRef(f"{state}__item"))
    published = Q((f"{state}__status", ReportState.Status.PUBLISHED), (f"{state}__item__isnull", False))
    return published & ~Exists(same)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a report stands, for the editor who works on it."""

    state: ReportState
    draft: Report
    entries: tuple[Entry, ...]
    is_draft: bool
    is_behind: bool  # something newer has come than the draft has taken in

    @property
    def is_take_waiting(self) -> bool:
        """Return whether what has come is a take that readers don't have either."""
        return self.state.current is not None and self.state.item_id != self.state.current.item_id


def standing_of(report: Report) -> Standing:
    """Return where `report` stands now."""
    row = Report.objects.select_related("state__current__by", "state__item__source", "source").get(pk=report.pk)
    entries = row.entries.select_related("story").order_by("filed_at", "pk")
    state, is_draft, draft = row.state, row.has_unpublished_changes, draft_of(row)
    behind = is_stale(draft, state) and state.status != ReportState.Status.KILLED
    return Standing(state, draft, tuple(entries), is_draft, behind)


# Texts


def blocks(html: str) -> list[str]:
    """Return the blocks of a text, cleaned: paragraphs, lists, quotations."""
    return clean(expand_db_html(html), base=settings.BASE_URL + "/").split("\n") if html.strip() else []


def as_edited(html: str) -> list[str]:
    """Return the blocks of a text as they are once Wagtail's editor has saved it."""
    converter = ContentstateConverter(TEXT_FEATURES)
    return blocks(converter.to_database_format(converter.from_database_format("\n".join(blocks(html)))))


def as_published(html: str, *, before: Iterable[str]) -> str:
    """Return the text of a draft as readers get it; blocks that stand in one of the texts `before` exactly as there."""
    told = "\n" + "\n".join(as_edited(html)) + "\n"
    for text in before:
        for block in blocks(text):
            saved = "\n".join(as_edited(block))
            if saved and saved != block:
                told = told.replace(f"\n{saved}\n", f"\n{block}\n")
    return told.strip("\n")


def draft_reading(report: Report, *, now: datetime) -> Reading:
    """Return `report` as readers would have it if the texts in hand were its next version."""
    state = ReportState.objects.select_related("current", "item").get(pk=report.pk)
    before, versions = state.current, list(report.versions.order_by("-number").select_related("item"))
    correction, update = Version.Kind.CORRECTION, Version.Kind.UPDATE
    version = Version(
        report=report,
        number=before.number + 1 if before else 1,
        kind=(correction if report.note.strip() else update) if before else Version.Kind.NEW,
        headline=report.headline,
        html=as_published(report.html, before=[before.html] if before else []),
        credit=report.credit,
        language=report.language,
        photos=state.item.photos if state.item else before.photos if before else [],
        note=report.note,
        published_at=now,
    )
    stories = tuple(entry.story for entry in report.entries.filter(story__live=True).select_related("story"))
    state.slug = state.slug or "report"  # it has none before it is published
    return Reading(report.pk, state.path_on_site, state.dated_at, version, (version, *versions), stories)


# The merge


@dataclass(frozen=True, slots=True)
class Words:
    """What of a report is merged: headline, text and credit line."""

    headline: str
    html: str
    credit: str

    @classmethod
    def of(cls, row: Any) -> "Words":
        """Return the words of a report, a version or an item."""
        headline = headline_of(row) if isinstance(row, Item) else row.headline
        return cls(headline, row.html, row.credit)


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of the merge: of the headline, the text or the credit line; settled, or to be decided."""

    of: Literal["headline", "text", "credit"]
    what: storytext.Passage | storytext.Collision

    @property
    def is_open(self) -> bool:
        """Return whether somebody has to decide."""
        return isinstance(self.what, storytext.Collision)


@dataclass(frozen=True, slots=True)
class Merge:
    """A draft and what has come meanwhile, laid together. `into` is what the draft has taken in when it is done."""

    draft: Report
    parts: tuple[Part, ...]
    into: Newest
    version: Version | None  # what it is merged with: a version that was published,
    take: Item | None  # or a take that waits

    @property
    def collisions(self) -> int:
        """Return how many stretches somebody has to decide."""
        return sum(part.is_open for part in self.parts)

    @property
    def changes(self) -> bool:
        """Return whether what has come changes anything."""
        return any(part.is_open or getattr(part.what, "by", "") in {"theirs", "both"} for part in self.parts)


def merge_of(report: Report) -> Merge | None:
    """Return the merge that the draft of `report` needs, None if nothing newer has come.

    A version that was published comes first; a take that waits beside it is the next merge. Both are laid against the
    take that the draft began from, so that what editors have changed since stands; a version of an editor's own words
    is laid against the version that the draft began from.
    """
    state, draft = report.state, draft_of(Report.objects.select_related("state__current").get(pk=report.pk))
    if not is_stale(draft, state):
        return None
    current = state.current
    began = report.versions.filter(number=draft.based_on).first()
    take = Item.objects.filter(pk=draft.based_on_take).first() if draft.based_on_take else None
    if current and draft.based_on != current.number:
        base = (began or take) if is_edited(current) else (take or began)
        into = (current.number, current.item_id)
        return _merge(draft, base, Words.of(current), into=into, version=current, take=None)
    # What stands is in the row.
    return _merge(draft, take or began, Words.of(report), into=newest(state), version=None, take=state.item)


def _merge(
    draft: Report, base: Any, theirs: Words, *, into: Newest, version: Version | None, take: Item | None
) -> Merge:
    mine = Words.of(draft)
    began = Words.of(base) if base else Words("", "", "")
    parts = (
        *_parts("headline", [began.headline], [mine.headline], [theirs.headline]),
        *_parts("text", as_edited(began.html), as_edited(mine.html), as_edited(theirs.html)),
        *_parts("credit", [began.credit], [mine.credit], [theirs.credit]),
    )
    return Merge(draft, parts, into, version, take)


def _parts(of: Any, base: list[str], mine: list[str], theirs: list[str]) -> Iterator[Part]:
    return (Part(of, what) for what in storytext.merge(base, mine, theirs))
