from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_reader
from returned import complaint, other, report

from writethru.bulletins.actions.bounces import NotForUs, Taken, take_bounce
from writethru.bulletins.models import Dispatch, Returned, Sending
from writethru.bulletins.returns import envelope_sender
from writethru.readers.models import Reader, Suppression
from writethru.readers.queries import is_suppressed

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)
UNKNOWN = ("550 5.1.1 <{to}>: User unknown", "5.1.1")
FULL = ("552 5.2.2 <{to}>: mailbox over quota", "5.2.2")


def sent(reader: Reader | None = None, *, status: str = "sent", **fields: Any) -> Sending:
    """Return a line of a dispatch's ledger that was sent at noon."""
    number = Dispatch.objects.count()
    counts = {{"sent": "sent", "doubt": "in_doubt", "failed": "failed"}.get(status, "dropped"): 1}
    dispatch = Dispatch.objects.create(
        kind="alert", key=f"alert {number}", made_at=NOON, not_before=NOON, audience=1, is_whole=True, **counts
    )
    return Sending.objects.create(
        dispatch=dispatch, reader=reader, door="mail", status=status, **{"done_at": NOON, **fields}
    )


def bounce_of(sending: Sending, said: str, code: str, *, id: str = "", **how: Any) -> bytes:
    return report(said, code=code, sender=envelope_sender(sending.pk), id=id or f"b{sending.pk}", n=1, **how)


def ledger(sending: Sending) -> tuple[Any, ...]:
    sending.refresh_from_db()
    told = Dispatch.objects.get(pk=sending.dispatch_id)
    return (sending.status, sending.answer, told.sent, told.failed, told.in_doubt, told.dropped)


def test_a_hard_bounce_stops_mail_at_once_and_the_line_has_failed():
    reader = make_reader("anna@mail.example")
    sending = sent(reader)

    taken = take_bounce(bounce_of(sending, *UNKNOWN), now=LATER)

    reader.refresh_from_db()
    assert taken == Taken("hard", sending.pk, is_new=True, is_suppressed=True)
    assert ledger(sending) == ("failed", "550 5.1.1 <anna@mail.example>: User unknown", 0, 1, 0, 0)
    assert (reader.mail_stopped_at, reader.mail_stopped_because) == (LATER, "bounced")
    suppressed = is_suppressed("Anna@Mail.example")
    assert suppressed is not None
    note = sending.answer.replace("anna@mail.example", "…")
    assert (suppressed.because, suppressed.made_at, suppressed.note) == ("bounced", LATER, note)


def test_the_same_bounce_counts_once_and_so_does_a_second_about_the_same_line():
    sending = sent(make_reader())
    first = bounce_of(sending, *UNKNOWN)

    taken = [take_bounce(first, now=LATER), take_bounce(first, now=LATER)]
    again = take_bounce(bounce_of(sending, *UNKNOWN, id="another"), now=LATER)

    assert [one.is_new for one in (*taken, again)] == [True, False, True]
    assert ledger(sending)[2:] == (0, 1, 0, 0)
    assert Suppression.objects.count() == 1


def test_a_line_in_doubt_that_came_back_has_failed():
    sending = sent(make_reader(), status="doubt")

    take_bounce(bounce_of(sending, *FULL), now=LATER)

    assert ledger(sending)[0] == "failed"
    assert ledger(sending)[2:] == (0, 1, 0, 0)


def test_one_that_is_being_handed_over_is_its_carriers_to_mark():
    reader = make_reader()
    sending = sent(reader, status="claimed", done_at=None, claimed_by="a worker")

    take_bounce(bounce_of(sending, *UNKNOWN), now=LATER)

    reader.refresh_from_db()
    assert ledger(sending)[0] == "claimed"
    assert reader.mail_stopped_because == "bounced"


@pytest.mark.parametrize("status", ["waiting", "dropped"])
def test_a_bounce_for_what_was_never_sent_counts_not(status: str):
    sending = sent(make_reader(), status=status)

    with pytest.raises(NotForUs, match="never sent"):
        take_bounce(bounce_of(sending, *UNKNOWN), now=LATER)

    assert (ledger(sending)[0], Suppression.objects.count(), Returned.objects.count()) == (status, 0, 0)


