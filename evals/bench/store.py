"""What reports cost in files and bytes: measured at two sizes, so that the step to 100,000 can be believed or not."""

import os
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from builders import MORNING, make_report, make_story  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.table import row, title  # noqa: E402
from writethru.press.bake import bake_due  # noqa: E402

SIZES = (int(os.environ.get("REPORTS", "600")) // 2, int(os.environ.get("REPORTS", "600")))
PER_STORY = 100
SENTENCE = "The keeper counted the ships that passed, wrote the number down and put the lamp out at dawn. "
HTML = "".join(f"<p>{SENTENCE * 3}</p>" for _ in range(6))  # some 320 words, as a wire's report has


def grow(first: int, last: int) -> None:
    for start in range(first, last, PER_STORY):
        with transaction.atomic():
            story = make_story(f"The lighthouse, {start}")
            for number in range(start, min(start + PER_STORY, last)):
                at = MORNING - timedelta(hours=7 * (number % PER_STORY))
                make_report(headline=f"Ships pass, {number}", html=HTML, stories=[story], dated_at=at, quiet=True)
    bake_due(now=timezone.now())


def weigh() -> tuple[int, int, int, int]:
    """Return files of the page store, their bytes, what they take on disk, and the database's bytes."""
    files = [file.stat() for file in Path(settings.PAGES_FOLDER).rglob("*") if file.is_file()]
    rows = sum(file.stat().st_size for file in Path(settings.WRITETHRU_DATA).glob("writethru.sqlite3*"))
    return len(files), sum(file.st_size for file in files), sum(file.st_blocks * 512 for file in files), rows


def main() -> None:
    title("store: what reports cost")
    before, weights, at = weigh(), [], 0
    for size in SIZES:
        grow(at, size)
        at = size
        weights.append(weigh())
        files, held, on_disk, rows = weights[-1]
        said = f"{files:,} files, {held / 1e6:.1f} MB ({on_disk / 1e6:.1f} MB on disk); database {rows / 1e6:.1f} MB"
        row(f"{size:,} reports of 320 words, {PER_STORY} a story", said)
    halves = [
        [(new - old) / (SIZES[0] if at == 0 else SIZES[1] - SIZES[0]) for old, new in zip(first, second, strict=True)]
        for at, (first, second) in enumerate(((before, weights[0]), (weights[0], weights[1])))
    ]
    for name, half in zip(("a report of the first half", "a report of the second half"), halves, strict=True):
        row(
            name,
            f"{half[0]:.2f} files, {half[1] / 1e3:.1f} kB "
            f"({half[2] / 1e3:.1f} kB on disk); rows {half[3] / 1e3:.1f} kB",
        )
    per = halves[1]
    said = (
        f"{per[0] * 1e5:,.0f} files, {per[1] / 1e4:.1f} GB ({per[2] / 1e4:.1f} GB on disk); rows {per[3] / 1e4:.1f} GB"
    )
    row("100,000 reports, reckoned from the second half", said)


main()
