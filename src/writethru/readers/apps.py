"""Starts the listener to the login's signals."""

from django.apps import AppConfig


class ReadersConfig(AppConfig):
    """Accounts and readers."""

    name = "writethru.readers"

    def ready(self) -> None:
        """Listen."""
        from writethru.readers import receivers  # noqa: F401, PLC0415 (models must be loaded first)
