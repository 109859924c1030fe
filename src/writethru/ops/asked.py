"""Asks the site itself, at BASE_URL, as anybody does from outside."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from django.conf import settings

ANSWER_SECONDS = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site answered."""

    status: int
    body: bytes
    headers: Any


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *told: object) -> None:
        return None


def ask(path: str, *, method: str = "GET") -> Answer | str:
    """Return what the site answers, or why there is no answer. A redirect is an answer."""
    headers = {"User-Agent": "writethru doctor"}
    asked = urllib.request.Request(settings.BASE_URL + path, headers=headers, method=method)  # noqa: S310
    try:
        with urllib.request.build_opener(_Stay).open(asked, timeout=ANSWER_SECONDS) as got:
            return Answer(got.status, got.read(), got.headers)
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.read(), refused.headers)
    except OSError as error:
        return str(getattr(error, "reason", error))
