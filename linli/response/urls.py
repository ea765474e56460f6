"""Addresses of the response's pages."""

from django.urls import path

from linli.response import views

app_name = "response"
urlpatterns = [
    path("", views.declarations, name="declarations"),
    path("status/", views.status, name="status"),
    path("entry/<int:pk>/correct/", views.correct, name="correct"),
    path("entry/<int:pk>/end/", views.end, name="end"),
    path("entry/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:code>/", views.place, name="place"),
    path("<str:code>/declare/", views.declare, name="declare"),
]
