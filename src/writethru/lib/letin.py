"""Letting others write: in SQLite one writes at a time, and whoever waits looks only now and then whether it may."""

import time

from django.conf import settings
from django.db import connection

LOOK_SECONDS = 0.1  # the longest that SQLite waits before it looks again


def let_others_in(*, seconds: float = LOOK_SECONDS) -> None:
    """Leave SQLite alone for as long as whoever waits may take to see that; on PostgreSQL they stand in a queue."""
    if connection.vendor == "sqlite" and not settings.QUEUE_IMMEDIATE:
        time.sleep(seconds)
