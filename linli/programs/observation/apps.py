"""The app as Django loads it."""

from django.apps import AppConfig


class ObservationConfig(AppConfig):
    """医学观察 observation."""

    name = "linli.programs.observation"
    label = "observation"
