"""Reading what comes back: is an address dead, is it only ill, does somebody complain, or has a machine been polite?

    read(raw) -> Read(kind, code, said, addressed, key)

A report that follows the rules (RFC 3464) is believed first: its Action, its Status, and the other server's own words.
What follows no rule is looked at by flufl.bounce, then by its words. Whatever is not plain is `unknown`, and nothing is
done about it. Where it is wrong: a server that says in a language of its own, without a code, that nobody lives there,
counts as ill, and only stops mail when it has said so for a while.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from hashlib import sha256
from itertools import islice

from flufl.bounce import all_failures

from writethru.bulletins.replies import CODE, DEAD, FULL, REFUSED, REPLY, TIME, Kind, kind_of_reply, tidy

MOST_BYTES = 256_000  # the report comes before the message that it is about, and that one nobody needs
MOST_BLANK_LINES = 2000  # each may begin another part, and a report has few
READ_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: the enhanced status code (RFC 3463), what the other server said, and which addresses it names.

    `addressed` are those it was sent to, and what stands in it as the envelope sender or the id of our message: the
    caller looks which of them is signed. `key` is the same for the same message that comes a second time.
    """

    kind: Kind
    code: str
    said: str
    addressed: tuple[str, ...]
    key: str


def read(raw: bytes) -> Read:
    """Return what a message that came back says. Whatever it is, this ends, and raises nothing."""
    try:
        return _read(raw)
    except RecursionError:  # parts in parts in parts: no report is like that
        return Read(Kind.UNKNOWN, "", "", (), sha256(raw).hexdigest())


def _read(raw: bytes) -> Read:
    message = message_from_bytes(_beginning(raw))
    kind, code, said = _complaint(message) or _report(message) or _polite(message) or _plain(message)
    name = _header(message, "Message-ID").strip() or sha256(raw).hexdigest()
    return Read(kind, code[:20], tidy(said), _addressed(message), sha256(name.encode(errors="replace")).hexdigest())


def _beginning(raw: bytes) -> bytes:
    blank = list(islice(re.finditer(rb"\n\r?\n", raw[:MOST_BYTES]), MOST_BLANK_LINES))
    return raw[: blank[-1].end() if len(blank) == MOST_BLANK_LINES else MOST_BYTES]


# The kinds of message


def _complaint(message: Message) -> tuple[Kind, str, str] | None:
    """Read a complaint in the form that providers send them (RFC 5965)."""
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            told = _fields(part)
            sort = told.get("feedback-type", "").lower()
            kind = Kind.UNKNOWN if sort in {"not-spam", "auth-failure", ""} else Kind.COMPLAINT
            return kind, "", f"{sort or 'feedback'} from {told.get('user-agent', 'a provider')}"
    return None


def _report(message: Message) -> tuple[Kind, str, str] | None:
    """Read a delivery status notification (RFC 3464) by the first of its recipients that failed."""
    groups = [told for part in message.walk() if _is_status(part) for told in _groups(part)]
    told_of = [told for told in groups if "action" in told or "status" in told]
    if not told_of:
        is_receipt = "disposition-notification" in str(message.get("Content-Type", "")).lower()
        return (Kind.AUTO, "", _header(message, "Subject")) if is_receipt else None
    order = ("failed", "delayed")
    told = min(told_of, key=lambda one: order.index(_action(one)) if _action(one) in order else len(order))
    code = _code_of(told)
    diagnostic = re.sub(r"\s+", " ", re.sub(r"^\s*[\w-]+\s*;", "", told.get("diagnostic-code", "")))
    said = diagnostic.strip() or told.get("status", "")
    action = _action(told)
    if action == "delayed":
        return Kind.DELAYED, code, said
    if action != "failed":
        return Kind.DELIVERED, code, said
    # Some say nothing in the report, and all in the words that go before it.
    words = said if _says_something(said) else f"{said} {_text(message)}"
    return kind_of_reply(words, code=code), code, said if _says_something(said) else tidy(words)


def _says_something(said: str) -> bool:
    return bool(re.search(r"[^\W\d_]{3}", said))


def _action(told: dict[str, str]) -> str:
    action = told.get("action", "").split("(")[0].strip().lower()
    if action in {"failed", "failure", "fail"} or (not action and told.get("status", "").startswith("5")):
        return "failed"
    return action or ("delayed" if told.get("status", "").startswith("4") else "delivered")


