"""What the wire desk looks up on stores of any size, who folded, and versions that were taken out of sight."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0005_decisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="fold",
            name="by",
            field=models.ForeignKey(
                help_text="None: the engine.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="sealed",
            field=models.BooleanField(
                default=False, help_text="Taken out of what readers see: its own page answers 410."
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(condition=models.Q(("by", None)), fields=["-filed_at"], name="entry_filed_by_itself"),
        ),
        migrations.AddIndex(
            model_name="fold",
            index=models.Index(condition=models.Q(("kind", "take")), fields=["-folded_at"], name="fold_newest_take"),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["-made_at"], name="proposal_newest_open"
            ),
        ),
    ]
