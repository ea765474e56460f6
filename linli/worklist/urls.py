"""Addresses of the work list."""

from django.urls import path

from linli.worklist import link_views, sheet_views, views

app_name = "worklist"
urlpatterns = [
    path("today", views.today, name="today"),
    path("today/usual", views.usual, name="usual"),
    path("today/undo/<uuid:pk>", views.undo, name="undo"),
    path("excuse/<slug:item>", views.excuse, name="excuse"),
    path("desk", views.desk, name="desk"),
    path("list", views.listing, name="list"),
    path("load", views.load, name="load"),
    path("load/<int:pk>", views.move, name="move"),
    path("check", views.check, name="check"),
    path("person/<uuid:pk>", views.person, name="person"),
    path("sheets", sheet_views.sheets_pdf, name="sheets"),
    path("quick", sheet_views.quick, name="quick"),
    path("link/<uuid:pk>", link_views.household_link, name="household_link"),
    path("r/<str:secret>", link_views.own_report, name="own_report"),
]
