"""One process kills reports while two publish others in the same stories, and each bakes: nobody is in the way."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from prove.copy import BEGAN_AT, item, sentences
from prove.stores import Stores, feed

pytestmark = pytest.mark.prove

REPORTS = 120
ACT = """
from django.utils import timezone
from writethru.press.bake import bake_due
from writethru.stories.actions.publish import publish_version
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Report

reports = list(Report.objects.select_related("state").order_by("pk"))
for number, report in enumerate(reports):
    if number % 3 == 0 and {who} == 0:
        withdraw_report(report, user=None, now=timezone.now())
    if number % 3 == {who} > 0:
        Report.objects.filter(pk=report.pk).update(headline="Published by {who}")
        publish_version(report, user=None, now=timezone.now())
    if number % 10 == 0:
        bake_due(now=timezone.now())
"""


def test_kills_and_publications_at_the_same_moment_all_come_through(
    stores: Stores, tmp_path: Path, chance: random.Random
):
    store = stores.make()
    wire = [
        item(f"r{n}", sentences(chance, 1)[0], sentences(chance, 4), BEGAN_AT + timedelta(minutes=n))
        for n in range(REPORTS)
    ]
    file = str(feed(tmp_path, "wire", wire))
    for story in ("The ferry", "The lighthouse", "A third one"):  # opened in one order, and looked up in none
        store.run("take", file, "--story", story, "--publish")

    processes = [store.start("shell", "--command", ACT.format(who=who)) for who in (0, 1, 2)]
    said = [process.communicate(timeout=600)[0] for process in processes]
    store.run("take", file, "--publish")  # bakes what is left

    assert [process.returncode for process in processes] == [0, 0, 0], said
    third = REPORTS // 3
    assert store.rows("SELECT status, count(*) FROM stories_reportstate GROUP BY status ORDER BY status") == [
        ("killed", third),
        ("published", 2 * third),
    ]
    assert store.rows("SELECT count(*) FROM stories_version WHERE headline LIKE 'Published by%'") == [(2 * third,)]
    assert store.rows("SELECT count(*) FROM stories_bake WHERE done < asked") == [(0,)]
    killed = [path for (path,) in store.rows("SELECT path FROM stories_gone")]
    pages = store.pages()
    assert len(killed) == 2 * third
    assert not [path for path in killed if f"pages{path}{'index.html' if path.endswith('/') else ''}" in pages]
