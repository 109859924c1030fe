import re
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_follow, make_report, make_staff, make_story, republish
from django.conf import settings
from django.utils import timezone

from writethru.bulletins.actions.alerts import make_alert, make_key_alert
from writethru.bulletins.actions.audience import add_to_audience
from writethru.bulletins.actions.stop import stop
from writethru.bulletins.due import late_key_entries, versions_to_tell
from writethru.bulletins.models import Dispatch, Sending, Told
from writethru.stories.actions.file import mark_key_entry
from writethru.stories.actions.publish import publish_version
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Report, Version

pytestmark = pytest.mark.django_db
LONGER = "<p>The lighthouse was sold on Tuesday.</p><p>The port paid for a new lamp, and for forty years of oil.</p>"


def at(minutes: float) -> Any:
    return NOON + timedelta(minutes=minutes)


def tell(now: Any = NOON) -> list[Dispatch]:
    made = [make_alert(version, now=now) for version in versions_to_tell(now=now)]
    return [dispatch for dispatch in made if dispatch]


def deliver(dispatch: Dispatch, *, now: Any) -> list[int]:
    """Let everybody be sent it who is to be; return the readers."""
    while add_to_audience(dispatch.pk, now=now):
        pass
    rows = Sending.objects.filter(dispatch=dispatch)
    rows.update(status="sent", done_at=now)
    Dispatch.objects.filter(pk=dispatch.pk).update(status="finished", sent=rows.count())
    return sorted(rows.values_list("reader", flat=True))


def test_version_is_told_once():
    report = make_report(stories=[make_story()])

    made = tell() + tell(at(1))

    assert [(d.key, d.kind, d.rank, d.not_before) for d in made] == [
        (f"alert {report.versions.get().pk}", "alert", 3, NOON)
    ]


def test_nothing_old_quiet_unfiled_hidden_or_refiled_is_told():
    story = make_story()
    make_report(stories=[story], now=NOON - timedelta(days=1))
    make_report(stories=[story], quiet=True)
    make_report()
    hidden = make_report(stories=[story])
    hidden.state.__class__.objects.filter(pk=hidden.pk).update(status="withheld")
    refiled = make_report(stories=[story], now=NOON - timedelta(days=2))
    republish(refiled, headline="The lighthouse is sold.")

    assert versions_to_tell(now=NOON) == []


def test_what_a_person_publishes_is_held_for_thirty_seconds():
    report = make_report(stories=[make_story()], publish=False)
    publish_version(report, user=make_staff("desk@news.example"), now=NOON)

    dispatch = tell()[0]

    assert dispatch.not_before == NOON + timedelta(seconds=30)


def test_newer_version_stops_one_that_is_still_held_and_is_told_as_news():
    story = make_story()
    report = make_report(stories=[story], publish=False)
    publish_version(report, user=make_staff("desk@news.example"), now=NOON)
    reader = make_follow(story).reader
    held = tell()[0]
    republish(report, html=LONGER, now=at(0.2))

    told = tell(at(0.2))[0]

    held.refresh_from_db()
    assert (held.status, told.scope["is_news"], deliver(told, now=at(1))) == ("stopped", True, [reader.pk])


def test_versions_that_come_before_anybody_was_told_are_told_once():
    story = make_story()
    report = make_report(stories=[story])
    reader = make_follow(story, updates=True).reader
    republish(report, html=LONGER, now=at(0.1))
    republish(report, html=LONGER.replace("Tuesday", "Wednesday"), note="It was Wednesday.", now=at(0.2))
    republish(report, html=LONGER.replace("Tuesday", "Wednesday") + LONGER, now=at(0.3))

    told = [dispatch for minute in (1, 2, 3, 4) for dispatch in tell(at(minute))]

    assert [(one.version.number, deliver(one, now=at(5))) for one in told] == [(4, [reader.pk])]


def test_correction_that_an_update_has_overtaken_reaches_who_was_sent_what_was_wrong():
    story = make_story()
    report = make_report(stories=[story])
    reader = make_follow(story).reader
    deliver(tell()[0], now=at(1))
    right = LONGER.replace("Tuesday", "Wednesday")
    republish(report, html=right, note="It was sold on Wednesday.", now=at(5))
    republish(report, html=right + LONGER, now=at(5.1))

    told = [dispatch for minute in (6, 7, 8) for dispatch in tell(at(minute))]

    assert [(one.version.number, deliver(one, now=at(9))) for one in told] == [(3, []), (2, [reader.pk])]


