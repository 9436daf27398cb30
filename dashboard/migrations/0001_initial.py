from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="NodePosition",
            fields=[
                ("node", models.CharField(max_length=800, primary_key=True, serialize=False)),
                ("x", models.FloatField()),
                ("y", models.FloatField()),
                ("moved_at", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["moved_at"], name="position_moved_at")],
            },
        ),
        migrations.CreateModel(
            name="RecoveryReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("report", models.CharField(max_length=1000)),
                ("place", models.CharField(max_length=1000)),
                ("began_at", models.BigIntegerField()),
                ("content", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("place", "report"), name="one_report_a_place")
                ],
            },
        ),
    ]
