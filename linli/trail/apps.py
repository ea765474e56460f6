"""Django's name for the trail."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """The app of acts and of the field register."""

    name = "linli.trail"
    label = "trail"
    default_auto_field = "django.db.models.BigAutoField"
