from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_follow, make_reader, make_report, make_staff, make_story
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from writethru.bulletins.models import Dispatch, Sending
from writethru.readers.models import FollowerCount
from writethru.stories.models import Story

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

    rows = [(row.subject, may_stop) for row, may_stop in response.context["rows"]]
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

    assert [(reader.email, [follow.story for follow in reader.live_follows]) for reader in found] == [
        ("anna@mail.example", [story])
    ]
    assert (held, type(anna).objects.get(pk=anna.pk).paused_at) == (True, None)


def test_editor_is_told_how_many_a_report_tells(client: Client):
    story = make_story()
    report = make_report(stories=[story], publish=False)
    FollowerCount.objects.create(story=story, at_once=1800, key=30, digests=700, all=2600)
    FollowerCount.objects.create(section=story.get_parent().specific, at_once=40, key=2, digests=0, all=42)
    logged_in(client, story)

    page = client.get(f"/desk/wire/{report.pk}/").content.decode()

    assert page.count("Tells 1,840 people.") == 1


@pytest.mark.parametrize("path", ["/desk/alerts/", "/desk/readers/?q=reader", "/desk/alerts/{}/"])
def test_lists_cost_the_same_for_one_and_for_three(client: Client, path: str):
    story = make_story()
    logged_in(client, story, sees_readers=True)

    def queries(n: int) -> int:
        for _ in range(n):
            dispatch = make_dispatch(story, in_doubt=n)
            for _ in range(n):
                follow = make_follow(story)
                Sending.objects.create(dispatch=dispatch, reader=follow.reader, door="mail", status="doubt")
        with CaptureQueriesContext(connection) as counted:
            client.get(path.format(dispatch.pk))
        return len(counted)

    queries(1)
    one, three = queries(1), queries(3)
    assert (one == three, three <= 15) == (True, True)
