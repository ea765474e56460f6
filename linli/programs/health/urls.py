"""Addresses of health."""

from django.urls import path

from linli.programs.health import changes, views

app_name = "health"
urlpatterns = [
    path("", views.register, name="register"),
    path("kits/", views.kits, name="kits"),
    path("rounds/<str:code>/new/", changes.open_round, name="open_round"),
    path("people/<uuid:pk>/knock/", changes.knock, name="knock"),
    path("vaccination/", views.vaccination, name="vaccination"),
    path("vaccination/<str:code>/sessions/new/", changes.open_session, name="open_session"),
    path("vaccination/sessions/<uuid:pk>/", views.session, name="session"),
    path("vaccination/sessions/<uuid:pk>/book/", changes.book, name="book"),
    path("vaccination/bookings/<uuid:pk>/take-back/", changes.unbook, name="unbook"),
    path("vaccination/workers/<int:pk>/", changes.worker_dose, name="worker_dose"),
]
