"""What comes back, as the servers of the world word it: reports by the rules and without, complaints, answers.

Each is (class, message): the class is what somebody who reads it would say.
"""

from collections.abc import Iterator
from email.header import Header

TO = "anna@mail.example"
OURS = """Return-Path: <{sender}>
From: The Daily Example <news@news.example>
To: anna@mail.example
Subject: The lighthouse is sold
Message-ID: <17.65@news.example>
List-Unsubscribe: <https://news.example/u/AAAA/>

The lighthouse was sold on Tuesday. Our spam policy: none. The mailbox on the rock is full, no such user.
"""

# class, enhanced code, what the server says: by the server that says it
REPLIES: dict[str, list[tuple[str, str, str]]] = {
    "postfix": [
        ("hard", "5.1.1", "550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table"),
        ("hard", "5.1.1", "550 5.1.1 <{to}>: Recipient address rejected: User unknown in local recipient table"),
        ("hard", "5.4.4", "Host or domain name not found. Name service error for name=mail.example type=AAAA: Host not found"),
        ("hard", "5.1.0", "550 5.1.0 <{to}> User unknown"),
        ("hard", "5.1.2", "550 5.1.2 {to} bad destination mailbox address"),
        ("soft", "4.4.1", "connect to mx.mail.example[192.0.2.7]:25: Connection timed out"),
        ("soft", "4.4.7", "delivery temporarily suspended: lost connection with mx.mail.example[192.0.2.7]"),
        ("soft", "5.7.1", "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org"),
        ("soft", "5.3.4", "message size 20971520 exceeds size limit 10485760 of server mx.mail.example[192.0.2.7]"),
        ("soft", "5.2.2", "552 5.2.2 <{to}>: mailbox over quota"),
        ("soft", "5.4.6", "mail for mail.example loops back to myself"),
    ],
    "exim": [
        ("hard", "5.0.0", "550 Unrouteable address"),
        ("hard", "5.0.0", "550 No such user here"),
        ("hard", "5.1.1", "550-5.1.1 The email account that you tried to reach does not exist."),
        ("hard", "5.0.0", "Unrouteable address"),
        ("soft", "5.0.0", "retry timeout exceeded"),
        ("soft", "5.0.0", "552 mailbox is full: retry timeout exceeded"),
        ("soft", "5.0.0", "550 Message rejected because of unacceptable content: spam score 12.1"),
        ("soft", "5.0.0", "550-Verification failed for <{sender}> Sender address rejected"),
    ],
    "gmail": [
        ("hard", "5.1.1", "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking "
                          "the recipient's email address for typos. https://support.google.com/mail/?p=NoSuchUser x1si"),
        ("hard", "5.2.1", "550 5.2.1 The email account that you tried to reach is disabled. For more information, go to "
                          "https://support.google.com/mail/?p=DisabledUser d9si - gsmtp"),
        ("soft", "5.2.2", "552-5.2.2 The recipient's inbox is out of storage space. https://support.google.com/mail/?p=OverQuotaPerm"),
        ("soft", "4.2.2", "452-4.2.2 The recipient's inbox is out of storage space and inactive. https://support.google.com/mail/?p=OverQuotaTemp"),
        ("soft", "5.7.26", "550-5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM."),
        ("soft", "5.7.1", "550-5.7.1 [192.0.2.9] Our system has detected that this message is likely unsolicited mail."),
        ("soft", "4.7.28", "421-4.7.28 [192.0.2.9] Our system has detected an unusual rate of unsolicited mail."),
        ("hard", "4.0.0", "DNS Error: 12345678 DNS type 'mx' lookup of mail.example responded with code NXDOMAIN Domain name not found: mail.example"),
    ],
    "exchange": [
        ("hard", "5.1.1", "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found"),
        ("hard", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {to} not found by SMTP address lookup"),
        ("hard", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [DB5EUR01FT010.eop]"),
        ("hard", "5.1.1", "550 5.1.1 User unknown"),
        ("hard", "5.1.351", "550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 5.1.1 User unknown"),
        ("soft", "5.2.2", "550 5.2.2 RESOLVER.RST.RecipSizeLimit; mailbox full"),
        ("soft", "5.2.3", "550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient"),
        ("soft", "5.7.1", "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required"),
        ("soft", "5.7.1", "550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized"),
        ("soft", "5.4.14", "554 5.4.14 Hop count exceeded - possible mail loop ATTR34"),
        ("soft", "4.4.7", "550 4.4.7 QUEUE.Expired; message expired"),
        ("soft", "5.7.606", "550 5.7.606 Access denied, banned sending IP [192.0.2.9]. To request removal from this list please visit"),
        ("soft", "4.4.316", "450 4.4.316 Connection refused [Message=Socket error code 10061]"),
    ],
    "outlook.com": [
        ("hard", "5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)"),
        ("soft", "5.7.1", "550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)."),
        ("soft", "5.2.2", "552 5.2.2 Mailbox full: the recipient has exceeded their storage limit"),
    ],
    "yahoo": [
        ("hard", "5.0.0", "554 delivery error: dd This user doesn't have a yahoo.com account ({to}) [-5] - mta1234.mail.bf1.yahoo.com"),
        ("hard", "5.0.0", "554 delivery error: dd Sorry, your message to {to} cannot be delivered. This mailbox is disabled (554.30). - mta4"),
        ("hard", "5.0.0", "552 1 Requested mail action aborted, mailbox not found"),
        ("soft", "5.0.0", "554 delivery error: dd Sorry, your message to {to} cannot be delivered. This account is over quota. - mta4"),
        ("soft", "4.7.0", "421 4.7.0 [TSS04] Messages from 192.0.2.9 temporarily deferred due to user complaints - 4.16.55.1"),
        ("soft", "5.7.9", "554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes"),
    ],
    "sendmail": [
        ("hard", "5.1.1", "550 5.1.1 <{to}>... User unknown"),
        ("hard", "5.1.2", "550 5.1.2 <{to}>... Host unknown (Name server: mail.example: host not found)"),
        ("soft", "5.7.1", "553 5.3.0 <news@news.example>... Spam blocked see: http://spamcop.net/bl.shtml?192.0.2.9"),
        ("soft", "4.4.1", "451 4.4.1 reply: read error from mx.mail.example."),
        ("soft", "5.2.2", "452 4.2.2 <{to}>... Mailbox full"),
    ],
    "icloud": [
        ("hard", "5.1.1", "550 5.1.1 <{to}>: user does not exist"),
        ("soft", "5.2.2", "552 5.2.2 <{to}>: user is over quota"),
        ("soft", "5.7.1", "550 5.7.1 [CS01] Message rejected due to local policy."),
    ],
    "gmx": [
        ("hard", "5.1.1", "550 Requested action not taken: mailbox unavailable For explanation visit https://postmaster.gmx.net"),
        ("soft", "5.7.1", "554 Transaction failed Reject due to policy restrictions. For explanation visit https://postmaster.gmx.net"),
        ("soft", "5.2.2", "552 Requested mail action aborted: exceeded storage allocation Quota exceeded."),
    ],
    "others": [
        ("hard", "5.1.6", "550 5.1.6 <{to}> Recipient no longer on server: user has moved"),
        ("hard", "5.1.3", "501 5.1.3 Bad recipient address syntax"),
        ("hard", "5.0.0", "550 <{to}> is not a valid mailbox"),
        ("hard", "5.0.0", "550 sorry, no mailbox here by that name (#5.1.1 - chkuser)"),
        ("hard", "5.0.0", "550 Invalid recipient <{to}> (#5.1.1)"),
        ("hard", "5.0.0", "550 5.0.0 <{to}> address unknown"),
        ("hard", "5.1.10", "556 5.1.10 Recipient address has null MX"),
        ("hard", "5.0.0", "551 not our customer"),
        ("hard", "5.2.1", "550 5.2.1 mailbox inactive"),
        ("soft", "4.2.1", "450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents"),
        ("soft", "4.2.0", "450 4.2.0 <{to}>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch"),
        ("soft", "5.3.0", "554 5.3.0 mail server is out of disk space: insufficient system storage"),
        ("soft", "5.6.0", "554 5.6.0 Message contains a virus: rejected"),
        ("soft", "5.7.1", "554 5.7.1 The message from (<news@news.example>) matches a profile the Internet community may consider spam"),
    ],
}  # fmt: skip

# What reports are headed and begun with: by language.
HEADINGS = {
    "en": ("Undelivered Mail Returned to Sender", "This is the mail system at host mx.news.example.\n\nI'm sorry to have to"
           " inform you that your message could not\nbe delivered to one or more recipients. It's attached below."),
    "de": ("Unzustellbar: Der Leuchtturm ist verkauft", "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder"
           " Gruppen:\n\nIhre Nachricht wurde nicht zugestellt."),
    "fr": ("Non remis : Le phare est vendu", "Échec de la remise à ces destinataires ou groupes :"),
    "es": ("No se puede entregar: El faro se ha vendido", "No se pudo entregar el mensaje a estos destinatarios o grupos:"),
    "ja": ("配信不能: 灯台が売却された", "次の受信者またはグループへの配信に失敗しました:"),
    "tl": ("Mail delivery failed: returning message to sender", "Hindi naipadala ang mensahe sa mga sumusunod:"),
}  # fmt: skip

_REPORT = """Return-Path: <>
From: {daemon}
To: {sender}
Subject: {subject}
Date: Mon, 15 Jun 2026 12:00:00 +0000
Message-ID: <{id}@mx.news.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_1"

--=_1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}

<{to}>: {words}

--=_1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.news.example
Arrival-Date: Mon, 15 Jun 2026 11:59:00 +0000

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {code}
{diagnostic}
--=_1
Content-Type: {carried}

{ours}
--=_1--
"""

DAEMONS = [
    "MAILER-DAEMON@mx.news.example (Mail Delivery System)",
    "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
    "<postmaster@outlook.com>",
    "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@mail.example>",
]


def report(
    said: str, *, code: str, sender: str, id: str, action: str = "failed", language: str = "en", n: int = 0,
    words: str | None = None, diagnostic: str | None = None,
) -> bytes:  # fmt: skip
    """Return a delivery status notification (RFC 3464)."""
    subject, text = HEADINGS[language]
    spoken = said.format(to=TO, sender=sender)
    folded = spoken if n % 2 else spoken.replace(" ", "\n    ", 3).replace("\n    ", " ", 2)
    return _REPORT.format(
        daemon=DAEMONS[n % len(DAEMONS)],
        sender=sender,
        subject=Header(subject, "utf-8").encode(),
        id=id,
        to=TO,
        text=text,
        words=spoken if words is None else words,
        action=action,
        code=code,
        diagnostic=f"Diagnostic-Code: smtp; {folded}\n" if diagnostic is None else diagnostic,
        carried=("message/rfc822", "text/rfc822-headers")[n % 2],
        ours=OURS.format(sender=sender),
    ).encode()


# Without rules: the wording is each server's own, the reason goes where {words} stands.
PLAIN = {
    "qmail": """Return-Path: <>
From: MAILER-DAEMON@mx.mail.example
To: {sender}
Subject: failure notice
Message-ID: <{id}@mx.mail.example>

Hi. This is the qmail-send program at mx.mail.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
{words}

--- Below this line is a copy of the message.

{ours}""",
    "exim": """Return-path: <>
From: Mail Delivery System <Mailer-Daemon@mx.mail.example>
To: {sender}
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: {to}
Message-Id: <{id}@mx.mail.example>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {to}
    {words}

------ This is a copy of the message, including all the headers. ------

{ours}""",
    "postfix-1999": """Return-Path: <>
From: MAILER-DAEMON@mx.mail.example (Mail Delivery System)
To: {sender}
Subject: Undelivered Mail Returned to Sender
Message-Id: <{id}@mx.mail.example>

This is the Postfix program at host mx.mail.example.

I'm sorry to have to inform you that the message returned
below could not be delivered to one or more destinations.

\t\t\tThe Postfix program

<{to}>: {words}

--- Original message ---
{ours}""",
    "exchange-5.5": """Return-Path: <>
From: System Administrator <postmaster@mail.example>
To: {sender}
Subject: Undeliverable: The lighthouse is sold
Message-ID: <{id}@exchange.mail.example>

Your message

  To:      {to}
  Subject: The lighthouse is sold
  Sent:    Mon, 15 Jun 2026 13:59:00 +0200

did not reach the following recipient(s):

{to} on Mon, 15 Jun 2026 14:00:00 +0200
    {words}
    MSEXCH:IMS:MAIL:POSTAMT
""",
    "yahoo-2005": """Return-Path: <>
From: MAILER-DAEMON@yahoo.com
To: {sender}
Subject: Failure Notice
Message-ID: <{id}@mta.yahoo.com>

Sorry, we were unable to deliver your message to the following address.

<{to}>:
{words}

--- Below this line is a copy of the message.

{ours}""",
    "groupwise": """Return-Path: <>
From: Mail Administrator <Postmaster@mail.example>
To: {sender}
Subject: Mail System Error - Returned Mail
Message-ID: <{id}@gw.mail.example>

The message that you sent was undeliverable to the following:
        {to} ({words})
""",
}
PLAIN_REASONS = [
    ("hard", "Sorry, no mailbox here by that name. (#5.1.1)"),
    ("hard", "192.0.2.7 does not like recipient. Remote host said: 550 User unknown"),
    ("hard", "550 5.1.1 <{to}>... User unknown"),
    ("hard", "This address no longer accepts mail: the account has been disabled or discontinued [#102]"),
    ("hard", "The recipient name is not recognized: user not found"),
    ("hard", "Sorry, I couldn't find any host named mail.example. (#5.1.2)"),
    ("hard", "Unrouteable address"),
    ("soft", "552 5.2.2 user over quota"),
    ("soft", "The recipient's mailbox is full and cannot receive messages"),
    ("soft", "554 5.7.1 message rejected as spam by content filter"),
    ("soft", "I'm not going to try again; this message has been in the queue too long. Connection timed out (#4.4.1)"),
    ("soft", "554 Denied by policy: your IP 192.0.2.9 has a poor reputation"),
]
# What servers say in their own languages, most of them without a code.
SPOKEN = [
    ("hard", "550 Benutzer unbekannt"),
    ("hard", "550 Der Empfänger existiert nicht"),
    ("hard", "550 Utilisateur inconnu"),
    ("hard", "550 Destinataire inconnu: l'adresse n'existe pas"),
    ("hard", "550 El usuario no existe: usuario desconocido"),
    ("hard", "550 Indirizzo sconosciuto: utente inesistente"),
    ("hard", "550 Usuário desconhecido"),
    ("hard", "550 宛先のメールボックスが見つかりません。"),
    ("hard", "550 用户不存在"),
    ("soft", "552 Das Postfach des Empfängers ist voll"),
    ("soft", "552 La boîte du destinataire est pleine"),
    ("soft", "552 El buzón del destinatario está lleno"),
    ("soft", "552 メールボックスの容量がいっぱいです"),
    ("soft", "452 La casella del destinatario è piena"),
]

_OTHER = """From: {who}
To: {sender}
Subject: {subject}
Message-ID: <{id}@mail.example>
{headers}
{text}
"""
AWAY = [
    ("Out of Office: The lighthouse is sold", "Auto-Submitted: auto-replied\n", "I am away until Monday."),
    (
        "Automatic reply: The lighthouse is sold",
        "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n",
        "Thanks.",
    ),
    ("Abwesenheitsnotiz: Der Leuchtturm", "Auto-Submitted: auto-replied (vacation)\n", "Ich bin im Urlaub."),
    ("Automatische Antwort: Der Leuchtturm", "", "Ich bin nicht im Büro. Mein Postfach ist voll."),
    ("Réponse automatique : Le phare", "", "Je suis absent jusqu'à lundi."),
    ("Respuesta automática: El faro", "", "Estoy fuera de la oficina."),
    ("自動応答: 灯台", "", "ただいま不在にしております。"),
    (
        "Re: The lighthouse is sold",
        "X-Autoreply: yes\nPrecedence: auto_reply\n",
        "I no longer work here. User unknown.",
    ),
    ("Thank you for contacting the port", "Auto-Submitted: auto-replied\n", "We will answer within a week."),
    ("vacation: The lighthouse is sold", "Precedence: bulk\n", "I'm on holiday. This mailbox is not read."),
]
ASKING = [
    ("Please confirm (conf#a1b2c3) your message", "X-TMDA-Confirm: 1\n", "Please confirm your message by replying."),
    (
        "Your email requires verification verify#xyz",
        "",
        "BoxTrapper: the message you sent requires that you verify that you are human.",
    ),
    ("Your message to anna is awaiting approval", "", "Spam Arrest: click below to confirm you are a person."),
    ("Sender verification needed", "Auto-Submitted: auto-replied\n", "This is a challenge-response system."),
]
REST = [
    ("Re: The lighthouse is sold", "", "Thank you, I liked that story. Is the keeper's mailbox full of letters?"),
    ("Buy lamps", "", "Cheap lamps. No such user would say no."),
    ("unsubscribe", "", "Please take me off."),
]
STILL = [
    ("exim", "Warning: message 1rXyZ delayed 24 hours", "This message was created automatically by mail delivery software.\n"
     "A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the"
     " queue on mx.mail.example.\n\n  anna@mail.example\n    Delay reason: Connection timed out\n\nNo action is required on"
     " your part. Delivery attempts will continue for\nsome time, and this warning may be repeated."),
    ("sendmail", "Warning: could not send message for past 4 hours", "    **********************************************\n"
     "    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n"
     "    **********************************************\n\n   ----- Transcript of session follows -----\n"
     "451 4.4.1 reply: read error from mx.mail.example.\nWarning: message still undelivered after 4 hours\n"
     "Will keep trying until message is 5 days old"),
]  # fmt: skip

ARF = """From: <feedback@{provider}>
To: abuse@news.example
Subject: FW: The lighthouse is sold
Message-ID: <{id}@{provider}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=_f"

--=_f
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for a message received from IP 192.0.2.9.

--=_f
Content-Type: message/feedback-report

Feedback-Type: {sort}
User-Agent: {provider}-Feedback/1.0
Version: 1
{original}Source-IP: 192.0.2.9

--=_f
Content-Type: {carried}

{ours}
--=_f--
"""


def complaint(sender: str, *, id: str, provider: str = "hotmail.example", sort: str = "abuse", n: int = 0) -> bytes:
    """Return a complaint in ARF (RFC 5965)."""
    return ARF.format(
        provider=provider,
        id=id,
        sort=sort,
        original=f"Original-Mail-From: <{sender}>\nOriginal-Rcpt-To: <{TO}>\n" if n % 2 else "",
        carried=("message/rfc822", "text/rfc822-headers")[n % 3 == 1],
        ours=OURS.format(sender=sender),
    ).encode()


def plain(kind: str, words: str, *, sender: str, id: str) -> bytes:
    said = words.format(to=TO, sender=sender)
    return PLAIN[kind].format(to=TO, sender=sender, id=id, words=said, ours=OURS.format(sender=sender)).encode()


def other(subject: str, headers: str, text: str, *, sender: str, id: str, who: str = TO) -> bytes:
    return _OTHER.format(who=who, sender=sender, subject=Header(subject, "utf-8").encode(), id=id, headers=headers,
                         text=text).encode()  # fmt: skip


def all_returned(sender: str) -> Iterator[tuple[str, bytes]]:
    """Give every one with its class, each with an id of its own."""
    n = 0
    for server, replies in REPLIES.items():
        for kind, code, said in replies:
            for language in HEADINGS:
                n += 1
                yield kind, report(said, code=code, sender=sender, id=f"{server}{n}", language=language, n=n)
            n += 1
            # Some servers leave the report's own field out, and say it in the words alone.
            yield kind, report(said, code=code, sender=sender, id=f"w{n}", n=n, diagnostic="")
            yield "delayed", report(said, code="4.0.0", sender=sender, id=f"d{n}", action="delayed", n=n)
    for at, server in enumerate(PLAIN):
        for kind, words in [*PLAIN_REASONS, *(SPOKEN if server in {"qmail", "exchange-5.5"} else [])]:
            yield kind, plain(server, words, sender=sender, id=f"p{at}{words[:9]}")
    for at, (kind, words) in enumerate(SPOKEN):
        yield kind, report(words, code="5.0.0", sender=sender, id=f"s{at}", n=at)
    for at, (sort, who) in enumerate(
        (s, p) for s in ("abuse", "fraud", "other", "opt-out") for p in ("hotmail.example", "aol.example")
    ):
        yield "complaint", complaint(sender, id=f"a{at}", provider=who, sort=sort, n=at)
    for sorts, found in (("auto", AWAY), ("challenge", ASKING), ("unknown", REST)):
        for at, (subject, headers, text) in enumerate(found):
            yield sorts, other(subject, headers, text, sender=sender, id=f"{sorts}{at}")
    for server, subject, text in STILL:
        yield (
            "delayed",
            other(subject, "", text, sender=sender, id=server, who="Mail Delivery System <Mailer-Daemon@mail.example>"),
        )
    for action in ("delivered", "relayed", "expanded"):
        yield "delivered", report("250 2.0.0 Ok", code="2.0.0", sender=sender, id=action, action=action)
