"""Handing mail to a provider's API, one message a call: what its answer means for the ledger.

The envelope sender goes along as metadata, by which the provider's webhooks name the line of the ledger. Each thread
keeps a connection of its own. What a provider says after the message was handed over, and before it took it, decides:
refused is failed, busy is later, silence is in doubt.
"""

import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailError
from django.core.mail import EmailMultiAlternatives

from writethru.bulletins.carriers import Answer, Outcome, Parcel
from writethru.bulletins.replies import tidy
from writethru.lib.providers import sending_backend

MARK = "sending"
LATER_SECONDS, LATER_FOR_US_SECONDS = 60, 900
DROPPED = {"from", "to", "subject", "date", "mime-version", "content-type", "content-transfer-encoding"}
_NOT_OF_THE_MESSAGE = {401, 402, 403}  # our key or our account: the message may go when that is mended
_MAYBE_TAKEN = {502, 504}  # said by who stands before the API
_own = threading.local()


def send(parcel: Parcel) -> Answer:
    """Hand over a parcel that is claimed, and return what became of it. No row is read or written."""
    message = _message(parcel)
    backend = _backend()
    try:
        backend.send_messages([message])
    except requests.ConnectTimeout as error:
        return _later(parcel, error)
    except requests.ConnectionError as error:
        return _later(parcel, error) if _was_never_there(error) else _doubt(parcel, error)
    except requests.Timeout as error:
        return _doubt(parcel, error)
    except AnymailAPIError as error:
        return _refused(parcel, error)
    except AnymailError as error:
        return Answer(parcel, Outcome.FAILED, tidy(str(error)))
    return _taken(parcel, message.anymail_status)  # type: ignore[attr-defined]


def _backend() -> Any:
    if not hasattr(_own, "backend"):
        backend = sending_backend()
        backend.open()
        _own.backend = backend
    return _own.backend


def _message(parcel: Parcel) -> EmailMultiAlternatives:
    read = message_from_bytes(parcel.message, _class=EmailMessage, policy=default)
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    made = EmailMultiAlternatives(
        subject=str(read["Subject"]),
        body=plain.get_content() if plain else "",
        from_email=str(read["From"]),
        to=[parcel.to],
        headers={name: str(value) for name, value in read.items() if name.lower() not in DROPPED},
    )
    if html:
        made.attach_alternative(html.get_content(), "text/html")
    made.metadata = {MARK: parcel.sender}  # type: ignore[attr-defined]
    made.envelope_sender = parcel.sender  # type: ignore[attr-defined]
    return made


def _taken(parcel: Parcel, status: Any) -> Answer:
    words = status.status or {"unknown"}
    said = tidy(f"{', '.join(sorted(map(str, words)))} {status.message_id or ''}")
    if words & {"sent", "queued"}:
        return Answer(parcel, Outcome.SENT, said)
    if words & {"invalid", "rejected", "failed"}:
        return Answer(parcel, Outcome.FAILED, said, is_hard="invalid" in words)
    return Answer(parcel, Outcome.DOUBT, said)


def _refused(parcel: Parcel, error: AnymailAPIError) -> Answer:
    code = getattr(error, "status_code", None)
    said = tidy(str(error))
    if code is None or code in _MAYBE_TAKEN or 200 <= code < 300:
        return Answer(parcel, Outcome.DOUBT, said)
    if code in _NOT_OF_THE_MESSAGE:
        return Answer(parcel, Outcome.LATER, said, wait_seconds=LATER_FOR_US_SECONDS)
    if code == 429 or code >= 500:
        return Answer(parcel, Outcome.LATER, said, wait_seconds=_wait(error))
    return Answer(parcel, Outcome.FAILED, said)


def _wait(error: AnymailAPIError) -> int:
    response: Any = getattr(error, "response", None)
    asked = str(response.headers.get("Retry-After", "")) if response is not None else ""
    return min(max(int(asked), 1), 3600) if asked.isdecimal() and len(asked) < 9 else LATER_SECONDS


def _was_never_there(error: requests.ConnectionError) -> bool:
    """Return whether nobody took the connection, so that nothing can have been handed over."""
    cause: BaseException | None = error.__cause__ or error
    reason = getattr(cause.args[0] if cause and cause.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}


def _later(parcel: Parcel, error: Exception) -> Answer:
    return Answer(parcel, Outcome.LATER, tidy(str(error)), wait_seconds=LATER_SECONDS)


def _doubt(parcel: Parcel, error: Exception) -> Answer:
    return Answer(parcel, Outcome.DOUBT, tidy(str(error)))
