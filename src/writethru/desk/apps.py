"""Wagtail's apps, where the desk has its own idea of one."""

from wagtail.users import apps as wagtail_users


class StaffConfig(wagtail_users.WagtailUsersAppConfig):
    """Wagtail's users, of whom the admin shows those who work here."""

    default = False
    user_viewset = "writethru.desk.staff.StaffViewSet"
