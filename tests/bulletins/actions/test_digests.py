from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from builders import NOON, make_follow, make_reader, make_report, make_story, republish
from django.db import connection
from django.test.utils import CaptureQueriesContext
from telling import go_on

from writethru.bulletins.actions.digests import make_digests
from writethru.bulletins.actions.send import Loop
from writethru.bulletins.carriers import Answer, Outcome, Parcel, Threads, Turn
from writethru.bulletins.digests import message_of
from writethru.bulletins.models import Digest, Sending, Told
from writethru.bulletins.personal import Recipient
from writethru.stories.actions.file import mark_key_entry
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import ReportState

pytestmark = pytest.mark.django_db
SEVEN = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)  # in Manila, the next day


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def read(sending: Sending) -> tuple[str, list[str]]:
    """Return the subject and the lines of a digest, down to what leads to the story."""
    reader, follow = sending.reader, sending.follow
    pace, followed_at = (follow.pace, follow.followed_at) if follow else ("", None)
    recipient = Recipient(
        sending.pk, reader.pk, sending.follow_id or 0, reader.email, pace, followed_at, "", sending.content
    )
    message = message_of(recipient)
    assert message
    return message[0], message[1].split("\n-- ")[0].strip().splitlines()[2:-2]


def digests_of(reader: Any) -> list[tuple[str, list[str]]]:
    return [read(row) for row in Sending.objects.filter(reader=reader, dispatch__kind="digest").order_by("pk")]


def test_daily_digest_comes_at_the_readers_hour_and_once():
    story = make_story()
    reader = make_follow(story, pace="daily").reader
    make_report(stories=[story])
    for now in (NOON, SEVEN - timedelta(minutes=1)):
        go_on(now)
    before = Sending.objects.count()

    for now in (SEVEN, SEVEN + timedelta(minutes=1), SEVEN + timedelta(days=1)):
        go_on(now)

    said = [
        "24 November 2026, 8:00 pm PHT.",
        "The lighthouse is sold",
        "The lighthouse was sold on Tuesday.",
        "— Pharos",
    ]
    link = f"http://127.0.0.1:8000{versions_path()}"
    assert (before, digests_of(reader)) == (0, [("The lighthouse is sold", [*said, link])])
    assert (Digest.objects.count(), Told.objects.count()) == (0, 1)


def versions_path() -> str:
    from writethru.stories.models import ReportState

    return ReportState.objects.get().path_on_site


def test_each_report_is_told_once_at_its_latest_key_entries_first():
    one, two = make_story("One"), make_story("Two")
    reader = make_reader()
    for story in (one, two):
        make_follow(story, reader=reader, pace="daily")
    shared = make_report(headline="Shared", stories=[one, two], now=at(1))
    key = make_report(headline="Key", stories=[two], now=at(2))
    mark_key_entry(key.entries.get(), label="", user=None, now=at(2))
    make_report(headline="Newest", stories=[one], now=at(3))
    republish(shared, headline="Shared, and changed since", html="<p>Another text, much longer.</p>", now=at(4))
    go_on(at(5))

    go_on(SEVEN)

    ((subject, lines),) = digests_of(reader)
    told = [line for line in lines if line in {"Shared", "Shared, and changed since", "Key", "Newest"}]
    assert (subject, told) == ("Key, and 2 more", ["Key", "Newest", "Shared, and changed since"])


def test_beyond_twenty_the_digest_says_how_many_more():
    story = make_story()
    reader = make_follow(story, pace="daily").reader
    for n in range(23):
        make_report(headline=f"Report {n}", stories=[story])
    go_on(NOON)

    go_on(SEVEN)

    ((subject, lines),) = digests_of(reader)
    assert (subject, lines.count("— Pharos"), lines[-1]) == ("Report 22, and 22 more", 20, "And 3 more")


def test_what_came_in_quiet_hours_comes_as_one_at_their_end_by_both_doors():
    story = make_story()
    reader = make_reader(quiet_from=time(19), quiet_until=time(6))  # until 22:00 UTC
    make_follow(story, reader=reader)
    for n in range(2):
        make_report(headline=f"Report {n}", stories=[story], now=at(n))
        go_on(at(n))
    asleep = Sending.objects.count()

    go_on(at(10))

    assert asleep == 0
    assert [subject for subject, _ in digests_of(reader)] == ["Report 1, and 1 more"]


def test_busy_hour_comes_as_one(settings: Any):
    settings.MAILS_AN_HOUR = 2
    story = make_story()
    reader = make_follow(story).reader
    for n in range(5):
        now = NOON + timedelta(minutes=n)
        make_report(headline=f"Report {n}", stories=[story], now=now)
        go_on(now)

    go_on(at(1))

    kinds = list(Sending.objects.order_by("pk").values_list("dispatch__kind", flat=True))
    assert kinds == ["alert", "alert", "digest"]
    assert [subject for subject, _ in digests_of(reader)] == ["Report 4, and 2 more"]


