"""Reads the settings that an operator may give, and refuses those that can't be meant.

    DATABASE_URL=postgres://desk@127.0.0.1/desk  BASE_URL=https://news.example  writethru up

Only `settings.py` calls this module. Every reader raises ImproperlyConfigured with a sentence that names the setting,
what it holds, and what it may hold.
"""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

from writethru.lib import dkim
from writethru.lib.providers import PROVIDERS

LIKE = "postgres://desk:PASSWORD@127.0.0.1:5432/desk"  # a password is not said again in an error

env = environ.FileAwareEnv()


def given(name: str, default: str = "") -> str:
    """Return the setting NAME, from NAME or from the file that NAME_FILE names; `default` where it is blank."""
    try:
        return env.ENVIRON.get(name, "").strip() or default
    except (OSError, UnicodeDecodeError) as error:
        file, why = env.ENVIRON.get(f"{name}_FILE"), getattr(error, "strerror", "") or "it is no UTF-8"
        raise ImproperlyConfigured(f"{name}_FILE is “{file}”, which can't be read ({why}).") from error


def data_folder() -> Path:
    """Return WRITETHRU_DATA, made if need be; everything that this install writes is in it."""
    folder = Path(given("WRITETHRU_DATA", "var")).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ImproperlyConfigured(
            f"WRITETHRU_DATA is {folder}, which can't be written ({error.strerror}). Name a folder that can."
        ) from error
    return folder


def _long_random_text() -> str:
    return secrets.token_urlsafe(48)


def secret(name: str, *, folder: Path, make: Callable[[], str] = _long_random_text) -> str:
    """Return the secret NAME, from NAME or NAME_FILE, else from `folder`, where it is made on first start."""
    if value := given(name):
        return value
    kept = folder / name.lower()
    if not kept.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        # Written beside and linked into place, so that two first starts agree on one secret.
        fresh = folder / f".{name.lower()}-{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(make())
        try:
            kept.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return kept.read_text().strip()


def database(*, folder: Path) -> dict[str, object]:
    """Return Django's description of the database: SQLite in `folder` unless DATABASE_URL says otherwise."""
    url = given("DATABASE_URL")
    scheme = url.partition("://")[0] if url else "sqlite"
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL starts with “{scheme}”; it may be sqlite:///FILE or postgres://….")
    described: dict[str, object] = {"NAME": folder / "writethru.sqlite3"}
    if url:
        try:
            described = dict(env.db_url_config(url))
        except ValueError as error:
            raise ImproperlyConfigured(f"DATABASE_URL can't be read ({error}); it may be like {LIKE}.") from error
    if not described["NAME"]:
        raise ImproperlyConfigured(f"DATABASE_URL names no database; it may be like {LIKE}.")
    if scheme == "sqlite":
        described["ENGINE"] = "writethru.lib.sqlite"
        described["OPTIONS"] = {
            # A deferred transaction that reads and then writes fails at once when another writes, whatever the timeout.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # A batch of the folding lane writes some thousands of pages of the index, each here and there in it. With
            # 2 MB of pages held each is read twice, and with 4 MB of journal each is put into its place at each commit.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;"
            " PRAGMA wal_autocheckpoint=16000;",
        }
    else:
        described["CONN_MAX_AGE"] = 60
        described["CONN_HEALTH_CHECKS"] = True
    return described


def _split(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (read, it raises for one that is no number)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is “{url}”, which is no address ({error}).") from error
    return parts


def queue_url() -> str:
    """Return QUEUE_URL: "" for the queue's own SQLite file, or redis://…."""
    url = given("QUEUE_URL")
    if url and _split("QUEUE_URL", url).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"QUEUE_URL is “{url}”; it may be redis://HOST:PORT/NUMBER, or nothing.")
    return url


