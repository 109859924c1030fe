"""The app of stories and reports."""

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    """Listens to Wagtail from the start."""

    name = "writethru.stories"

    def ready(self) -> None:
        """Connect the receivers."""
        from writethru.stories import receivers  # noqa: F401, PLC0415 (models must be loaded first)
