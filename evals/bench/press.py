"""What one new entry costs: on a story of fifty entries and on one of five thousand."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import django

django.setup()

from builders import MORNING, make_long_story, make_report, republish  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.table import ratio, row, spread, times, title  # noqa: E402
from writethru.lib.prepared import prepared  # noqa: E402
from writethru.press import entries, pages  # noqa: E402
from writethru.press.assets import made_with  # noqa: E402
from writethru.press.bake import bake_due  # noqa: E402
from writethru.press.once import run  # noqa: E402
from writethru.press.routes import render  # noqa: E402
from writethru.stories import pagestore, queries  # noqa: E402
from writethru.stories.actions.bake import Rank, ask_for_pages  # noqa: E402
from writethru.stories.models import Bake, Report, Story  # noqa: E402
from writethru.stories.queries import pages_due, timeline  # noqa: E402

ENTRIES = (30, 5000)
ROUNDS, PUBLISHED = 12, 8
DAYS_AFTER = 4  # what a page must read further than it shows, to know that the next day does not fit
WITHIN = 1.0  # second
rendered = 0


def count_renders() -> None:
    """Count every entry that goes through its template."""
    plain = entries.entry_html

    def counted(*given: object) -> object:
        global rendered  # noqa: PLW0603
        rendered += 1
        return plain(*given)

    entries.entry_html = pages.entry_html = counted


@contextmanager
def queries_worded_each_time() -> Iterator[None]:
    """Let every query be a QuerySet of Django's, as in a view."""
    worded_once = {name: read for name, read in vars(queries).items() if isinstance(read, prepared)}
    vars(queries).update({name: plainly(read) for name, read in worded_once.items()})
    try:
        yield
    finally:
        vars(queries).update(worded_once)


def plainly(read: prepared) -> Callable[..., list[object]]:
    return lambda *plain, **values: list(read.word(*plain, **values))


def grown(n: int) -> Story:
    """Return a story of `n` entries whose fragments and pages are baked, as they are after years."""
    story = make_long_story(n, title=f"A story of {n}")
    paths = [(entries.fragment_path(place.report_id), Rank.FRAGMENT) for place in timeline(story)[:300]]
    ask_for_pages([*paths, (story.path_on_site, Rank.STORY)], now=timezone.now())
    bake_due(now=timezone.now())
    return story


def publish(story: Story, number: int) -> None:
    make_report(
        headline=f"The lamp is lit again, {number}",
        stories=[story],
        dated_at=MORNING + timedelta(minutes=number + 1),
        now=timezone.now(),
    )


def one_entry(story: Story) -> tuple[int, int, int]:
    """Return pages baked, queries asked and fragments rendered for one new entry."""
    publish(story, 1)
    bake_due(now=timezone.now())  # the month page and the section's are there from now on
    publish(story, 2)
    before = rendered
    with CaptureQueriesContext(connection) as asked:
        baked = bake_due(now=timezone.now())
    return baked, len(asked), rendered - before


def page_alone(story: Story, *, goal: float) -> None:
    """Compare a re-bake after one new version with the same page as a view would make it, from the ORM by templates.

    The view is given what it must not find out by itself: that there is no need to read more entries than it shows.
    Of ours nothing is left out: the entry and the page are rendered, written, brought to disk, and put in their places.
    """
    path, fragments = story.path_on_site, Bake.objects.filter(path__startswith="/fragment/")
    report = Report.objects.get(pk=timeline(story, limit=1)[0].report_id)
    newest = entries.fragment_path(report.pk)
    shown, reach = (pagestore.get(path) or b"").count(b'<article class="entry"'), pages.ENTRY_BYTES
    ours, theirs, kept = [], [], set()
    for number in range(ROUNDS):
        republish(report, html=f"<p>The keeper counted {number} ships, and put the lamp out.</p>", now=timezone.now())
        Bake.objects.update(done=F("asked"), made_with=made_with())
        began = time.perf_counter()
        with run():
            written = [(one, pagestore.write(one, render(one))) for one in (newest, path)]
            pagestore.sync([file for _one, file in written if file])
            kept |= {file is not None and pagestore.place(one, file) for one, file in written}
        ours.append(time.perf_counter() - began)
        fragments.update(made_with="none")
        pages.ENTRY_BYTES = pages.PAGE_BYTES // (shown + DAYS_AFTER)
        with queries_worded_each_time():
            began = time.perf_counter()
            whole = render(path)
            theirs.append(time.perf_counter() - began)
        pages.ENTRY_BYTES = reach
        assert whole == pagestore.get(path)
    assert kept == {True}
    row("  entries on it", str(shown))
    times("  one fragment rendered, the page joined, both on disk", ours)
    times("  the same page through ORM and templates, not kept", theirs)
    ratio("  re-bake against a full render", ours, theirs, goal=goal)


def with_a_worker(story: Story) -> None:
    """Measure from before a publication until what it asks for is on disk, baked by another process."""
    worker = subprocess.Popen([sys.executable, "-m", "writethru", "work"], stderr=subprocess.DEVNULL)
    live = pagestore.file_for(f"{story.path_on_site}live.json")
    told, all_of_it = [], []
    try:
        publish(story, 10)
        while pages_due(now=timezone.now()):  # until it has begun
            time.sleep(0.05)
        for number in range(PUBLISHED):
            before, began = live.stat().st_mtime_ns, time.perf_counter()
            publish(story, 20 + number)
            # It comes after the fragment, the report and the pages of the story.
            while live.stat().st_mtime_ns == before:
                time.sleep(0.002)
            told.append(time.perf_counter() - began)
            while pages_due(now=timezone.now()):
                time.sleep(0.01)
            all_of_it.append(time.perf_counter() - began)
            time.sleep(0.5)
    finally:
        worker.terminate()
        worker.wait(20)
    times("publish to fragment, story page and live.json on disk", told)
    low, high = spread(told)
    met = "reached" if high <= WITHIN else "NOT reached"
    row("  95 of 100 within", f"{high:.2f} s (at best {low:.2f} s); goal {WITHIN:g} s: {met}")
    times("publish to every page, feed and front on disk", all_of_it)


def main() -> None:
    title("press: one new entry")
    count_renders()
    grown_stories = [grown(n) for n in ENTRIES]
    for n, story in zip(ENTRIES, grown_stories, strict=True):
        baked, asked, renders = one_entry(story)
        size = len(pagestore.get(story.path_on_site) or b"")
        row(
            f"a story of {n:,} entries",
            f"page {size:,} bytes of HTML; {baked} pages, {asked} queries, {renders} rendered",
        )
    for n, story in zip(ENTRIES, grown_stories, strict=True):
        row(f"the page of {n:,} entries", "")
        page_alone(story, goal=20)
    with_a_worker(grown_stories[-1])


main()
