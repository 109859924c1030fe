from datetime import timedelta

import pytest
from builders import NOON, make_follow, make_reader, make_story

from writethru.bulletins.actions.forgetting import forget_reader, forget_what_is_over
from writethru.bulletins.actions.letters import send_letter
from writethru.bulletins.models import Dispatch, Sending
from writethru.readers.actions.reader import reader_of
from writethru.readers.links import address_hash
from writethru.readers.models import Account, Follow, OptIn, Reader, Suppression

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_who_is_deleted_leaves_a_hash_of_their_address_and_nothing_else():
    account = Account.objects.create_user("reader@mail.example")
    reader, other = reader_of(account, now=NOON), make_reader()
    make_follow(make_story(), reader=reader)
    kept = make_follow(make_story("The ferry"), reader=other)
    OptIn.objects.create(email="reader@mail.example", words="Follow", asked_at=NOON)
    for one in (reader, other):
        send_letter(to=one.email, subject="s", text="t", html="h", key=one.email, now=NOON)

    forget_reader(reader, now=NOON)

    assert (list(Reader.objects.all()), list(Follow.objects.all())) == ([other], [kept])
    assert (OptIn.objects.count(), Account.objects.count()) == (0, 0)
    assert list(Dispatch.objects.values_list("key", flat=True)) == [other.email]
    assert list(Suppression.objects.values_list("address_hash", "because")) == [
        (address_hash("reader@mail.example"), "deleted")
    ]


def test_what_is_over_is_deleted_and_what_is_not_is_kept():
    story = make_story()
    for days in (400, 1):
        at = NOON - days * DAY
        reader = make_reader(f"{days}@mail.example", made_at=at)
        make_reader("", made_at=at)  # follows nothing
        make_follow(story, reader=reader, followed_at=at)
        make_follow(make_story(f"Story {days}"), reader=reader, ended_at=at)
        OptIn.objects.create(email=f"{days}@mail.example", words="Follow", asked_at=at)
        alert = Dispatch.objects.create(kind="alert", key=f"alert {days}", made_at=at, not_before=at, status="finished")
        Sending.objects.create(dispatch=alert, reader=reader, door="mail", status="sent", done_at=at)
        letter = send_letter(to="a@mail.example", subject="s", text="t", html="h", key=f"letter {days}", now=at)
        Dispatch.objects.filter(pk=letter.pk).update(status="finished")

    gone = forget_what_is_over(now=NOON)

    assert {name: n for name, n in gone.items() if n} == {
        "letters": 1,
        "dispatches": 1,
        "opt-ins": 1,
        "follows": 1,
        "readers": 1,
    }
    assert set(Dispatch.objects.values_list("key", flat=True)) == {"alert 1", "letter 1"}
    assert forget_what_is_over(now=NOON) == dict.fromkeys(gone, 0)
