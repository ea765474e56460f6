"""Addresses of records."""

from django.urls import path

from linli.records import changes, merge_views, register_views, views

app_name = "records"
urlpatterns = [
    path("new/<slug:kind>/<slug:subject>/<str:id>", changes.new, name="new"),
    path("entry/<uuid:pk>", views.entry, name="entry"),
    path("entry/<uuid:pk>/correct", changes.correct, name="correct"),
    path("entry/<uuid:pk>/withdraw", changes.withdraw, name="withdraw"),
    path("registers", register_views.registers, name="registers"),
    path("registers/<slug:group>", register_views.register, name="register"),
    path("registers/<slug:group>/put-on", register_views.put_on, name="put_on"),
    path("person/<uuid:pk>", views.person, name="person"),
    path("merge/<uuid:one>/<uuid:other>", merge_views.merge, name="merge"),
    path("merges/<int:pk>/undo", merge_views.undo_merge, name="undo_merge"),
]