def base_url() -> str:
    """Return BASE_URL without a slash at its end."""
    url = given("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    parts = _split("BASE_URL", url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(f"BASE_URL is “{url}”; it must be like https://news.example, with no path.")
    return url


def pages_folder(*, folder: Path) -> Path:
    """Return the folder that baked pages go to: PAGES_URL as a path or file:///…, else `folder`/pages."""
    url = given("PAGES_URL")
    if not url:
        return folder / "pages"
    parts = _split("PAGES_URL", url)
    if parts.scheme not in {"", "file"} or parts.netloc:
        raise ImproperlyConfigured(f"PAGES_URL is “{url}”; it may be a folder, or file:///FOLDER.")
    return Path(unquote(parts.path)).absolute()


def zone() -> str:
    """Return SITE_ZONE, a name such as Asia/Manila."""
    name = given("SITE_ZONE", "UTC")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(
            f"SITE_ZONE is “{name}”, which is no time zone; say one like Asia/Manila."
        ) from error
    return name


def language(known: list[tuple[str, str]]) -> str:
    """Return SITE_LANGUAGE, one of the `known` codes."""
    code = given("SITE_LANGUAGE", "en").lower()
    if code not in dict(known):
        choices = ", ".join(code for code, _ in known)
        raise ImproperlyConfigured(f"SITE_LANGUAGE is “{code}”; it may be one of: {choices}.")
    return code


def log_format() -> str:
    """Return LOG_FORMAT: text or json."""
    form = given("LOG_FORMAT", "text").lower()
    if form not in {"text", "json"}:
        raise ImproperlyConfigured(f"LOG_FORMAT is “{form}”; it may be text or json.")
    return form


def passwords(*urls: str) -> list[str]:
    """Return the passwords in these addresses, as they stand there and as they are meant."""
    found = [password for url in urls if url and (password := urlsplit(url).password)]
    return [*found, *map(unquote, found)]


def number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Return the setting NAME, a whole number, at least `least` and at most `most`."""
    value = given(name, str(default))
    if not value.isdecimal() or len(value) > 9 or not least <= int(value) <= (int(value) if most is None else most):
        upto = "up" if most is None else f"to {most}"
        raise ImproperlyConfigured(f"{name} is “{value}”; it may be a whole number from {least} {upto}.")
    return int(value)


def fetch_allow() -> frozenset[str]:
    """Return FETCH_ALLOW, the host:port pairs that may be fetched from though they aren't public; for tests."""
    named = frozenset(pair.strip().lower() for pair in given("FETCH_ALLOW").split(",") if pair.strip())
    for pair in named:
        host, _, port = pair.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ImproperlyConfigured(f"FETCH_ALLOW has “{pair}”; each of it must be like 127.0.0.1:8081.")
    return named


MAIL_LIKE = "smtp://USER:PASSWORD@mail.example:587, smtps://…, or anymail+PROVIDER://…"
_SENDER = re.compile(r"[!#-'*+./0-9=?A-Z^-~-]+@[A-Za-z0-9_.-]+")
SMTP_PORTS = {"smtp": 25, "smtps": 465}


def mail_server() -> dict[str, Any]:
    """Return whom EMAIL_URL gives mail to: carrier "files" without it, else "smtp" or "anymail", and what that needs.

    Of "smtp": host, port, user, password, and tls: "offered" (sealed if the server can), "required", "off" or "whole"
    (smtps). Of "anymail": provider, and options, from user, password, host and what follows the question mark. What is
    wrong is said without the password.
    """
    url = given("EMAIL_URL")
    if not url:
        return {"carrier": "files"}
    shown = re.sub(r"(?<=://)[^@/]*@", "…@", url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"EMAIL_URL is “{shown}”, which is no address ({error}).") from error
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    login = {"user": unquote(parts.username or ""), "password": unquote(parts.password or "")}
    kind, _, provider = parts.scheme.partition("+")
    if kind == "anymail" and provider not in PROVIDERS:
        known = ", ".join(sorted(PROVIDERS))
        raise ImproperlyConfigured(f"EMAIL_URL names the provider “{provider}”; it may be one of: {known}.")
    if kind == "anymail" and parts.path in {"", "/"}:
        return {"carrier": "anymail", "provider": provider, "host": parts.hostname or "", **login, "options": options}
    if parts.scheme not in SMTP_PORTS or not parts.hostname or parts.path not in {"", "/"}:
        raise ImproperlyConfigured(f"EMAIL_URL is “{shown}”; it may be like {MAIL_LIKE}.")
    tls = "whole" if parts.scheme == "smtps" else options.pop("tls", "offered")
    if tls not in {"whole", "offered", "required", "off"} or options:
        raise ImproperlyConfigured(
            f"EMAIL_URL is “{shown}”; after the question mark it may say tls=required or tls=off."
        )
    if login["password"] and not login["user"]:
        raise ImproperlyConfigured(f"EMAIL_URL is “{shown}”: a password needs a user.")
    return {
        "carrier": "smtp",
        "host": parts.hostname,
        "port": port or SMTP_PORTS[parts.scheme],
        **login,
        "tls": tls,
    }


def mail_from(*, name: str, host: str) -> str:
    """Return MAIL_FROM, like The Daily Example <news@news.example>; without it news@ the site's host, by its `name`."""
    given_sender = given("MAIL_FROM")
    name, address = parseaddr(given_sender) if given_sender else (name, f"news@{_named(host)}")
    if not _SENDER.fullmatch(address) or not given_sender.isprintable() or not name.isprintable():
        raise ImproperlyConfigured(
            f"MAIL_FROM is “{given_sender or address}”; it must be like The Daily Example <news@news.example>."
        )
    quoted = name.replace("\\", "").replace('"', "'")
    if not quoted:
        return address
    return f'"{quoted}" <{address}>' if re.search(r"[^\w ]", quoted) else f"{quoted} <{address}>"


def _named(host: str) -> str:
    """Return `host` where it is a name; no mail comes from a bare number."""
    return "localhost" if ":" in host or host.replace(".", "").isdecimal() else host


_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # how many private keys the curve has
_DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_-]{1,63})*\.?")


