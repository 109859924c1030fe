from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from writethru.bulletins.actions import forgetting
from writethru.press.routes import render

pytestmark = pytest.mark.django_db


def test_readers_and_operators_are_told_the_figures_that_the_house_forgets_by():
    page, guide = render("/privacy/").decode(), Path("docs/guide/privacy.md").read_text()
    kept = [
        forgetting.KEEP_LETTERS,
        forgetting.KEEP_LEDGER,
        forgetting.KEEP_OPT_INS,
        forgetting.KEEP_ENDED,
        forgetting.KEEP_SEEN,
        timedelta(seconds=settings.SESSION_COOKIE_AGE),
    ]

    assert [time.days for time in kept if f"{time.days} days" not in page] == []
    assert [time.days for time in kept if f"{time.days} days" not in guide] == []