def test_update_is_told_to_who_wants_updates():
    story = make_story()
    report = make_report(stories=[story])
    wants, not_so = make_follow(story, updates=True), make_follow(story)
    first = deliver(tell()[0], now=at(1))
    republish(report, html=LONGER, now=at(5))

    second = deliver(tell(at(5))[0], now=at(6))

    assert (first, second) == ([wants.reader_id, not_so.reader_id], [wants.reader_id])


def test_correction_says_of_which_mail_it_is_and_goes_to_who_got_that():
    story = make_story()
    report = make_report(stories=[story])
    told = make_follow(story)
    deliver(tell()[0], now=at(1))
    make_follow(story)
    note = "It was sold on Wednesday."
    republish(report, html="<p>The lighthouse was sold on Wednesday.</p>", note=note, now=at(5))

    dispatch = tell(at(5))[0]

    assert deliver(dispatch, now=at(6)) == [told.reader_id]
    assert dispatch.subject == "Correction: The lighthouse is sold"
    assert dispatch.text.splitlines()[2:7] == [
        "Correction of what we sent you on 24 November 2026",
        "",
        "The lighthouse is sold",
        "It was sold on Wednesday.",
        "Was: Tuesday. Is: Wednesday.",
    ]
    assert dispatch.push["tag"] == f"r{report.pk}"


def test_correction_of_a_headline_has_the_one_that_was_sent():
    story = make_story()
    report = make_report(stories=[story])
    make_follow(story)
    deliver(tell()[0], now=at(1))
    republish(report, headline="A lighthouse is let by its new keepers", note="It was let.", now=at(5))

    dispatch = tell(at(5))[0]
    html = " ".join(re.sub(r"<[^>]+>", "", dispatch.html).split())

    url = f"{settings.BASE_URL}{report.state.path_on_site}v2/"
    assert dispatch.text.splitlines()[4:9] == [
        "A lighthouse is let by its new keepers",
        "It was let.",
        "The headline was: “The lighthouse is sold”. It is: “A lighthouse is let by its new keepers”.",
        "— Pharos",
        f"See what changed, word by word: {url}",
    ]
    assert (
        "It was let. The headline was: The lighthouse is sold. It is: A lighthouse is let by its new keepers. — Pharos"
        in html
    )


def test_correction_stops_what_is_wrong_and_the_rest_is_told_the_right_words():
    story = make_story()
    report = make_report(stories=[story])
    sent, waiting = make_follow(story), make_follow(story)
    first = tell()[0]
    add_to_audience(first.pk, now=NOON)
    Sending.objects.filter(reader=sent.reader).update(status="sent", done_at=NOON)
    late = make_follow(story)  # in no batch yet
    republish(report, html="<p>The lighthouse was sold on Wednesday.</p>", note="It was Wednesday.", now=at(1))

    correction = tell(at(1))[0]

    first.refresh_from_db()
    rest = Dispatch.objects.get(key=f"{correction.key} to the rest")
    assert first.status == "stopped"
    assert deliver(correction, now=at(1)) == [sent.reader_id]
    assert deliver(rest, now=at(1)) == [waiting.reader_id, late.reader_id]
    assert (rest.subject, "sold on Wednesday" in rest.text) == ("The lighthouse is sold", True)


def test_who_was_told_the_right_words_is_not_told_again_of_a_key_moment():
    story = make_story()
    report = make_report(stories=[story])
    make_follow(story)
    key = make_follow(story, pace="key")
    first = tell()[0]
    add_to_audience(first.pk, now=NOON)
    Sending.objects.filter(dispatch=first).update(status="sent", done_at=NOON)
    mark_key_entry(report.entries.get(), label="", user=None, now=NOON)
    republish(report, html="<p>The lighthouse was sold on Wednesday.</p>", note="It was Wednesday.", now=at(1))

    tell(at(1))
    for alert, of_story in late_key_entries(now=at(1)):
        make_key_alert(alert, story=of_story, now=at(1))
    for dispatch in Dispatch.objects.filter(status="sending").order_by("pk"):
        deliver(dispatch, now=at(2))

    assert Dispatch.objects.filter(scope__besides=True).count() == 1
    assert Sending.objects.filter(reader=key.reader).count() == 1


