import django.db.models.deletion
from django.db import migrations, models

from linli.community.dated_rows import NoOverlapAgain


class Migration(migrations.Migration):
    dependencies = [("community", "0003_no_overlap")]

    operations = [
        NoOverlapAgain("community_residence", by="resident_id"),
        migrations.RemoveConstraint(model_name="residence", name="residence_end_has_reason"),
        migrations.AlterField(
            model_name="residence",
            name="end_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("MOVED", "迁到别处"),
                    ("LEFT", "离开本县"),
                    ("DIED", "去世"),
                    ("DUPLICATE", "与另一条登记是同一人"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="residence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("to_day__isnull", True)),
                    models.Q(
                        ("end_reason__in", ["MOVED", "LEFT", "DIED", "DUPLICATE"]),
                        ("to_day__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="residence_end_has_reason",
            ),
        ),
        NoOverlapAgain("community_residence", by="resident_id"),
        migrations.AddIndex(model_name="resident", index=models.Index(fields=["birth_day"], name="resident_birth_day")),
        migrations.CreateModel(
            name="PersonMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200)),
                ("merged_at", models.DateTimeField()),
                ("ended", models.JSONField(blank=True, default=list)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_reason", models.CharField(blank=True, max_length=200)),
                (
                    "gone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_gone",
                        to="community.resident",
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_kept",
                        to="community.resident",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("gone")), _negated=True), name="person_merge_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="person_merge_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at__isnull", True), ("undone_reason", "")),
                            models.Q(("undone_at__isnull", False), models.Q(("undone_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="person_merge_undone_with_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)), fields=("gone",), name="person_merge_open_once"
                    ),
                ],
            },
        ),
    ]
