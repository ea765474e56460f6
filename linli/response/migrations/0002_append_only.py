from django.db import migrations

from linli.trail.protection import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("response", "0001_initial")]

    operations = [
        AppendOnly("response_area"),
        AppendOnly("response_areaname"),
        AppendOnly("response_declaration"),
        AppendOnly("response_packadoption"),
    ]
