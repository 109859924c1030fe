import io
import sys
from types import SimpleNamespace

import pytest
from builders import NOON, make_reader
from django.core.management import call_command
from returned import report

from writethru.bulletins.models import Dispatch, Sending
from writethru.bulletins.returns import envelope_sender
from writethru.readers.queries import is_suppressed

pytestmark = pytest.mark.django_db


def run(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    said = io.StringIO()
    call_command("bounce", stdout=said)
    return said.getvalue()


def test_a_mail_server_hands_in_what_came_back(monkeypatch: pytest.MonkeyPatch):
    dispatch = Dispatch.objects.create(kind="alert", key="a", made_at=NOON, not_before=NOON, sent=1, audience=1)
    reader = make_reader("anna@mail.example")
    line = Sending.objects.create(dispatch=dispatch, reader=reader, door="mail", status="sent", done_at=NOON)
    raw = report("550 5.1.1 User unknown", code="5.1.1", sender=envelope_sender(line.pk), id="x")

    said = [run(raw, monkeypatch), run(raw, monkeypatch), run(b"Subject: lamps\n\nCheap.", monkeypatch)]

    assert said == [
        f"hard of line {line.pk}; no more mail goes there.\n",
        f"hard of line {line.pk}, which had come before.\n",
        "Not counted: no signature of ours.\n",
    ]
    assert is_suppressed("anna@mail.example") is not None
