"""What every test stands on: an empty page store, and the store's rows rolled back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def empty_pages() -> Iterator[Path]:
    yield settings.PAGES_FOLDER
    shutil.rmtree(settings.PAGES_FOLDER, ignore_errors=True)
