import re
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_follow, make_reader, make_report, make_staff, make_story
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from writethru.bulletins.actions.bounces import take_return
from writethru.bulletins.actions.letters import send_letter
from writethru.bulletins.models import Dispatch, Sending
from writethru.readers.actions.suppress import suppress
from writethru.readers.actions.times import pause_everything
from writethru.readers.models import FollowerCount
from writethru.readers.queries import is_suppressed
from writethru.stories.models import TEXT_FEATURES, Story

pytestmark = pytest.mark.django_db


def make_dispatch(story: Story, **fields: Any) -> Dispatch:
    number = Dispatch.objects.count()
    given = {"kind": "alert", "key": f"alert {number}", "story": story, "subject": f"Sold, {number}", **fields}
    return Dispatch.objects.create(**{"made_at": NOON, "not_before": NOON, **given})


def logged_in(client: Client, story: Story, *, sees_readers: bool = False) -> Client:
    editor = make_staff(f"desk{story.pk}@news.example", on=story)
    if sees_readers:
        codename = {"content_type__app_label": "readers", "codename": "view_reader"}
        editor.user_permissions.add(Permission.objects.get(**codename))
    client.force_login(editor)
    return client


def test_alerts_are_listed_newest_first_and_one_may_stop_those_of_ones_stories(client: Client):
    mine, other = make_story("Mine"), make_story("Other")
    make_dispatch(other)
    held = make_dispatch(mine, made_at=NOON + timedelta(1), not_before=timezone.now() + timedelta(hours=1))

    response = logged_in(client, mine).get("/desk/alerts/")

    rows = [(row.subject, may_stop) for row, may_stop, _tells in response.context["rows"]]
    assert rows == [("Sold, 1", True), ("Sold, 0", False)]
    assert response.content.decode().count(f"/desk/alerts/{held.pk}/stop/") == 1


def test_who_may_publish_nothing_sees_no_alerts(client: Client):
    client.force_login(make_staff("desk@news.example"))

    responses = [client.get(path) for path in ("/desk/alerts/", "/desk/readers/")]

    assert [response.status_code for response in responses] == [302, 302]


def test_alert_is_stopped_by_who_may_publish_its_story(client: Client):
    mine, other = make_story("Mine"), make_story("Other")
    dispatches = [make_dispatch(mine), make_dispatch(other)]
    logged_in(client, mine)

    for dispatch in dispatches:
        client.post(f"/desk/alerts/{dispatch.pk}/stop/")

    assert list(Dispatch.objects.order_by("pk").values_list("status", flat=True)) == ["stopped", "sending"]


def test_what_is_in_doubt_is_sent_again_one_by_one_or_all(client: Client):
    story = make_story()
    dispatch = make_dispatch(story, in_doubt=3, audience=3)
    lines = [
        Sending.objects.create(dispatch=dispatch, reader=make_reader(), door="mail", status="doubt", done_at=NOON)
        for _ in range(3)
    ]
    logged_in(client, story)

    client.post(f"/desk/alerts/{dispatch.pk}/again/", {"line": lines[0].pk})
    one = list(Sending.objects.order_by("pk").values_list("status", flat=True))
    client.post(f"/desk/alerts/{dispatch.pk}/again/")

    dispatch.refresh_from_db()
    assert (one, dispatch.in_doubt) == (["waiting", "doubt", "doubt"], 0)


def test_addresses_are_shown_to_who_may_see_readers_alone(client: Client):
    story = make_story()
    dispatch = make_dispatch(story, failed=1)
    reader = make_reader("anna@mail.example")
    answer = "550 5.1.1 No such user"
    Sending.objects.create(dispatch=dispatch, reader=reader, door="mail", status="failed", answer=answer, done_at=NOON)
    logged_in(client, story)

    hidden = client.get(f"/desk/alerts/{dispatch.pk}/").content.decode()
    client.logout()
    client.force_login(make_superuser())
    shown = client.get(f"/desk/alerts/{dispatch.pk}/").content.decode()

    assert [("anna@" in page, answer in page) for page in (hidden, shown)] == [(False, True), (True, True)]


