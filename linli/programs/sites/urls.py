"""Addresses of central sites."""

from django.urls import path

from linli.programs.sites import changes, views

app_name = "sites"
urlpatterns = [
    path("", views.sites, name="sites"),
    path("new/", changes.open_site, name="open_site"),
    path("transport/", views.transport, name="transport"),
    path("transport/<uuid:pk>/step/", changes.step, name="step"),
    path("people/<uuid:pk>/", views.person, name="person"),
    path("people/<uuid:pk>/check-in/", changes.check_in, name="check_in"),
    path("people/<uuid:pk>/drive/", changes.book, name="book"),
    path("rooms/<int:pk>/", views.room, name="room"),
    path("rooms/<int:pk>/close/", changes.close_room, name="close_room"),
    path("rooms/<int:pk>/reopen/", changes.reopen_room, name="reopen_room"),
    path("rooms/<int:pk>/disinfect/", changes.disinfect, name="disinfect"),
    path("stays/<int:pk>/", views.stay, name="stay"),
    path("stays/<int:pk>/note/", changes.note, name="note"),
    path("stays/<int:pk>/move/", changes.move, name="move"),
    path("stays/<int:pk>/check-out/", changes.check_out, name="check_out"),
    path("<int:pk>/", views.site, name="site"),
    path("<int:pk>/notice", views.notice, name="notice"),
    path("<int:pk>/sheet/", changes.sheet, name="sheet"),
    path("<int:pk>/rooms/new/", changes.add_rooms, name="add_rooms"),
    path("<int:pk>/count/", changes.count, name="count"),
]
