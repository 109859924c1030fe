"""What the doctor looks at of mail: whether the server takes it, whether the world can tell that it is ours, and
whether what comes back is read. Of web push: whether browsers are told of the key that we sign with. Nothing is sent.
"""

import json
from collections.abc import Callable
from email.utils import parseaddr
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from writethru.bulletins.actions import mailbox
from writethru.bulletins.returns import NO_DOMAIN, envelope_sender
from writethru.lib import dkim
from writethru.lib.mailbackend import own_name, server
from writethru.lib.providers import sending_backend, webhook_view
from writethru.lib.smtp import NoServer, connect
from writethru.lib.webpush import authorization, public_key
from writethru.ops.asked import Answer, ask

OK, WARNING, WRONG = "ok", "warning", "wrong"
PATIENCE_SECONDS = 3.0
PAGE = "docs/guide/mail.md"
LOCAL = {"localhost", "127.0.0.1", "::1"}
LEAST_SECRET = 20  # characters: nobody guesses them
Look = Callable[[str, str], list[str]]
Ask = Callable[..., Answer | str]


class NotLookedAt(Exception):
    """No name server answers from here."""


def look_up(name: str, kind: str) -> list[str]:
    """Return what the DNS has under a name; nothing if there is nothing. Raises NotLookedAt."""
    resolver = Resolver()
    resolver.lifetime = PATIENCE_SECONDS
    try:
        found = resolver.resolve(name, kind, search=False)
    except (NXDOMAIN, NoAnswer):
        return []
    except DNSException as error:
        raise NotLookedAt(str(error)) from error
    if kind == "TXT":
        return [b"".join(row.strings).decode(errors="replace") for row in found]
    return [row.to_text() for row in found]


def mail_server() -> tuple[str, str, str]:
    """Look whether the server that EMAIL_URL names answers, seals and lets us in."""
    told = settings.MAIL_SERVER
    if told["carrier"] == "files":
        said = _("Mail goes nowhere: it is put into %(folder)s.") % {"folder": settings.MAIL_FOLDER}
        if urlsplit(settings.BASE_URL).hostname in LOCAL:
            return OK, said + " " + _("That is right for a trial."), ""
        return WARNING, said, _("Name a mail server by EMAIL_URL (%(page)s).") % {"page": PAGE}
    if told["carrier"] == "anymail":
        sending_backend()
        return OK, _("Mail goes by %(provider)s; whether it knows us shows when it is sent.") % told, ""
    where = f"{told['host']}:{told['port']}"
    try:
        with connect(server(), name=own_name()):
            said = _("%(where)s takes mail from us.") % {"where": where}
    except (NoServer, OSError) as error:
        said = _("%(where)s takes no mail from us: %(why)s.") % {"where": where, "why": str(error).removesuffix(".")}
        return WRONG, said, _("Mend EMAIL_URL, or the server. What is to be sent waits until then.")
    if told["tls"] == "off" and told["host"] not in LOCAL:
        return WARNING, said + " " + _("Mail goes there unsealed."), _("Let EMAIL_URL not say tls=off.")
    return OK, said, ""


def sender() -> tuple[str, str, str]:
    """Look whether mail comes from a domain that is the site's own."""
    address = parseaddr(settings.MAIL_FROM)[1]
    domain, host = address.rpartition("@")[2].lower(), str(urlsplit(settings.BASE_URL).hostname)
    said = _("Mail comes from %(address)s.") % {"address": address}
    own = host == domain or host.endswith(f".{domain}") or domain.endswith(f".{host}")
    if settings.MAIL_SERVER["carrier"] == "files" or own:
        return OK, said, ""
    mend = _("Is %(domain)s yours? Mail from a domain that isn't is refused, or taken for spam.") % {"domain": domain}
    return WARNING, said + " " + _("The site is at %(host)s.") % {"host": host}, mend


def dns(look: Look = look_up) -> tuple[str, str, str]:
    """Look whether the DNS says that our mail is ours: SPF, DKIM, DMARC, and where bounces go."""
    domain = parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2].lower()
    if settings.MAIL_SERVER["carrier"] == "files":
        return OK, _("Not looked at: mail goes nowhere."), ""
    try:
        missing = _missing(domain, look)
    except NotLookedAt:
        return WARNING, _("Not looked at: no name server answers from here."), ""
    if not missing:
        return OK, _("The DNS says of %(domain)s what it should.") % {"domain": domain}, ""
    state = WRONG if any(state == WRONG for state, _said in missing) else WARNING
    said = " ".join(said for _state, said in missing)
    return state, said, _("%(page)s has the records, one by one.") % {"page": PAGE}


def _missing(domain: str, look: Look) -> list[tuple[str, str]]:
    """Return what is missing or wrong, each with how bad that is."""
    found: list[tuple[str, str]] = []
    returns = envelope_sender(0).rpartition("@")[2].lower()
    by_smtp = settings.MAIL_SERVER["carrier"] == "smtp"
    if by_smtp and not any(text.lower().startswith("v=spf1") for text in look(returns, "TXT")):
        found.append((WARNING, _("%(domain)s has no SPF record.") % {"domain": returns}))
    if by_smtp and not settings.DKIM_DOMAIN:
        found.append((WARNING, _("Mail is not signed here; does your server sign it?")))
    elif by_smtp:
        name, ours = dkim.record()
        keys = ["".join(text.split()) for text in look(name, "TXT")]
        if not keys:
            found.append((WRONG, _("There is no key at %(name)s.") % {"name": name}))
        elif not any(_key_in(key) == _key_in(ours) for key in keys):
            found.append((WRONG, _("The key at %(name)s is another one than ours.") % {"name": name}))
        if domain != settings.DKIM_DOMAIN and not domain.endswith(f".{settings.DKIM_DOMAIN}"):
            found.append((WARNING, _("DKIM_DOMAIN is not the domain that mail comes from, so DMARC doesn't count it.")))
    if not any(text.lower().startswith("v=dmarc1") for name in _and_above(domain) for text in look(name, "TXT")):
        found.append((WARNING, _("%(domain)s has no DMARC record.") % {"domain": domain}))
    if by_smtp and settings.BOUNCE_DOMAIN != NO_DOMAIN and not look(returns, "MX"):
        found.append((WARNING, _("%(domain)s has no MX record, so no bounce gets there.") % {"domain": returns}))
    return found


