from concurrent.futures import ThreadPoolExecutor

import pytest
from builders import NOON
from django.db import connection

from writethru.readers.actions.reader import reader_of
from writethru.readers.models import Account, Reader


@pytest.mark.django_db(transaction=True)
def test_two_that_ask_at_once_are_given_one_reader():
    account = Account.objects.create_user("anna@mail.example")

    def ask(_n: int) -> int:
        try:
            return reader_of(account, now=NOON).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        given = set(threads.map(ask, range(8)))

    assert given == set(Reader.objects.values_list("pk", flat=True))
    assert len(given) == 1
