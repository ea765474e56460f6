from django.db import migrations

from linli.community.dated_rows import NoOverlap


class Migration(migrations.Migration):
    dependencies = [("community", "0002_grid")]

    operations = [
        NoOverlap("community_residence", by="resident_id"),
        NoOverlap("community_assignment", by="worker_id", within=["role", "unit_id", "household_id"]),
    ]