def _code_of(told: dict[str, str]) -> str:
    stated = CODE.search(told.get("status", ""))
    spoken = CODE.search(told.get("diagnostic-code", ""))
    if spoken and (not stated or stated[1].endswith(".0.0")):
        return spoken[1]
    return stated[1] if stated else ""


def _polite(message: Message) -> tuple[Kind, str, str] | None:
    """Read what a machine answers for somebody who is away, or who wants to know first who writes."""
    subject = _header(message, "Subject")
    text = _text(message)[:4000]
    if _CHALLENGE.search(subject) or message.get("X-TMDA-Confirm") or _CHALLENGE.search(text[:1500]):
        return Kind.CHALLENGE, "", subject
    submitted = _header(message, "Auto-Submitted").split(";")[0].strip().lower()
    marks = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Autoresponder", "X-MS-Exchange-Inbox-Rules-Loop")
    is_auto = submitted == "auto-replied" or any(message.get(mark) for mark in marks) or _AWAY.search(subject)
    if (is_auto or "auto_reply" in _header(message, "Precedence").lower()) and not _FAILED.search(subject):
        return Kind.AUTO, "", subject
    return None


_CHALLENGE = re.compile(
    r"boxtrapper|spam ?arrest|tmda|sender (?:address )?(?:verification|confirmation)"
    r"|verify (?:that )?you are (?:a )?(?:human|real)"
    r"|confirm (?:your|this) (?:e-?mail|message|identity)|please confirm \(conf|challenge.?response"
    r"|your (?:e-?mail|message)"
    r" (?:is|has been) (?:held|awaiting|waiting)|approve your (?:e-?mail|message)|whitelist request"
    r"|add yourself to my"
    r" (?:approved|white|safe)|bitte bestätigen sie ihre (?:nachricht|mail)|confirmez votre (?:message|envoi)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"^(?:\W*)(?:out of (?:the )?office|out-of-office|automatic reply|auto(?:matic)?[- ]?(?:reply|response"
    r"|responder)|autoreply"
    r"|vacation|on (?:leave|holiday|vacation)|away from|i am away|abwesen|automatische antwort|réponse automatique"
    r"|absence|absent|respuesta autom|fuera de (?:la )?oficina|risposta automatica|fuori (?:ufficio|sede)"
    r"|resposta autom"
    r"|automatisch antwoord|afwezig|自動応答|自動返信|不在|自动回复|autosvar|automatisk svar|автоответ"
    r"|thank you for (?:your"
    r"|contacting))",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"undeliver|unzustellbar|non remis|non distribu|failure|failed|returned|returning|mail delivery"
    r"|delivery (?:status|problem"
    r"|notification|has failed)|no entregado|no se (?:puede|pudo) entregar|non recapitat|rejected"
    r"|could not be delivered"
    r"|warning|delay|nondeliverable|配信|送信(?:できません|エラー)|不能|未送达|退信"
    r"|olevererbart|onbestelbaar|не доставлено",
    re.IGNORECASE,
)
_STILL = re.compile(
    r"(?:will|shall) (?:keep|continue) trying|still being retried|not required to resend|do not need to resend"
    r"|will (?:be )?(?:re)?tr(?:y|ied) (?:again|for)|warning[^\n]{0,60}(?:not|delayed|still)|no action is required"
    r"|has not (?:yet )?been delivered|delivery attempts will continue|you do not need to|this is a warning",
    re.IGNORECASE,
)
_DAEMON = re.compile(
    r"mailer-?daemon|postmaster|mail ?delivery|mailadmin|mail administrator|^<>|system administrator", re.I
)


def _plain(message: Message) -> tuple[Kind, str, str]:
    """Read a bounce that follows no rule: by flufl.bounce, and by its words."""
    subject, text = _header(message, "Subject"), _text(message)
    temporary, permanent = _detected(message)
    is_from_machine = _DAEMON.search(_header(message, "From")) or _header(message, "Return-Path").strip() == "<>"
    if not (temporary or permanent or (is_from_machine and (_FAILED.search(subject) or _FAILED.search(text)))):
        return Kind.UNKNOWN, "", subject
    said = _telling(text) or subject
    code = found[1] if (found := CODE.search(said)) else ""
    if _STILL.search(text) and not (permanent and DEAD.search(said)):
        return Kind.DELAYED, code, said
    kind = kind_of_reply(said)
    plain = code or REPLY.search(said) or DEAD.search(said) or FULL.search(said) or REFUSED.search(said)
    if permanent and not plain and not TIME.search(said):
        kind = Kind.HARD
    return kind, code, said


def _detected(message: Message) -> tuple[object, object]:
    try:
        found: tuple[object, object] = all_failures(message)
    except Exception:  # its detectors were written for mail that means well
        return (), ()
    return found


def _telling(text: str) -> str:
    """Return the lines that say why: those with a code or a word, before what is quoted of our own message."""
    ours = re.split(
        r"(?im)^(?:-{2,}[^\n]*(?:original|copy|below|returned|message)[^\n]*|return-path:|received:)", text
    )[0]
    lines = [line.strip() for line in ours.splitlines() if line.strip()]
    telling = [
        line
        for line in lines
        if CODE.search(line)
        or REPLY.search(line)
        or DEAD.search(line)
        or FULL.search(line)
        or TIME.search(line)
        or REFUSED.search(line)
    ]
    return " ".join(telling[:6])


# Looking into a message


def _is_status(part: Message) -> bool:
    return part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}


def _groups(part: Message) -> list[dict[str, str]]:
    """Return the fields of a delivery status by group: the message's, then a group for each recipient."""
    inside = part.get_payload()
    if isinstance(inside, list):
        return [_told(one) for one in inside]
    raw = part.get_payload(decode=True)
    text = raw.decode(errors="replace") if isinstance(raw, bytes) else str(inside)
    return [_told(message_from_bytes(group.encode())) for group in re.split(r"\r?\n[ \t]*\r?\n", text)]


def _fields(part: Message) -> dict[str, str]:
    merged: dict[str, str] = {}
    for told in _groups(part):
        merged |= told
    return merged


def _told(message: Message) -> dict[str, str]:
    return {name.lower(): str(value).strip() for name, value in message.items()}


def _text(message: Message) -> str:
    """Return the words of the message itself, without those of one that it carries."""
    found = ""
    for part in message.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"} or _is_status(part):
            break
        if part.get_content_maintype() == "text" and not part.is_multipart():
            raw = part.get_payload(decode=True)
            words = _decoded(raw if isinstance(raw, bytes) else b"", part)
            found += re.sub(r"<[a-zA-Z/!][^>\n]{0,500}>", " ", words) if part.get_content_subtype() == "html" else words
        if len(found) > READ_CHARACTERS:
            break
    return found[:READ_CHARACTERS]


def _decoded(raw: bytes, part: Message) -> str:
    try:
        return raw.decode(part.get_content_charset() or "utf-8", errors="replace")
    except (LookupError, ValueError):  # a charset that nobody knows, or that is none of text
        return raw.decode("utf-8", errors="replace")


def _header(message: Message, name: str) -> str:
    value = str(message.get(name, ""))
    try:
        return str(make_header(decode_header(value)))
    except (MessageError, ValueError, LookupError):
        return value


_ENVELOPES = (
    "X-Original-To",
    "Delivered-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Delivered-To",
    "To",
    "Original-Recipient",
)
_NAMED = re.compile(r"[^\s<>,;:\"]{1,64}@[^\s<>,;\"]{1,255}")


def _addressed(message: Message) -> tuple[str, ...]:
    """Return the addresses that may say which message of ours this is about."""
    values = [str(value) for name in _ENVELOPES for value in message.get_all(name, [])]
    for part in message.walk():
        if part is message:
            continue
        if part.get_content_type() == "message/feedback-report":
            told = _fields(part)
            values += [told.get("original-mail-from", ""), told.get("original-envelope-id", "")]
        values += [str(value) for name in ("Return-Path", "Message-ID") for value in part.get_all(name, [])]
        if part.get_content_type() == "text/rfc822-headers":
            inside = part.get_payload(decode=True)
            quoted = message_from_bytes(inside if isinstance(inside, bytes) else b"")
            values += [str(value) for name in ("Return-Path", "Message-ID") for value in quoted.get_all(name, [])]
    return tuple(dict.fromkeys(found for value in values for found in _NAMED.findall(value)))[:50]
