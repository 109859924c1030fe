import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("readers", "0004_addresses_that_count_as_confirmed")]

    operations = [
        migrations.AlterField("seen", "seen_at", models.DateTimeField(help_text="When they last looked.")),
        migrations.AddField(
            "seen",
            "upto",
            models.DateTimeField(default=django.utils.timezone.now, help_text="The newest that stood there."),
            preserve_default=False,
        ),
        migrations.AddField("seen", "from_at", models.DateTimeField(null=True)),
        migrations.AddField("seen", "from_upto", models.DateTimeField(null=True)),
    ]
