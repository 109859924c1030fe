import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("readers", "0005_visits"),
        ("stories", "0014_fold_index_by_periods"),
    ]

    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField(help_text="Who began to follow later is not asked.")),
            ],
        ),
        migrations.CreateModel(
            name="OfferAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said_yes", models.BooleanField()),
                ("answered_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="optin",
            name="letter_at",
            field=models.DateTimeField(help_text="When its confirmation was written, or was not to be.", null=True),
        ),
        migrations.AddIndex(
            model_name="optin",
            index=models.Index(condition=models.Q(("letter_at", None)), fields=["asked_at"], name="opt_in_waiting"),
        ),
        migrations.AddField(
            model_name="offer",
            name="of_story",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="stories.story"),
        ),
        migrations.AddField(
            model_name="offer",
            name="to_story",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="stories.story"),
        ),
        migrations.AddField(
            model_name="offeranswer",
            name="offer",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="readers.offer"
            ),
        ),
        migrations.AddField(
            model_name="offeranswer",
            name="reader",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="readers.reader"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(fields=("of_story", "to_story"), name="offered_once"),
        ),
        migrations.AddConstraint(
            model_name="offeranswer",
            constraint=models.UniqueConstraint(fields=("offer", "reader"), name="offer_answered_once"),
        ),
    ]
