"""Web push without a vendor: a message that only one browser can read, and a note that says it is from us.

The body is sealed for the browser's own key (RFC 8291, aes128gcm of RFC 8188), so the push service that carries it
can't read it; the Authorization is a JWT signed with our key (VAPID, RFC 8292), by which the service knows that we are
the one whom the reader has let. Nothing is sent here; `bulletins.actions.push` does that.
"""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from email.utils import parseaddr
from functools import cache, lru_cache
from urllib.parse import urlsplit

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

MOST_BYTES = 3993  # RFC 8291, 4: what is left of the 4,096 that every push service takes
AUTH_BYTES = 16
SIGNED_SECONDS = 12 * 3600  # RFC 8292 allows a day; clocks differ
_RENEWED_SECONDS = 3600


class BadSubscription(ValueError):
    """These are no keys that a browser makes: nothing can be sealed for them."""


class TooLong(ValueError):
    """The message is longer than a push service must take."""


def public_key() -> str:
    """Return our public key, base64url: what a page gives `pushManager.subscribe` as applicationServerKey."""
    return _base64url(_point(_own_key(settings.VAPID_KEY)))


def encrypt(message: bytes, *, p256dh: str, auth: str) -> bytes:
    """Return `message` sealed for the browser that gave these keys. Raises TooLong, BadSubscription."""
    if len(message) > MOST_BYTES:
        raise TooLong(f"{len(message)} bytes; {MOST_BYTES} may come")
    key, secret = browser_keys(p256dh, auth)
    once = ec.generate_private_key(ec.SECP256R1())
    sealed: bytes = http_ece.encrypt(message, private_key=once, dh=key, auth_secret=secret, version="aes128gcm")
    return sealed


def browser_keys(p256dh: str, auth: str) -> tuple[bytes, bytes]:
    """Return a browser's public key, a point on the curve, and its secret. Raises BadSubscription."""
    try:
        key, secret = _read(p256dh), _read(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except (ValueError, Error) as error:
        raise BadSubscription("its keys are none") from error
    if len(secret) != AUTH_BYTES or len(key) != 65:
        raise BadSubscription("its keys are of the wrong length")
    return key, secret


def authorization(endpoint: str) -> str:
    """Return the Authorization by which the push service of `endpoint` knows us."""
    parts = urlsplit(endpoint)
    # One an hour for each service: a signature for each message would cost more than sealing it.
    window = int(time.time()) // _RENEWED_SECONDS
    return _authorization(f"{parts.scheme}://{parts.netloc}", window, settings.VAPID_KEY, _who_we_are())


@cache
def _own_key(secret: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(_read(secret), "big"), ec.SECP256R1())


@lru_cache(maxsize=1000)
def _authorization(audience: str, window: int, secret: str, who: str) -> str:
    claims = {"aud": audience, "exp": window * _RENEWED_SECONDS + SIGNED_SECONDS, "sub": who}
    token = jwt.encode(claims, _own_key(secret), algorithm="ES256")
    return f"vapid t={token}, k={public_key()}"


def _who_we_are() -> str:
    """Return where a push service can reach whoever runs this site: by https or by mail, nothing else is taken."""
    https = settings.BASE_URL.startswith("https:")
    return settings.BASE_URL if https else f"mailto:{parseaddr(settings.MAIL_FROM)[1]}"


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _read(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