def make_superuser() -> Any:
    from writethru.readers.models import Account

    return Account.objects.create_superuser("chief@news.example", "a lamp on the rock")


def test_readers_are_found_by_the_beginning_of_their_address_and_held(client: Client):
    story = make_story()
    anna = make_follow(story, reader=make_reader("anna@mail.example"), pace="daily").reader
    make_reader("hanna@mail.example")
    logged_in(client, story, sees_readers=True)

    found = client.get("/desk/readers/?q=Anna").context["found"]
    client.post(f"/desk/readers/{anna.pk}/hold/", {"do": "hold"})
    held = bool(type(anna).objects.get(pk=anna.pk).paused_at)
    client.post(f"/desk/readers/{anna.pk}/hold/", {"do": "go on"})

    assert [(reader.email, [follow.story for follow in reader.live_follows]) for reader, _why in found] == [
        ("anna@mail.example", [story])
    ]
    assert (held, type(anna).objects.get(pk=anna.pk).paused_at) == (True, None)


def test_what_a_reader_paused_themselves_the_desk_does_not_let_go_on(client: Client):
    anna = make_reader("anna@mail.example")
    pause_everything(anna, is_paused=True, now=NOON)
    logged_in(client, make_story(), sees_readers=True)
    hold, find = f"/desk/readers/{anna.pk}/hold/", "/desk/readers/?q=anna"

    shown = client.get(find)
    refused = client.post(hold, {"do": "go on"}, follow=True)
    client.post(hold, {"do": "hold"})
    anna.refresh_from_db()
    kept = (anna.paused_at, anna.paused_by_desk)
    pause_everything(anna, is_paused=False, now=NOON)
    client.post(hold, {"do": "hold"})
    held = client.get(find)

    assert "Paused by the reader on 24 Nov 2026, 20:00" in words(shown)
    assert 'name="do"' not in shown.content.decode()
    assert "what they paused, only they let go on." in words(refused)
    assert kept == (NOON, False)
    assert re.findall(r'name="do" value="([^"]+)"', held.content.decode()) == ["go on"]
    assert "Waits since" in words(held)


@pytest.mark.parametrize(
    ("kind", "because", "may"),
    [
        ("hard", "mail to it came back for good", "Nothing takes it up again"),
        ("complaint", "the reader reported our mail as spam", "Nothing takes it up again"),
        ("left", "the reader asked for no more mail", "They get mail again once they ask to follow and confirm it"),
    ],
)
def test_why_no_mail_goes_to_an_address_is_told_with_what_came_back(client: Client, kind: str, because: str, may: str):
    story = make_story()
    anna = make_follow(story, reader=make_reader("anna@mail.example")).reader
    line = Sending.objects.create(
        dispatch=make_dispatch(story, sent=1), reader=anna, door="mail", status="sent", done_at=NOON + timedelta(1)
    )
    take_return(line.pk, kind=kind, key="1", said="550 5.1.1 <anna> is gone", now=NOON + timedelta(2))
    logged_in(client, story, sees_readers=True)

    page = words(client.get("/desk/readers/?q=anna"))

    named = {"hard": "nobody takes mail there", "complaint": "reported as spam", "left": "asked their provider"}
    assert f"Stopped on 26 Nov 2026, 20:00: {because}." in page
    assert re.search(rf"26 Nov 2026, 20:00, {named[kind]}.*: 550 5.1.1 &lt;anna&gt; is gone \(of “Sold, 0”\)", page)
    assert may in page


def test_an_address_that_no_reader_has_any_more_is_told_of_too(client: Client):
    suppress("gone@mail.example", because="deleted", now=NOON)
    letter = send_letter(to="dead@mail.example", subject="Confirm", text="t", html="h", key="k", now=NOON)
    line = letter.sendings.get()
    Sending.objects.filter(pk=line.pk).update(status="sent", done_at=NOON)
    Dispatch.objects.filter(pk=letter.pk).update(sent=1)
    take_return(line.pk, kind="hard", key="1", said="550 no", now=NOON)
    make_reader("gone.fishing@mail.example")
    logged_in(client, make_story(), sees_readers=True)

    gone, dead, nobody, part = (
        words(client.get(f"/desk/readers/?q={sought}"))
        for sought in ("Gone@mail.example", "dead@mail.example", "new@mail.example", "gone")
    )

    assert "No reader has this address. No mail goes there: Stopped on 24 Nov 2026" in gone
    assert "the reader had all about them deleted" in gone
    assert "24 Nov 2026, 20:00, nobody takes mail there: 550 no" in dead
    assert "No reader has such an address, and mail to it is not stopped." in nobody
    assert ("gone.fishing@mail.example" in part, "Stopped" in part) == (True, False)


