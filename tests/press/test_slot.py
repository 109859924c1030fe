"""The slot for an advertisement or a paywall."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import make_long_story
from django.conf import settings

from writethru.press.assets import made_with
from writethru.press.routes import render

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot() -> Iterator[Path]:
    file = settings.WRITETHRU_DATA / "slot.html"
    yield file
    file.unlink(missing_ok=True)


def test_the_slot_is_empty_until_filled_and_then_on_every_page(slot: Path):
    make_long_story(400, title="Ships")
    before = made_with(), render("/")

    slot.write_text('<p><a href="/subscribe/">Subscribe to us</a></p>\n')

    assert b"slot" not in before[1]
    assert made_with() != before[0]
    for path in ("/", "/section/news/", "/story/ships/", "/trending/"):
        page = render(path)
        assert b'<div class="wrap slot" id="slot"><p><a href="/subscribe/">Subscribe to us</a></p></div>' in page
        assert len(page) <= 60_000


@pytest.mark.parametrize("held", [b"\xff\xfe", b"x" * 8193])
def test_a_slot_that_cannot_be_meant_stays_empty_and_is_logged(
    slot: Path, held: bytes, caplog: pytest.LogCaptureFixture
):
    slot.write_bytes(held)

    assert b'id="slot"' not in render("/")
    assert "the slot" in caplog.text
