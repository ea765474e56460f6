from django.db import migrations

from linli.community.dated_rows import NoOverlap
from linli.programs.sites.room_rules import RoomRules


class Migration(migrations.Migration):
    dependencies = [("sites", "0001_initial")]

    operations = [
        NoOverlap("sites_stay", by="resident_id"),
        RoomRules(),
    ]
