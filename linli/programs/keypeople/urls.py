"""Addresses of keypeople."""

from django.urls import URLPattern

app_name = "keypeople"
urlpatterns: list[URLPattern] = []
