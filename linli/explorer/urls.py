"""Addresses of the policy pages."""

from django.urls import path

from linli.explorer import views

app_name = "explorer"
urlpatterns = [
    path("", views.explore, name="explore"),
    path("places/", views.places, name="places"),
    path("norms/<str:norm>/", views.norm, name="norm"),
    path("measures/<str:action>/", views.measure, name="measure"),
    path("compare/", views.compare, name="compare"),
    path("judge/", views.judge, name="judge"),
    path("instruments/", views.instruments, name="instruments"),
    path("instruments/<slug:instrument>/", views.instrument, name="instrument"),
    path("readings/", views.readings, name="readings"),
    path("handbook/", views.handbook, name="handbook"),
    path("handbook/pdf/", views.handbook_pdf, name="handbook_pdf"),
]
