"""The links that stop what a mail brings: at once by a POST, never by looking."""

from typing import Any

import pytest
from builders import NOON, make_follow, make_reader, make_story
from django.test import Client

from writethru.readers.following import stop_all_token
from writethru.readers.links import STOP, token
from writethru.readers.models import Follow, Reader
from writethru.readers.queries import is_suppressed

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
OURS = {"Sec-Fetch-Site": "same-origin"}


def link(row: Follow) -> str:
    return f"/u/{token(STOP, row.reader_id, row.pk)}/"


def post(path: str, fields: dict[str, str], **headers: str) -> Any:
    return Client(enforce_csrf_checks=True).post(path, fields, headers=headers)


def test_one_click_stops_a_follow_at_once_and_again_changes_nothing():
    row, other = make_follow(make_story()), make_follow(make_story())

    answers = [post(link(row), ONE_CLICK, Origin="https://mail.example") for _ in range(2)]
    row.refresh_from_db()

    assert [(one.status_code, one.content, one.cookies) for one in answers] == [(200, b"Done.\n", {})] * 2
    assert row.ended_at
    assert Follow.objects.filter(ended_at=None).get() == other


def test_looking_changes_nothing(client: Client):
    row = make_follow(make_story())
    paths = [link(row), f"/u/all/{stop_all_token(row.reader)}/"]

    looked = [(client.get(path), client.head(path)) for path in paths]
    row.refresh_from_db()
    row.reader.refresh_from_db()

    assert [(get.status_code, head.status_code, get.cookies) for get, head in looked] == [(200, 200, {})] * 2
    assert (row.ended_at, row.reader.mail_stopped_at) == (None, None)


def test_on_the_page_it_is_stopped_and_taken_up_again():
    row = make_follow(make_story())

    stopped = post(link(row), {"do": "stop"}, **OURS)
    elsewhere = post(link(row), {"do": "again"}, Origin="https://elsewhere.example")
    row.refresh_from_db()
    still = row.ended_at
    again = post(link(row), {"do": "again"}, **OURS)
    row.refresh_from_db()

    assert b"You no longer follow" in stopped.content
    assert (elsewhere.status_code, bool(still)) == (200, True)
    assert (again.status_code, row.ended_at) == (200, None)


@pytest.mark.parametrize("path", ["/u/all/{all}/", "/u/{digest}/"])
def test_all_mail_is_stopped_and_taken_again(path: str, client: Client):
    row = make_follow(make_story())
    reader = row.reader
    at = path.format(all=stop_all_token(reader), digest=token(STOP, reader.pk))

    answers = [post(at, ONE_CLICK) for _ in range(2)]
    reader.refresh_from_db()
    was = (reader.mail_stopped_because, bool(is_suppressed(reader.email)))
    shown = client.get(at)
    post(at, {"do": "again"}, **OURS)
    reader.refresh_from_db()

    assert [one.content for one in answers] == [b"Done.\n"] * 2
    assert was == ("asked", True)
    assert b"Send me mail again" in shown.content
    assert (reader.mail_stopped_at, is_suppressed(reader.email)) == (None, None)
    assert Follow.objects.get().ended_at is None


def test_an_address_that_complained_is_not_revived_by_a_press():
    reader = make_reader(mail_stopped_at=NOON, mail_stopped_because="complained")

    again = post(f"/u/all/{stop_all_token(reader)}/", {"do": "again"}, **OURS)
    reader.refresh_from_db()

    assert b"No mail comes to you any more" in again.content
    assert reader.mail_stopped_at == NOON


def test_a_link_that_is_none_of_ours_stops_nothing(client: Client):
    row = make_follow(make_story())
    for path in (link(row)[:-2] + "/", "/u/x/", "/u/all/x/", f"/u/{stop_all_token(row.reader)}/"):
        assert (client.get(path).status_code, post(path, ONE_CLICK).status_code) == (404, 404)

    assert Reader.objects.get().mail_stopped_at is None


def test_of_what_is_gone_there_is_nothing_left_to_stop(client: Client):
    row = make_follow(make_story(), reader=make_reader())
    reader, digest, every = row.reader, f"/u/{token(STOP, row.reader_id)}/", f"/u/all/{stop_all_token(row.reader)}/"
    one, answers = link(row), []

    for gone, paths in ((row, [one]), (reader, [one, digest, every])):
        gone.delete()
        answers += [(client.get(path), client.head(path), post(path, ONE_CLICK)) for path in paths]

    assert [(get.status_code, head.status_code, pressed.content) for get, head, pressed in answers] == [
        (200, 200, b"Done.\n")
    ] * 4
    assert all(b"<h1>This is deleted</h1>" in get.content for get, _head, _pressed in answers)
    assert Reader.objects.count() == 0
