"""Asking where strangers say: one GET or POST to the public network, never to this machine or to what is near it.

An address in a feed is anybody's wish, and must not make us knock at our own doors, our neighbours' or a cloud's
metadata service. So a host is looked up once, every answer is checked, and the connection goes to the very address
that was checked: a name that answers differently the second time isn't asked a second time. A redirect is a new
address, checked anew.

    fetch("https://photos.example/moat.jpg", max_bytes=20_000_000, timeout_seconds=30).body
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.exceptions import TimeoutError as TimeoutOfSocket
from urllib3.response import BrotliDecoder, ContentDecoder, DeflateDecoder, GzipDecoder
from urllib3.util import Url, parse_url

from writethru import __version__

MAX_REDIRECTS = 5
CONNECT_SECONDS = 6.0  # for each address of a host: one that swallows packets must leave time for the next
SILENCE_SECONDS = 15.0  # between two pieces of an answer
REDIRECTS = {301, 302, 303, 307, 308}
FOR_GOOD = {301, 308}
PORTS = {"http": 80, "https": 443}
PIECE = 65_536

# All that is in use of IPv6 for the public; what lies outside is mapped, translated, local, or nobody's yet.
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
# IPv4 behind a translator (RFC 6052): as good or bad as the address in it. A network of IPv6 alone has all IPv4 here.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Public by the registry, but not what they seem: 6to4 leads to any IPv4 address (RFC 7526 retires it and its relays),
# the 3fff::/20 of RFC 9637 is for documentation, and 168.63.129.16 is the inside of one large cloud.
_NOT_FOR_US = tuple(
    ipaddress.ip_network(network)
    for network in ("2002::/16", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")
)

_DECODERS: Mapping[str, Callable[[], ContentDecoder]] = {
    "gzip": GzipDecoder,
    "x-gzip": GzipDecoder,
    "deflate": DeflateDecoder,
    "br": BrotliDecoder,
}


_GOES_WRONG = (HTTPError, http.client.HTTPException, OSError, ValueError)


class NotFetched(Exception):
    """Nothing came from an address; the message says why, in words for whoever runs the server."""


class AddressRefused(NotFetched):
    """The address is none that we fetch from: not public, not http or https, or with a password in it."""


class NoAnswer(NotFetched):
    """All that was posted has been sent, and no answer came: whether it was taken is in doubt."""


class TooLarge(NotFetched):
    """There is more at the address than the caller wants, as sent or once unpacked."""


@dataclass(frozen=True, slots=True)
class Response:
    """What an address answered; `headers` are found whatever their case, `address` is where the redirects ended.

    `moved_to` is the address that the server says to use from now on, or "".
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    address: str
    moved_to: str = ""


def fetch(address: str, *, max_bytes: int, timeout_seconds: float, etag: str = "", last_modified: str = "") -> Response:
    """Return what `address` answers to one GET, whatever the status; the body unpacked, at most `max_bytes` of it.

    The time is for all of it: looking up, connecting, redirects, the last byte. No proxy is used and no cookie kept.
    Raises AddressRefused before anything is connected to, TooLarge, and NotFetched for what goes wrong on the way.
    """
    headers = {
        "User-Agent": f"Writethru/{__version__} (+{settings.BASE_URL})",
        "Accept": "*/*",
        "Accept-Encoding": "gzip, br, deflate",
    }
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers |= {name: value for name, value in conditions.items() if value and value.isprintable()}
    deadline = time.monotonic() + timeout_seconds
    moved_to, for_good = "", True
    for _ in range(MAX_REDIRECTS + 1):
        response = _get(_parsed(address), headers=headers, max_bytes=max_bytes, deadline=deadline)
        target = response.headers.get("Location")
        if response.status not in REDIRECTS or not target:
            return replace(response, moved_to=moved_to)
        try:
            address = urljoin(response.address, target)
        except ValueError as error:
            raise AddressRefused(f"The redirect leads to “{target[:200]}”, which is no address.") from error
        # What stands behind a redirect for now may be somewhere else tomorrow.
        for_good = for_good and response.status in FOR_GOOD
        moved_to = address if for_good else moved_to
    raise NotFetched(f"There were more than {MAX_REDIRECTS} redirects.")


