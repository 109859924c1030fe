"""Sending by a provider's API, to one that the test runs: real HTTP, and anymail's own backend."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from builders import NOON
from web import Answer, Site, body, raw, site, status

from writethru.bulletins import anymailing
from writethru.bulletins.anymailing import send
from writethru.bulletins.carriers import Outcome, Parcel
from writethru.lib.mail import Frame

SENDER = "bounce+1-aaaaaaaaaaaaaaaa@news.example"
TAKEN = {
    "To": "anna@mail.example",
    "SubmittedAt": "2026-06-15T12:00:00Z",
    "MessageID": "m-1",
    "ErrorCode": 0,
    "Message": "OK",
}


@contextmanager
def provider(settings: Any, answer: Answer, *, timeout: str = "2") -> Iterator[Site]:
    with site({"/email": answer}) as api:
        options = {"api_url": api.address("/"), "timeout": float(timeout)}
        settings.MAIL_SERVER = {
            **{"carrier": "anymail", "provider": "postmark", "host": "", "user": "TOKEN", "password": ""},
            "options": options,
        }
        anymailing._own.__dict__.clear()
        yield api
    anymailing._own.__dict__.clear()


def parcel(to: str = "anna@mail.example") -> Parcel:
    frame = Frame(
        sender="The Daily Example <news@news.example>",
        subject="灯台が売却された",
        text="Sold on Tuesday. %%why%%",
        html="<p>Sold on <b>Tuesday</b>.</p>",
    )
    message = frame.message(
        to=to,
        id="<1.x@news.example>",
        date="Mon, 15 Jun 2026 12:00:00 +0000",
        values={"why": "Daily.", "stop": "", "all": "", "manage": ""},
        unsubscribe="https://news.example/u/AAAA/",
    )
    return Parcel(sending=1, dispatch=1, since=NOON, sender=SENDER, to=to, message=message)


def answer_of(told: Any) -> Answer:
    return body(json.dumps(told).encode(), Content_Type="application/json")


def test_a_message_goes_whole_and_says_which_line_it_is_of(settings: Any):
    with provider(settings, answer_of(TAKEN)) as api:
        answer = send(parcel())

    told = json.loads(api.bodies[0])
    assert (answer.outcome, answer.said) == (Outcome.SENT, "sent m-1")
    assert api.asked[0][1]["x-postmark-server-token"] == "TOKEN"
    assert {name: told[name] for name in ("From", "To", "Subject", "Metadata")} == {
        "From": "The Daily Example <news@news.example>",
        "To": "anna@mail.example",
        "Subject": "灯台が売却された",
        "Metadata": {"sending": SENDER},
    }
    assert (told["TextBody"].strip(), told["HtmlBody"].strip()) == (
        "Sold on Tuesday. Daily.",
        "<p>Sold on <b>Tuesday</b>.</p>",
    )
    assert {one["Name"]: one["Value"] for one in told["Headers"]} == {
        "Message-ID": "<1.x@news.example>",
        "List-Unsubscribe": "<https://news.example/u/AAAA/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_one_goes_after_the_other(settings: Any):
    with provider(settings, answer_of(TAKEN)) as api:
        outcomes = {send(parcel()).outcome for _ in range(3)}

    assert (outcomes, len(api.asked)) == ({Outcome.SENT}, 3)


def refused(code: int, **headers: str) -> Answer:
    def answer(handler: Any) -> None:
        handler.send_response(code)
        for name, value in {"Content-Length": "2", "Content-Type": "application/json", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(b"{}")

    return answer


@pytest.mark.parametrize(
    ("answer", "outcome", "wait"),
    [
        (refused(429), "later", 60),
        (refused(429, Retry_After="7"), "later", 7),
        (refused(500), "later", 60),
        (refused(503, Retry_After="99999"), "later", 3600),
        (refused(401), "later", 900),
        (refused(403), "later", 900),
        (refused(400), "failed", 0),
        (refused(502), "doubt", 0),
        (refused(504), "doubt", 0),
        (body(b"no JSON"), "doubt", 0),
        (raw(b""), "doubt", 0),
        (raw(b"H", *[b"x"] * 50, every=0.1), "doubt", 0),
    ],
)
def test_what_the_provider_answers_decides(settings: Any, answer: Answer, outcome: str, wait: int):
    with provider(settings, answer, timeout="0.3"):
        told = send(parcel())

    assert (told.outcome, told.wait_seconds) == (Outcome(outcome), wait)
    assert len(told.said) <= 500
    assert "TOKEN" not in told.said


@pytest.mark.parametrize(
    ("code", "says", "is_hard"),
    [
        (406, "Found inactive addresses: anna@mail.example.\n Inactive recipients are …", False),
        (300, "Error parsing 'To': Illegal email domain 'x' in address 'anna@mail.example'.", True),
    ],
)
def test_a_recipient_who_is_refused_has_failed(settings: Any, code: int, says: str, is_hard: bool):
    told = {"ErrorCode": code, "Message": says}

    def answer(handler: Any) -> None:
        handler.send_response(422)
        content = json.dumps(told).encode()
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    with provider(settings, answer):
        given = send(parcel())

    assert (given.outcome, given.is_hard) == (Outcome.FAILED, is_hard)


def test_a_provider_who_is_not_there_is_tried_later(settings: Any):
    with provider(settings, status(200)) as api:
        pass
    settings.MAIL_SERVER["options"]["api_url"] = api.address("/")
    anymailing._own.__dict__.clear()

    assert send(parcel()).outcome == Outcome.LATER
