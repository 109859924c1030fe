"""What grouping reads: the newest reports, each with what it is about and the story that it is in."""

from collections.abc import Iterator

import storytext
from writethru.stories.actions.cuttings import as_take
from writethru.stories.models import Entry, Fold, Learning, ReportState
from writethru.wire.models import Item

AT_HAND = (ReportState.Status.WAITING, ReportState.Status.PUBLISHED, ReportState.Status.WITHHELD)
MOST_REPORTS = 6_000
MOST_TERMS = 850_000  # of all together: some 100 MB as they are kept, and 110 more while they are compared
CHUNK = 100  # texts read at once; the longest are a megabyte


def newest() -> tuple[int | None, ...]:
    """Return the newest item that was folded, the newest entry, and the learning in use: what to group anew for."""
    in_use = Learning.objects.filter(in_use=True)
    return tuple(
        rows.order_by("-pk").values_list("pk", flat=True).first() for rows in (Fold.objects, Entry.objects, in_use)
    )


class Window:
    """The newest reports, as far as memory goes. Keeps what the texts are about, for they don't change."""

    def __init__(self) -> None:
        self._profiles: dict[int, storytext.Profile] = {}
        self.grouped: tuple[int | None, ...] | None = None  # what was newest when its reports were grouped

    def read(self) -> list[storytext.Filed]:
        """Return the reports at hand, oldest first."""
        states = ReportState.objects.filter(status__in=AT_HAND, item__isnull=False).order_by("-pk")[:MOST_REPORTS]
        takes = list(states.values_list("pk", "item"))
        profiles, terms = dict[int, storytext.Profile](), 0
        for pk, profile in self._told([item for _, item in takes]):
            terms += len(profile.terms)
            if terms > MOST_TERMS:
                break
            profiles[pk] = profile
        self._profiles = profiles
        shown = [(report, item) for report, item in reversed(takes) if item in profiles]
        # The newest story of each report: what an editor said last.
        entries = Entry.objects.filter(report__gte=shown[0][0] if shown else 0).order_by("pk")
        story = dict(entries.values_list("report", "story"))
        return [
            storytext.Filed(str(report), profiles[item], str(story[report]) if report in story else None)
            for report, item in shown
        ]

    def _told(self, items: list[int]) -> Iterator[tuple[int, storytext.Profile]]:
        """Yield what each item is about, in order; only those that are new are read."""
        for start in range(0, len(items), CHUNK):
            chunk = items[start : start + CHUNK]
            unknown = [pk for pk in chunk if pk not in self._profiles]
            read = Item.objects.defer("raw").in_bulk(unknown)
            for pk in chunk:
                if known := self._profiles.get(pk):
                    yield pk, known
                elif pk in read:  # else it has been purged meanwhile
                    yield pk, storytext.profile(as_take(read[pk]))
