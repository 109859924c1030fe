"""The door at which a provider tells what became of mail: /webhooks/mail/<provider>/<secret>/.

Whoever doesn't know the secret gets what there is at any address where nothing is. What the provider signs is checked
by anymail, where it signs anything.
"""

import hmac
import logging
from typing import Any

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from writethru.bulletins.actions.webhooks import Told, take_event
from writethru.lib.providers import webhook_view

MARK = "sending"  # what the envelope sender is called among a message's metadata
MOST_BYTES = 2_000_000

log = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def mail_webhook(request: HttpRequest, provider: str, secret: str) -> HttpResponse:
    """Take in what the provider that EMAIL_URL names has to tell."""
    is_known = hmac.compare_digest(secret.encode(), settings.WEBHOOK_SECRET.encode())
    if not is_known or provider != settings.MAIL_SERVER.get("provider"):
        raise Http404
    if request.method == "HEAD":  # some look whether anybody is there
        return HttpResponse()
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        view = webhook_view()
        view.run_validators(request)
        events = view.parse_events(request)
    except ImproperlyConfigured as error:
        log.error("What %s posts can't be checked: %s", provider, error)
        return HttpResponse(status=503)
    except (AnymailError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        log.warning("What %s posted was refused: %s", provider, type(error).__name__)
        return HttpResponse(status=400)
    for event in events:
        take_event(_told(event), now=timezone.now())
    return HttpResponse()


def _told(event: Any) -> Told:
    words = [event.mta_response, event.description]
    return Told(
        type=str(event.event_type or ""),
        reason=str(event.reject_reason or ""),
        said=" ".join(str(part) for part in words if part),
        sender=str((event.metadata or {}).get(MARK, "")),
        id=str(event.event_id or f"{event.message_id} {event.timestamp}"),
    )