def post(
    address: str, *, body: bytes, headers: Mapping[str, str], timeout_seconds: float, max_bytes: int = 2000
) -> Response:
    """Return what `address` answers to one POST; no redirect is followed, and of its body at most `max_bytes` is read.

    Raises AddressRefused before anything is connected to, NotFetched if not all was sent, NoAnswer if all was.
    """
    told = {"User-Agent": f"Writethru/{__version__} (+{settings.BASE_URL})", "Accept-Encoding": "identity", **headers}
    deadline = time.monotonic() + timeout_seconds
    return _post(_parsed(address), headers=told, body=body, max_bytes=max_bytes, deadline=deadline)


def _parsed(address: str) -> Url:
    try:
        url = parse_url(address.strip())
    except LocationParseError as error:
        raise AddressRefused(f"“{address[:200]}” is no address that can be fetched.") from error
    if url.scheme not in PORTS:
        raise AddressRefused(f"“{address[:200]}” starts neither with http nor with https.")
    if not url.host or url.port == 0:
        raise AddressRefused(f"“{address[:200]}” names no host.")
    if url.auth is not None:
        raise AddressRefused("There is a name or a password in the address.")
    return url


class _Plain(HTTPConnection):
    door: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.door


class _Secure(HTTPSConnection):
    door: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.door


def _get(url: Url, *, headers: Mapping[str, str], max_bytes: int, deadline: float) -> Response:
    try:
        with _connection(url, deadline=deadline) as connection:
            connection.request("GET", url.request_uri, headers=dict(headers), preload_content=False)
            response = connection.getresponse()
            raw = b"" if response.status in REDIRECTS else _raw_body(response, max_bytes)
            _left(deadline)  # raises: a body without a length ends where it is cut off, and looks whole
            body = _unpacked(raw, response.headers.get("Content-Encoding", ""), max_bytes)
            return Response(response.status, response.headers, body, url._replace(fragment=None).url)
    except _GOES_WRONG as error:
        _left(deadline)
        if isinstance(error, TimeoutError | TimeoutOfSocket):
            raise NotFetched("It took too long.") from error
        raise NotFetched(f"{url.host} could not be read: {_said(error)}.") from error


def _post(url: Url, *, headers: Mapping[str, str], body: bytes, max_bytes: int, deadline: float) -> Response:
    is_sent = False
    try:
        with _connection(url, deadline=deadline) as connection:
            connection.request("POST", url.request_uri, body=body, headers=dict(headers), preload_content=False)
            is_sent = True
            response = connection.getresponse()
            said = _beginning(response, max_bytes)
            return Response(response.status, response.headers, said, url._replace(fragment=None).url)
    except _GOES_WRONG as error:
        if is_sent:
            raise NoAnswer(f"{url.host} has not answered: {_said(error)}.") from error
        _left(deadline)
        raise NotFetched(f"{url.host} could not be written to: {_said(error)}.") from error


@contextmanager
def _connection(url: Url, *, deadline: float) -> Iterator[_Plain | _Secure]:
    """Give a connection to the host of `url`, cut off at the deadline."""
    host = (url.host or "").strip("[]")
    port = url.port or PORTS[url.scheme or ""]
    door = _connected(host, port, deadline=deadline)
    connection: _Plain | _Secure
    if url.scheme == "https":
        connection = _Secure(host, port, ssl_context=ssl.create_default_context())
    else:
        connection = _Plain(host, port)
    connection.door, connection.timeout = door, min(_left(deadline), SILENCE_SECONDS)
    # Whoever sends a byte a second outlives every timeout of a socket, so the whole exchange is cut off from outside,
    # at a twin of the socket, which stays what it is when TLS takes the other over.
    twin = door.dup()
    cut = threading.Timer(_left(deadline), _cut_off, [twin])
    cut.daemon = True
    cut.start()
    try:
        with closing(connection), closing(twin):
            yield connection
    finally:
        cut.cancel()


