"""Django's name for the response."""

from django.apps import AppConfig


class ResponseConfig(AppConfig):
    """The app of declarations and of adopted packs."""

    name = "linli.response"
    label = "response"
    default_auto_field = "django.db.models.BigAutoField"
