from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from builders import NOON
from pushing import Pushed, push_service
from web import Answer, raw, status

from writethru.bulletins.actions import push
from writethru.bulletins.actions.push import Answer as Answered
from writethru.bulletins.actions.push import Outcome, push_one
from writethru.bulletins.models import Sending
from writethru.readers.models import PushSubscription

TOLD = {"title": "The lighthouse is sold", "body": "灯台が売却された", "tag": "r17", "url": "/news/1/"}


def line(subscription: PushSubscription) -> Sending:
    return Sending(door="push", subscription=subscription)


def test_a_browser_is_given_what_it_alone_can_open(settings: Any):
    with push_service(settings) as service:
        first, second = service.browser(), service.browser()

        answers = [push_one(line(first), push=TOLD), push_one(line(second), push={"title": "x", "tag": "not a topic!"})]

    assert [answer.outcome for answer in answers] == [Outcome.SENT, Outcome.SENT]
    assert service.received == [
        Pushed(first.endpoint, TOLD, topic="r17", ttl=86400, urgency="normal"),
        Pushed(second.endpoint, {"title": "x", "tag": "not a topic!"}, topic="", ttl=86400, urgency="normal"),
    ]
    assert service.wrong == []


@pytest.mark.parametrize(
    ("code", "headers", "outcome", "wait"),
    [
        (200, {}, "sent", 0),
        (202, {}, "sent", 0),
        (404, {}, "gone", 0),
        (410, {}, "gone", 0),
        (413, {}, "failed", 0),
        (400, {}, "failed", 0),
        (403, {}, "failed", 0),
        (301, {"Location": "https://push.example/"}, "failed", 0),
        (429, {}, "later", 60),
        (429, {"Retry-After": "120"}, "later", 120),
        (503, {"Retry-After": "99999999"}, "later", 86400),
        (500, {"Retry-After": "soon"}, "later", 60),
        (503, {"Retry-After": "-5"}, "later", 60),
    ],
)
def test_what_the_service_answers_decides(settings: Any, code: int, headers: dict[str, str], outcome: str, wait: int):
    with push_service(settings) as service:
        answer = push_one(
            line(service.browser(answer=status(code, **{k.replace("-", "_"): v for k, v in headers.items()}))),
            push=TOLD,
        )

    assert answer == Answered(Outcome(outcome), str(code), wait)


def test_a_service_may_name_the_time_to_come_back(settings: Any):
    at = format_datetime(datetime.now(UTC) + timedelta(minutes=10))
    with push_service(settings) as service:
        answer = push_one(line(service.browser(answer=status(503, Retry_After=at))), push=TOLD)

    assert 590 <= answer.wait_seconds <= 600


@pytest.mark.parametrize("answer", [raw(b""), raw(b"H", *[b"x"] * 99, every=0.1)])
def test_silence_after_it_was_sent_is_in_doubt(settings: Any, monkeypatch: pytest.MonkeyPatch, answer: Answer):
    monkeypatch.setattr(push, "PATIENCE_SECONDS", 0.4)
    with push_service(settings) as service:
        assert push_one(line(service.browser(answer=answer)), push=TOLD).outcome == Outcome.DOUBT


def test_a_service_that_is_not_there_is_tried_later(settings: Any):
    with push_service(settings) as service:
        browser = service.browser()

    assert push_one(line(browser), push=TOLD).outcome == Outcome.LATER


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1/x", "https://169.254.169.254/", "file:///etc/passwd", ""])
def test_an_endpoint_that_is_not_public_is_gone_and_never_asked(settings: Any, endpoint: str):
    with push_service(settings) as service:
        browser = service.browser()
    browser.endpoint = endpoint

    assert push_one(line(browser), push=TOLD).outcome == Outcome.GONE


def test_keys_that_are_none_a_subscription_that_has_ended_and_a_message_that_is_too_long(settings: Any):
    with push_service(settings) as service:
        no_keys, ended, long = (service.browser() for _ in range(3))
        no_keys.p256dh = "rubbish"
        ended.ended_at = NOON

        outcomes = [
            push_one(line(no_keys), push=TOLD).outcome,
            push_one(line(ended), push=TOLD).outcome,
            push_one(line(long), push={"body": "x" * 4000}).outcome,
            push_one(Sending(door="push"), push=TOLD).outcome,
        ]

    assert outcomes == [Outcome.GONE, Outcome.GONE, Outcome.FAILED, Outcome.GONE]
    assert (service.received, service.site.asked) == ([], [])
