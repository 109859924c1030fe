"""What another server's answer means, by its codes (RFC 3463, RFC 5321) and by its words.

Words go before codes, for servers say 5.0.0 or 5.7.1 of nearly anything, and 550 of a full mailbox. What is said of us
or of our message is no word about the address, whatever its code.
"""

import re
from enum import StrEnum

MOST_WORDS = 500


class Kind(StrEnum):
    """What something that came back means."""

    HARD = "hard"  # nobody takes mail at this address
    SOFT = "soft"  # this message was not delivered; the next may be
    DELAYED = "delayed"  # they are still trying
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    AUTO = "auto"  # somebody is away, or a machine says thank you
    CHALLENGE = "challenge"  # a machine wants to be shown that we are none
    UNKNOWN = "unknown"


CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<![\d.\w-])([45]\d\d)(?=[ -])")

# About us, our server or this message: another message, or another day, may get through.
REFUSED = re.compile(
    r"spam(?!cop\.net/user)|blacklist|blocklist|black list|block list|dnsbl|\brbl\b|spamhaus|barracuda|spamcop|sorbs"
    r"|reputation|\bpolicy\b|virus|malware|phish|unsolicited|bulk mail|content (?:rejected|filter)|poor sender|dmarc"
    r"|\bspf\b|\bdkim\b|unauthenticated|not authenticated|reverse dns|ptr record|too many (?:messages"
    r"|connections|hops)"
    r"|rate limit|throttl|greylist|graylist|temporarily deferred|unusual rate|message (?:is )?too (?:large|big)"
    r"|size limit|exceeds? (?:the )?(?:maximum|size|fixed)|(?:client|sender|server|host|ip"
    r"|connection)\b[^.;]{0,40}\bblocked"
    r"|blocked (?:using|by|because)|access denied[^.;]{0,30}\bip\b|sender (?:address )?(?:rejected|denied)"
    r"|banned|loop detected|mail loop",
    re.IGNORECASE,
)
FULL = re.compile(
    r"(?:mailbox|account|inbox|storage|box|quota|user|folder|disk)[^.;\n]{0,40}"
    r"(?:\bfull\b|over ?quota|quota exceeded|exceeded|exhausted|too large|over (?:its|the) )"
    r"|over ?quota|quota (?:exceeded|exceed|voll|dépassé|superada)|exceeded (?:storage|its|the|his|your)[^.;\n]{0,20}"
    r"(?:quota|allocation|limit|storage)|insufficient (?:system )?(?:storage|disk)|out of (?:storage|disk)"
    r"|not enough storage"
    r"|postfach[^.;\n]{0,20}(?:ist )?voll|speicherplatz|boîte[^.;\n]{0,40}(?:pleine|saturée)|(?:quota|espace) dépassé"
    r"|buz[oó]n[^.;\n]{0,30}lleno|casella[^.;\n]{0,40}piena|caixa[^.;\n]{0,40}cheia|容量|いっぱい|已满|邮箱已",
    re.IGNORECASE,
)
DEAD = re.compile(
    r"(?:user|mailbox|recipient|account|address|addressee|alias|customer|subscriber|member|mail-?box|login"
    r"|destinat\w+)s?\b"
    r"[^.;\n]{0,60}?\b(?:unknown|not found|not exist\w*|doesn'?t exist|does not exist|no longer|not known"
    r"|invalid|disabled"
    r"|inactive|unavailable|undeliverable|not listed|not valid|isn'?t valid|terminated|closed|suspended|deactivated"
    r"|not active|not have an?|nonexist\w*|non-exist\w*|discontinued|not here|unrouteable|cannot be found"
    r"|can'?t be found"
    r"|couldn'?t be found|wasn'?t found|was not found|deleted|removed|abandoned|expired|rejected)"
    r"|(?:unknown|no such|invalid|bad|nonexistent|non-existent|inactive|disabled|deactivated|unrouteable"
    r"|undeliverable"
    r"|unroutable|illegal|not a valid|no) (?:destination |local |virtual |e-?mail |mail )?(?:user|mailbox"
    r"|recipient|account"
    r"|address|alias|person|domain|host|addressee|local part)\b"
    r"|does ?n[o']t have an? [^;\n]{0,40}account|no mailbox here|mailbox unavailable|no one by that name"
    r"|not our customer"
    r"|this is a permanent error|i couldn't find (?:any host|a mail exchanger)|(?:domain"
    r"|host)(?: name)?\b[^.;\n]{0,80}?"
    r"\b(?:not found|unknown|does not exist|doesn't exist|not exist)|nxdomain|name or service not known|null mx"
    r"|domain of (?:the )?recipient|not accept(?:ing)? mail|unable to (?:look ?up|find)|address rejected"
    r"|unbekannt\w*|nicht (?:gefunden|vorhanden|bekannt)|existiert nicht|(?:utilisateur|destinataire"
    r"|adresse)[^.;\n]{0,60}"
    r"(?:inconnu|introuvable|n'existe pas|invalide)|(?:inconnu|introuvable)e?\b|n'existe pas"
    r"|(?:usuario|destinatario|direcci[oó]n|buz[oó]n|cuenta)[^.;\n]{0,60}(?:desconocid|no existe|no encontrad"
    r"|no se encontr|"
    r"inv[aá]lid)|(?:utente|destinatario|indirizzo|casella)[^.;\n]{0,60}(?:sconosciut|non esist|inesistent"
    r"|non trovat)"
    r"|(?:usu[aá]rio|destinat[aá]rio|endere[cç]o)[^.;\n]{0,60}(?:desconhecid|n[aã]o existe|n[aã]o encontrad"
    r"|inexistent)"
    r"|宛先.{0,20}(?:不明|見つか|存在し)|(?:ユーザー?|アドレス|メールボックス).{0,20}(?:存在し|不明|見つか)|用户不存在|不存在"
    r"|(?:onbekend|bestaat niet|nie istnieje|nieznany)|не (?:существует|найден)",
    re.IGNORECASE,
)
TIME = re.compile(
    r"delivery time expired|timed? ?out|retry time|not (?:be )?(?:reached|responding)|connection (?:refused"
    r"|reset|lost|closed)"
    r"|could not (?:connect|be contacted)|unable to connect|temporar|try again|no route to host|too long in the queue"
    r"|network (?:is )?unreachable|service (?:not available|unavailable)|resources|deferred",
    re.IGNORECASE,
)
_DEAD_CODES = {(1, 0), (1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1), (4, 4)}
_DEAD_REPLIES = {"550", "551", "553"}


