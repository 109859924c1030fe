"""Measure folding on headlines: versions of BBC pages put together, and headlines of other stories kept apart.

A page is an address without its host (two hosts serve one page); rolling pages are left out. Its versions, each a
headline and a summary, come with those of all other pages of two months in the order of their times, or shuffled
and without times, which then arrive a minute apart. Of the sets for filing, where many publishers tell one event in
one source, it counts the takes folded into another story's report: copies told in the very same words are not counted.

    python evals/headlines.py
"""

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from lookup import fold_stream
from scores import over_pairs, over_reports, share
from sets import GOLD, SEED, load, read_rows
from summary import Row, print_table, row

from storytext import Take

PAGES = "bbc-headline-versions/bbc_2021-07_2022-12.jsonl.xz"
ROLLING = re.compile(r"/live/|scorecard", re.IGNORECASE)
HOST = re.compile(r"^https?://www\.bbc\.(?:com|co\.uk)")
FROM, DAYS = 1_626_052_123, 60  # the first crawl, and two months
FIRST_ARRIVAL = 946_684_800.0  # as `replay` dates what has no time
Told = list[tuple[Take, str]]


def versions_of_pages(*, raw: bool = False) -> Told:
    """Return each version with its page, in the order of their times; `raw` takes two hosts for two pages."""
    told = []
    for crawled in read_rows(PAGES):
        if ROLLING.search(crawled["url"]) or not FROM <= crawled["versions"][0]["t"] < FROM + DAYS * 86_400:
            continue
        page = crawled["url"] if raw else HOST.sub("", crawled["url"])
        told += [(float(v["t"]), v["title"], v["summary"], page) for v in crawled["versions"]]
    told.sort()
    return [(Take(str(at), "bbc", str(at), head, text, t), page) for at, (t, head, text, page) in enumerate(told)]


def without_times(told: Told) -> Told:
    """Return the takes a minute apart, in the order given."""
    return [(replace(take, dated_at=FIRST_ARRIVAL + 60.0 * at), gold) for at, (take, gold) in enumerate(told, start=1)]


def shuffled(told: Told) -> Told:
    mixed = list(told)
    random.Random(SEED).shuffle(mixed)
    return without_times(mixed)


def measure() -> list[Row]:
    """Print both tables and return the rows of the summary; skip where the gold sets are absent."""
    if not (GOLD / PAGES).is_file():
        print(f"skipped: no {GOLD / PAGES}; name the folder by WRITETHRU_GOLD")
        return []
    print(f"\n{'BBC pages':32}{'takes':>7}{'pages':>7}  {'P':22}{'R':22}{'F1':22}BCubed F1")
    pages = versions_of_pages()
    rows = [
        _score(name, told)
        for name, told in (
            ("in order of time", pages),
            ("shuffled, without times", shuffled(pages)),
            ("in order, two hosts two pages", versions_of_pages(raw=True)),
        )
    ]
    print(f"\n{'folded into another story':32}{'takes':>7}{'folded':>8}{'wrong':>7}  share")
    for name in ("uci", "googlenews TS", "googlenews T", "ecbplus"):
        rows.append(_count_wrong(name, without_times([(one.take, one.story) for one in load(name)])))
    return rows


def _score(name: str, told: Told) -> Row:
    gold, found = _gold_and_found(told)
    pairs = over_pairs(gold, found)
    print(
        f"{name:32}{len(told):>7}{len(set(gold)):>7}  {pairs.precision!s:22}{pairs.recall!s:22}{pairs.f1!s:22}"
        f"{over_reports(gold, found).f1}",
        flush=True,
    )
    return row(f"bbc, {name}: pairwise F1", pairs.f1, of="takes")


def _count_wrong(name: str, told: Told) -> Row:
    _, found = _gold_and_found(told)
    takes, story_of = {take.id: take for take, _ in told}, {take.id: story for take, story in told}
    folded = [(take, of) for (take, _), of in zip(told, found, strict=True) if take.id != of]
    wrong = sum(story_of[take.id] != story_of[of] and _words(take) != _words(takes[of]) for take, of in folded)
    rate = share(wrong, len(told))
    print(f"{name:32}{len(told):>7}{len(folded):>8}{wrong:>7}  {rate.figure:.4f} ({rate.low:.4f}-{rate.high:.4f})")
    return row(f"{name}: folded into another story, share of takes", rate, of="takes")


def _words(take: Take) -> tuple[str, str]:
    return take.headline.casefold(), take.text.casefold()


def _gold_and_found(told: Told) -> tuple[Sequence[str], Sequence[str]]:
    reports, _ = fold_stream(take for take, _ in told)
    return [gold for _, gold in told], [reports[take.id] for take, _ in told]


if __name__ == "__main__":
    raise SystemExit(print_table(measure()))
