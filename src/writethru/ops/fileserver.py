"""nginx as it is to be set up in front of this house, from the settings and what the application itself answers."""

import ipaddress
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from writethru import __version__
from writethru.front import policy

UPLOAD_MEGABYTES = 12  # Wagtail takes photos of 10
_DOOR = re.compile(r"([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}")
_LISTEN = re.compile(rf"\d{{1,5}}|{_DOOR.pattern}")
_FILE = re.compile(r"/[^\"$\\\x00-\x1f]*")  # what stands in nginx's double quotes as it is


@dataclass(frozen=True, slots=True)
class Front:
    """What an operator may choose; all else comes from the settings."""

    app: str
    listen: str = ""
    behind: Sequence[str] = ()
    certificate: str = ""
    key: str = ""


def nginx_settings(front: Front, *, arguments: Sequence[str] = ()) -> str:
    """Return nginx's settings, to be included in its `http` block. Raises CommandError for a choice that can't be."""
    host, pages = urlsplit(settings.BASE_URL).hostname or "localhost", str(settings.PAGES_FOLDER)
    _check(front, pages)
    kinds = {suffix: kind.partition(";")[0] for suffix, kind in policy.CONTENT_TYPES.items()}
    texts = dict.fromkeys(kinds[suffix] for suffix, kind in policy.CONTENT_TYPES.items() if "charset" in kind)
    told = {
        "version": __version__,
        "command": shlex.join(["writethru", "nginx", *arguments]),
        "app": front.app,
        "name": f"[{host}]" if ":" in host else host,
        "listens": _listens(front),
        "behind": front.behind,
        "certificate": front.certificate,
        "key": front.key,
        "pages": pages,
        "headers": policy.headers(),
        "a_while": policy.A_WHILE,
        "for_ever": policy.FOR_EVER,
        "kept_for_ever": policy.KEPT_FOR_EVER,
        "any_type": policy.ANY_TYPE,
        "kinds": [{"suffix": suffix.removeprefix("."), "name": name} for suffix, name in kinds.items()],
        # text/html is always among them, and nginx warns of what it is told twice.
        "texts": " ".join(kind for kind in texts if kind != "text/html"),
        "upload_megabytes": UPLOAD_MEGABYTES,
        "down": _("This page can't be made just now. Try again in a moment."),
    }
    return render_to_string("ops/nginx.conf", told)


def _listens(front: Front) -> list[str]:
    port = front.listen or ("443" if front.certificate else "80")
    tls = " ssl http2" if front.certificate else ""
    return [f"{port}{tls}", f"[::]:{port}{tls}"] if port.isdecimal() else [f"{port}{tls}"]


def _check(front: Front, pages: str) -> None:
    if not _DOOR.fullmatch(front.app):
        raise CommandError(_("--app is “%(given)s”; it must be like 127.0.0.1:8000.") % {"given": front.app})
    if front.listen and not _LISTEN.fullmatch(front.listen):
        raise CommandError(
            _("--listen is “%(given)s”; it must be a port, or like 127.0.0.1:8080.") % {"given": front.listen}
        )
    for address in front.behind:
        try:
            ipaddress.ip_network(address, strict=False)
        except ValueError as error:
            raise CommandError(
                _("--behind is “%(given)s”; it must be an address or a network, like 10.0.0.0/8.") % {"given": address}
            ) from error
    if bool(front.certificate) != bool(front.key):
        raise CommandError(_("--certificate and --key go together."))
    for file in filter(None, (pages, front.certificate, front.key)):
        if not _FILE.fullmatch(file):
            raise CommandError(
                _("nginx can't be given the path “%(given)s”: it must be a whole one, without \" $ or \\.")
                % {"given": file}
            )
