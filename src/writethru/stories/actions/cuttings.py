"""Cuttings: what the lane has read lately, kept as the engine reads it, for an item never changes.

A take is laid beside a score of earlier ones, and these beside the next take again: reading each once makes the lane
three times as fast. What is kept is bounded by its characters, and the oldest goes first.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet

import storytext
from writethru.lib.html import text
from writethru.lib.prepared import prepared
from writethru.stories.models import Fold
from writethru.wire.models import Item

MOST_CHARACTERS = 1_000_000  # of all together; a character of a take takes some 60 bytes once it is read
MOST_COMPARED = 20_000  # characters, some 3,300 words: few reports are longer, and comparing must end
READ = (
    "source_id",
    "wire_id",
    "headline",
    "html",
    "dated_at",
    "version",
    "evolved_from",
    "slugline",
    "language",
    "credit",
)
Mark = tuple[int, str, str]  # source, the source's id, fingerprint: what makes an item the one that it is


def as_take(item: Item) -> storytext.Take:
    """Return an item as the engine sees it."""
    return storytext.Take(
        id=str(item.pk),
        source=str(item.source_id),
        wire_id=item.wire_id,
        headline=item.headline,
        text=text(item.html)[:MOST_COMPARED],
        dated_at=item.dated_at.timestamp(),
        version=item.version,
        evolved_from=item.evolved_from,
        slugline=item.slugline,
        language=item.language,
        credit=item.credit,
    )


class Cuttings:
    """The takes that one process has read lately; what it says is the same whatever it holds."""

    def __init__(self) -> None:
        self._readings: dict[str, storytext.Reading] = {}
        self._marks: dict[str, Mark] = {}
        self._characters = 0

    def take(self, item: Item) -> storytext.Take:
        """Return an item as the engine sees it."""
        return self._take(item, (item.source_id, item.wire_id, item.fingerprint))

    def reports(self, items: Collection[int]) -> dict[int, str]:
        """Return those of the items that are in a report, each with that report, and have read them all."""
        folded = _folds(items=list(items)) if items else ()
        found = {pk: (str(report), (source, wire_id, mark)) for pk, report, source, wire_id, mark in folded}
        unknown = [pk for pk, (_, mark) in found.items() if self._marks.get(str(pk)) != mark]
        for item in _texts(items=unknown) if unknown else ():
            self._take(item, found[item.pk][1])
        return {pk: report for pk, (report, _) in found.items()}

    def candidates(self, items: Collection[int], reports: Mapping[int, str]) -> list[storytext.Candidate]:
        """Return those of the items that are in one of the reports and have been read, in their order."""
        return [
            storytext.Candidate(reports[pk], self._readings[str(pk)].take)
            for pk in items
            if pk in reports and str(pk) in self._readings
        ]

    def reading(self, take: storytext.Take) -> storytext.Reading:
        """Return a take as read."""
        known = self._readings.get(take.id)
        return known if known and known.take is take else storytext.read(take)

    def _take(self, item: Item, mark: Mark) -> storytext.Take:
        name = str(item.pk)
        if self._marks.get(name) != mark:
            self._let_go(name)
            self._readings[name], self._marks[name] = storytext.read(as_take(item)), mark
            self._characters += len(self._readings[name].take.text)
        return self._readings[name].take

    def trim(self) -> None:
        """Let the oldest go, until what is left is within bounds."""
        while self._characters > MOST_CHARACTERS:
            self._let_go(next(iter(self._readings)))

    def _let_go(self, name: str) -> None:
        if name in self._readings:
            self._characters -= len(self._readings.pop(name).take.text)
            del self._marks[name]


@prepared
def _folds(*, items: Any) -> QuerySet[Fold, Any]:
    """Return (item, report, what makes the item the one that it is) of each item that is in a report."""
    of_item = ("item__source", "item__wire_id", "item__fingerprint")
    return Fold.objects.filter(item__in=items).values_list("item", "report", *of_item)


@prepared
def _texts(*, items: Any) -> QuerySet[Item]:
    return Item.objects.only(*READ).filter(pk__in=items)
