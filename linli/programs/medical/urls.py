"""Addresses of medical."""

from django.urls import path

from linli.programs.medical import tracing, views

app_name = "medical"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("alerts/<uuid:pk>/", views.alert, name="alert"),
    path("alerts/<uuid:pk>/step/", views.step, name="step"),
    path("cases/", tracing.cases, name="cases"),
    path("cases/<uuid:pk>/", tracing.case, name="case"),
    path("cases/<uuid:pk>/contacts/new/", tracing.name_contact, name="name_contact"),
    path("cases/<uuid:pk>/leads/new/", tracing.note_lead, name="note_lead"),
    path("leads/<uuid:pk>/", tracing.lead, name="lead"),
    path("contacts/", tracing.contacts, name="contacts"),
    path("tests/", views.tests, name="tests"),
    path("disinfection/", views.disinfection, name="disinfection"),
    path("find/<slug:kind>/", views.find, name="find"),
]
