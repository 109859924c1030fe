"""Sending by each door, once in a process at any moment: whoever is woken meanwhile leaves word, and it goes on."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from writethru.bulletins import anymailing
from writethru.bulletins.actions.push import push_one
from writethru.bulletins.actions.send import LINGER, Loop, closing
from writethru.bulletins.carriers import Answer, Carrier, Outcome, Parcel, Threads
from writethru.bulletins.models import Sending
from writethru.bulletins.smtpcarrier import Smtp
from writethru.lib.mailbackend import own_name, server
from writethru.lib.mailfolder import put_message

PUSH_THREADS = 8


class Once:
    """Runs something once at a time, and again if it was asked for in between."""

    def __init__(self) -> None:
        self._lock, self._again = threading.Lock(), threading.Event()

    def run(self, function: Callable[[], object]) -> None:
        self._again.set()
        while self._again.is_set() and self._lock.acquire(blocking=False):
            try:
                self._again.clear()
                function()
            finally:
                self._lock.release()

    def wait(self, seconds: float) -> None:
        if self._lock.acquire(timeout=seconds):
            self._lock.release()


_mail, _push = Once(), Once()


def send_mail(*, clock: Callable[[], datetime]) -> None:
    """Send what is due by mail."""
    _mail.run(partial(_run, mail_carrier, Sending.Door.MAIL, clock))


def send_push(*, clock: Callable[[], datetime]) -> None:
    """Send what is due to browsers."""
    _push.run(partial(_run, push_carrier, Sending.Door.PUSH, clock))


def close(*, seconds: float) -> None:
    """Begin nothing more, and wait for the answers to what has been handed over: so that a restart leaves no doubt."""
    closing.set()
    for once in (_mail, _push):
        once.wait(seconds)


def _run(carrier: Callable[[], Carrier], door: str, clock: Callable[[], datetime]) -> None:
    linger = timedelta() if settings.QUEUE_IMMEDIATE else LINGER
    Loop(carrier(), door=door, clock=clock, linger=linger).run()


def mail_carrier() -> Carrier:
    """Return who carries mail, as EMAIL_URL says."""
    if settings.MAIL_SERVER["carrier"] == "smtp":
        return Smtp(server(), name=own_name(), connections=settings.MAIL_CONNECTIONS)
    if settings.MAIL_SERVER["carrier"] == "anymail":
        return Threads(anymailing.send, threads=0 if settings.QUEUE_IMMEDIATE else settings.MAIL_CONNECTIONS)
    return Threads(_put, threads=0)


def push_carrier() -> Carrier:
    """Return who carries to browsers."""
    return Threads(_push_one, threads=0 if settings.QUEUE_IMMEDIATE else PUSH_THREADS)


def _put(parcel: Parcel) -> Answer:
    """Put a message into the folder, where there is no mail server: by its number, so that there is one of it."""
    put_message(settings.MAIL_FOLDER, parcel.message, name=f"{parcel.dispatch}-{parcel.sending}")
    return Answer(parcel, Outcome.SENT, "put into the folder")


def _push_one(parcel: Parcel) -> Answer:
    line = Sending(pk=parcel.sending, subscription=parcel.row.subscription)
    answer = push_one(line, push=parcel.push)
    return Answer(parcel, Outcome(answer.outcome.value), answer.said, wait_seconds=answer.wait_seconds)
