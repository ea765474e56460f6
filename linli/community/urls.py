"""Addresses of the community's pages."""

from django.urls import path

from linli.community import views

app_name = "community"
urlpatterns = [
    path("", views.places, name="places"),
    path("<str:code>/", views.place, name="place"),
]
