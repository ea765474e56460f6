"""The app as Django loads it."""

from django.apps import AppConfig


class MedicalConfig(AppConfig):
    """就医与密接 medical."""

    name = "linli.programs.medical"
    label = "medical"
