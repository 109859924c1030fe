from datetime import timedelta

import pytest
from builders import NOON, make_reader

from writethru.readers.actions.follow import stop_all_mail, take_mail_again
from writethru.readers.actions.reader import reader_of
from writethru.readers.actions.suppress import lift, suppress
from writethru.readers.models import Account, Reader, Suppression
from writethru.readers.queries import is_suppressed

pytestmark = pytest.mark.django_db


def test_a_suppressed_address_is_known_however_it_is_typed_and_stands_nowhere():
    said = "550 5.1.1 <Anna@mail.example>: anna@mail.example is unknown (anna@mail.example)"
    suppress(" Anna@Mail.Example ", because="bounced", note=said, now=NOON)

    row = Suppression.objects.get()
    assert is_suppressed("anna@mail.example") == row
    assert is_suppressed("bert@mail.example") is None
    assert row.note == "550 5.1.1 <…>: … is unknown (…)"
    assert "anna" not in str(row.__dict__).lower()


@pytest.mark.parametrize(
    ("first", "then", "stays"),
    [
        ("asked", "bounced", "bounced"),
        ("bounced", "asked", "bounced"),
        ("complained", "deleted", "complained"),
        ("complained", "bounced", "complained"),
        ("deleted", "complained", "complained"),
        ("asked", "asked", "asked"),
    ],
)
def test_the_weightier_reason_stays(first: str, then: str, stays: str):
    make_reader("anna@mail.example")

    suppress("anna@mail.example", because=first, now=NOON)
    suppress("anna@mail.example", because=then, now=NOON + timedelta(hours=1))

    assert [row.because for row in Suppression.objects.all()] == [stays]
    assert Reader.objects.get().mail_stopped_because == stays
    assert Reader.objects.get().mail_stopped_at == NOON


def test_a_fresh_consent_lifts_it():
    reader = make_reader("anna@mail.example")
    suppress("anna@mail.example", because="asked", now=NOON)

    assert lift("Anna@mail.example", now=NOON + timedelta(hours=1))

    reader.refresh_from_db()
    assert (is_suppressed("anna@mail.example"), reader.mail_stopped_at, reader.mail_stopped_because) == (None, None, "")
    assert not lift("anna@mail.example", now=NOON + timedelta(hours=1))


def test_a_consent_from_before_lifts_nothing():
    make_reader("anna@mail.example")
    suppress("anna@mail.example", because="complained", now=NOON)

    assert not lift("anna@mail.example", now=NOON - timedelta(seconds=1))

    assert is_suppressed("anna@mail.example") is not None
    assert Reader.objects.get().mail_stopped_at == NOON


def test_it_outlives_the_reader():
    reader = make_reader("anna@mail.example")
    suppress("anna@mail.example", because="complained", now=NOON)

    reader.delete()

    assert is_suppressed("anna@mail.example") is not None


def test_no_press_lifts_what_stands_against_an_address_that_a_reader_got_later():
    account = Account.objects.create_user("anna@mail.example")
    reader = reader_of(account, now=NOON)
    stop_all_mail(reader, now=NOON)
    suppress("anna@work.example", because="complained", now=NOON)
    Account.objects.update(email="anna@work.example")

    moved = reader_of(Account.objects.get(), now=NOON)
    take_mail_again(moved, words="again", now=NOON)
    Reader.objects.update(mail_stopped_because="asked")  # as a row may say that was written before this was looked at
    take_mail_again(moved, words="again", now=NOON)

    moved.refresh_from_db()
    assert (moved.pk, moved.mail_stopped_at, moved.mail_stopped_because) == (reader.pk, NOON, "complained")
    assert is_suppressed("anna@work.example").because == "complained"


def test_who_leaves_a_dead_address_gets_mail_at_the_new_one():
    account = Account.objects.create_user("anna@mail.example")
    reader = reader_of(account, now=NOON)
    suppress("anna@mail.example", because="bounced", now=NOON)
    Account.objects.update(email="anna@work.example")

    moved = reader_of(Account.objects.get(), now=NOON)

    assert (moved.pk, moved.email, moved.mail_stopped_at, moved.mail_stopped_because) == (
        *(reader.pk, "anna@work.example"),
        *(None, ""),
    )
    assert is_suppressed("anna@mail.example").because == "bounced"


def test_a_browser_without_an_address_is_not_stopped_by_an_empty_one():
    browser = make_reader("")

    suppress("", because="bounced", now=NOON)

    browser.refresh_from_db()
    assert browser.mail_stopped_at is None
