"""PROOF row 10: an address that no mail goes to is revived by nothing but a fresh consent of whoever reads it.

Every way by which an address comes in is tried, for every reason, whether its reader is still there or has been
deleted: the form on the pages, a confirmation link from before, an account (sign-up, a changed address, one that the
desk makes), following while logged in, a story's follows carried over to another, a provider that says "subscribed"
again. There is no import, and no API that takes addresses. Then an alert goes out to all who follow.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from builders import make_follow, make_reader, make_story
from django.test import Client
from django.utils import timezone
from mailserver import Mailbox

from writethru.bulletins.actions import doors
from writethru.bulletins.actions.confirmations import send_due_confirmations
from writethru.bulletins.actions.forgetting import forget_reader
from writethru.bulletins.actions.webhooks import Told, take_event
from writethru.bulletins.models import Dispatch, Sending
from writethru.bulletins.returns import envelope_sender
from writethru.readers.actions.follow import carry_follows, follow, take_mail_again
from writethru.readers.actions.reader import reader_of, vouch_for
from writethru.readers.actions.suppress import suppress
from writethru.readers.models import Account, Follow, Reader, Suppression
from writethru.readers.queries import is_suppressed

pytestmark = [pytest.mark.prove, pytest.mark.django_db]

ADDRESS = "anna@mail.example"
OURS = {"Sec-Fetch-Site": "same-origin"}
REASONS = ["asked", "bounced", "complained", "deleted"]
FOR_GOOD = {"bounced", "complained"}


def ask(story: Any, email: str) -> None:
    """Type the address into the form of a page."""
    answer = Client().post(f"{story.path_on_site}follow/", {"email": email, "pace": "once"}, headers=OURS)
    assert answer.status_code == 303
    send_due_confirmations(now=timezone.now())


def links() -> list[str]:
    texts = Dispatch.objects.filter(kind="letter").order_by("pk").values_list("text", flat=True)
    return [found for text in texts for found in re.findall(r"/c/[\w-]+/", text)]


def sign_up(email: str) -> None:
    Client().post("/account/signup/", {"email": email, "password1": "a lamp on the rock"})


def make_account(email: str) -> Account:
    account = Account.objects.create_user(email, "a lamp on the rock")
    vouch_for(account)
    return account


def by_form(story: Any, now: datetime) -> None:
    for typed in (ADDRESS, ADDRESS.upper(), f" {ADDRESS} "):
        ask(story, typed)


def by_sign_up(story: Any, now: datetime) -> None:
    sign_up(ADDRESS.title())
    for row in EmailAddress.objects.filter(email=ADDRESS):
        row.verified = True
        row.save()
        reader_of(row.user, now=now)


def by_an_account_of_the_desk(story: Any, now: datetime) -> None:
    reader_of(make_account(ADDRESS), now=now)


def by_a_changed_address(story: Any, now: datetime) -> None:
    account = make_account("other@mail.example")
    reader = reader_of(account, now=now)
    make_follow(story, reader=reader)
    Account.objects.filter(pk=account.pk).update(email=ADDRESS)
    reader_of(Account.objects.get(pk=account.pk), now=now)


def by_following_while_logged_in(story: Any, now: datetime) -> None:
    reader = reader_of(make_account(ADDRESS), now=now)
    how = {"pace": "once", "by_mail": True, "by_push": False, "updates": True, "words": "Follow", "now": now}
    follow(reader, story=story, section=None, **how)
    if reader.mail_stopped_because in FOR_GOOD:
        take_mail_again(reader, words="Send me mail again", now=now)


def by_a_merge(story: Any, now: datetime) -> None:
    other = make_story("Another story")
    reader = Reader.objects.filter(email=ADDRESS).first() or reader_of(make_account(ADDRESS), now=now)
    make_follow(other, reader=reader)
    carry_follows(other, story, now=now)


def by_a_provider(story: Any, now: datetime) -> None:
    for sending in Sending.objects.all():
        for type in ("subscribed", "delivered", "opened", "clicked", "sent"):
            take_event(Told(type, "", "250 Ok", envelope_sender(sending.pk), f"{type}"), now=now)


WAYS: list[Callable[[Any, datetime], None]] = [
    by_form,
    by_sign_up,
    by_an_account_of_the_desk,
    by_a_changed_address,
    by_following_while_logged_in,
    by_a_merge,
    by_a_provider,
]


def alert(story: Any, now: datetime) -> None:
    """Send an alert to all who follow, whether the audience would have them or not."""
    follows = story_follows(story)
    dispatch = Dispatch.objects.create(
        **{
            "kind": "alert",
            "key": f"alert {now.timestamp()}",
            "subject": "Sold",
            "text": "Sold.",
            "html": "<p>Sold.</p>",
        },
        **{"made_at": now, "not_before": now, "is_whole": True, "audience": len(follows)},
    )
    Sending.objects.bulk_create(
        [Sending(dispatch=dispatch, reader=row.reader, follow=row, door="mail") for row in follows]
    )
    doors.send_mail(clock=lambda: now)


def story_follows(story: Any) -> list[Any]:
    for reader in Reader.objects.exclude(email=""):
        if not reader.follows.filter(story=story).exists():
            make_follow(story, reader=reader)
    return list(Follow.objects.filter(story=story).select_related("reader"))


def alerts_to(mailbox: Mailbox, address: str) -> int:
    return sum(message["To"] == address and message["Subject"] == "Sold" for message in mailbox.messages)


@pytest.mark.parametrize("is_deleted", [False, True])
@pytest.mark.parametrize("because", REASONS)
@pytest.mark.parametrize("way", WAYS)
def test_no_way_in_revives_an_address(
    mailbox: Mailbox, way: Callable[[Any, datetime], None], because: str, is_deleted: bool
):
    now, story = timezone.now(), make_story()
    reader = make_reader(ADDRESS, confirmed_at=now - timedelta(days=9))
    make_follow(story, reader=reader)
    make_follow(story, reader=make_reader("bert@mail.example"))
    suppress(ADDRESS, because=because, now=now - timedelta(hours=1))
    if is_deleted:
        forget_reader(reader, now=now)
    stands = is_suppressed(ADDRESS)

    way(story, now)
    alert(story, now + timedelta(minutes=1))

    assert is_suppressed(ADDRESS) == stands
    assert (alerts_to(mailbox, ADDRESS), alerts_to(mailbox, "bert@mail.example")) == (0, 1)
    letters = [message["Subject"] for message in mailbox.messages if message["To"].lower() == ADDRESS]
    assert len(letters) <= (0 if because in FOR_GOOD else 1)


@pytest.mark.parametrize("because", REASONS)
def test_a_link_from_before_revives_only_who_had_stopped_it_themselves(mailbox: Mailbox, because: str):
    now, story = timezone.now(), make_story()
    ask(story, ADDRESS)
    suppress(ADDRESS, because=because, now=now)

    Client().post(links()[0], {"pace": "once"}, headers=OURS)
    alert(story, timezone.now())

    revived = because not in FOR_GOOD
    assert (is_suppressed(ADDRESS) is None) == revived
    assert alerts_to(mailbox, ADDRESS) == int(revived)


@pytest.mark.parametrize("because", ["asked", "deleted"])
def test_a_fresh_consent_does(mailbox: Mailbox, because: str):
    story = make_story()
    suppress(ADDRESS, because=because, now=timezone.now())

    ask(story, ADDRESS)
    Client().post(links()[-1], {"pace": "once"}, headers=OURS)
    alert(story, timezone.now())

    assert (Suppression.objects.count(), alerts_to(mailbox, ADDRESS)) == (0, 1)
