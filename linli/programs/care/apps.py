"""The app as Django loads it."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    """关爱照护 care."""

    name = "linli.programs.care"
    label = "care"
