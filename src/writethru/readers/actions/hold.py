"""Holding: everything waits that a reader would get, by mail and in their browsers, until they go on."""

from datetime import datetime

from writethru.readers.models import Reader


def hold_reader(reader: Reader, *, now: datetime) -> None:
    """Let everything wait for a reader; what gathers comes as one when they go on."""
    Reader.objects.filter(pk=reader.pk, paused_at=None).update(paused_at=now, paused_by_desk=True)


def let_reader_go_on(reader: Reader) -> bool:
    """Let a reader get again what they follow. Return False, having changed nothing, if they paused it themselves."""
    held = Reader.objects.filter(pk=reader.pk, paused_by_desk=True)
    return bool(held.update(paused_at=None, paused_by_desk=False))
