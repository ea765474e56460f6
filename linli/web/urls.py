"""All addresses. An app above adds one line: ``path("policy/", include("linli.response.urls"))``."""

from django.urls import include, path

from linli.web import views

shell_patterns = (
    [
        path("", views.home, name="home"),
        path("sign-in/", views.SignIn.as_view(), name="sign_in"),
        path("sign-out/", views.SignOut.as_view(), name="sign_out"),
        path("preferences/<slug:name>/", views.preference, name="preference"),
        path("about/fields", views.fields, name="fields"),
        path("healthz", views.health, name="health"),
    ],
    "web",
)

urlpatterns = [
    path("", include(shell_patterns)),
    path("places/", include("linli.community.urls")),
    path("grid/", include("linli.community.grid.urls")),
    path("declarations/", include("linli.response.urls")),
    path("policy/", include("linli.explorer.urls")),
    path("records/", include("linli.records.urls")),
    path("people/", include("linli.programs.keypeople.urls")),
    path("observation/", include("linli.programs.observation.urls")),
    path("medical/", include("linli.programs.medical.urls")),
    path("sites/", include("linli.programs.sites.urls")),
    path("health/", include("linli.programs.health.urls")),
    path("care/", include("linli.programs.care.urls")),
    path("tasks/", include("linli.worklist.urls")),
]

handler400 = "linli.web.views.bad_request"
handler403 = "linli.web.views.not_allowed"
handler404 = "linli.web.views.not_found"
handler500 = "linli.web.views.broken"
