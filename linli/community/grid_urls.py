"""Addresses of the grid's pages."""

from django.urls import path

from linli.community import grid_changes, grid_views

app_name = "grid"
urlpatterns = [
    path("", grid_views.grid, name="grid"),
    path("find/", grid_views.find, name="find"),
    path("gaps/", grid_views.gaps, name="gaps"),
    path("assign/", grid_changes.assign, name="assign"),
    path("units/<int:pk>/", grid_views.unit, name="unit"),
    path("units/<int:pk>/close/", grid_changes.close_unit, name="close_unit"),
    path("units/<int:pk>/households/new/", grid_changes.register_household, name="register_household"),
    path("households/<uuid:pk>/", grid_views.household, name="household"),
    path("households/<uuid:pk>/residents/new/", grid_changes.register_resident, name="register_resident"),
    path("residents/<uuid:pk>/", grid_views.resident, name="resident"),
    path("residents/<uuid:pk>/move/", grid_changes.move, name="move"),
    path("residents/<uuid:pk>/leave/", grid_changes.leave, name="leave"),
    path("workers/<int:pk>/", grid_views.worker, name="worker"),
    path("workers/<int:pk>/reassign/", grid_changes.reassign, name="reassign"),
    path("assignments/<int:pk>/end/", grid_changes.end_assignment, name="end_assignment"),
    path("<str:code>/", grid_views.community, name="community"),
    path("<str:code>/open/", grid_changes.open_unit, name="open_unit"),
    path("<str:code>/workers/new/", grid_changes.register_worker, name="register_worker"),
]