def _left(deadline: float) -> float:
    """Return the seconds until the deadline. Raises NotFetched if there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise NotFetched("It took too long.")
    return left


def _cut_off(twin: socket.socket) -> None:
    try:
        twin.shutdown(socket.SHUT_RDWR)
    except OSError:  # it has just ended by itself
        return


def _said(error: Exception) -> str:
    return (str(error).strip().rstrip(".") or type(error).__name__)[:300]


def _connected(host: str, port: int, *, deadline: float) -> socket.socket:
    """Return a connection to the first address of the host that answers. Raises AddressRefused if any is not public."""
    answers = _looked_up(host, port, deadline=deadline)
    if f"{host.rstrip('.').lower()}:{port}" not in settings.FETCH_ALLOW:
        for answer in answers:
            if not is_public(str(answer[4][0])):
                raise AddressRefused(f"{host} is at {answer[4][0]}, which is not on the public network.")
    failure: OSError | None = None
    for family, kind, protocol, _, place in answers:
        door = socket.socket(family, kind, protocol)
        door.settimeout(min(_left(deadline), CONNECT_SECONDS))
        try:
            door.connect(place)
        except OSError as error:
            door.close()
            failure = error
        else:
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return door
    _left(deadline)
    raise NotFetched(f"{host} can't be reached: {_said(failure or OSError('it has no address'))}.") from failure


def _looked_up(host: str, port: int, *, deadline: float) -> list[Any]:
    """Return what the resolver answers, in time: its own timeouts are longer than ours, so it is left to a thread."""
    found: Future[list[Any]] = Future()

    def look() -> None:
        try:
            found.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.set_exception(error)

    threading.Thread(target=look, daemon=True).start()
    try:
        return found.result(_left(deadline))
    except (OSError, UnicodeError) as error:
        _left(deadline)
        raise NotFetched(f"{host} has no address that can be found: {_said(error)}.") from error


def is_public(address: str) -> bool:
    """Return whether an IP address, as a resolver gives it, is one that all the world can reach."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _PUBLIC_V6:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _NOT_FOR_US)


def _raw_body(response: HTTPResponse, max_bytes: int) -> bytes:
    """Return the body as sent. Raises TooLarge, for a length that is announced without reading any of it."""
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced[:20]) > max_bytes:
        raise TooLarge(f"It has {announced[:20]} bytes; {max_bytes} may come.")
    raw = bytearray()
    for piece in response.stream(PIECE, decode_content=False):
        raw += piece
        if len(raw) > max_bytes:
            raise TooLarge(f"It has more than the {max_bytes} bytes that may come.")
    return bytes(raw)


def _beginning(response: HTTPResponse, max_bytes: int) -> bytes:
    """Return the first of the body, or nothing: the status has come, and says what was to be known."""
    try:
        return response.read(max_bytes, decode_content=False)
    except _GOES_WRONG:
        return b""


def _unpacked(raw: bytes, coding: str, max_bytes: int) -> bytes:
    """Return the body without its content coding. Raises TooLarge, and NotFetched for a coding not asked for."""
    coding = coding.strip().lower()
    if coding in {"", "identity"} or not raw:
        return raw
    if coding not in _DECODERS:
        raise NotFetched(f"It is packed as “{coding[:50]}”, which we did not ask for.")
    decoder = _DECODERS[coding]()
    try:
        body = decoder.decompress(raw, max_length=max_bytes + 1)
        while len(body) <= max_bytes and decoder.has_unconsumed_tail:
            more = decoder.decompress(b"", max_length=max_bytes + 1 - len(body))
            if not more:
                break
            body += more
    except HTTPResponse.DECODER_ERROR_CLASSES as error:
        raise NotFetched(f"It can't be unpacked: {_said(error)}.") from error
    if len(body) > max_bytes:
        raise TooLarge(f"Unpacked it has more than the {max_bytes} bytes that may come.")
    return body
