"""How often somebody may try: the same five in five minutes at every door that takes a password or a code.

A try is counted before it is looked at and taken back if it was right, so that any number at once come to five wrong
ones. It is counted under the account, or under the address where there is none: whoever asks, from wherever, and
with nothing in the answer that tells the two apart. Whoever locks another out so has not locked the links in the mail:
a new password can be set by one, and it logs in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils import timezone

from writethru.front.origin import network_of
from writethru.readers import queries
from writethru.readers.actions.tries import TooManyTries, knock, mailbox_of, take_back

TRIES = 5
WITHIN = timedelta(minutes=5)
# Wrong passwords from one network in that time; after that a right one needs a code by e-mail too. An office or a
# whole carrier behind one address stays under it, or doesn't suffer by it.
WRONG_OF_A_NETWORK = 100
# Letters that one network may cause in an hour, and of one kind to one address.
LETTERS_OF_A_NETWORK = 300
LETTERS_TO_AN_ADDRESS = 5
AN_HOUR = timedelta(hours=1)

PASSWORD, CODE, SECOND_FACTOR = "password", "code", "second factor"


def who(email: str) -> str:
    """Return whom a try with this address is counted under."""
    account = queries.account_at(email)
    return who_is(account.pk) if account else f"address {email.lower()}"


def who_is(account_id: int) -> str:
    """Return whom the tries of an account are counted under."""
    return f"account {account_id}"


def count(door: str, counted: str) -> None:
    """Count a try. Raises ValidationError if there were too many."""
    try:
        knock(door, counted, most=TRIES, within=WITHIN, now=timezone.now(), is_strict=True)
    except TooManyTries as error:
        raise get_adapter().validation_error("too_many_login_attempts") from error


@contextmanager
def counted(door: str, counted: str) -> Iterator[None]:
    """Count what is done within as a try, unless it goes well. Raises ValidationError if there were too many."""
    count(door, counted)
    yield
    take_back(door, counted)


def once(door: str, counted: str, *, within: timedelta) -> bool:
    """Return whether this is the first time within that time."""
    return _is_within(door, counted, most=1, within=within)


def note_wrong(request: HttpRequest) -> None:
    """Count a wrong password under the network that it came from."""
    _is_within("wrong", network_of(request), most=WRONG_OF_A_NETWORK + 1, within=WITHIN)


def is_suspect(request: HttpRequest) -> bool:
    """Return whether so many wrong passwords came from this network that a right one alone doesn't do."""
    network = network_of(request)
    if not _is_within("wrong", network, most=WRONG_OF_A_NETWORK + 1, within=WITHIN):
        return True
    take_back("wrong", network)
    return False


def may_ask_for_letters(request: HttpRequest) -> bool:
    """Return whether this network may cause one more letter."""
    return _is_within("letters of", network_of(request), most=LETTERS_OF_A_NETWORK, within=AN_HOUR)


def may_have_letter(kind: str, email: str) -> bool:
    """Return whether this address may be sent one more letter of this kind."""
    return _is_within(f"letter {kind}", mailbox_of(email), most=LETTERS_TO_AN_ADDRESS, within=AN_HOUR)


def _is_within(door: str, counted: str, *, most: int, within: timedelta) -> bool:
    try:
        knock(door, counted, most=most, within=within, now=timezone.now())
    except TooManyTries:
        return False
    return True
