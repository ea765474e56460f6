"""Django's name for the shell."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The app of the shell."""

    name = "linli.web"
    label = "web"
