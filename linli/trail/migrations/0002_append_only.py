from django.db import migrations

from linli.trail.protection import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]

    operations = [AppendOnly("trail_act")]
