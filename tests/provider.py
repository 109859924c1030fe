"""A small OpenID Connect provider on loopback: discovery, a page to log in on, codes with PKCE, signed tokens."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "the-daily-example", "a secret between two servers"


@dataclass
class Provider:
    """Who is logged in there, and what was asked of it."""

    port: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    key: Any = field(default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def jwks(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]}

    def grant(self, asked: dict[str, str]) -> str:
        """Return where the browser goes on once its owner has pressed Yes."""
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """Return the tokens for a code; None, and note why, if anything about it is wrong."""
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None:
            return self._refuse("code")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if asked.get("code_challenge_method") != "S256" or challenge.rstrip(b"=").decode() != asked["code_challenge"]:
            return self._refuse("code_verifier")
        if (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET):
            return self._refuse("client_secret")
        if sent.get("redirect_uri") != asked["redirect_uri"]:
            return self._refuse("redirect_uri")
        now = int(time.time())
        about = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **self.claims}
        self.tokens.append(secrets.token_urlsafe(12))
        id_token = jwt.encode(about, self.key, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": self.tokens[-1], "token_type": "Bearer", "id_token": id_token, "expires_in": 300}

    def _refuse(self, why: str) -> None:
        self.refused.append(why)


@contextmanager
def provider(**claims: Any) -> Iterator[Provider]:
    """Run a provider where somebody with these claims is logged in."""
    it = Provider(claims=claims)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(url.query).items()}
            if url.path == "/.well-known/openid-configuration":
                self._json(it.configuration())
            elif url.path == "/jwks":
                self._json(it.jwks())
            elif url.path == "/authorize":
                page = f'<!doctype html><title>Provider</title><h1>Provider</h1><a href="{it.grant(asked)}">Yes</a>'
                self._send(page.replace("&", "&amp;").encode(), "text/html")
            elif url.path == "/userinfo":
                known = self.headers.get("Authorization", "").removeprefix("Bearer ") in it.tokens
                self._json(it.claims if known else {"error": "invalid_token"}, status=200 if known else 401)
            else:
                self._send(b"", "text/plain", status=404)

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            told = it.token({name: values[0] for name, values in sent.items()})
            self._json(told or {"error": "invalid_grant"}, status=200 if told else 400)

        def _json(self, told: dict[str, Any], *, status: int = 200) -> None:
            self._send(json.dumps(told).encode(), "application/json", status=status)

        def _send(self, body: bytes, kind: str, *, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    it.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield it
    finally:
        server.shutdown()
        server.server_close()


def described(it: Provider, *, trust: bool) -> dict[str, Any]:
    """Return the setting by which this provider's accounts log in here."""
    app = {
        "provider_id": "newsroom",
        "name": "the newsroom",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": it.url, "email_authentication": trust},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
