"""python -m bench.fill REPORTS STORIES TEXTS: fills a store as a wire of 11,000 items a day would have, by bulk SQL.

The words of the texts come as often as English has them (wordfreq), with made-up names and figures among them. The
first of the newest day are written out and indexed as the lane indexes; of the others the text is one of these again,
and the keys are numbers: nine in ten stand in no other take, one in ten is a run that comes again and again, as often
as Reuters' runs do. So a look-up finds what it finds in real copy, at a store's size.
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

import django

django.setup()

import numpy as np  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from wagtail.models import Page  # noqa: E402
from wordfreq import get_frequency_dict  # noqa: E402

from writethru.stories.actions.file import open_section  # noqa: E402
from writethru.stories.actions.fresh import MOST, PERIOD_HOURS, keep_fresh  # noqa: E402
from writethru.stories.models import Story  # noqa: E402
from writethru.wire.actions.take import open_source  # noqa: E402

A_DAY = 11_000
KEYS = 52  # a take of Reuters has so many
AGAIN, FORMS = 0.1, 200_000  # the share of keys that come again, and how many such runs there are
SLICE = 50_000
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


class Copy:
    """Made-up reports of some 120 words."""

    def __init__(self, seed: int) -> None:
        words = sorted(get_frequency_dict("en", "small").items(), key=lambda pair: (-pair[1], pair[0]))
        self.words = [word for word, _ in words if word.isalpha()]
        self.weights = list(accumulate(often for word, often in words if word.isalpha()))
        self.dice = random.Random(seed)
        ends = ("ham", "ton", "berg", "ski", "son", "ano", "ez", "wick")
        starts = [word.capitalize() for word in self.words[3_000:9_000] if 3 < len(word) < 7]
        self.names = [start + end for start in starts for end in ends]

    def sentence(self) -> str:
        words = self.dice.choices(self.words, cum_weights=self.weights, k=self.dice.randint(14, 26))
        for _ in range(2):
            words[self.dice.randrange(1, len(words))] = self.dice.choice(self.names)
        words[self.dice.randrange(1, len(words))] = str(self.dice.randint(2, 9_999))
        return " ".join([words[0].capitalize(), *words[1:]]) + "."

    def report(self) -> list[str]:
        """Return a headline and the sentences of a report."""
        return [self.sentence()[:60].rsplit(" ", 1)[0], *(self.sentence() for _ in range(self.dice.randint(4, 8)))]


def html_of(sentences: list[str]) -> str:
    return "".join(f"<p>{sentence}</p>" for sentence in sentences)


def insert(table: str, columns: str, rows: Iterator[tuple]) -> None:
    marks = ", ".join(["?"] * len(columns.split()))
    sql = f"INSERT INTO {table} ({', '.join(columns.split())}) VALUES ({marks})"  # noqa: S608 (names of our own)
    connection.connection.executemany(sql, rows)


def stories(count: int, *, now: datetime) -> list[int]:
    section = open_section("News", now=now)
    kind = ContentType.objects.get_for_model(Story)
    steps = (Page._get_path(section.path, section.depth + 1, n + 1) for n in range(count))
    pages = [
        Page(path=path, depth=section.depth + 1, title=f"Story {n}", draft_title=f"Story {n}", slug=f"story-{n}",
             content_type=kind, url_path=f"{section.url_path}story-{n}/", locale_id=section.locale_id)
        for n, path in enumerate(steps)
    ]  # fmt: skip
    Page.objects.bulk_create(pages, batch_size=500)
    Page.objects.filter(pk=section.pk).update(numchild=count)
    ids = list(Page.objects.filter(content_type=kind).values_list("pk", flat=True))
    insert("stories_story", "page_ptr_id standfirst what_we_know", ((pk, "", "") for pk in ids))
    return ids


def index(reports: int) -> None:
    """Fill the index in its order, of each period the keys of its items; half as many as may be fresh are fresh."""
    dice = np.random.default_rng(4)
    forms = dice.integers(0, 1 << 63, FORMS)
    often = 1 / np.arange(1, FORMS + 1) ** 0.8
    often /= often.sum()
    ids = np.arange(1, reports + 1)
    hours = ((NOW.timestamp() - (reports - ids + 60) * 86_400 / A_DAY) // 3600).astype(int)
    periods, fresh = hours // PERIOD_HOURS, reports - MOST // 2
    for period in np.unique(periods).tolist():
        its = ids[periods == period]
        again = np.repeat(forms, np.minimum(dice.poisson(often * len(its) * KEYS * AGAIN), len(its) // 2))
        found = np.concatenate([dice.integers(0, 1 << 63, int(len(its) * KEYS * (1 - AGAIN))), again])
        items = dice.choice(its, len(found))
        order = np.lexsort((items, found))
        found, items = found[order], items[order]
        once = np.ones(len(found), dtype=bool)
        once[1:] = (found[1:] != found[:-1]) | (items[1:] != items[:-1])
        found, items = found[once], items[once]
        old = items <= fresh
        rows = zip(found[old].tolist(), items[old].tolist(), hours[items[old] - 1].tolist(), strict=True)
        insert(
            "stories_shingle", "period key item_id keys hour", ((period, key, pk, KEYS, hour) for key, pk, hour in rows)
        )
        newest = its[its > fresh].tolist()
        keep_fresh([(pk, found[items == pk].tolist(), int(hours[pk - 1])) for pk in newest])


NOW = timezone.now().replace(microsecond=0)


@lru_cache(maxsize=SLICE)
def at(item: int, reports: int) -> str:
    """Return when an item came, as SQLite has it: the last a few minutes ago, 11,000 a day before."""
    return str(NOW - timedelta(seconds=(reports - item + 60) * 86_400 / A_DAY))[:19]


def main() -> None:
    reports, count, texts = map(int, sys.argv[1:4])
    copy = Copy(1)
    written = [copy.report() for _ in range(texts)]
    Path(sys.argv[4]).write_text(json.dumps(written))
    source = open_source(name="Wire")
    connection.cursor().execute("PRAGMA synchronous=OFF")
    with transaction.atomic():
        pages = stories(count, now=NOW)
    texts_of = [(head, html_of(said)) for head, *said in written]
    for start in range(1, reports + 1, SLICE):
        ids = range(start, min(start + SLICE, reports + 1))
        if start > 1 and start % (10 * SLICE) == 1:
            print(f"  … {start - 1:,} of {reports:,} filled in", flush=True)
        with transaction.atomic():
            insert(
                "wire_item",
                "id source_id wire_id fingerprint raw received_at headline html credit dateline correction url language"
                " slugline label dated_at evolved_from photos pubstatus held rights ednote",
                (
                    (n, source.pk, f"w{n}", f"{n:064x}", html.encode(), at(n, reports), f"{head} {n}", html,
                     "Wire", "", "", "", "en", "", "", at(n, reports), "", "[]", "usable", False, "", "")
                    for n in ids
                    for head, html in [texts_of[n % texts]]
                ),
            )  # fmt: skip
            insert(
                "stories_report",
                "id live has_unpublished_changes expired locked source_id headline html credit language based_on note",
                (
                    (n, False, False, False, False, source.pk, f"{head} {n}", html, "Wire", "en", 0, "")
                    for n in ids
                    for head, html in [texts_of[n % texts]]
                ),
            )
            insert(
                "stories_reportstate",
                "report_id status item_id slug dated_at held",
                ((n, "waiting", n, "", at(n, reports), False) for n in ids),
            )
            insert(
                "stories_fold",
                "item_id report_id kind score because folded_at",
                ((n, n, "first", 0.0, "[]", at(n, reports)) for n in ids),
            )
            insert(
                "stories_entry",
                "story_id report_id dated_at is_key key_label score because filed_at",
                (
                    (pages[n // 3 % len(pages)], n, at(n, reports), False, "", 1.0, "[]", str(NOW)[:19])
                    for n in ids
                    if n % 3 == 0
                ),
            )
    with transaction.atomic():
        index(reports)


if __name__ == "__main__":
    main()
