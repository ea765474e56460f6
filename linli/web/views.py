"""Pages of the shell: home, signing in and out, preferences, the field register, health, and pages for failures."""

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from linli.community.access import reach_of
from linli.community.demo import DEMO_PASSWORD
from linli.community.models import Account
from linli.community.queries import demo_accounts
from linli.community.request import LinliRequest
from linli.explorer.views import explore
from linli.trail.field_register import read_register
from linli.trail.operations import record_act
from linli.web.menu import landing_of
from linli.web.preferences import keep_preference


def home(request: LinliRequest) -> HttpResponse:
    """The way in, for everybody: what must, may and must not be done here today."""
    return explore(request)


class SignIn(auth_views.LoginView):
    """Name and password. In a demo the page lists its accounts."""

    template_name = "web/sign_in.html"
    redirect_authenticated_user = True
    authentication_form = AuthenticationForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and the accounts of the demo if this is one."""
        context = super().get_context_data(**kwargs)
        context |= {"demo_accounts": demo_accounts(), "demo_password": DEMO_PASSWORD}
        return context

    def get_default_redirect_url(self) -> str:
        """Where the day of this account begins."""
        account = self.request.user
        assert isinstance(account, Account)
        return landing_of(reach_of(account, day=cast(LinliRequest, self.request).day))

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let them in, and write it to the trail."""
        response = super().form_valid(form)
        account = form.get_user()
        at = cast(LinliRequest, self.request).at
        record_act("account.signed_in", by=account.as_actor(), at=at, object_type="account", object_id=account.pk)
        return response


class SignOut(auth_views.LogoutView):
    """Ends the session."""

    http_method_names = ("post",)


def locked_out(request: HttpRequest, credentials: Mapping[str, Any] | None = None, **_: Any) -> HttpResponse:
    """Too many wrong passwords. Says the same for a name that exists and for one that does not."""
    return render(request, "web/locked_out.html", status=429)


def preference(request: LinliRequest, name: str) -> HttpResponse:
    """Keep one preference and go back to where one was."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("web:home")
    response = HttpResponseRedirect(back)
    if not keep_preference(response, name=name, value=request.POST.get("value", "")):
        return bad_request(request)
    return response


def fields(request: LinliRequest) -> HttpResponse:
    """The register of stored fields, for everybody to read."""
    entries, _ = read_register()
    own = {app.rpartition(".")[2] for app in settings.LINLI_APPS}
    entries.sort(key=lambda entry: (entry.model.split(".")[0] not in own, entry.model))
    return render(request, "web/fields.html", {"entries": entries})


def health(request: LinliRequest) -> HttpResponse:
    """Is the server up and its database there?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return render(request, "web/400.html", status=400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but this page is for other roles."""
    return render(request, "web/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return render(request, "web/404.html", status=404)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the form protection: the page was open too long, or the form came from elsewhere."""
    return render(request, "web/form_expired.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """500. Asks nothing of the database, which may be what failed."""
    return HttpResponse(render_to_string("web/500.html"), status=500)
