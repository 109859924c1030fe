"""Make the two roles of a newsroom, in place of the two that Wagtail begins with.

Editors may do everything on the whole site; Section editors have the desk and the photos, and get their section when the
newsroom gives it to them. Wagtail's Moderators have what our Editors have, so they become them, members and all. Its own
Editors may only draft: with nobody in it that group goes, else it is called Contributors from now on.
"""

from django.db import migrations

PAGES = ("add", "change", "publish", "lock", "unlock")
PHOTOS = ("add", "change", "choose")
SOURCES = ("add", "change", "view")
WAGTAIL_EDITORS = ("add", "change")


def give(apps, schema_editor):
    group = apps.get_model("auth.Group")
    for drafting in group.objects.filter(name="Editors"):
        if drafting.user_set.exists():
            group.objects.filter(pk=drafting.pk).update(name="Contributors")
        else:
            drafting.delete()
    _rename(apps, "Moderators", "Editors")
    editors, _ = group.objects.get_or_create(name="Editors")
    section_editors, _ = group.objects.get_or_create(name="Section editors")
    for role in (editors, section_editors):
        role.permissions.add(_permission(apps, "wagtailadmin", "admin", "access_admin"))
        _give_photos(apps, role)
    editors.permissions.add(*(_permission(apps, "wire", "source", f"{may}_source") for may in SOURCES))
    editors.page_permissions.all().delete()
    home = apps.get_model("stories.Home").objects.order_by("path").first()
    _give_pages(apps, editors, PAGES, home)


def take_back(apps, schema_editor):
    group = apps.get_model("auth.Group")
    root = apps.get_model("wagtailcore.Page").objects.get(depth=1)
    group.objects.filter(name="Section editors").delete()
    _rename(apps, "Editors", "Moderators")
    for moderators in group.objects.filter(name="Moderators"):
        moderators.permissions.remove(*(_permission(apps, "wire", "source", f"{may}_source") for may in SOURCES))
        moderators.page_permissions.all().delete()
        _give_pages(apps, moderators, (*WAGTAIL_EDITORS, "publish", "lock"), root)
    if group.objects.filter(name="Contributors").update(name="Editors"):
        return
    editors = group.objects.create(name="Editors")
    editors.permissions.add(_permission(apps, "wagtailadmin", "admin", "access_admin"))
    _give_pages(apps, editors, WAGTAIL_EDITORS, root)
    _give_photos(apps, editors)


def _rename(apps, old, new):
    """Rename a group, and Wagtail's workflow that bears its name."""
    apps.get_model("auth.Group").objects.filter(name=old).update(name=new)
    for model in ("Workflow", "Task"):
        apps.get_model("wagtailcore", model).objects.filter(name=f"{old} approval").update(name=f"{new} approval")


def _give_pages(apps, group, actions, page):
    for action in actions:
        permission = _permission(apps, "wagtailcore", "page", f"{action}_page")
        apps.get_model("wagtailcore.GroupPagePermission").objects.create(
            group=group, page_id=page.pk, permission=permission
        )


def _give_photos(apps, group):
    everywhere = apps.get_model("wagtailcore.Collection").objects.get(depth=1)
    for action in PHOTOS:
        permission = _permission(apps, "wagtailimages", "image", f"{action}_image")
        apps.get_model("wagtailcore.GroupCollectionPermission").objects.get_or_create(
            group=group, collection=everywhere, permission=permission
        )


def _permission(apps, app, model, codename):
    """Return a permission; on a new store Django makes them only after all migrations."""
    kind, _ = apps.get_model("contenttypes.ContentType").objects.get_or_create(app_label=app, model=model)
    permission, _ = apps.get_model("auth.Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0006_desk_indexes"),
        ("wire", "0001_initial"),
        ("readers", "0001_initial"),
        ("wagtailcore", "0094_alter_page_locale"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0023_add_choose_permissions"),
    ]

    operations = [migrations.RunPython(give, take_back)]
