"""Notifications in a browser: turned on and off from our own pages, with an account or without."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from builders import NOON, make_follow, make_reader, make_story
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from writethru.lib.webpush import public_key
from writethru.readers.models import Account, Consent, Follow, PushSubscription, Reader

pytestmark = pytest.mark.django_db

OURS = {"Sec-Fetch-Site": "same-origin"}


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def browser(number: int = 1) -> dict[str, str]:
    """Return what a browser tells of its subscription."""
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"endpoint": f"https://push.example/{number}", "p256dh": _text(raw), "auth": _text(bytes([number] * 16))}


def post(to: str, told: Any, *, client: Client | None = None, headers: dict[str, str] = OURS) -> Any:
    body = told if isinstance(told, (str, bytes)) else json.dumps(told)
    asking = client or Client(enforce_csrf_checks=True)
    return asking.post(f"/push/{to}/", body, content_type="application/json", headers=headers)


def test_a_browser_without_an_account_is_a_reader_of_its_own(client: Client):
    story = make_story()
    here = {**browser(), "path": story.path_on_site}

    on = post("subscribe", here)
    again = post("subscribe", {**here, "pace": "key"})
    state = post("state", here)

    assert client.get("/push/key.json").json() == {"key": public_key()}
    assert (on.status_code, on.cookies, on["Cache-Control"]) == (200, {}, "no-store")
    assert on.json()["follow"] == {"pace": "once", "says": "Following, at once"}
    assert state.json() == again.json()
    assert client.get(on.json()["manage"]).status_code == 200
    row = Follow.objects.select_related("reader").get()
    assert list(Reader.objects.all()) == [row.reader]
    assert (row.story, row.pace, row.by_push, row.by_mail, row.reader.email) == (story, "key", True, False, "")
    assert Consent.objects.get().words == (
        "Follow “The lighthouse” in this browser, at once. Corrections come the same way."
    )


def test_turned_off_it_ends_and_again_changes_nothing():
    here = {**browser(), "path": make_story().path_on_site}
    post("subscribe", here)

    answers = [post("unsubscribe", here).json() for _ in range(2)]

    assert answers == [{"follow": None}] * 2
    assert Follow.objects.get().ended_at
    assert post("state", here).json() == {"follow": None}


def test_with_an_account_what_it_follows_keeps_its_pace_and_its_mail():
    story, account = make_story(), Account.objects.create_user("reader@mail.example", "a lamp on the rock")
    row = make_follow(story, reader=make_reader(account.email, account=account), pace="weekly")
    client = Client()
    client.force_login(account)
    here = {**browser(), "path": story.path_on_site}

    asked = [post("subscribe", here, client=client), post("state", here)]
    row.refresh_from_db()
    on = (row.pace, row.by_mail, row.by_push)
    post("unsubscribe", here, client=client)
    row.refresh_from_db()

    assert on == ("weekly", True, True)
    assert {answer.json()["manage"] for answer in asked} == {f"/account/following/?f={row.pk}"}
    assert (row.by_mail, row.by_push, row.ended_at) == (True, False, None)


def test_what_a_browser_followed_comes_along_with_whoever_logs_in_there():
    ferry, bridge = make_story("The ferry"), make_story("The bridge")
    post("subscribe", {**browser(), "path": ferry.path_on_site, "pace": "key"})
    account = Account.objects.create_user("reader@mail.example", "a lamp on the rock")
    client = Client()
    client.force_login(account)

    post("subscribe", {**browser(), "path": bridge.path_on_site}, client=client)

    reader = Reader.objects.get()
    assert reader.account == account
    assert PushSubscription.objects.get().reader == reader
    assert sorted(reader.follows.values_list("story__title", "pace", "by_push")) == [
        ("The bridge", "once", True),
        ("The ferry", "key", True),
    ]


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
@pytest.mark.parametrize("to", ["subscribe", "unsubscribe", "state", "renew"])
def test_only_our_own_pages_may_ask(to: str, headers: dict[str, str]):
    assert post(to, {**browser(), "path": make_story().path_on_site}, headers=headers).status_code == 403
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://push.example/1"},
        {"endpoint": "https://127.0.0.1/1"},
        {"endpoint": "https://[::1]/1"},
        {"endpoint": "https://10.0.0.8/1"},
        {"endpoint": "https://localhost/1"},
        {"endpoint": "https://user@push.example/1"},
        {"endpoint": "https://push.example:x/1"},
        {"endpoint": "file:///etc/passwd"},
        {"endpoint": "https://push.example/" + "x" * 1000},
        {"endpoint": 5},
        {"p256dh": "AAAA"},
        {"auth": "AAAA"},
        {"auth": None},
        {"path": "/story/none/"},
        {"path": "/news/2023/"},
        {"path": ["x"]},
        {"pace": "daily"},
    ],
)
def test_what_can_not_be_meant_is_not_kept(wrong: dict[str, Any]):
    here = {**browser(), "path": make_story().path_on_site}

    assert post("subscribe", {**here, **wrong}).status_code == 400
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        *("", "x", "[]", "5", "[" * 3000, '{"a":"' + "x" * 5000 + '"}', b"\xff"),
        *('{"endpoint":"\\ud800"}', '{"path":"\\u0000"}'),
    ],
)
def test_what_is_no_object_is_refused(body: Any):
    assert [post(to, body).status_code for to in ("subscribe", "state")] == [400, 400]


def test_who_knows_an_address_and_not_its_secret_gets_nothing():
    here = {**browser(), "path": make_story().path_on_site}
    post("subscribe", here)
    stolen = {**here, "auth": browser(2)["auth"]}

    answers = [post(to, stolen).status_code for to in ("subscribe", "unsubscribe")]
    renewed = post("renew", {**browser(3), "old": stolen}).status_code

    post("subscribe", {**here, **browser(3)})
    put_in_its_place = post("renew", {**stolen, "old": browser(3)}).status_code

    assert (answers, renewed, put_in_its_place) == ([403, 403], 403, 403)
    assert post("state", stolen).json() == {"follow": None}
    assert list(Follow.objects.values_list("ended_at", flat=True)) == [None, None]
    assert PushSubscription.objects.filter(endpoint=here["endpoint"]).exists()


def test_a_new_subscription_takes_the_place_of_the_old_one():
    here = {**browser(), "path": make_story().path_on_site}
    post("subscribe", here)

    renewed = post("renew", {**browser(2), "old": browser()}).json()
    again = post("renew", {**browser(2), "old": browser()}).json()

    assert (renewed, again) == ({"renewed": True}, {"renewed": False})
    assert PushSubscription.objects.get().endpoint == "https://push.example/2"
    assert post("state", {**here, **browser(2)}).json()["follow"]["pace"] == "once"


def test_a_browser_that_was_gone_comes_back():
    here = {**browser(), "path": make_story().path_on_site}
    post("subscribe", here)
    PushSubscription.objects.update(ended_at=NOON)

    away = post("state", here).json()
    post("subscribe", here)

    assert away == {"follow": None}
    assert PushSubscription.objects.get().ended_at is None


def test_a_network_is_not_heard_for_ever():
    statuses = {post("state", {}).status_code for _ in range(120)}

    assert (statuses, post("state", {}).status_code) == ({200}, 429)


def test_a_network_brings_twenty_new_browsers_an_hour_and_those_that_are_known_are_heard():
    path = make_story().path_on_site
    statuses = [post("subscribe", {**browser(n), "path": path}).status_code for n in range(1, 22)]

    assert statuses == [200] * 20 + [429]
    assert post("subscribe", {**browser(1), "path": path}).status_code == 200
    assert PushSubscription.objects.count() == 20


def test_the_service_worker_stands_at_the_root(client: Client):
    script = client.get("/sw.js")

    assert (script.status_code, script["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert script["Cache-Control"] == "public, max-age=10, must-revalidate"
    assert b"showNotification" in b"".join(script)
