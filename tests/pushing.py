"""A push service and the browsers that it serves: it checks who sends, and each browser opens what is sealed for it.

with push_service(settings) as service:
    subscription = service.browser(reader)
    …
    assert service.received == [Pushed(subscription.endpoint, {"title": …}, topic="r17", ttl=86400, urgency="normal")]
"""

import json
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from os import urandom
from typing import Any

import http_ece
import jwt
from builders import NOON
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from web import Answer, Site, site, status

from writethru.lib import webpush
from writethru.readers.models import PushSubscription, Reader

_AUTHORIZATION = re.compile(r"vapid t=([\w.-]+), k=([\w-]+)")


class Forged(AssertionError):
    """What came is not signed by who it says."""


@dataclass(frozen=True)
class Pushed:
    """What a browser was given."""

    endpoint: str
    told: dict[str, Any]
    topic: str
    ttl: int
    urgency: str


@dataclass
class Browser:
    """A browser: it alone can open what is sealed for it."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: urandom(16))

    @property
    def p256dh(self) -> str:
        return base64url(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @property
    def auth(self) -> str:
        return base64url(self.secret)

    def open(self, sealed: bytes) -> bytes:
        return http_ece.decrypt(sealed, private_key=self.key, auth_secret=self.secret, version="aes128gcm")


class Service:
    """A push service on loopback."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.browsers: dict[str, Browser] = {}
        self.received: list[Pushed] = []
        self.wrong: list[str] = []
        self.site: Site

    def browser(self, reader: Reader | None = None, *, answer: Answer | None = None) -> PushSubscription:
        """Return the subscription of a new browser, unsaved without a reader; `answer` stands for taking it in."""
        browser, path = Browser(), f"/push/{len(self.browsers)}"
        self.browsers[path] = browser
        self.answers[path] = answer or self._take
        endpoint = self.site.address(path)
        made = PushSubscription(
            reader=reader,
            endpoint=endpoint,
            endpoint_hash=sha256(endpoint.encode()).hexdigest(),
            p256dh=browser.p256dh,
            auth=browser.auth,
            made_at=NOON,
        )
        if reader:
            made.save()
        return made

    def _take(self, handler: BaseHTTPRequestHandler) -> None:
        try:
            self.received.append(self._opened(handler))
        except Exception as error:
            self.wrong.append(repr(error))
            status(400)(handler)
        else:
            status(201, Location=self.site.address("/message/1"))(handler)

    def _opened(self, handler: BaseHTTPRequestHandler) -> Pushed:
        check_signature(handler.headers["Authorization"], audience=self.site.address(""))
        assert handler.headers["Content-Encoding"] == "aes128gcm"
        opened = self.browsers[handler.path].open(self.site.bodies[-1])
        return Pushed(
            self.site.address(handler.path),
            json.loads(opened),
            topic=handler.headers.get("Topic", ""),
            ttl=int(handler.headers["TTL"]),
            urgency=handler.headers["Urgency"],
        )


@contextmanager
def push_service(settings: Any) -> Iterator[Service]:
    """Run one that the house may reach."""
    answers: dict[str, Answer] = {}
    service = Service(answers)
    with site(answers) as service.site:
        settings.FETCH_ALLOW = settings.FETCH_ALLOW | {f"127.0.0.1:{service.site.port}"}
        yield service


def check_signature(authorization: str, *, audience: str) -> None:
    """Check a VAPID signature (RFC 8292) as a push service does that was given our public key."""
    found = _AUTHORIZATION.fullmatch(authorization)
    if not found or found[2] != webpush.public_key():
        raise Forged(authorization)
    point = urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    claims = jwt.decode(found[1], key, algorithms=["ES256"], audience=audience)
    if not claims["exp"] - time.time() <= 24 * 3600 or not claims["sub"].startswith(("mailto:", "https:")):
        raise Forged(authorization)


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