def test_nobody_is_told_of_a_key_moment_in_what_an_editor_has_stopped():
    story = make_story()
    report = make_report(stories=[story])
    make_follow(story, pace="key")
    stop(tell()[0], user=make_staff("editor@desk.example"), now=NOON)

    mark_key_entry(report.entries.get(), label="", user=None, now=NOON)

    assert late_key_entries(now=at(1)) == []


def test_withdrawal_tells_who_was_sent_a_version_before_one_that_came_quietly():
    story = make_story()
    report = make_report(stories=[story])
    told = make_follow(story)
    deliver(tell()[0], now=at(1))
    republish(report, html=LONGER, now=at(2))
    Version.objects.filter(number=2).update(quiet=True)
    withdraw_report(report, user=None, now=at(5))

    (dispatch,) = tell(at(5))

    assert deliver(dispatch, now=at(6)) == [told.reader_id]


def test_withdrawal_tells_who_was_sent_it_and_repeats_nothing():
    story = make_story()
    report = make_report(stories=[story])
    told = make_follow(story)
    deliver(tell()[0], now=at(1))
    withdraw_report(report, user=None, now=at(5), note="The sale did not happen.")

    dispatch = tell(at(5))[0]

    assert deliver(dispatch, now=at(6)) == [told.reader_id]
    said = f"{dispatch.subject}{dispatch.text}{dispatch.html}{dispatch.push}"
    assert ("is sold" in said, "was sold" in said) == (False, False)
    assert dispatch.subject == "A report that we sent you has been withdrawn"
    assert "A report that we sent you on 24 November 2026 has been withdrawn." in dispatch.text
    assert (dispatch.push["tag"], dispatch.push["url"]) == (
        f"r{report.pk}",
        f"http://127.0.0.1:8000/story/{story.slug}/",
    )


def test_entry_that_becomes_key_later_is_told_once_to_who_wants_key_entries():
    stories = make_story("One"), make_story("Two")
    report = make_report(stories=stories)
    both = make_follow(stories[0]).reader
    make_follow(stories[1], reader=both, pace="key")
    key = make_follow(stories[1], pace="key")
    by_digest = make_follow(stories[1], pace="key")
    alert = tell()[0]
    deliver(alert, now=at(1))
    sending = Sending.objects.create(
        dispatch=Dispatch.objects.create(kind="digest", key="digest", made_at=NOON, not_before=NOON),
        reader=by_digest.reader,
        door="mail",
    )
    Told.objects.create(sending=sending, version=report.versions.get(), reader=by_digest.reader)
    mark_key_entry(report.entries.get(story=stories[1]), label="", user=None, now=at(5))

    late = late_key_entries(now=at(5))
    made = [make_key_alert(alert, story=story, now=at(5)) for alert, story in late]

    assert [deliver(dispatch, now=at(6)) for dispatch in made if dispatch] == [[key.reader_id]]
    assert late_key_entries(now=at(7)) == []


def test_key_entry_is_told_at_once_to_who_wants_key_entries():
    story = make_story()
    report = make_report(stories=[story])
    mark_key_entry(report.entries.get(), label="", user=None, now=NOON)
    key = make_follow(story, pace="key")

    assert deliver(tell()[0], now=at(1)) == [key.reader_id]
    assert late_key_entries(now=at(2)) == []


def test_copy_that_holds_a_place_of_ours_has_it_broken_up():
    make_report(headline="Sold %%all%%", stories=[make_story("One %%stop%%")])

    dispatch = tell()[0]

    assert dispatch.subject == "Sold % %all% %"
    assert dispatch.html.count("%%all%%") == 1
    assert dispatch.text.count("%%stop%%") == 1


def test_publishing_makes_the_alert(django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        make_report(stories=[make_story()], dated_at=timezone.now(), now=timezone.now())

    assert [dispatch.kind for dispatch in Dispatch.objects.all()] == ["alert"]


def test_finding_costs_no_query_a_version(django_assert_num_queries: Any):
    story = make_story()
    for _ in range(3):
        make_report(stories=[story])

    with django_assert_num_queries(1):
        versions_to_tell(now=NOON)
    assert (Report.objects.count(), Version.objects.count()) == (3, 3)
