"""The app as Django loads it."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    """集中观察点 sites."""

    name = "linli.programs.sites"
    label = "sites"
