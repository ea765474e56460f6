"""Addresses of observation."""

from django.urls import path

from linli.programs.observation import changes, views

app_name = "observation"
urlpatterns = [
    path("", views.board, name="board"),
    path("people/<uuid:pk>/", views.person, name="person"),
    path("people/<uuid:pk>/start/", changes.start, name="start"),
    path("people/<uuid:pk>/steps/<slug:step>/", changes.step, name="step"),
    path("people/<uuid:pk>/release/", changes.release, name="release"),
    path("people/<uuid:pk>/notice/", views.notice, name="notice"),
]
