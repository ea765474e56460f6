"""The app as Django loads it."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """登记 records."""

    name = "linli.records"
    label = "records"
