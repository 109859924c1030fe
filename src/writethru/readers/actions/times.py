"""When a reader wants to hear from us: quiet hours, the hour and the day of digests, a pause of everything."""

from dataclasses import dataclass
from datetime import datetime, time

from writethru.readers.models import Reader


@dataclass(frozen=True, slots=True)
class Times:
    """When a reader wants to hear, in their zone; the site's where that is "". Without quiet hours both are None."""

    zone: str
    quiet_from: time | None
    quiet_until: time | None
    digest_at: time = time(7)
    digest_day: int = 0


def set_times(reader: Reader, *, times: Times) -> None:
    """Keep when a reader wants to hear."""
    Reader.objects.filter(pk=reader.pk).update(
        zone=times.zone,
        quiet_from=times.quiet_from,
        quiet_until=times.quiet_until,
        digest_at=times.digest_at,
        digest_day=times.digest_day,
    )


def pause_everything(reader: Reader, *, is_paused: bool, now: datetime) -> None:
    """Let all that a reader follows wait until they go on; or go on. A pause that stands keeps its time."""
    readers = Reader.objects.filter(pk=reader.pk)
    if is_paused:
        readers.filter(paused_at=None).update(paused_at=now)
    else:
        readers.update(paused_at=None, paused_by_desk=False)
