"""The fold index as one tree: a row has all that a look-up asks, and no second index doubles it."""

from django.db import migrations, models

COLUMNS = "key bigint NOT NULL, item_id bigint NOT NULL, keys smallint NOT NULL, hour integer NOT NULL"
HOUR = {
    "sqlite": "CAST(strftime('%s', i.dated_at) AS integer) / 3600",
    "postgresql": "CAST(floor(extract(epoch FROM i.dated_at) / 3600) AS integer)",
}
COPY = """
    INSERT INTO stories_shingle_new (key, item_id, keys, hour)
    SELECT s.key, s.item_id, n.keys, %s
    FROM stories_shingle s JOIN wire_item i ON i.id = s.item_id
    JOIN (SELECT item_id, count(*) AS keys FROM stories_shingle GROUP BY item_id) n ON n.item_id = s.item_id
    ORDER BY s.key, s.item_id
"""


def rebuild(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    tail = " WITHOUT ROWID" if vendor == "sqlite" else ""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE stories_shingle_new ({COLUMNS}, PRIMARY KEY (key, item_id)){tail}")
        cursor.execute(COPY % HOUR[vendor])
        cursor.execute("DROP TABLE stories_shingle")
        cursor.execute("ALTER TABLE stories_shingle_new RENAME TO stories_shingle")


def put_back(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("""
            CREATE TABLE stories_shingle_old (key bigint NOT NULL, item_id bigint NOT NULL
            REFERENCES wire_item (id) DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY (key, item_id))
        """)
        cursor.execute("""
            INSERT INTO stories_shingle_old (key, item_id)
            SELECT key, item_id FROM stories_shingle WHERE item_id IN (SELECT id FROM wire_item)
        """)
        cursor.execute("DROP TABLE stories_shingle")
        cursor.execute("ALTER TABLE stories_shingle_old RENAME TO stories_shingle")
        cursor.execute("CREATE INDEX stories_shingle_item_id ON stories_shingle (item_id)")


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0011_moves"),
        ("wire", "0003_evolved_from"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(rebuild, put_back)],
            state_operations=[
                migrations.AddField("shingle", "keys", models.SmallIntegerField(help_text="How many the item has.")),
                migrations.AddField(
                    "shingle",
                    "hour",
                    models.IntegerField(help_text="When the item is dated, in hours since 1970."),
                ),
                migrations.AlterField(
                    "shingle",
                    "item",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.deletion.DO_NOTHING,
                        related_name="+",
                        to="wire.item",
                    ),
                ),
            ],
        ),
    ]
