import json
from datetime import timedelta

import pytest
from builders import NOON, make_follow, make_report, make_story
from django.test import Client
from django.utils import timezone

from writethru.readers.actions.reader import reader_of
from writethru.readers.models import Account

pytestmark = pytest.mark.django_db

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def account() -> Account:
    return Account.objects.create_user("reader@mail.example", "a long password")


@pytest.fixture
def client(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_my_stories_tells_what_happened_and_is_kept_by_nobody(client: Client, account: Account):
    story = make_story()
    make_follow(story, reader=reader_of(account, now=NOON), followed_at=timezone.now() - timedelta(hours=2))
    make_report(headline="Sold", stories=[story], now=timezone.now() - timedelta(hours=1))

    answer = client.get("/account/")

    page = answer.content.decode()
    assert ("Sold" in page, "1 new" in page, "no-store" in answer["Cache-Control"]) == (True, True, True)

    assert client.post("/account/read/").status_code == 303
    assert "1 new" not in client.get("/account/").content.decode()


def test_my_stories_asks_who_is_there(account: Account):
    answers = [Client().get("/account/"), Client().post("/account/read/")]

    assert [answer.status_code for answer in answers] == [302, 302]


def test_a_page_notes_and_asks_how_far_its_reader_has_read(client: Client):
    make_story()
    door, now = "/account/seen.json?story=the-lighthouse", int(timezone.now().timestamp())

    first = client.get(door).json()
    noted = client.post(door, json.dumps({"seen": now - 60}), content_type="application/json", headers=OURS).json()
    again = client.get(door).json()

    assert first["visit"] is None
    assert noted["visit"]["seen"] == again["visit"]["seen"] == now - 60


@pytest.mark.parametrize("said", [b"", b"[]", b'{"seen": "x"}', b'{"seen": 1e99}', b"{}" * 2000, b"[" * 1999])
def test_a_note_that_makes_no_sense_is_refused(client: Client, said: bytes):
    make_story()

    answer = client.post("/account/seen.json?story=the-lighthouse", said, content_type="application/json", headers=OURS)

    assert answer.status_code == 400


def test_who_is_not_logged_in_learns_nothing_and_a_missing_story_is_none(client: Client):
    make_story()

    assert Client().get("/account/seen.json?story=the-lighthouse").status_code == 401
    assert [client.get(f"/account/seen.json?story={slug}").status_code for slug in ("nothing", "%00")] == [404, 404]
    assert client.get("/account/state.json?path=/story/%00/").json()["follow"] is None


def test_a_note_comes_from_a_page_of_ours(client: Client):
    make_story()
    note = {"data": json.dumps({"seen": 1}), "content_type": "application/json"}
    sites = [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}, OURS]

    answers = [client.post("/account/seen.json?story=the-lighthouse", headers=one, **note) for one in sites]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 200]
