import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0001_ledger")]

    operations = [
        migrations.AlterField(
            "sending",
            "follow",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="Why they get it; it may be deleted since.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="readers.follow",
            ),
        ),
        migrations.AddIndex(
            "sending",
            models.Index(
                condition=models.Q(("address", ""), _negated=True), fields=["address"], name="sending_of_letter"
            ),
        ),
    ]
