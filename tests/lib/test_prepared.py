from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_report, make_story
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from writethru.lib.prepared import prepared
from writethru.stories.models import Bake, Entry, Version

pytestmark = pytest.mark.django_db


def test_a_query_is_worded_once_and_asked_with_each_value():
    worded = []
    Bake.objects.bulk_create([Bake(path=path, rank=1, asked_at=NOON) for path in ("/a/", "/b/")])

    @prepared
    def _asked_for(*, path: Any, before: Any) -> QuerySet[Bake]:
        worded.append(path)
        return Bake.objects.filter(path=path, asked_at__lt=before)

    second = timedelta(seconds=1)
    asked_for = [("/a/", NOON + second), ("/b/", NOON + second), ("/b/", NOON)]
    found = [[bake.path for bake in _asked_for(path=path, before=at)] for path, at in asked_for]

    assert found == [["/a/"], ["/b/"], []]
    assert len(worded) == 1


def test_plain_arguments_are_part_of_the_words():
    story = make_story()
    made = [make_report(stories=[story], dated_at=NOON + timedelta(hours=n)).pk for n in range(3)]

    @prepared
    def _newest(limit: int, *, story: Any) -> QuerySet[Entry, Any]:
        return Entry.objects.filter(story=story).order_by("-dated_at").values_list("report_id", "dated_at")[:limit]

    assert _newest(1, story=story.pk) == [(made[2], NOON + timedelta(hours=2))]
    assert [report for report, _at in _newest(2, story=story.pk)] == made[:0:-1]


def test_several_values_are_looked_for_however_many_they_are():
    worded = []
    reports = [make_report() for _ in range(6)]

    @prepared
    def _of(*, reports: Any) -> QuerySet[Version]:
        worded.append(reports)
        return Version.objects.filter(report__in=reports).select_related("item").order_by("report")

    for n in range(1, 7):
        assert [version.report_id for version in _of(reports=[report.pk for report in reports[:n]])] == [
            report.pk for report in reports[:n]
        ]
    assert len(worded) == 4  # for one, two, four and eight


def test_what_belongs_to_a_row_is_read_with_it():
    report = make_report()

    @prepared
    def _of(*, report: Any) -> QuerySet[Version]:
        return Version.objects.filter(report=report).select_related("item").only("number", "item__dated_at")

    _of(report=0)
    with CaptureQueriesContext(connection) as asked:
        read = [(version.number, version.item.dated_at) for version in _of(report=report.pk)]

    assert (read, len(asked)) == ([(1, NOON)], 1)


def test_the_text_of_a_value_is_never_part_of_the_words():
    Bake.objects.create(path="/a'; --/%s/", rank=1, asked_at=NOON)

    @prepared
    def _at(*, path: Any) -> QuerySet[Bake, Any]:
        return Bake.objects.filter(path=path).values_list("path", flat=True)

    assert [_at(path=path) for path in ("/a'; --/%s/", "/b/")] == [["/a'; --/%s/"], []]
