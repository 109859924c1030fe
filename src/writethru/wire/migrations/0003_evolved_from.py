from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wire", "0002_polling_and_ninjs"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["source", "evolved_from"], name="item_evolved"),
        ),
    ]
