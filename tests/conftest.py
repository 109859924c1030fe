"""What every test stands on: an empty page store, and the store's rows rolled back."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from databases import copy_database, remove_database
from django.apps import apps as django_apps
from django.conf import settings
from django.test import override_settings
from mailserver import Mailbox
from pytest_django import DjangoDbBlocker


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Empty the tables after a test that commits, and no more: migrations' signals would take a second each time."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction"):
            item.add_marker(pytest.mark.django_db(transaction=True, available_apps=apps()), append=False)


def apps() -> list[str]:
    return [app.name for app in django_apps.get_app_configs()]


@pytest.fixture(scope="session")
def django_db_setup(
    pytestconfig: pytest.Config,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Stand for pytest-django's own, which would migrate in each process. `--create-db` migrates anew."""
    with django_db_blocker.unblock():
        copy_database(pytestconfig.cache.mkdir("migrated"), anew=django_db_createdb)
    yield
    with django_db_blocker.unblock():
        remove_database()


@pytest.fixture(autouse=True)
def empty_pages() -> Iterator[Path]:
    yield settings.PAGES_FOLDER
    shutil.rmtree(settings.PAGES_FOLDER, ignore_errors=True)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Start an SMTP server that the house's mail goes to, for this test."""
    server = Mailbox().start()
    with override_settings(MAIL_SERVER=server.settings):
        yield server
    server.stop()


@pytest.fixture(autouse=True)
def forgotten_words() -> None:
    """Forget what versions were put into words: numbers that are rolled back are used again."""
    from writethru.bulletins import digests

    for cached in (digests._entry, digests._fix, digests._message):
        cached.cache_clear()


@pytest.fixture
def tree(transactional_db: None) -> Any:
    """Return the first section; plant it, as the migration does, where the test before has emptied the tables."""
    from wagtail.models import Locale, Site
    from wagtail.models import Page as TreePage

    from writethru.stories.models import Home, Section

    if Section.objects.exists():
        return Section.objects.get()
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = TreePage.add_root(title="Root", slug="root").add_child(instance=Home(title="Home", slug="home"))
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    return home.add_child(instance=Section(title="News", slug="news"))
