"""Every door of the application. What is baked is served by a file server where there is one, else by `front`."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from writethru.desk.door import desk_login
from writethru.desk.media import media
from writethru.front import account, errors, follow, following, mine, push, returns, unfollow, yours
from writethru.front import views as front
from writethru.lib import rowid  # noqa: F401 (it is what "row" means)

urlpatterns = [
    path("desk/login/", desk_login),
    path("desk/", include(wagtailadmin_urls)),
    path("media/<path:path>", media),
    path("healthz", front.healthz),
    path("report-error/<row:report_id>/", errors.error_form),
    path("report-error/<row:report_id>/thanks/", errors.error_thanks),
    path("account/", mine.mine),
    path("account/read/", mine.read_all),
    path("account/seen.json", mine.seen),
    path("account/following/", following.following),
    path("account/follow/", following.account_follow),
    path("account/state.json", following.state),
    path("story/<str:slug>/follow/", follow.follow_form, {"kind": "story"}),
    path("story/<str:slug>/follow/asked/", follow.asked, {"kind": "story"}),
    path("section/<str:slug>/follow/", follow.follow_form, {"kind": "section"}),
    path("section/<str:slug>/follow/asked/", follow.asked, {"kind": "section"}),
    path("c/<str:token>/", follow.confirmation),
    path("f/<str:token>/", following.following_by_link),
    path("u/<str:token>/", unfollow.stop),
    path("u/all/<str:token>/", unfollow.stop_all),
    path("push/key.json", push.key),
    path("push/subscribe/", push.subscribe),
    path("push/state/", push.state),
    path("push/unsubscribe/", push.unsubscribe),
    path("push/renew/", push.renew),
    path("account/yours/", yours.yours),
    path("account/yours.json", yours.yours_json),
    path("account/delete/", yours.delete),
    path("account/", include(account.urlpatterns)),
    path("f/<str:token>/yours/", yours.yours_by_link),
    path("f/<str:token>/yours.json", yours.yours_json_by_link),
    path("f/<str:token>/delete/", yours.delete_by_link),
    path("deleted/", yours.deleted),
    path("webhooks/mail/<str:provider>/<str:secret>/", returns.mail_webhook),
    # All else is the page store's.
    path("", front.baked),
    path("<path:path>", front.baked),
]
