"""Every door of the application. What is baked is served by a file server where there is one, else by `front`."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from writethru.desk.door import desk_login
from writethru.desk.media import media
from writethru.front import account, errors
from writethru.front import views as front
from writethru.lib import rowid  # noqa: F401 (it is what "row" means)

urlpatterns = [
    path("desk/login/", desk_login),
    path("account/", include(account.urlpatterns)),
    path("desk/", include(wagtailadmin_urls)),
    path("media/<path:path>", media),
    path("healthz", front.healthz),
    path("report-error/<row:report_id>/", errors.error_form),
    path("report-error/<row:report_id>/thanks/", errors.error_thanks),
    # All else is the page store's.
    path("", front.baked),
    path("<path:path>", front.baked),
]
