"""The app as Django loads it."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """健康服务 health."""

    name = "linli.programs.health"
    label = "health"
