"""Addresses of care."""

from django.urls import path

from linli.programs.care import changes, views

app_name = "care"
urlpatterns = [
    path("", views.people, name="people"),
    path("families/", views.families, name="families"),
    path("families/<uuid:pk>/", changes.look_after, name="look_after"),
    path("people/<uuid:pk>/plan/", changes.plan, name="plan"),
    path("people/<uuid:pk>/plan/end/", changes.end_plan, name="end_plan"),
    path("people/<uuid:pk>/take-over/", changes.take_over, name="take_over"),
]
