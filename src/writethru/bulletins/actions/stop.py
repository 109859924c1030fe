"""Stopping what is being sent."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from writethru.bulletins.actions.alerts import make_alert
from writethru.bulletins.actions.claims import drop_all_if_void
from writethru.bulletins.due import A_DAY
from writethru.bulletins.models import Dispatch, Sending
from writethru.stories.models import Version


def stop(dispatch: Dispatch, *, user: Any, now: datetime) -> bool:
    """Stop a dispatch: whatever waits is not sent any more. Return False if it had been sent, or stopped, already.

    What is being handed over in this moment goes out.
    """
    sending = Dispatch.objects.filter(pk=dispatch.pk, status=Dispatch.Status.SENDING)
    if not sending.update(status=Dispatch.Status.STOPPED, stopped_by=user, finished_at=now):
        return False
    drop_all_if_void(dispatch.pk, now=now)
    return True


@transaction.atomic
def stop_alert_of(version: Version, *, user: Any, now: datetime) -> bool:
    """Stop telling of a version, also if nobody has begun to. Return False if it had been told, or stopped, already."""
    if not version.quiet and version.published_at > now - A_DAY:
        make_alert(version, now=now)  # so that nobody makes it later
    alerts = Dispatch.objects.filter(version=version, kind=Dispatch.Kind.ALERT).order_by("pk")
    return sum(stop(alert, user=user, now=now) for alert in alerts) > 0


def drop_what_is_stopped(*, now: datetime) -> None:
    """Drop what still waits of stopped dispatches: a stop was cut off, or a row was being handed over as it came."""
    waiting = Sending.objects.filter(dispatch=OuterRef("pk"), status=Sending.Status.WAITING)
    stopped = Dispatch.objects.filter(Exists(waiting), status=Dispatch.Status.STOPPED)
    for pk in stopped.order_by("-made_at").values_list("pk", flat=True)[:50]:
        drop_all_if_void(pk, now=now)