def kind_of_reply(said: str, *, code: str = "") -> Kind:
    """Return HARD or SOFT for what a server said when it did not take a message, by its words, then by its codes."""
    codes = [code, *CODE.findall(said)]
    found = next((one for one in codes if one[:2] in {"5.", "4."} and one[2:] != "0.0"), "")
    if found.startswith("4."):
        return Kind.SOFT
    reply = REPLY.search(said)
    if reply and reply[1].startswith("4") and not found:
        return Kind.SOFT
    # An address of its own (550 5.1.1 <spam@mail.example> unknown) is no word about spam.
    words = re.sub(r"<[^>\s]{1,320}>|\S{1,64}@\S{1,255}|https?://\S+", " ", said)
    numbers = tuple(int(part) for part in found.split(".")[1:])
    if numbers and numbers[:1] == (1,) and numbers in _DEAD_CODES:
        return Kind.HARD
    if FULL.search(words):
        return Kind.SOFT
    is_refused, is_dead = REFUSED.search(words), DEAD.search(words)
    if is_refused and not (is_dead and numbers[:1] == (1,)):
        return Kind.SOFT
    if is_dead:
        return Kind.HARD
    if numbers:
        return Kind.HARD if numbers in _DEAD_CODES or _is_exchange_unknown(numbers, words) else Kind.SOFT
    if TIME.search(words):
        return Kind.SOFT
    return Kind.HARD if reply and reply[1] in _DEAD_REPLIES else Kind.SOFT


def _is_exchange_unknown(numbers: tuple[int, ...], words: str) -> bool:
    """Return whether Exchange Online says 5.4.1 of a recipient whom its directory doesn't have."""
    return numbers == (4, 1) and "access denied" in words.lower()


def tidy(said: str) -> str:
    """Return what a server said, on one line, without what moves a terminal, and no longer than can be kept."""
    words = "".join(one if one.isprintable() else " " for one in said)
    return re.sub(r" +", " ", words).strip()[:MOST_WORDS]
