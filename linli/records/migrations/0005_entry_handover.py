from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0004_enrolment_by_day")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(condition=models.Q(("kind", "handover")), fields=["day"], name="entry_handover"),
        ),
    ]
