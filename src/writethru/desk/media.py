"""The library's files, for the desk alone: readers get what the press puts into the page store.

An original may be under embargo, or be of a report that is killed.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve
from wagtail.admin.auth import require_admin_access


@require_safe
@require_admin_access
@cache_control(private=True, max_age=3600)
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve one file to a member of the desk; others are led to the login."""
    response = serve(request, path, document_root=settings.MEDIA_ROOT)
    # A colleague may have put a page with a script there: it must not act at the desk for whoever opens it.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    return response
