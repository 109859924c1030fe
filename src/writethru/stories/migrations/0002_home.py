"""Put Home and a first section into Wagtail's tree, in place of its welcome page."""

from django.conf import settings
from django.db import migrations


def plant(apps, schema_editor):
    content_type = apps.get_model("contenttypes.ContentType")
    page = apps.get_model("wagtailcore.Page")
    locale = apps.get_model("wagtailcore.Locale").objects.order_by("pk").first()
    root = page.objects.get(depth=1)
    page.objects.filter(depth=2, slug="home").delete()

    def grow(model, **fields):
        kind, _ = content_type.objects.get_or_create(app_label="stories", model=model)
        return apps.get_model("stories", model).objects.create(content_type=kind, locale=locale, live=True, **fields)

    home = grow(
        "home", title="Home", draft_title="Home", slug="home", url_path="/home/", path="00010001", depth=2, numchild=1
    )
    grow("section", title="News", draft_title="News", slug="news", url_path="/home/news/", path="000100010001", depth=3)
    root.numchild = page.objects.filter(depth=2).count()
    root.save(update_fields=["numchild"])
    apps.get_model("wagtailcore.Site").objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page_id": home.pk, "site_name": settings.SITE_NAME},
    )


def fell(apps, schema_editor):
    apps.get_model("wagtailcore.Site").objects.filter(root_page__slug="home").delete()
    apps.get_model("stories.Section").objects.filter(path="000100010001", slug="news").delete()
    apps.get_model("stories.Home").objects.filter(path="00010001").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0001_initial"),
        ("wagtailcore", "0094_alter_page_locale"),
    ]

    operations = [migrations.RunPython(plant, fell)]
