"""The app as Django loads it."""

from django.apps import AppConfig


class WorklistConfig(AppConfig):
    """任务清单 worklist."""

    name = "linli.worklist"
    label = "worklist"
