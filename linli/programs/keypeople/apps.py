"""The app as Django loads it."""

from django.apps import AppConfig


class KeypeopleConfig(AppConfig):
    """重点人员 keypeople."""

    name = "linli.programs.keypeople"
    label = "keypeople"
