"""One house for all tests of the processes: none may change what another one reads."""

from collections.abc import Iterator

import pytest
from ops.house import House, house


@pytest.fixture(scope="session")
def set_up_house(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with django_db_blocker.unblock(), house(tmp_path_factory.mktemp("house")) as made:
        yield made
