"""Loads every app's jobs, so that whoever wakes a job knows it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OpsConfig(AppConfig):
    """The commands, and the start of every process."""

    name = "writethru.ops"

    def ready(self) -> None:
        """Register the jobs of all apps."""
        autodiscover_modules("jobs")
