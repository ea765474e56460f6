"""Django's name for the community."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """The app of places, accounts and access."""

    name = "linli.community"
    label = "community"
    default_auto_field = "django.db.models.BigAutoField"
