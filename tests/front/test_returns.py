import hashlib
import hmac
import json
from typing import Any

import pytest
from builders import NOON, make_reader
from django.test import Client

from writethru.bulletins.models import Dispatch, Returned, Sending
from writethru.bulletins.returns import envelope_sender
from writethru.lib.providers import PROVIDERS, sending_backend, webhook_view
from writethru.readers.models import Suppression

pytestmark = pytest.mark.django_db
SECRET = "a-lamp-on-the-rock"


def use(settings: Any, provider: str, **options: str) -> None:
    settings.WEBHOOK_SECRET = SECRET
    settings.MAIL_SERVER = {
        **{"carrier": "anymail", "provider": provider, "host": "mail.example", "user": "KEY", "password": "SECOND"},
        "options": options,
    }


@pytest.fixture
def sending() -> Sending:
    dispatch = Dispatch.objects.create(kind="alert", key="a", made_at=NOON, not_before=NOON, sent=1, audience=1)
    reader = make_reader("anna@mail.example")
    return Sending.objects.create(dispatch=dispatch, reader=reader, door="mail", status="sent", done_at=NOON)


def postmark(sending: Sending, **told: Any) -> dict[str, Any]:
    return {
        **{"RecordType": "Bounce", "ID": 1, "MessageID": "m", "Email": "anna@mail.example", "Type": "HardBounce"},
        **{"BouncedAt": "2026-06-15T12:00:00Z", "Description": "The server was unable to deliver your message"},
        **{"Details": "smtp;550 5.1.1 User unknown", "Metadata": {"sending": envelope_sender(sending.pk)}},
        **told,
    }


def send_in(client: Client, told: Any, *, provider: str = "postmark", secret: str = SECRET) -> int:
    address = f"/webhooks/mail/{provider}/{secret}/"
    return client.post(address, json.dumps(told), content_type="application/json").status_code


@pytest.mark.parametrize(
    ("told", "kind", "because"),
    [
        ({}, "hard", "bounced"),
        ({"Type": "SoftBounce", "Details": "smtp;552 5.2.2 Mailbox full"}, "soft", None),
        ({"Type": "SpamComplaint", "RecordType": "SpamComplaint"}, "complaint", "complained"),
        ({"RecordType": "SubscriptionChange", "SuppressionReason": "ManualSuppression"}, "left", "asked"),
        ({"Type": "BadEmailAddress", "Details": "", "Description": ""}, "hard", "bounced"),
        ({"Type": "Blocked", "Details": "smtp;554 5.7.1 blocked using a blocklist"}, "soft", None),
        ({"Type": "Transient"}, "delayed", None),
    ],
)  # fmt: skip
def test_what_a_provider_tells_is_taken_in(
    client: Client, settings: Any, sending: Sending, told: dict[str, Any], kind: str, because: str | None
):
    use(settings, "postmark")

    codes = [send_in(client, postmark(sending, **told)) for _ in range(2)]

    assert codes == [200, 200]
    assert [row.kind for row in Returned.objects.all()] == [kind]
    assert [row.because for row in Suppression.objects.all()] == ([because] if because else [])


@pytest.mark.parametrize(
    "told", [{"RecordType": "Open"}, {"RecordType": "Delivery"}, {"RecordType": "News"}, {"Metadata": {}}]
)
def test_what_is_of_no_matter_changes_nothing(client: Client, settings: Any, sending: Sending, told: dict[str, Any]):
    use(settings, "postmark")

    assert send_in(client, postmark(sending, **told)) == 200
    assert (Returned.objects.count(), Suppression.objects.count()) == (0, 0)


def test_a_line_that_is_named_without_our_signature_counts_not(client: Client, settings: Any, sending: Sending):
    use(settings, "postmark")
    forged = [str(sending.pk), f"bounce+{sending.pk}-{'a' * 16}@localhost", "anna@mail.example", ["x"], None]

    codes = [send_in(client, postmark(sending, Metadata={"sending": one})) for one in forged]

    assert codes == [200] * 5
    assert (Returned.objects.count(), Suppression.objects.count()) == (0, 0)


def test_whoever_does_not_know_the_secret_finds_nothing(client: Client, settings: Any, sending: Sending):
    use(settings, "postmark")
    told = postmark(sending)

    codes = [
        send_in(client, told, secret="guess"),
        send_in(client, told, secret="é"),
        send_in(client, told, provider="mailgun"),
        send_in(client, told, provider="nobody"),
    ]
    settings.MAIL_SERVER = {"carrier": "files"}

    assert [*codes, send_in(client, told)] == [404] * 5
    assert Returned.objects.count() == 0


@pytest.mark.parametrize("told", ["", "rubbish", [], 7, None, {"RecordType": "Bounce", "Metadata": []}])
def test_what_is_no_event_is_refused_and_breaks_nothing(client: Client, settings: Any, told: Any):
    use(settings, "postmark")

    assert send_in(client, told) in {200, 400}


def test_other_methods(client: Client, settings: Any):
    use(settings, "postmark")
    address = f"/webhooks/mail/postmark/{SECRET}/"

    assert [client.head(address).status_code, client.get(address).status_code] == [200, 405]


def mailgun(sending: Sending, *, key: str) -> dict[str, Any]:
    stamp, token = "1781524800", "t" * 50
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {
            **{"event": "failed", "severity": "permanent", "id": "e1", "timestamp": 1781524800.0},
            **{"recipient": "anna@mail.example", "reason": "bounce", "message": {"headers": {"message-id": "m"}}},
            "delivery-status": {"code": 550, "message": "5.1.1 The account does not exist"},
            "user-variables": {"sending": envelope_sender(sending.pk)},
        },
    }  # fmt: skip


@pytest.mark.parametrize(("key", "code", "kinds"), [("signing", 200, ["hard"]), ("another", 400, [])])
def test_what_a_provider_signs_is_checked(
    client: Client, settings: Any, sending: Sending, key: str, code: int, kinds: list[str]
):
    use(settings, "mailgun", webhook_signing_key="signing")

    assert send_in(client, mailgun(sending, key=key), provider="mailgun") == code
    assert [row.kind for row in Returned.objects.all()] == kinds


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_each_provider_can_send_and_be_heard(settings: Any, provider: str):
    given = {
        "mailgun": {"webhook_signing_key": "k"},
        "mailersend": {"signing_secret": "k", "webhook_signing_secret": "k"},
        "mandrill": {"webhook_key": "k"},
        "postal": {"api_url": "https://postal.example", "webhook_key": "k"},
    }
    use(settings, provider, **given.get(provider, {}))

    assert sending_backend().esp_name == webhook_view().esp_name