def test_a_bounce_for_what_a_browser_was_sent_counts_not():
    sending = sent(make_reader())
    Sending.objects.update(door="push")

    with pytest.raises(NotForUs, match="never sent"):
        take_bounce(bounce_of(sending, *UNKNOWN), now=LATER)


def test_a_bounce_without_a_signature_of_ours_counts_not():
    sending = sent(make_reader())
    signed = envelope_sender(sending.pk)
    forged = bounce_of(sending, *UNKNOWN).replace(signed.encode(), signed.replace("-", "-aaaa")[:20].encode() + b"@x.y")

    with pytest.raises(NotForUs, match="no signature of ours"):
        take_bounce(forged, now=LATER)

    assert (ledger(sending)[0], Returned.objects.count()) == ("sent", 0)


def test_the_carrier_may_say_to_whom_it_came():
    sending = sent(make_reader())
    signed = envelope_sender(sending.pk)
    raw = bounce_of(sending, *UNKNOWN).replace(signed.encode(), b"bounce@news.example")

    assert take_bounce(raw, to=[signed], now=LATER).kind == "hard"


def test_an_address_that_is_ill_for_a_week_gets_no_more_mail():
    reader = make_reader("anna@mail.example", confirmed_at=NOON - timedelta(days=1))
    days = [0, 1, 2, 3, 6, 8]
    sendings = [sent(reader, done_at=NOON + timedelta(days=day)) for day in days]

    stopped = [
        take_bounce(bounce_of(sending, *FULL), now=NOON + timedelta(days=day)).is_suppressed
        for day, sending in zip(days, sendings, strict=True)
    ]

    assert stopped == [False, False, False, False, False, True]
    assert {ledger(sending)[0] for sending in sendings} == {"failed"}


def test_an_address_that_is_ill_now_and_then_gets_mail():
    reader = make_reader("anna@mail.example")
    days = [0, 20, 40, 60, 80, 100]

    for day in days:
        at = NOON + timedelta(days=day)
        assert not take_bounce(bounce_of(sent(reader, done_at=at), *FULL), now=at).is_suppressed


def test_a_complaint_stops_mail_and_the_line_was_sent():
    reader = make_reader("anna@mail.example")
    sending = sent(reader)

    taken = take_bounce(complaint(envelope_sender(sending.pk), id="x"), now=LATER)

    assert taken == Taken("complaint", sending.pk, is_new=True, is_suppressed=True)
    assert ledger(sending)[0] == "sent"
    assert [row.because for row in Suppression.objects.all()] == ["complained"]


@pytest.mark.parametrize(
    "made",
    [
        lambda to: other("Out of office", "Auto-Submitted: auto-replied\n", "Away.", sender=to, id="x"),
        lambda to: other("Please confirm (conf#1)", "", "Please.", sender=to, id="x"),
        lambda to: other("Re: x", "", "Thanks.", sender=to, id="x"),
        lambda to: report("451 4.4.1 timeout", code="4.4.1", sender=to, id="x", action="delayed"),
    ],
)
def test_what_a_machine_says_out_of_politeness_is_kept_and_nothing_is_done(made: Any):
    reader = make_reader()
    sending = sent(reader)

    taken = take_bounce(made(envelope_sender(sending.pk)), now=LATER)

    reader.refresh_from_db()
    assert (taken.is_new, taken.is_suppressed, ledger(sending)[0]) == (True, False, "sent")
    assert (Returned.objects.count(), reader.mail_stopped_at) == (1, None)


def test_whoever_has_another_address_by_now_is_left_alone():
    reader = make_reader("new@mail.example", confirmed_at=NOON + timedelta(minutes=1))

    with pytest.raises(NotForUs):
        take_bounce(bounce_of(sent(reader), *UNKNOWN), now=LATER)

    assert is_suppressed("new@mail.example") is None


def test_a_letter_that_bounces_stops_mail_to_its_address():
    sending = sent(None, address="bert@mail.example")

    take_bounce(bounce_of(sending, *UNKNOWN), now=LATER)

    assert is_suppressed("bert@mail.example") is not None