def _key_in(record: str) -> str:
    return record.replace(" ", "").partition("p=")[2].partition(";")[0]


def _and_above(domain: str) -> list[str]:
    labels = domain.split(".")
    return [f"_dmarc.{'.'.join(labels[at:])}" for at in range(max(len(labels) - 1, 1))]


def bounces() -> tuple[str, str, str]:
    """Look whether what comes back is read."""
    carrier = settings.MAIL_SERVER["carrier"]
    if settings.BOUNCE_MAILBOX:
        where = settings.BOUNCE_MAILBOX["host"]
        try:
            with mailbox.opened():
                pass
        except mailbox.GOES_WRONG as error:
            said = _("The bounce mailbox at %(where)s can't be read (%(why)s).") % {"where": where, "why": error}
            return WRONG, said, _("Mend BOUNCE_URL. Bounces stay there, unread, until then.")
        return OK, _("Bounces are read at %(where)s.") % {"where": where}, ""
    if carrier == "files":
        return OK, _("Nothing is sent, so nothing comes back."), ""
    if carrier == "anymail":
        path = f"/webhooks/mail/{settings.MAIL_SERVER['provider']}/…/"
        said = _("%(provider)s is to tell us at %(path)s what comes back.") % {**settings.MAIL_SERVER, "path": path}
        return OK, said, ""
    if settings.BOUNCE_DOMAIN == NO_DOMAIN:
        return (
            WARNING,
            _("Bounces go to MAIL_FROM, and nobody reads them here."),
            _("Set BOUNCE_DOMAIN and BOUNCE_URL."),
        )
    said = _("No bounce mailbox is named; if your mail server calls `writethru bounce`, that is right.")
    return OK, said, ""


def webhooks(ask: Ask = ask) -> tuple[str, str, str]:
    """Look whether what a provider posts gets through to us, by the secret that we have here."""
    told = settings.MAIL_SERVER
    if told["carrier"] != "anymail":
        return OK, _("No provider is named by EMAIL_URL, so nothing is taken from one."), ""
    provider = told["provider"]
    try:
        webhook_view()
    except ImproperlyConfigured as error:
        said = _("What %(provider)s posts can't be checked (%(why)s).") % {"provider": provider, "why": error}
        return (
            WRONG,
            said,
            _("Put what is missing into EMAIL_URL, after the question mark (%(page)s).") % {"page": PAGE},
        )
    if len(settings.WEBHOOK_SECRET) < LEAST_SECRET:
        said = _("WEBHOOK_SECRET has %(n)s characters: somebody may guess it.") % {"n": len(settings.WEBHOOK_SECRET)}
        mend = _("Take at least %(n)s, or set none: one is made. Then tell %(provider)s the new address.")
        return WARNING, said, mend % {"n": LEAST_SECRET, "provider": provider}
    answer = ask(f"/webhooks/mail/{provider}/{settings.WEBHOOK_SECRET}/", method="HEAD")
    if isinstance(answer, str):
        return WARNING, _("Not looked at: the site doesn't answer."), _("See “site”.")
    if answer.status != HTTPStatus.OK:
        said = _("The site doesn't take what %(provider)s posts with the secret that is here (%(status)s).")
        mend = _("Give every process the same WEBHOOK_SECRET, and let the file server pass /webhooks/ on.")
        return WRONG, said % {"provider": provider, "status": answer.status}, mend
    return OK, _("What %(provider)s posts gets through, by the secret that is here.") % {"provider": provider}, ""


def push(ask: Ask = ask) -> tuple[str, str, str]:
    """Look whether browsers can be told, and are given the key that we sign with."""
    authorization("https://push.invalid/")
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme == "http" and parts.hostname not in LOCAL:
        said = _("Browsers show notifications of sites at https: alone.")
        return WARNING, said, _("Get a certificate, and let BASE_URL begin with https:.")
    answer = ask("/push/key.json")
    if isinstance(answer, str):
        return WARNING, _("Not looked at: the site doesn't answer."), _("See “site”.")
    try:
        given = json.loads(answer.body)["key"]
    except (ValueError, KeyError, TypeError):
        said = _("The site doesn't give browsers the key of web push (%(status)s).") % {"status": answer.status}
        return WRONG, said, _("Let the file server pass /push/ on (`writethru nginx` prints how).")
    if given != public_key():
        said = _("Browsers are given another key than the one that is signed with here: no notification would arrive.")
        mend = _("Give every process and machine the same VAPID_KEY: the one that browsers were given first.")
        return WRONG, said, mend
    return OK, _("Browsers are given the key that is signed with here; keep it (VAPID_KEY) with your backup."), ""


ABOUT_MAIL = {
    "mail": mail_server,
    "sender": sender,
    "dns": dns,
    "bounces": bounces,
    "webhooks": webhooks,
    "push": push,
}
