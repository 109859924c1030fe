from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from writethru.lib.mail import Frame, date_header
from writethru.lib.mailfolder import put_message

LINK = "https://news.example/c/" + "AAAB-_x" * 20 + "/?a=b"
TEXT = f"El faro está vendido, 灯台。\n\n.Confirm: {LINK}\n\n-- \n{'keeper ' * 200}\n"
HTML = f'<p lang="es">El faro está vendido: <a href="{LINK}">ok</a></p>\n'


def framed() -> bytes:
    frame = Frame(sender="The Daily Example <news@news.example>", subject="El faro está vendido", text=TEXT, html=HTML)
    own = {"to": "anna@mail.example", "id": "<17.65@news.example>", "date": date_header(1_700_000_000)}
    return frame.message(**own, unsubscribe=LINK)


def of_django() -> bytes:
    message = EmailMultiAlternatives("El faro está vendido", TEXT, "news@news.example", ["anna@mail.example"])
    message.attach_alternative(HTML, "text/html")
    message.attach("lamp.png", b"\x89PNG\r\n", "image/png")
    return message.message().as_bytes(linesep="\r\n")


def contents(raw: bytes) -> list[Any]:
    """Return the headers of the message, and the kind and content of each of its parts."""
    message = message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    headers = [(name, value) for name, value in message.items() if name != "Content-Type"]
    return [headers, *((part.get_content_type(), part.get_filename(), part.get_content()) for part in parts)]


@pytest.mark.parametrize("made", [framed, of_django])
def test_in_the_folder_a_message_is_the_same_and_its_links_are_whole(tmp_path: Path, made: Any):
    raw = made()

    kept = put_message(tmp_path, raw).read_bytes()

    assert contents(kept) == contents(raw)
    found = [(one.count(f'href="{LINK}"'.encode()), one.count(f"Confirm: {LINK}\r\n".encode())) for one in (raw, kept)]
    assert (found[0][1], found[1]) == (0, (1, 1))
    assert kept.count(TEXT.replace("\n", "\r\n").encode()) == 1
