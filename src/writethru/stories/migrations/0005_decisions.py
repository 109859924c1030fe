import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0004_ended_story"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Apart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="told_apart", to="stories.report"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="stories.report"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("report", "other"), name="told_apart_once")],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fold", "folded"),
                            ("apart", "told apart"),
                            ("unfold", "taken out"),
                            ("file", "filed"),
                            ("elsewhere", "not filed there"),
                            ("unfile", "taken out of a story"),
                            ("open", "story opened"),
                            ("spike", "spiked"),
                            ("unspike", "brought back"),
                            ("keep", "newer take set aside"),
                            ("publish", "published"),
                            ("withhold", "withheld"),
                            ("release", "shown again"),
                            ("kill", "killed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("headline", models.TextField(blank=True, help_text="What the report was called.")),
                ("before", models.JSONField(default=dict, help_text="What it takes to undo it, by kind.")),
                ("decided_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="decisions",
                        to="stories.report",
                    ),
                ),
                (
                    "story",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="stories.story"
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("undone_at", None)), fields=["by", "-id"], name="decision_to_undo")
                ],
            },
        ),
    ]
