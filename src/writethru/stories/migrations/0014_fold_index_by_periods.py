"""The fold index by periods, and before it a row for each of the newest items: what changes lies close together."""

from struct import unpack

from django.db import migrations, models

# Hours count from 1970, and a wire's archive may begin before: integers are divided towards naught.
COPY = """
    INSERT INTO stories_shingle_new (period, key, item_id, keys, hour)
    SELECT (hour + 1920000) / 192 - 10000, key, item_id, keys, hour FROM stories_shingle ORDER BY 1, 2, 3
"""
PUT_BACK = """
    INSERT INTO stories_shingle_old (key, item_id, keys, hour) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
COLUMNS = "key bigint NOT NULL, item_id bigint NOT NULL, keys smallint NOT NULL, hour integer NOT NULL"


def rebuild(apps, schema_editor):
    tail = " WITHOUT ROWID" if schema_editor.connection.vendor == "sqlite" else ""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"""
            CREATE TABLE stories_shingle_new (period integer NOT NULL, {COLUMNS},
            PRIMARY KEY (period, key, item_id)){tail}
        """)
        cursor.execute(COPY)
        cursor.execute("DROP TABLE stories_shingle")
        cursor.execute("ALTER TABLE stories_shingle_new RENAME TO stories_shingle")


def put_back(apps, schema_editor):
    tail = " WITHOUT ROWID" if schema_editor.connection.vendor == "sqlite" else ""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE stories_shingle_old ({COLUMNS}, PRIMARY KEY (key, item_id)){tail}")
        cursor.execute("""
            INSERT INTO stories_shingle_old (key, item_id, keys, hour)
            SELECT key, item_id, keys, hour FROM stories_shingle ORDER BY 1, 2
        """)
        cursor.execute("SELECT item_id, keys, hour FROM stories_freshkeys ORDER BY id")
        for item, held, hour in cursor.fetchall():
            keys = unpack(f"<{len(held) // 8}q", held)
            cursor.executemany(PUT_BACK, [(key, item, len(keys), hour) for key in keys])
        cursor.execute("DROP TABLE stories_shingle")
        cursor.execute("ALTER TABLE stories_shingle_old RENAME TO stories_shingle")


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0013_learnings"),
    ]

    operations = [
        migrations.CreateModel(
            name="FreshKeys",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.deletion.DO_NOTHING,
                        related_name="+",
                        to="wire.item",
                    ),
                ),
                ("keys", models.BinaryField(help_text="Eight bytes each, the lowest first.")),
                ("hour", models.IntegerField(help_text="When the item is dated, in hours since 1970.")),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(rebuild, put_back)],
            state_operations=[
                migrations.AddField("shingle", "period", models.IntegerField(help_text="The eight days it is in.")),
                migrations.AlterField(
                    "shingle",
                    "pk",
                    models.CompositePrimaryKey(
                        "period", "key", "item", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
    ]
