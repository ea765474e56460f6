"""Django's name for the explorer."""

from django.apps import AppConfig


class ExplorerConfig(AppConfig):
    """The app of the policy pages."""

    name = "linli.explorer"
    label = "explorer"
