"""What one new entry costs: on a story of fifty entries and on one of five thousand."""

import statistics
import subprocess
import sys
import time
from datetime import timedelta

import django

django.setup()

from builders import MORNING, make_long_story, make_report  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.table import ratio, row, spread, times, title  # noqa: E402
from writethru.press import entries, pages  # noqa: E402
from writethru.press.bake import bake_due  # noqa: E402
from writethru.press.routes import render  # noqa: E402
from writethru.stories import pagestore  # noqa: E402
from writethru.stories.actions.bake import Rank, ask_for_pages  # noqa: E402
from writethru.stories.models import Bake, Story  # noqa: E402
from writethru.stories.queries import pages_due, timeline  # noqa: E402

ENTRIES = (50, 5000)
ROUNDS, PUBLISHED = 12, 8
rendered = 0


def count_renders() -> None:
    """Count every entry that goes through its template."""
    plain = entries.entry_html

    def counted(*given: object) -> object:
        global rendered  # noqa: PLW0603
        rendered += 1
        return plain(*given)

    entries.entry_html = pages.entry_html = counted


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
    """Compare the page joined after one change with the same page through the ORM and all its templates."""
    path, fragments = story.path_on_site, Bake.objects.filter(path__startswith="/fragment/")
    newest = entries.fragment_path(timeline(story)[0].report_id)
    made = fragments.first().made_with
    ours, theirs = [], []
    for _ in range(ROUNDS):
        fragments.update(made_with="none")
        began = time.perf_counter()
        whole = render(path)
        theirs.append(time.perf_counter() - began)
        fragments.update(made_with=made)
        began = time.perf_counter()
        pagestore.put(newest, render(newest))  # the one that changed
        joined = render(path)
        ours.append(time.perf_counter() - began)
        assert whole == joined
    times("  one fragment rendered and put, the page joined", ours)
    times("  the same page through ORM and templates", theirs)
    ratio("  re-bake against a full render", ours, theirs, goal=goal)


def with_a_worker(story: Story) -> None:
    """Measure from the commit of a publication until all that it asks for is baked, by another process."""
    worker = subprocess.Popen([sys.executable, "-m", "writethru", "work"], stderr=subprocess.DEVNULL)
    try:
        publish(story, 10)
        while pages_due(now=timezone.now()):  # until it has begun
            time.sleep(0.05)
        live, all_of_it = [], []
        for number in range(PUBLISHED):
            began = time.perf_counter()
            publish(story, 20 + number)
            while Bake.objects.get(path=f"{story.path_on_site}live.json").done < 1 or _is_due(story):
                time.sleep(0.002)
            live.append(time.perf_counter() - began)
            while pages_due(now=timezone.now()):
                time.sleep(0.002)
            all_of_it.append(time.perf_counter() - began)
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.wait(20)
    times("publish to story page and live.json on disk (worker process)", live)
    times("publish to every page, feed and front on disk", all_of_it)
    row("  95 of 100 within", f"{spread(all_of_it)[1]:.2f} s; median {statistics.median(all_of_it):.2f} s")


def _is_due(story: Story) -> bool:
    paths = [story.path_on_site, f"{story.path_on_site}live.json"]
    return any(bake.done < bake.asked for bake in Bake.objects.filter(path__in=paths))


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
