"""PROOF row 9: bounces as the servers of the world word them get the right class, a hard one stops mail at once, and
none that is made up counts.

Each message is taken in as the mailbox, the pipe or a mail server would give it, against a ledger with a line for each.
"""

import random
from collections import Counter
from datetime import timedelta

import pytest
from builders import NOON
from returned import REPLIES, all_returned, report

from writethru.bulletins.actions.bounces import NotForUs, take_bounce
from writethru.bulletins.models import Dispatch, Returned, Sending
from writethru.bulletins.returns import envelope_sender
from writethru.readers.models import Reader, Suppression

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
LATER = NOON + timedelta(hours=1)
STOPS = {"hard", "complaint"}


def lines(count: int) -> list[Sending]:
    """Return as many lines of a ledger that were sent, each to a reader of its own."""
    dispatch = Dispatch.objects.create(
        kind="alert", key="alert 1", made_at=NOON, not_before=NOON, audience=count, sent=count, is_whole=True
    )
    readers = Reader.objects.bulk_create(
        [Reader(email=f"reader-{n}@mail.example", confirmed_at=NOON, made_at=NOON) for n in range(count)]
    )
    return Sending.objects.bulk_create(
        [Sending(dispatch=dispatch, reader=reader, door="mail", status="sent", done_at=NOON) for reader in readers]
    )


def test_at_least_99_in_100_get_the_right_class_and_a_hard_one_stops_mail_at_once():
    many = list(all_returned("SENDER"))
    ledger = lines(len(many))
    wrong, found = [], Counter[str]()

    for sending, (kind, raw) in zip(ledger, many, strict=True):
        taken = take_bounce(raw.replace(b"SENDER", envelope_sender(sending.pk).encode()), now=LATER)
        found[taken.kind] += 1
        if taken.kind != kind:
            wrong.append((kind, taken.kind, raw.decode()[:2000]))
        assert taken.is_suppressed == (taken.kind in STOPS)
        assert Reader.objects.filter(pk=sending.reader_id, mail_stopped_at=LATER).exists() == taken.is_suppressed

    right = 100 * (1 - len(wrong) / len(many))
    print(f"{len(many)} messages, {right:.2f} in 100 in the right class: {dict(sorted(found.items()))}")
    for one in wrong:
        print(one)
    assert len(many) >= 300
    assert right >= 99
    told = Dispatch.objects.get()
    assert (told.sent + told.failed, told.failed) == (told.audience, found["hard"] + found["soft"])
    assert Suppression.objects.count() == found["hard"] + found["complaint"]


def test_no_bounce_that_is_made_up_counts(chance: random.Random):
    ledger = lines(200)
    signed = [envelope_sender(sending.pk) for sending in ledger]
    replies = [(code, said) for of in REPLIES.values() for _, code, said in of]
    accepted = []

    for n in range(2000):
        address = forged(chance, signed)
        code, said = chance.choice(replies)
        raw = report(said, code=code, sender=address, id=f"forged{n}", n=n)
        try:
            accepted.append((address, take_bounce(raw, to=[address], now=LATER)))
        except NotForUs:
            continue

    print(f"{n + 1} forged, {len(accepted)} accepted")
    assert accepted == []
    assert (Suppression.objects.count(), Returned.objects.count()) == (0, 0)
    assert Dispatch.objects.get().sent == len(ledger)


def forged(chance: random.Random, signed: list[str]) -> str:
    """Return an address as somebody makes it who has seen some of ours, and knows everything but the key."""
    one, another = chance.sample(signed, 2)
    local, _, domain = one.partition("@")
    number, _, mac = local.removeprefix("bounce+").partition("-")
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    at = chance.randrange(16)
    flipped = mac[:at] + chance.choice(letters.replace(mac[at], "")) + mac[at + 1 :]
    return chance.choice(
        [
            f"bounce+{number}-{''.join(chance.choices(letters, k=16))}@{domain}",
            f"bounce+{number}-{flipped}@{domain}",
            f"bounce+{number}-{another.partition('@')[0].rpartition('-')[2]}@{domain}",
            f"bounce+0{number}-{mac}@{domain}",
            f"bounce+{number}-{mac[:-1]}@{domain}",
            f"bounce+{number}-{mac}@elsewhere.example",
            f"bounce+{number}@{domain}",
            f"bounce+{number}-@{domain}",
            f"bounce@{domain}",
            f"reader-{chance.randrange(200)}@mail.example",
            f"{number}@{domain}",
        ]
    )
