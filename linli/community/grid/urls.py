"""Addresses of the grid's pages."""

from django.urls import path

from linli.community.grid import changes, views

app_name = "grid"
urlpatterns = [
    path("", views.grid, name="grid"),
    path("find/", views.find, name="find"),
    path("gaps/", views.gaps, name="gaps"),
    path("assign/", changes.assign, name="assign"),
    path("units/<int:pk>/", views.unit, name="unit"),
    path("units/<int:pk>/close/", changes.close_unit, name="close_unit"),
    path("units/<int:pk>/households/new/", changes.register_household, name="register_household"),
    path("households/<uuid:pk>/", views.household, name="household"),
    path("households/<uuid:pk>/residents/new/", changes.register_resident, name="register_resident"),
    path("residents/<uuid:pk>/", views.resident, name="resident"),
    path("residents/<uuid:pk>/move/", changes.move, name="move"),
    path("residents/<uuid:pk>/leave/", changes.leave, name="leave"),
    path("workers/<int:pk>/", views.worker, name="worker"),
    path("workers/<int:pk>/reassign/", changes.reassign, name="reassign"),
    path("assignments/<int:pk>/end/", changes.end_assignment, name="end_assignment"),
    path("<str:code>/", views.community, name="community"),
    path("<str:code>/open/", changes.open_unit, name="open_unit"),
    path("<str:code>/workers/new/", changes.register_worker, name="register_worker"),
]