def vapid_key(*, folder: Path) -> str:
    """Return VAPID_KEY, the private key of web push: a number of P-256 as base64url of 32 bytes."""

    def make() -> str:
        return urlsafe_b64encode((1 + secrets.randbelow(_P256 - 1)).to_bytes(32, "big")).rstrip(b"=").decode()

    key = secret("VAPID_KEY", folder=folder, make=make).rstrip("=")
    try:
        raw = urlsafe_b64decode(key.encode("ascii") + b"=" * (-len(key) % 4))
    except (Error, UnicodeEncodeError):
        raw = b""
    if len(raw) != 32 or not 0 < int.from_bytes(raw, "big") < _P256:
        raise ImproperlyConfigured("VAPID_KEY is no key of web push; it must be 32 bytes of P-256 as base64url.")
    return key


IMAP_PORTS = {"imap": 143, "imaps": 993}


def bounce_mailbox() -> dict[str, Any]:
    """Return the mailbox that bounces come to, as BOUNCE_URL names it, or {}: host, port, user, password, folder, tls.

    tls is "whole" (imaps), "required" or "off". What is wrong is said without the password.
    """
    url = given("BOUNCE_URL")
    if not url:
        return {}
    shown = re.sub(r"(?<=://)[^@/]*@", "…@", url)
    like = "imaps://USER:PASSWORD@mail.example/INBOX"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"BOUNCE_URL is “{shown}”, which is no address ({error}).") from error
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = "whole" if parts.scheme == "imaps" else options.pop("tls", "required")
    is_whole = parts.hostname and parts.username and parts.password
    if parts.scheme not in IMAP_PORTS or not is_whole or options or tls not in {"whole", "required", "off"}:
        raise ImproperlyConfigured(f"BOUNCE_URL is “{shown}”; it may be like {like}, or imap://… with STARTTLS.")
    return {
        "host": parts.hostname,
        "port": port or IMAP_PORTS[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "folder": unquote(parts.path.strip("/")) or "INBOX",
        "tls": tls,
    }


def dkim_key(*, folder: Path) -> str:
    """Return DKIM_KEY, the RSA key in PEM that mail is signed with."""
    key = secret("DKIM_KEY", folder=folder, make=dkim.make_key)
    try:
        dkim.public_key(key)
    except dkim.BadKey as error:
        raise ImproperlyConfigured(f"DKIM_KEY is no key for DKIM: {error}.") from error
    return key


def label(name: str, default: str) -> str:
    """Return the setting NAME, what stands between two dots of a domain, or several with dots between them."""
    named = given(name, default).lower()
    if not _DOMAIN.fullmatch(named):
        raise ImproperlyConfigured(f"{name} is “{named}”; it may have letters, figures, - and dots, like {default}.")
    return named


def domain(name: str, *, other: tuple[str, ...] = ()) -> str:
    """Return the setting NAME, a domain or one of the `other` words; "" where it is blank."""
    named = given(name).lower().rstrip(".")
    try:
        ascii_name = named.encode("idna").decode() if named else ""
    except UnicodeError:
        ascii_name = "?"
    if named and named not in other and not _DOMAIN.fullmatch(ascii_name):
        raise ImproperlyConfigured(f"{name} is “{named}”, which is no domain; say one like mail.example.")
    return ascii_name


def staff_second_factor() -> str:
    """Return STAFF_SECOND_FACTOR: required or off."""
    asked = given("STAFF_SECOND_FACTOR", "off").lower()
    if asked not in {"required", "off"}:
        raise ImproperlyConfigured(f"STAFF_SECOND_FACTOR is “{asked}”; it may be required or off.")
    return asked


def oidc_providers() -> list[dict[str, object]]:
    """Return the OpenID Connect providers that OIDC_PROVIDERS names, each as the login wants it described.

    Google, say, is named `google` there, and is described by OIDC_GOOGLE_URL, OIDC_GOOGLE_CLIENT_ID and so on.
    """
    names = [name.strip() for name in given("OIDC_PROVIDERS").split(",") if name.strip()]
    for name in names:
        if not re.fullmatch(r"[a-z][a-z0-9]*", name) or names.count(name) > 1:
            raise ImproperlyConfigured(
                f"OIDC_PROVIDERS has “{name}”; each name in it, once, is of small letters and figures, like google."
            )
    return [_oidc_provider(name) for name in names]


def _oidc_provider(name: str) -> dict[str, object]:
    said = f"OIDC_{name.upper()}"
    url, client, secret = (given(f"{said}_{what}") for what in ("URL", "CLIENT_ID", "SECRET"))
    parts = _split(f"{said}_URL", url)
    is_here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or (parts.scheme != "https" and not (is_here and parts.scheme == "http")):
        raise ImproperlyConfigured(f"{said}_URL is “{url}”; it must be like https://accounts.google.com.")
    if not client or not secret:
        raise ImproperlyConfigured(f"OIDC_PROVIDERS names {name}: {said}_CLIENT_ID and {said}_SECRET are needed too.")
    trust = given(f"{said}_TRUST", "no").lower()
    if trust not in {"email", "no"}:
        raise ImproperlyConfigured(f"{said}_TRUST is “{trust}”; it may be email or no.")
    return {
        "provider_id": name,
        "name": given(f"{said}_NAME", name.capitalize()),
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": url.rstrip("/"), "email_authentication": trust == "email"},
    }
