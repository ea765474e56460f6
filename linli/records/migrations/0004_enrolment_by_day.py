from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0003_report_link")]

    operations = [
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["group", "from_day", "to_day"], name="enrolment_by_day"),
        ),
    ]
