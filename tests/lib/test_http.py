import gzip
import itertools
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
import pytest
from hostile import ANSWERS, hostile
from web import Answer, Listener, body, raw, site, status

from tests.work import work_of
from writethru.lib.http import AddressRefused, NoAnswer, NotFetched, Response, TooLarge, fetch, is_public, post

FEW = {"max_bytes": 10_000, "timeout_seconds": 5}
OK = b"HTTP/1.1 200 OK\r\n"


@dataclass
class Names:
    """What a stranger's name server says, and what it was asked."""

    answers: dict[str, Iterator[list[str]]]
    asked: list[str]


connects: list[object] = []
sys.addaudithook(lambda event, told: connects.append(told[1]) if event == "socket.connect" else None)
real_lookup = socket.getaddrinfo


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Answer for hosts as told, each time with the next list of addresses; ask the machine for all others."""
    told: dict[str, Iterator[list[str]]] = {host: itertools.repeat(found) for host, found in ANSWERS.items()}
    asked: list[str] = []

    def lookup(host: str, port: int, *args: object, **options: object) -> object:
        asked.append(host)
        name = host.rstrip(".").lower()
        if name in told:
            return [real_lookup(ip, port, type=socket.SOCK_STREAM)[0] for ip in next(told[name])]
        if set(name) - set("0123456789abcdefx.:%") and "localhost" not in name and "%" not in name:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real_lookup(host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return Names(told, asked)


def test_there_are_hostile_addresses_enough():
    assert len(set(hostile(1))) >= 120


def test_no_hostile_address_is_connected_to(listener: Listener, names: Names):
    connects.clear()

    admitted = [address for address in hostile(listener.port) if not _is_turned_away(address)]

    assert admitted == []
    assert connects == []
    assert listener.connects() == 0


def test_no_hostile_address_is_connected_to_over_tls(listener: Listener, names: Names):
    connects.clear()
    addresses = [address.replace("http:", "https:", 1) for address in hostile(listener.port)]

    admitted = [address for address in addresses if not _is_turned_away(address)]

    assert (admitted, connects, listener.connects()) == ([], [], 0)


def _is_turned_away(address: str) -> bool:
    try:
        fetch(address, **FEW)
    except NotFetched:
        return True
    return False


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_checked_anew(listener: Listener, names: Names, settings: Any, code: int):
    targets = [address for address in hostile(listener.port) if "://" in address and "///" not in address]
    ways = {f"/{n}": status(code, Location=target.encode().decode("latin-1")) for n, target in enumerate(targets)}
    with site(ways) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})
        connects.clear()

        admitted = [targets[n] for n in range(len(targets)) if not _is_turned_away(public.address(f"/{n}"))]

    assert admitted == []
    assert set(connects) == {("127.0.0.1", public.port)}
    assert listener.connects() == 0


def test_a_name_that_answers_differently_the_second_time_is_asked_once(listener: Listener, names: Names, settings: Any):
    names.answers["rebinding.example"] = iter([["127.0.0.1"], ["169.254.169.254"]])
    with site({"/": body(b"here")}) as public:
        settings.FETCH_ALLOW = frozenset({f"rebinding.example:{public.port}"})

        response = fetch(public.address("/", host="rebinding.example"), **FEW)

    assert response.body == b"here"
    assert names.asked == ["rebinding.example"]
    assert public.asked[0][1]["host"] == f"rebinding.example:{public.port}"


def test_an_admitted_host_is_admitted_at_its_port_alone(listener: Listener, settings: Any):
    settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{listener.port + 1}", f"localhost:{listener.port}"})

    with pytest.raises(AddressRefused, match=r"^127\.0\.0\.1 is at 127\.0\.0\.1, which is not on the public"):
        fetch(f"http://127.0.0.1:{listener.port}/", **FEW)

    assert listener.connects() == 0


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "1.1.1.1", "172.32.0.1", "192.169.0.1", "2606:2800:220:1::1", "64:ff9b::8.8.8.8"],
)
def test_what_is_public_is_public(address: str):
    assert is_public(address)


def test_a_body_comes_with_its_status_and_headers(settings: Any):
    with site({"/a?b=c": body(b"moat", ETag='"1"')}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        response = fetch(public.address("/a?b=c#d"), **FEW)

    assert response == Response(200, response.headers, b"moat", public.address("/a?b=c"))
    assert response.headers["etag"] == '"1"'
    assert set(public.asked[0][1]) == {"host", "user-agent", "accept", "accept-encoding"}


def test_conditions_are_sent_and_not_modified_comes_back(settings: Any):
    with site({"/": status(304)}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        response = fetch(public.address("/"), etag='"1"', last_modified="Thu, 01 Jun 2023 02:28:00 GMT", **FEW)

    assert (response.status, response.body) == (304, b"")
    assert public.asked[0][1]["if-none-match"] == '"1"'
    assert public.asked[0][1]["if-modified-since"] == "Thu, 01 Jun 2023 02:28:00 GMT"


def test_five_redirects_are_followed_and_no_more(settings: Any):
    ways = {f"/{n}": status(302, Location=f"/{n - 1}") for n in range(1, 7)}
    with site({**ways, "/0": body(b"end")}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        response = fetch(public.address("/5"), **FEW)
        with pytest.raises(NotFetched, match=r"^There were more than 5 redirects\.$"):
            fetch(public.address("/6"), **FEW)

    assert (response.body, response.address) == (b"end", public.address("/0"))


def test_a_proxy_of_the_environment_is_not_asked(settings: Any, listener: Listener, monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.port}")
    with site({"/": body(b"here")}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        assert fetch(public.address("/"), **FEW).body == b"here"

    assert listener.connects() == 0


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("", bytes),
        ("identity", bytes),
        ("gzip", gzip.compress),
        ("X-Gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", deflated),
        ("br", brotli.compress),
    ],
)
def test_what_comes_packed_is_unpacked(settings: Any, coding: str, packed: Callable[[bytes], bytes]):
    text = b"The moat is full. " * 500
    with site({"/": body(packed(text), Content_Encoding=coding)}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        assert fetch(public.address("/"), max_bytes=9_000, timeout_seconds=5).body == text
        with pytest.raises(TooLarge):
            fetch(public.address("/"), max_bytes=8_999, timeout_seconds=5)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_bomb_is_not_unpacked(settings: Any, coding: str):
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[coding]
    bomb = pack(bytes(50_000_000), **({"quality": 3} if coding == "br" else {}))
    with site({"/": body(bomb, Content_Encoding=coding)}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        def refuse() -> None:
            with pytest.raises(TooLarge, match=r"^Unpacked it has more than the 1000000 bytes that may come\.$"):
                fetch(public.address("/"), max_bytes=1_000_000, timeout_seconds=20)

        assert work_of(refuse) < 1


@pytest.mark.parametrize("coding", ["gzip, gzip", "zstd", "compress", "x"])
def test_a_coding_that_was_not_asked_for_is_refused(settings: Any, coding: str):
    with site({"/": body(gzip.compress(b"x"), Content_Encoding=coding)}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        with pytest.raises(NotFetched, match=f"^It is packed as “{coding}”, which we did not ask for"):
            fetch(public.address("/"), **FEW)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_what_is_not_packed_as_it_says_is_not_taken(settings: Any, coding: str):
    with site({"/": body(b"\xff no such thing \xff" * 9, Content_Encoding=coding)}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        with pytest.raises(NotFetched, match=r"^It can't be unpacked: "):
            fetch(public.address("/"), **FEW)


def test_what_is_announced_as_too_large_is_not_read(settings: Any):
    with site({"/": raw(OK + b"Content-Length: 10001\r\n\r\n", every=30)}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        with pytest.raises(TooLarge, match=r"^It has 10001 bytes; 10000 may come\.$"):
            fetch(public.address("/"), **FEW)


@pytest.mark.parametrize("head", [b"\r\n", b"Content-Encoding: gzip\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
def test_an_endless_body_is_left(settings: Any, head: bytes):
    piece = b"4000\r\n" + bytes(0x4000) + b"\r\n"
    with site({"/": raw(OK + head, *[piece] * 10_000)}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        with pytest.raises(TooLarge, match=r"^It has more than the 10000 bytes that may come\.$"):
            fetch(public.address("/"), **FEW)


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
DRIPS = {
    "status": [b"H"] + [b"x"] * 99,
    "headers": [OK, *[b"X-Wait: 1\r\n"] * 99],
    "one header": [OK, b"X: ", *[b"x"] * 99],
    "continue": [b"HTTP/1.1 100 Continue\r\n\r\n"] * 99,
    "body": [OK + b"Content-Length: 1000\r\n\r\n", *[b"x"] * 99],
    "body without length": [OK + b"\r\n", *[b"x"] * 99],
    "chunks": [CHUNKED, *[b"1\r\nx\r\n"] * 99],
    "trailers": [CHUNKED + b"0\r\n", *[b"X: 1\r\n"] * 99],
    "silence": [b"", *[b""] * 99],
}


@pytest.mark.parametrize("drip", DRIPS)
def test_a_byte_now_and_then_ends_with_the_time(settings: Any, drip: str):
    with site({"/": raw(*DRIPS[drip], every=0.1)}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})
        began = time.monotonic()

        with pytest.raises(NotFetched, match=r"^It took too long\.$"):
            fetch(public.address("/"), max_bytes=10_000, timeout_seconds=0.4)

    assert time.monotonic() - began < 1.5


def test_redirects_share_the_time(settings: Any):
    with site({"/": lambda handler: (time.sleep(0.3), status(302, Location="/")(handler))}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        with pytest.raises(NotFetched, match=r"^It took too long\.$"):
            fetch(public.address("/"), max_bytes=10, timeout_seconds=0.5)


def test_a_slow_name_server_ends_with_the_time(monkeypatch: pytest.MonkeyPatch):
    asleep = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: asleep.wait(30))

    with pytest.raises(NotFetched, match=r"^It took too long\.$"):
        fetch("http://slow.example/", max_bytes=10, timeout_seconds=0.2)

    asleep.set()


def test_a_host_that_answers_at_no_address_is_told(settings: Any, names: Names):
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{port}"})

    with pytest.raises(NotFetched, match=r"^127\.0\.0\.1 can't be reached: .*refused"):
        fetch(f"http://127.0.0.1:{port}/", **FEW)
    with pytest.raises(NotFetched, match=r"^nowhere\.example has no address that can be found: "):
        fetch("http://nowhere.example/", **FEW)


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"no http at all\r\n\r\n"),
        raw(b""),
        raw(OK + b"Content-Length: 99\r\n\r\nshort"),
        raw(OK + b"X: " + b"x" * 100_000 + b"\r\n\r\n"),
        raw(OK + b"X: 1\r\n" * 200 + b"\r\n"),
        raw(CHUNKED + b"zz\r\n"),
        raw(CHUNKED + b"5\r\nab"),
    ],
)
def test_what_is_no_answer_is_told(settings: Any, answer: Answer):
    with site({"/": answer}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        with pytest.raises(NotFetched, match=r"^127\.0\.0\.1 could not be read: "):
            fetch(public.address("/"), **FEW)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate")
    made = tmp_path / "web.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", made, "-out", tmp_path / "public.pem"),
        ],
        check=True,
        capture_output=True,
    )
    made.write_bytes(made.read_bytes() + (tmp_path / "public.pem").read_bytes())
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(tmp_path / "public.pem"))
    return made


def test_a_certificate_is_checked_for_the_name_of_the_host(
    settings: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch, names: Names
):
    with site({"/": body(b"safe")}, certificate=certificate) as public:
        settings.FETCH_ALLOW = frozenset({f"localhost:{public.port}", f"lo.stranger.example:{public.port}"})

        assert fetch(public.address("/", host="localhost"), **FEW).body == b"safe"
        with pytest.raises(NotFetched, match=r"certificate is not valid for 'lo\.stranger\.example'"):
            fetch(public.address("/", host="lo.stranger.example"), **FEW)
        monkeypatch.delitem(os.environ, "SSL_CERT_FILE")
        with pytest.raises(NotFetched, match="certificate verify failed"):
            fetch(public.address("/", host="localhost"), **FEW)


def test_a_slow_handshake_ends_with_the_time(settings: Any, listener: Listener):
    settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{listener.port}"})

    with pytest.raises(NotFetched, match=r"^It took too long\.$"):
        fetch(f"https://127.0.0.1:{listener.port}/", max_bytes=10, timeout_seconds=0.3)


LETTER = {"body": b"sealed", "headers": {"TTL": "60"}, "timeout_seconds": 5}


def test_what_is_posted_arrives_and_its_answer_is_told(settings: Any):
    with site({"/push": status(201, Location="/message/1")}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        response = post(public.address("/push"), **LETTER)

    assert (response.status, response.headers["location"], response.body) == (201, "/message/1", b"")
    assert public.bodies == [b"sealed"]
    assert (public.asked[0][1]["ttl"], public.asked[0][1]["content-length"]) == ("60", "6")


def test_nothing_is_posted_to_a_hostile_address(listener: Listener, names: Names):
    connects.clear()

    admitted = [address for address in hostile(listener.port) if not _is_post_turned_away(address)]

    assert (admitted, connects, listener.connects()) == ([], [], 0)


def _is_post_turned_away(address: str) -> bool:
    try:
        post(address, **LETTER)
    except NoAnswer:
        return False
    except NotFetched:
        return True
    return False


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_no_redirect_of_a_post_is_followed(listener: Listener, settings: Any, code: int):
    with site({"/": status(code, Location=f"http://127.0.0.1:{listener.port}/")}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        assert post(public.address("/"), **LETTER).status == code

    assert listener.connects() == 0


@pytest.mark.parametrize("answer", [raw(b""), raw(b"no http at all\r\n\r\n"), raw(b"H", *[b"x"] * 99, every=0.1)])
def test_that_no_answer_came_to_what_was_sent_is_told_apart(settings: Any, answer: Answer):
    with site({"/": answer}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        with pytest.raises(NoAnswer, match=r"^127\.0\.0\.1 has not answered: "):
            post(public.address("/"), **{**LETTER, "timeout_seconds": 0.4})


def test_a_post_that_could_not_be_made_is_not_in_doubt(settings: Any):
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{port}"})

    with pytest.raises(NotFetched) as refused:
        post(f"http://127.0.0.1:{port}/", **LETTER)

    assert type(refused.value) is NotFetched


@pytest.mark.parametrize(
    "answer",
    [
        raw(OK + b"Content-Length: 9999999\r\n\r\nshort"),
        raw(CHUNKED + b"zz\r\n"),
        raw(OK + b"\r\n", *[b"x" * 5000] * 9),
    ],
)
def test_a_status_that_has_come_counts_whatever_follows_it(settings: Any, answer: Answer):
    with site({"/": answer}) as public:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})

        response = post(public.address("/"), **LETTER)

    assert response.status == 200
    assert len(response.body) <= 2000
