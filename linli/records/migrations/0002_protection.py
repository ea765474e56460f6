from django.db import migrations

from linli.community.dated_rows import NoOverlap
from linli.trail.protection import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        AppendOnly("records_entry"),
        NoOverlap("records_enrolment", by="resident_id", within=["group"]),
    ]
