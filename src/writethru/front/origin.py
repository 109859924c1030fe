"""Where a request comes from: for forms on pages that carry no cookie, and so no CSRF token."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def is_from_our_pages(request: HttpRequest) -> bool:
    """Return whether the browser says that a page of ours sent the form (Fetch Metadata, else Origin).

    Such a form needs no session, so there is nothing for another site to ride on; what this stops is other sites'
    pages sending it from their readers' browsers.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    ours = {urlsplit(settings.BASE_URL).netloc, request.get_host()}
    return bool(origin) and urlsplit(origin).netloc in ours


def network_of(request: HttpRequest) -> str:
    """Return whom to count a request under: the IPv4 address, or the /64 of an IPv6 one, which is one household."""
    peer = address_of(request)
    return str(ip_network(f"{peer}/64", strict=False)) if ":" in peer else peer


def address_of(request: HttpRequest) -> str:
    """Return the network address that a request came from; "" if nothing says it.

    Behind a proxy on this machine it is the last address that X-Forwarded-For names, which that proxy has written.
    """
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    if peer is None or peer.is_loopback:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2]
        peer = _address(forwarded) or peer
    return str(getattr(peer, "ipv4_mapped", None) or peer or "")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