def test_correction_of_what_a_digest_told_comes_first_in_the_next():
    story = make_story()
    reader = make_follow(story, pace="daily").reader
    report = make_report(stories=[story])
    go_on(NOON)
    go_on(SEVEN)
    note = "It was Wednesday."
    republish(report, html="<p>The lighthouse was sold on Wednesday.</p>", note=note, now=at(12))
    make_report(headline="Another", stories=[story], now=at(13))
    go_on(at(13))

    go_on(SEVEN + timedelta(days=1))

    subject, lines = digests_of(reader)[1]
    assert subject == "Correction: The lighthouse is sold"
    assert lines[:5] == [
        "Correction of what we sent you on 25 November 2026",
        "",
        "The lighthouse is sold",
        "It was Wednesday.",
        "Was: Tuesday. Is: Wednesday.",
    ]
    assert lines.count("Another") == 1


def test_what_a_digest_told_out_of_turn_is_corrected_at_once():
    story = make_story()
    reader = make_reader(quiet_from=time(19), quiet_until=time(6))
    make_follow(story, reader=reader)
    report = make_report(stories=[story])
    go_on(NOON)
    go_on(at(10))
    ((first, _),) = digests_of(reader)
    withdraw_report(report, user=None, now=at(12))

    go_on(at(12))

    second, _ = read(Sending.objects.filter(reader=reader).latest("pk"))
    assert (first, second) == ("The lighthouse is sold", "A report that we sent you has been withdrawn")


def test_who_follows_at_once_as_well_is_not_told_again_by_the_digest():
    one, two = make_story("One"), make_story("Two")
    reader = make_reader()
    make_follow(one, reader=reader)
    make_follow(two, reader=reader, pace="daily")
    make_report(stories=[one, two])
    go_on(NOON)

    go_on(SEVEN)

    assert list(Sending.objects.values_list("dispatch__kind", flat=True)) == ["alert"]


def test_what_was_withdrawn_since_the_digest_was_made_is_not_in_it():
    story = make_story()
    make_follow(story, pace="daily")
    report = make_report(stories=[story])
    go_on(NOON)
    make_digests(now=SEVEN)
    sending = Sending.objects.get()
    withdraw_report(report, user=None, now=SEVEN)

    recipient = Recipient(sending.pk, sending.reader_id, 0, "a@mail.example", "", None, "", sending.content)
    assert message_of(recipient) is None


def test_what_is_withdrawn_while_a_digest_waits_for_its_server_is_not_sent():
    ferry, bridge = make_story("The ferry"), make_story("The bridge")
    wrong = make_report(stories=[ferry], headline="The ferry has sunk")
    make_report(stories=[bridge], headline="The bridge is open")
    alone = make_follow(ferry, pace="daily").reader
    make_follow(ferry, pace="daily", reader=(both := make_follow(bridge, pace="daily").reader))
    go_on(NOON)
    make_digests(now=SEVEN)
    sent: list[str] = []

    class Slow(Threads):
        room = property(lambda self: 2 - len(self._ready) - len(sent))

        def wait(self, seconds: float) -> Turn:
            if not ReportState.objects.filter(pk=wrong.pk, status="killed").exists():
                withdraw_report(wrong, user=None, now=SEVEN)
            return super().wait(seconds)

    def take(parcel: Parcel) -> Answer:
        sent.append(message_from_bytes(parcel.message, policy=policy.default).get_body(("plain",)).get_content())
        return Answer(parcel, Outcome.SENT, "taken")

    Loop(Slow(take, threads=0), door="mail", clock=lambda: SEVEN, linger=timedelta()).run()

    ledger = Sending.objects.filter(dispatch__kind="digest").order_by("pk")
    assert sorted(ledger.values_list("reader", "status", "answer")) == sorted(
        [(alone.pk, "dropped", "nothing to tell"), (both.pk, "sent", "taken")]
    )
    assert [("The ferry has sunk" in text, "The bridge is open" in text) for text in sent] == [(False, True)]


def test_reader_who_changes_zone_is_told_at_their_new_hour_and_once():
    story = make_story()
    reader = make_reader(zone="Asia/Manila")
    make_follow(story, reader=reader, pace="daily")
    make_report(stories=[story])
    go_on(NOON)
    type(reader).objects.filter(pk=reader.pk).update(zone="Pacific/Honolulu")

    sent = []
    for hour in range(60):
        go_on(at(hour))
        sent += list(Sending.objects.filter(done_at=at(hour)).values_list("done_at", flat=True))

    assert sent == [datetime(2026, 11, 25, 17, 0, tzinfo=UTC)]  # 7:00 in Honolulu


def test_paused_reader_loses_nothing():
    story = make_story()
    reader = make_reader(paused_at=NOON)
    make_follow(story, reader=reader, pace="daily")
    make_report(stories=[story])
    go_on(NOON)
    go_on(SEVEN)
    paused = Sending.objects.count()
    type(reader).objects.filter(pk=reader.pk).update(paused_at=None)

    go_on(SEVEN + timedelta(days=1))

    assert (paused, [subject for subject, _ in digests_of(reader)]) == (0, ["The lighthouse is sold"])


def test_one_more_digest_costs_no_query():
    def queries(n: int) -> int:
        story = make_story(f"Story of {n}")
        for _ in range(n):
            make_follow(story, pace="daily")
        make_report(stories=[story])
        go_on(NOON)
        with CaptureQueriesContext(connection) as counted:
            make_digests(now=SEVEN)
        return len(counted)

    assert queries(1) == queries(3)