def test_the_desk_has_no_button_that_takes_mail_up_again(client: Client):
    story = make_story()
    reader = make_follow(story, reader=make_reader("anna@mail.example")).reader
    suppress(reader.email, because="bounced", now=NOON)
    logged_in(client, story, sees_readers=True)

    page = client.get("/desk/readers/?q=anna").content.decode()
    doors = re.findall(r'<form method="post" action="([^"]+)"', page)
    values = re.findall(r'name="do" value="([^"]+)"', page)
    for value in (*values, "go on"):
        client.post(f"/desk/readers/{reader.pk}/hold/", {"do": value})

    reader.refresh_from_db()
    assert (doors, values) == ([f"/desk/readers/{reader.pk}/hold/"], ["hold"])
    assert (bool(reader.mail_stopped_at), is_suppressed(reader.email).because) == (True, "bounced")


def words(response: Any) -> str:
    """Return what a page says, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()).replace(" .", ".")


def test_an_alert_is_stopped_from_the_notice_of_publishing(client: Client):
    story = make_story()
    FollowerCount.objects.create(story=story, at_once=3, key=0, digests=0, all=3)
    report = make_report(stories=[story])
    logged_in(client, story)
    edit = f"/desk/report/edit/{report.pk}/"
    opened = client.get(edit).context["form"]
    fields = {
        name: opened[name].value() or ""
        for name in ("headline", "credit", "language", "note", "based_on", "based_on_take")
    }
    html = ContentstateConverter(TEXT_FEATURES).from_database_format(opened.initial["html"])

    client.post(edit, {**fields, "headline": "The lighthouse is let", "html": html, "action-publish": "1"})
    notice = client.get(edit).content.decode()
    door = re.search(r'action="(/desk/alerts/of/[^"]+)"', notice)[1]
    before = Dispatch.objects.filter(status="sending").count()
    stopped = client.post(door)
    again = client.post(door, follow=True).content.decode()

    assert (notice.count("Tells at most 3 people in 30 seconds."), stopped["Location"]) == (1, edit)
    assert re.search(r'<input type="hidden" name="csrfmiddlewaretoken" value="\w{64}"', notice)
    assert list(Dispatch.objects.values_list("status", flat=True)) == ["stopped"]
    assert before <= 1
    assert "It had been told, or stopped, already." in again


def test_an_alert_is_stopped_from_the_notice_of_the_wire_desk(client: Client):
    story = make_story()
    report = make_report(stories=[story], publish=False)
    FollowerCount.objects.create(story=story, at_once=2, key=0, digests=0, all=2)
    logged_in(client, story)

    page = client.post(f"/desk/wire/{report.pk}/decide/", {"do": "publish"}, follow=True).content.decode()
    said = re.search(r'<output id="said".*?</output>', page, re.DOTALL)[0]
    door = re.search(r'<form class="wt-stop" method="post" action="([^"]+)"', said)[1]
    stopped = client.post(door, follow=True)

    assert " ".join(re.sub(r"<[^>]+>", " ", said).split()) == (
        "Published, version 1. Tells 2 people in 30 seconds. Alerts Stop"
    )
    assert '<a href="/desk/alerts/">Alerts</a>' in said
    assert re.search(r'<input type="hidden" name="csrfmiddlewaretoken" value="\w{64}"', said)
    assert stopped.redirect_chain == [("/desk/wire/", 302)]
    assert "Stopped. Whoever has not been told yet is not told at once." in words(stopped)
    assert list(Dispatch.objects.values_list("status", flat=True)) == ["stopped"]


def test_who_may_not_publish_a_report_stops_no_alert_of_it(client: Client):
    mine, other = make_story("Mine"), make_story("Other")
    report = make_report(stories=[other], now=timezone.now())
    logged_in(client, mine)

    refused = client.post(f"/desk/alerts/of/{report.pk}/v1/stop/")
    client.force_login(make_superuser())
    missing = client.post(f"/desk/alerts/of/{report.pk}/v9/stop/")

    assert (refused.status_code, missing.status_code) == (302, 404)
    assert not Dispatch.objects.filter(status="stopped").exists()


def test_stopping_makes_no_alert_of_what_is_old(client: Client):
    report = make_report(stories=[make_story()], now=NOON - timedelta(days=9))
    client.force_login(make_superuser())

    client.post(f"/desk/alerts/of/{report.pk}/v1/stop/")

    assert Dispatch.objects.count() == 0


def test_editor_is_told_how_many_a_report_tells(client: Client):
    story = make_story()
    report = make_report(stories=[story], publish=False)
    FollowerCount.objects.create(story=story, at_once=1800, key=30, digests=700, all=2600)
    FollowerCount.objects.create(section=story.get_parent().specific, at_once=40, key=2, digests=0, all=42)
    logged_in(client, story)

    page = client.get(f"/desk/wire/{report.pk}/").content.decode()

    assert page.count("Tells 1,840 people.") == 1


def test_a_held_alert_says_whom_it_will_tell(client: Client):
    story, other = make_story("Mine"), make_story("Other")
    section = story.get_parent().specific
    FollowerCount.objects.create(story=story, at_once=20, key=3, digests=7, all=30)
    FollowerCount.objects.create(section=section, at_once=4, key=1, digests=0, all=5)
    client.force_login(make_superuser())
    soon, scope = timezone.now() + timedelta(seconds=30), {"sections": [section.pk], "key": [], "is_news": True}
    held = [
        make_dispatch(story, not_before=soon, scope={**scope, "stories": [story.pk]}),
        make_dispatch(story, not_before=soon, scope={**scope, "stories": [story.pk, other.pk], "key": [story.pk]}),
        make_dispatch(story, not_before=soon, scope={**scope, "stories": [story.pk], "is_news": False}),
        make_dispatch(other, not_before=soon, scope={**scope, "stories": [other.pk], "sections": []}),
        make_dispatch(story, scope={**scope, "stories": [story.pk]}),
    ]

    rows = client.get("/desk/alerts/").content.decode()
    own = [words(client.get(f"/desk/alerts/{one.pk}/")) for one in held]

    said = ["Tells 24 people.", "Tells 28 people.", "Tells at most 24 people.", "Nobody at once"]
    listed = re.findall(r"<td>(Tells [^<]+|Nobody[^<]+|0 of[^<]+)</td>", rows)
    assert listed == ["0 of 0 sent", *reversed(said)]  # the newest first
    assert [re.search(r"Recipients (.*?) Sent", page)[1] for page in own] == [*said, "0 so far"]


@pytest.mark.parametrize("path", ["/desk/alerts/", "/desk/readers/?q=reader", "/desk/alerts/{}/"])
def test_lists_cost_the_same_for_one_and_for_three(client: Client, path: str):
    story = make_story()
    logged_in(client, story, sees_readers=True)

    def queries(n: int) -> int:
        for _ in range(n):
            make_dispatch(story, not_before=timezone.now() + timedelta(hours=1), scope={"stories": [story.pk]})
            dispatch = make_dispatch(story, in_doubt=n)
            for _ in range(n):
                follow = make_follow(story)
                line = Sending.objects.create(
                    dispatch=dispatch, reader=follow.reader, door="mail", status="doubt", done_at=NOON
                )
                take_return(line.pk, kind="complaint", key="1", said="abuse", now=NOON)
        with CaptureQueriesContext(connection) as counted:
            client.get(path.format(dispatch.pk))
        return len(counted)

    queries(1)
    one, three = queries(1), queries(3)
    assert (one == three, three <= 15) == (True, True)
