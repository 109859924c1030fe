"""The loop that sends, against a real SMTP server: what it answers, and what the ledger then says."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from builders import NOON, make_follow, make_reader, make_report, make_story
from django.conf import settings
from django.db import connection, connections
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from mailserver import DROP, Mailbox
from pushing import push_service
from web import raw

from writethru.bulletins.actions import doors
from writethru.bulletins.actions.claims import doubt_ended_claims, reserve
from writethru.bulletins.actions.letters import send_letter
from writethru.bulletins.actions.parcels import KEPT, Packer
from writethru.bulletins.actions.resend import send_again
from writethru.bulletins.actions.send import ON_THE_AGENDA, Loop, closing
from writethru.bulletins.actions.stop import stop
from writethru.bulletins.actions.turns import take_turn
from writethru.bulletins.carriers import Answer, Outcome, Parcel, Turn
from writethru.bulletins.models import Dispatch, Sending
from writethru.readers.models import Follow, Reader, Suppression
from writethru.stories.models import ReportState, Story

pytestmark = pytest.mark.django_db


def make_dispatch(story: Story, *, readers: int = 0, key: str = "alert 1", **fields: Any) -> Dispatch:
    """Return a dispatch that is due, with some followers in its ledger."""
    given = {"subject": "Sold", "text": "Sold. %%why%%\n", "html": "<p>Sold. %%stop%%</p>", "made_at": NOON}
    dispatch = Dispatch.objects.create(
        **{"kind": "alert", "key": key, "story": story, "not_before": NOON, "is_whole": True, **given, **fields}
    )
    for n in range(readers):
        add(dispatch, make_follow(story, reader=make_reader(f"r{n}@mail.example")))
    return dispatch


def add(dispatch: Dispatch, follow: Follow, **fields: Any) -> Sending:
    dispatch.audience += 1
    dispatch.save()
    return Sending.objects.create(dispatch=dispatch, reader=follow.reader, follow=follow, **{"door": "mail", **fields})


def send(now: datetime = NOON) -> None:
    doors.send_mail(clock=lambda: now)


def ledger(dispatch: Dispatch) -> list[tuple[str, str]]:
    return list(dispatch.sendings.order_by("pk").values_list("status", "answer"))


def counts(dispatch: Dispatch) -> tuple[Any, ...]:
    dispatch.refresh_from_db()
    return (dispatch.status, dispatch.sent, dispatch.failed, dispatch.in_doubt, dispatch.dropped)


@pytest.mark.parametrize("pipelining", [True, False])
def test_each_follower_is_sent_one_and_the_dispatch_is_finished(pipelining: bool):
    server = Mailbox(pipelining=pipelining).start()
    dispatch = make_dispatch(make_story(), readers=25)

    with override_settings(MAIL_SERVER=server.settings, MAIL_CONNECTIONS=3):
        send()
    server.stop()

    assert sorted(server.recipients) == sorted(f"r{n}@mail.example" for n in range(25))
    assert set(ledger(dispatch)) == {("sent", "250 2.0.0 Ok")}
    assert counts(dispatch) == ("finished", 25, 0, 0, 0)
    assert server.connections <= 3
    assert len({message["Message-ID"] for message in server.messages}) == 25


def test_a_message_says_how_to_have_no_more_of_it(mailbox: Mailbox):
    dispatch = make_dispatch(make_story(), readers=1)

    send()

    (message,), (sending,) = mailbox.messages, dispatch.sendings.all()
    text, html = (part.get_content() for part in message.iter_parts())
    stop_link = message["List-Unsubscribe"].strip("<>")
    assert stop_link == f"{settings.BASE_URL}/u/{html.removeprefix('<p>Sold. ').partition('<')[0]}/"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert text.replace("\r", "") == "Sold. At once, because you asked for it on 24 November 2026.\n"
    assert message["Message-ID"] == f"<{sending.pk}.{int(NOON.timestamp()):x}@localhost>"
    assert mailbox.envelopes[0][0].startswith("bounce+")


def test_a_letter_goes_first_and_has_nothing_to_stop(mailbox: Mailbox):
    make_dispatch(make_story(), readers=3, rank=3)
    send_letter(to="anna@mail.example", subject="Confirm", text="%%stop%%\n", html="", key="confirm 1", now=NOON)

    with override_settings(MAIL_CONNECTIONS=1):
        send()

    letter = mailbox.messages[0]
    assert (letter["To"], letter["Auto-Submitted"], letter["List-Unsubscribe"]) == (
        "anna@mail.example",
        "auto-generated",
        None,
    )
    assert letter.get_content().strip() == "%%stop%%"
    assert len(mailbox.messages) == 4


def letters(count: int) -> None:
    for n in range(count):
        send_letter(to=f"l{n}@mail.example", subject="Confirm", text="Here\n", html="", key=f"confirm {n}", now=NOON)


def test_more_letters_than_are_on_the_agenda_all_go(mailbox: Mailbox):
    letters(2 * ON_THE_AGENDA + 1)

    send()

    assert len(mailbox.messages) == 2 * ON_THE_AGENDA + 1
    assert not Dispatch.objects.filter(status="sending").exists()


def test_what_has_to_be_tried_again_later_keeps_nobody_else_waiting(mailbox: Mailbox):
    letters(ON_THE_AGENDA)
    mailbox.answer("rcpt", "450 4.2.1 Try later", times=ON_THE_AGENDA)
    send()
    dispatch = make_dispatch(make_story(), readers=2)

    send()

    assert counts(dispatch) == ("finished", 2, 0, 0, 0)
    assert Sending.objects.filter(status="waiting").count() == ON_THE_AGENDA


@pytest.mark.parametrize(
    ("when", "answer", "status", "said"),
    [
        ("rcpt", "550 5.1.1 No such user", "failed", "550 5.1.1 No such user"),
        ("rcpt", "450 4.2.1 Try later", "waiting", "450 4.2.1 Try later"),
        ("mail", "451 4.3.0 Busy", "waiting", "451 4.3.0 Busy"),
        ("data", "452 4.3.1 No room", "waiting", "452 4.3.1 No room"),
        ("data", "554 5.7.1 Spam", "failed", "554 5.7.1 Spam"),
        ("data", DROP, "doubt", "The server ended the connection."),
    ],
)
@pytest.mark.parametrize("pipelining", [True, False])
def test_the_server_s_answer_decides(when: str, answer: str, status: str, said: str, pipelining: bool):
    server = Mailbox(pipelining=pipelining).start()
    server.answer(when, answer, times=1)
    dispatch = make_dispatch(make_story(), readers=4)

    with override_settings(MAIL_SERVER=server.settings, MAIL_CONNECTIONS=1):
        send()
        send()  # a server that drops a connection is left alone for a while
    server.stop()

    assert sorted(ledger(dispatch)) == sorted([(status, said), *[("sent", "250 2.0.0 Ok")] * 3])
    done = {"waiting": ("sending", 3, 0, 0, 0), "failed": ("finished", 3, 1, 0, 0), "doubt": ("finished", 3, 0, 1, 0)}
    assert counts(dispatch) == done[status]
    assert len(server.recipients) == 3


def test_what_is_refused_for_now_is_tried_for_a_day_and_then_has_failed(mailbox: Mailbox):
    mailbox.answer("data", "451 4.7.1 Greylisted")
    dispatch = make_dispatch(make_story(), readers=1)
    tried, now = [], NOON

    while now:
        send(now)
        tried.append((now - NOON).total_seconds() // 60)
        send(now)
        now = dispatch.sendings.get().next_try_at

    assert len(mailbox.taken) == len(tried)
    assert tried == [0, 1, 6, 21, 51, *range(111, 1440, 60)]
    assert ledger(dispatch) == [("failed", "451 4.7.1 Greylisted")]
    assert counts(dispatch) == ("finished", 0, 1, 0, 0)


def test_a_server_that_is_full_loses_nothing(mailbox: Mailbox):
    mailbox.answer("rcpt", "421 4.3.2 Closing", times=2)
    dispatch = make_dispatch(make_story(), readers=5)

    for _ in range(4):
        send()

    assert sorted(mailbox.recipients) == sorted(f"r{n}@mail.example" for n in range(5))
    assert counts(dispatch) == ("finished", 5, 0, 0, 0)


def test_a_server_that_is_not_there_leaves_everything_waiting():
    nowhere = {"carrier": "smtp", "host": "127.0.0.1", "port": 1, "user": "", "password": "", "tls": "offered"}
    dispatch = make_dispatch(make_story(), readers=2)

    with override_settings(MAIL_SERVER=nowhere):
        send()

    assert set(ledger(dispatch)) == {("waiting", "")}
    assert {*dispatch.sendings.values_list("claimed_by", flat=True)} == {""}


def test_a_hard_bounce_suppresses_the_address(mailbox: Mailbox):
    mailbox.answer("rcpt", "550 5.1.1 No such user", to="r0@mail.example")
    mailbox.answer("rcpt", "550 5.7.1 We don't like you", to="r1@mail.example")
    mailbox.answer("rcpt", "552 5.2.2 Mailbox full", to="r2@mail.example")
    mailbox.answer("rcpt", "550 Blocked by Spamhaus", to="r3@mail.example")
    make_dispatch(make_story(), readers=5)

    send()

    assert [(one.because, one.note) for one in Suppression.objects.all()] == [("bounced", "550 5.1.1 No such user")]
    assert Reader.objects.get(email="r0@mail.example").mail_stopped_at == NOON


def unfollow(sending: Sending) -> None:
    Follow.objects.filter(pk=sending.follow_id).update(ended_at=NOON)


def pause_follow(sending: Sending) -> None:
    Follow.objects.filter(pk=sending.follow_id).update(paused_at=NOON)


def mute_follow(sending: Sending) -> None:
    Follow.objects.filter(pk=sending.follow_id).update(muted_until=NOON + timedelta(hours=1))


def other_door(sending: Sending) -> None:
    Follow.objects.filter(pk=sending.follow_id).update(by_mail=False)


def pause_reader(sending: Sending) -> None:
    Reader.objects.filter(pk=sending.reader_id).update(paused_at=NOON)


def stop_mail(sending: Sending) -> None:
    Reader.objects.filter(pk=sending.reader_id).update(mail_stopped_at=NOON)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (unfollow, "unfollowed"),
        (pause_follow, "paused"),
        (mute_follow, "muted"),
        (other_door, "other door"),
        (pause_reader, "paused"),
        (stop_mail, "mail stopped"),
    ],
)
def test_what_is_no_longer_true_when_it_is_claimed_is_dropped(mailbox: Mailbox, change: Any, reason: str):
    dispatch = make_dispatch(make_story(), readers=3)
    change(dispatch.sendings.order_by("pk")[1])

    send()

    assert [status for status, _ in ledger(dispatch)] == ["sent", "dropped", "sent"]
    assert ledger(dispatch)[1] == ("dropped", reason)
    assert sorted(mailbox.recipients) == ["r0@mail.example", "r2@mail.example"]
    assert counts(dispatch) == ("finished", 2, 0, 0, 1)


def test_nothing_is_sent_of_a_report_that_is_no_longer_public_but_its_withdrawal(mailbox: Mailbox):
    story = make_story()
    report = make_report(stories=[story], quiet=True)
    version = report.versions.get()
    dispatch = make_dispatch(story, readers=3, version=version)
    ReportState.objects.filter(report=report).update(status="killed")

    send()
    withdrawal = report.versions.create(number=2, kind="withdrawal", grade="alert", html="", published_at=NOON)
    told = make_dispatch(story, key="alert 2", version=withdrawal)
    add(told, Follow.objects.all()[0])
    send()

    assert set(ledger(dispatch)) == {("dropped", "not public any more")}
    assert counts(dispatch) == ("finished", 0, 0, 0, 3)
    assert ledger(told) == [("sent", "250 2.0.0 Ok")]
    assert mailbox.recipients == ["r0@mail.example"]


def test_what_is_held_waits_and_may_be_stopped(mailbox: Mailbox):
    dispatch = make_dispatch(make_story(), readers=2, not_before=NOON + timedelta(seconds=30))

    send()
    waiting = ledger(dispatch)
    stopped = stop(dispatch, user=None, now=NOON)
    again = stop(dispatch, user=None, now=NOON)
    send(NOON + timedelta(minutes=1))

    assert (set(waiting), stopped, again) == ({("waiting", "")}, True, False)
    assert set(ledger(dispatch)) == {("dropped", "stopped")}
    assert counts(dispatch) == ("stopped", 0, 0, 0, 2)
    assert mailbox.taken == []


def test_a_claim_that_ran_out_is_in_doubt_and_sent_again_only_when_an_editor_says_so(mailbox: Mailbox):
    dispatch = make_dispatch(make_story(), readers=2)
    first = dispatch.sendings.order_by("pk")[0]
    Sending.objects.filter(pk=first.pk).update(
        status="claimed", claimed_by="elsewhere:1:aa", claimed_until=NOON - timedelta(minutes=1)
    )

    doubtful = doubt_ended_claims(now=NOON)
    send()
    before = (counts(dispatch), mailbox.recipients[:])
    again = send_again(first, user="Ada", now=NOON)
    send()

    assert (doubtful, again, send_again(first, user="Ada", now=NOON)) == (1, True, False)
    assert before == (("finished", 1, 0, 1, 0), ["r1@mail.example"])
    assert counts(dispatch) == ("finished", 2, 0, 0, 0)
    assert mailbox.recipients == ["r1@mail.example", "r0@mail.example"]


def test_what_is_in_doubt_of_a_stopped_dispatch_does_not_let_it_go_on(mailbox: Mailbox):
    story = make_story()
    dispatch = make_dispatch(story, readers=1, is_whole=False, scope={"stories": [story.pk]}, in_doubt=1)
    dispatch.sendings.update(status="doubt")
    make_follow(story)
    stop(dispatch, user=None, now=NOON)

    again = send_again(dispatch.sendings.get(), user="Ada", now=NOON)
    send()

    assert (again, ledger(dispatch), counts(dispatch)) == (False, [("doubt", "")], ("stopped", 0, 0, 1, 0))
    assert mailbox.taken == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("tree")
def test_what_is_claimed_is_handed_over_even_if_what_is_not_to_go_can_not_be_dropped_now():
    if connection.vendor != "postgresql":
        pytest.skip("in SQLite whoever locks a row locks all")
    dispatch = make_dispatch(make_story(), readers=2)
    goes, stays = dispatch.sendings.order_by("pk")
    unfollow(stays)
    dispatch.sendings.update(claimed_by="me", claimed_until=NOON + timedelta(minutes=1))
    ready = [Parcel(line.pk, dispatch.pk, NOON) for line in (goes, stays)]
    other = connections.create_connection("default")
    other.set_autocommit(False)
    with other.cursor() as theirs, connection.cursor() as mine:
        theirs.execute("SELECT 1 FROM bulletins_dispatch WHERE id = %s FOR UPDATE", [dispatch.pk])
        mine.execute("SET lock_timeout = '200ms'")
        granted = take_turn([], ready, by="me", now=NOON)
        mine.execute("RESET lock_timeout")
    other.rollback()
    other.close()

    assert granted == ready[:1]
    assert [line.status for line in dispatch.sendings.order_by("pk")] == ["claimed", "waiting"]
    assert take_turn([], ready[1:], by="me", now=NOON) == []
    assert ledger(dispatch) == [("claimed", ""), ("dropped", "unfollowed")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("tree")
def test_an_answer_to_what_was_put_in_doubt_meanwhile_ends_nobody_s_turn():
    dispatch = make_dispatch(make_story(), readers=2)
    doubted, goes = dispatch.sendings.order_by("pk")
    dispatch.sendings.update(claimed_by="me", claimed_until=NOON + timedelta(minutes=1))
    Sending.objects.filter(pk=doubted.pk).update(status="doubt")
    ready = [Parcel(goes.pk, dispatch.pk, NOON)]

    granted = take_turn([Answer(Parcel(doubted.pk, dispatch.pk, NOON), Outcome.SENT)], ready, by="me", now=NOON)

    assert granted == ready
    assert [line.status for line in dispatch.sendings.order_by("pk")] == ["doubt", "claimed"]
    assert counts(dispatch)[1:] == (0, 0, 1, 0)


def test_packing_an_alert_asks_the_database_nothing_however_many_others_are_under_way():
    story, clock = make_story(), lambda: NOON
    reader, packer = make_follow(story, reader=make_reader("anna@mail.example")), Packer(now=clock)
    parcels = []
    for n in range(2 * KEPT):
        dispatch = make_dispatch(story, key=f"alert {n}")
        add(dispatch, reader)
        parcels += packer.parcels(dispatch.pk, reserve(dispatch.pk, door="mail", by="me", now=NOON, limit=1))

    with CaptureQueriesContext(connection) as asked:
        packed = [not packer.asks(parcel) and packer.pack(parcel) for parcel in packer.as_they_stand(parcels)]

    assert (packed, len(asked)) == ([True] * 2 * KEPT, 0)


class OneByOne:
    """A carrier that holds four parcels and answers one at a time; after the tenth the process is to end."""

    trouble, has_more = "", False

    def __init__(self) -> None:
        self.ready, self.under_way, self.handed, self.waits = list[Parcel](), list[Parcel](), 0, 0

    @property
    def room(self) -> int:
        return 4 - len(self.ready) - len(self.under_way)

    @property
    def is_busy(self) -> bool:
        return bool(self.ready or self.under_way)

    def take(self, parcel: Parcel) -> None:
        self.ready.append(parcel)

    def wait(self, seconds: float) -> Turn:
        self.waits += 1
        assert self.waits < 500, "it goes on"
        answers = [Answer(self.under_way.pop(0), Outcome.SENT, "taken")] if self.under_way else []
        return Turn(list(self.ready), answers)

    def hand_over(self, parcels: Sequence[Parcel]) -> None:
        for parcel in parcels:
            self.ready.remove(parcel)
            self.under_way.append(parcel)
            self.handed += 1
        if self.handed >= 10:
            closing.set()

    def give_up(self, parcels: Sequence[Parcel]) -> None:
        self.ready = [parcel for parcel in self.ready if parcel not in parcels]

    def close(self) -> list[Parcel]:
        return self.ready


def test_who_is_to_end_begins_with_nothing_more_and_gives_back_what_was_reserved():
    dispatch, carrier = make_dispatch(make_story(), readers=40), OneByOne()

    try:
        Loop(carrier, door="mail", clock=lambda: NOON, linger=timedelta()).run()
    finally:
        closing.clear()

    assert (carrier.handed, counts(dispatch)[:2]) == (10, ("sending", 10))
    assert dispatch.sendings.filter(status="waiting", claimed_by="").count() == 30


def test_an_address_that_is_none_has_failed_and_goes_into_no_command(mailbox: Mailbox):
    story = make_story()
    dispatch = make_dispatch(story)
    for email in (
        "a b@mail.example",
        "a@mail.example>\r\nRCPT TO:<b@mail.example",
        "ü@mail.example",
        "c@bücher.example",
    ):
        add(dispatch, make_follow(story, reader=make_reader(email)))

    send()

    assert [status for status, _ in ledger(dispatch)] == ["failed", "failed", "failed", "sent"]
    assert mailbox.recipients == ["c@xn--bcher-kva.example"]


def test_what_a_push_service_says_is_kept_as_a_line_whatever_it_is(settings: Any):
    story = make_story()
    dispatch = make_dispatch(story, push={"title": "Sold", "body": "Sold"})
    hostile = raw(b"HTTP/1.1 400 No\r\nContent-Length: 5\r\nConnection: close\r\n\r\na\0b\nc")

    with push_service(settings) as service:
        for answer in (hostile, None):
            browser = service.browser(make_reader(""), answer=answer)
            follow = make_follow(story, reader=browser.reader, by_mail=False, by_push=True)
            add(dispatch, follow, door="push", subscription=browser)
        doors.send_push(clock=lambda: NOON)

    assert ledger(dispatch) == [("failed", "400 a b c"), ("sent", "201")]
    assert counts(dispatch) == ("finished", 1, 1, 0, 0)


def test_without_a_server_each_message_is_a_file():
    dispatch = make_dispatch(make_story(), readers=2)

    send()

    files = sorted(settings.MAIL_FOLDER.glob(f"{dispatch.pk}-*.eml"))
    assert len(files) == 2
    assert counts(dispatch) == ("finished", 2, 0, 0, 0)
