import json
from typing import Any

import pytest
from imapserver import mailbox
from mailserver import Mailbox

from writethru.lib import dkim
from writethru.lib.webpush import public_key
from writethru.ops import mailcheck
from writethru.ops.asked import Answer

KEY = dkim.make_key()
ANYMAIL = {"carrier": "anymail", "user": "key", "password": "", "host": "", "options": {}}


@pytest.fixture
def house(settings: Any) -> dict[str, list[str]]:
    """Return what the DNS has for a house whose mail is in order."""
    settings.BASE_URL = "https://www.news.example"
    settings.MAIL_FROM = "The Daily Example <news@news.example>"
    settings.MAIL_SERVER = {
        **{"carrier": "smtp", "host": "127.0.0.1", "port": 1},
        "user": "",
        "password": "",
        "tls": "off",
    }
    settings.BOUNCE_DOMAIN, settings.DKIM_DOMAIN = "bounce.news.example", "news.example"
    settings.DKIM_SELECTOR, settings.DKIM_KEY = "writethru", KEY
    return {
        "bounce.news.example TXT": ["v=spf1 ip4:192.0.2.9 -all"],
        "bounce.news.example MX": ["10 mx.news.example."],
        "writethru._domainkey.news.example TXT": [dkim.record()[1]],
        "_dmarc.news.example TXT": ["v=DMARC1; p=none"],
    }  # fmt: skip


def found(records: dict[str, list[str]]) -> tuple[str, str]:
    return mailcheck.dns(lambda name, kind: records.get(f"{name} {kind}", []))[:2]


def test_a_domain_that_says_what_it_should(house: dict[str, list[str]]):
    assert found(house) == ("ok", "The DNS says of news.example what it should.")


@pytest.mark.parametrize(
    ("name", "state", "said"),
    [
        ("bounce.news.example TXT", "warning", "bounce.news.example has no SPF record."),
        ("bounce.news.example MX", "warning", "bounce.news.example has no MX record, so no bounce gets there."),
        ("writethru._domainkey.news.example TXT", "wrong", "There is no key at writethru._domainkey.news.example."),
        ("_dmarc.news.example TXT", "warning", "news.example has no DMARC record."),
    ],
)
def test_a_record_that_is_missing_is_told(house: dict[str, list[str]], name: str, state: str, said: str):
    del house[name]

    assert found(house) == (state, said)


def test_a_key_that_is_not_ours_is_wrong(house: dict[str, list[str]]):
    house["writethru._domainkey.news.example TXT"] = ["v=DKIM1; k=rsa; p=" + dkim.public_key(dkim.make_key())]

    assert found(house)[0] == "wrong"


def test_without_a_name_server_it_is_not_looked_at(house: dict[str, list[str]]):
    def nobody(name: str, kind: str) -> list[str]:
        raise mailcheck.NotLookedAt("no answer")

    assert mailcheck.dns(nobody)[:2] == ("warning", "Not looked at: no name server answers from here.")


def test_a_server_that_takes_mail_and_one_that_does_not(house: dict[str, list[str]], settings: Any, mailbox: Mailbox):
    settings.MAIL_SERVER = {**mailbox.settings, "port": 1}
    refused = mailcheck.mail_server()[:2]
    settings.MAIL_SERVER = mailbox.settings

    says = "127.0.0.1:1 takes no mail from us: 127.0.0.1:1 can't be reached (Connection refused)."
    assert refused == ("wrong", says)
    assert (mailcheck.mail_server()[0], mailbox.messages) == ("ok", [])


def test_a_trial_is_in_order_and_a_site_whose_mail_goes_nowhere_is_not(settings: Any):
    settings.MAIL_SERVER = {"carrier": "files"}
    about_mail = [mailcheck.mail_server, mailcheck.sender, mailcheck.dns, mailcheck.bounces, mailcheck.webhooks]
    trial = [check()[0] for check in about_mail]
    settings.BASE_URL = "https://news.example"

    assert trial == ["ok"] * 5
    assert mailcheck.mail_server()[0] == "warning"


def test_a_bounce_mailbox_that_can_be_read_and_one_that_cannot(house: dict[str, list[str]], settings: Any):
    with mailbox() as box:
        told = {"host": "127.0.0.1", "port": box.port, "user": "bounce", "folder": "INBOX", "tls": "off"}
        settings.BOUNCE_MAILBOX = {**told, "password": box.password}
        well = mailcheck.bounces()[0]
        settings.BOUNCE_MAILBOX = {**told, "password": "wrong"}
        ill = mailcheck.bounces()

    assert (well, ill[0]) == ("ok", "wrong")


def test_mail_from_a_domain_that_is_not_the_site_s(house: dict[str, list[str]], settings: Any):
    own = mailcheck.sender()[0]
    settings.MAIL_FROM = "news@elsewhere.example"

    assert (own, mailcheck.sender()[0]) == ("ok", "warning")


def served(status: int, body: bytes = b"") -> Any:
    """Return a site that answers thus, and keeps what it was asked."""
    asked: list[tuple[str, str]] = []

    def ask(path: str, *, method: str = "GET") -> Answer:
        asked.append((method, path))
        return Answer(status, body, {})

    ask.asked = asked
    return ask


def test_webhooks_get_through_by_the_secret_that_is_here_or_do_not(house: dict[str, list[str]], settings: Any):
    settings.MAIL_SERVER = {**ANYMAIL, "provider": "postmark"}
    settings.WEBHOOK_SECRET = "s" * 40
    site = served(200)

    states = [mailcheck.webhooks(one)[0] for one in (site, served(404), lambda path, method: "refused")]
    settings.WEBHOOK_SECRET = "secret"
    short = mailcheck.webhooks(served(200))

    assert states == ["ok", "wrong", "warning"]
    assert site.asked == [("HEAD", f"/webhooks/mail/postmark/{'s' * 40}/")]
    assert short[:2] == ("warning", "WEBHOOK_SECRET has 6 characters: somebody may guess it.")
    assert "s" * 40 not in str(mailcheck.webhooks(served(404)))


def test_a_provider_whose_posts_can_not_be_checked_is_wrong(house: dict[str, list[str]], settings: Any):
    settings.MAIL_SERVER = {**ANYMAIL, "provider": "mailersend"}
    without = mailcheck.webhooks(served(200))[0]
    settings.MAIL_SERVER = {**ANYMAIL, "provider": "mailersend", "options": {"signing_secret": "x"}}

    assert (without, mailcheck.webhooks(served(200))[0]) == ("wrong", "ok")


def test_browsers_are_given_the_key_that_is_signed_with_here_or_another(house: dict[str, list[str]], settings: Any):
    ours = json.dumps({"key": public_key()}).encode()
    settings.VAPID_KEY = "AQ" + "E" * 41
    theirs = json.dumps({"key": public_key()}).encode()

    found = [mailcheck.push(served(*one))[0] for one in ((200, theirs), (200, ours), (404, b"<html>"), (200, b"[]"))]
    settings.BASE_URL = "http://news.example"

    assert found == ["ok", "wrong", "wrong", "wrong"]
    assert mailcheck.push(served(200, theirs))[0] == "warning"
    settings.BASE_URL = "https://news.example"
    assert mailcheck.push(lambda path: "refused")[:2] == ("warning", "Not looked at: the site doesn't answer.")
