"""Addresses of key people."""

from django.urls import path

from linli.programs.keypeople import handover_views, import_views, round_views, views

app_name = "keypeople"
urlpatterns = [
    path("arrivals/", views.arrivals, name="arrivals"),
    path("arrivals/new/", views.find, name="find"),
    path("arrivals/new/person/", views.newcomer, name="newcomer"),
    path("arrivals/new/<uuid:pk>/", views.arrive, name="arrive"),
    path("arrivals/<uuid:pk>/", views.arrival, name="arrival"),
    path("origin/", views.origin, name="origin"),
    path("reports/", views.reports, name="reports"),
    path("reports/new/", views.tell, name="tell"),
    path("reports/<uuid:pk>/", views.report, name="report"),
    path("rounds/", round_views.rounds, name="rounds"),
    path("rounds/new/", round_views.open_round, name="open_round"),
    path("rounds/<uuid:pk>/", round_views.round, name="round"),
    path("rounds/<uuid:pk>/end/", round_views.end_round, name="end_round"),
    path("handovers/", handover_views.handovers, name="handovers"),
    path("handovers/new/", handover_views.whom, name="whom"),
    path("handovers/new/<uuid:pk>/", handover_views.hand_over, name="hand_over"),
    path("handovers/<uuid:pk>/", handover_views.handover, name="handover"),
    path("handovers/<uuid:pk>/accept/", handover_views.accept, name="accept"),
    path("handovers/<uuid:pk>/send-back/", handover_views.send_back, name="send_back"),
    path("handovers/<uuid:pk>/acknowledge/", handover_views.acknowledge, name="acknowledge"),
    path("handovers/<uuid:pk>/take-back/", handover_views.take_back, name="take_back"),
    path("lost/", handover_views.lost, name="lost"),
    path("import", import_views.import_table, name="import"),
]
