"""Does what the worker does to tell readers, at a time that the test says; all that is handed over arrives."""

from datetime import datetime

from django.db.models import Q

from writethru.bulletins.actions.alerts import make_alert, make_key_alert
from writethru.bulletins.actions.audience import add_to_audience, gather
from writethru.bulletins.actions.digests import make_digests
from writethru.bulletins.due import late_key_entries, versions_to_tell
from writethru.bulletins.models import Dispatch, Sending


def go_on(now: datetime) -> None:
    for version in versions_to_tell(now=now):
        make_alert(version, now=now)
    for alert, story in late_key_entries(now=now):
        make_key_alert(alert, story=story, now=now)
    due = Dispatch.objects.filter(Q(is_whole=False) | Q(is_gathered=False), kind="alert", not_before__lte=now)
    for dispatch in due.order_by("pk"):
        while add_to_audience(dispatch.pk, now=now):
            pass
        while gather(dispatch.pk, now=now):
            pass
    make_digests(now=now)
    for dispatch in Dispatch.objects.filter(status="sending", not_before__lte=now):
        waiting = Sending.objects.filter(dispatch=dispatch, status="waiting").exclude(next_try_at__gt=now)
        sent = waiting.update(status="sent", done_at=now)
        is_over = not Sending.objects.filter(dispatch=dispatch, status="waiting").exists()
        Dispatch.objects.filter(pk=dispatch.pk).update(
            sent=dispatch.sent + sent, status="finished" if is_over else "sending"
        )
