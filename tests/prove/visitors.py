"""Visitors by the thousand, each with a cookie jar of their own, before one application that is loaded once."""

from collections.abc import Callable

from django.test import Client
from django.test.client import ClientHandler


def door(*, enforce_csrf_checks: bool = False) -> Callable[[], Client]:
    """Return what makes a new visitor: loading the application anew for each would take longer than it answers."""
    application = ClientHandler(enforce_csrf_checks)

    def visitor() -> Client:
        client = Client(enforce_csrf_checks)
        client.handler = application
        return client

    return visitor
