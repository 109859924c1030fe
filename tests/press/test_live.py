"""What an open page polls."""

import json
from datetime import timedelta

import pytest
from builders import NOON, make_report, make_story, republish

from writethru.press.routes import render
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import ReportState

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_live_json_tells_entries_corrections_and_kills():
    story = make_story()
    first, killed, second = (make_report(stories=[story], dated_at=NOON + hours * HOUR) for hours in range(3))
    republish(first, now=NOON + 5 * HOUR, html="<p>The lighthouse was let on Tuesday.</p>", note="It was let.")
    withdraw_report(killed, user=None, now=NOON + 6 * HOUR)

    told = json.loads(render("/story/the-lighthouse/live.json"))

    assert told == {
        "entries": [
            [first.pk, 2, "2026-11-25T01:00+08:00", "2026-11-24T20:00+08:00"],
            [second.pk, 1, "2026-11-24T22:00+08:00", "2026-11-24T22:00+08:00"],
        ],
        "gone": [killed.pk],
    }


def test_a_kill_is_told_for_a_week():
    story = make_story()
    killed = make_report(stories=[story])
    withdraw_report(killed, user=None, now=NOON)

    make_report(stories=[story], dated_at=NOON + timedelta(days=8), now=NOON + timedelta(days=8))

    assert json.loads(render("/story/the-lighthouse/live.json"))["gone"] == []


def test_what_is_filed_days_after_its_date_is_told_and_what_was_imported_is_not():
    story = make_story()
    for day in range(31):
        make_report(stories=[story], dated_at=NOON - timedelta(days=day), now=NOON - timedelta(days=day))
    make_report(stories=[story], dated_at=NOON - timedelta(days=50), now=NOON, quiet=True)
    late = make_report(stories=[story], dated_at=NOON - timedelta(days=40), now=NOON + HOUR)

    told = json.loads(render("/story/the-lighthouse/live.json"))["entries"]

    assert told[0] == [late.pk, 1, "2026-11-24T21:00+08:00", "2026-10-15T20:00+08:00"]
    assert [dated[:10] for _id, _number, _at, dated in told if dated < "2026-10-20"] == ["2026-10-15"]


def test_what_is_withheld_is_gone_from_an_open_page():
    story = make_story()
    withheld = make_report(stories=[story])
    ReportState.objects.filter(report=withheld).update(status=ReportState.Status.WITHHELD)

    assert json.loads(render("/story/the-lighthouse/live.json")) == {"entries": [], "gone": [withheld.pk]}
