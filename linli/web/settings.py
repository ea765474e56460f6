"""Django's settings. A deployment sets them through the environment:

``LINLI_DATABASE_URL``   file path or postgresql:// URL (default ``data/linli.sqlite3``)
``LINLI_SECRET_KEY``     at least 50 characters; without one a new key is made at each start and sessions end with it
``LINLI_ALLOWED_HOSTS``  names under which the server is reached, separated by commas
``LINLI_HTTPS``          ``0`` for a closed network without HTTPS; cookies are then sent in the clear
``LINLI_BEHIND_PROXY``   ``1`` when a proxy in front sets X-Forwarded-Proto and X-Forwarded-For
``LINLI_STATIC_ROOT``    where collected styles and scripts go (default ``data/static``)
``LINLI_DEV``            ``1`` on one's own machine only: no HTTPS, local host names, any key
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from linli.web.database import DEFAULT, database_settings
from linli.web.logs import logging_settings

PACKAGE = Path(__file__).resolve().parent


def _is_on(name: str, *, default: str = "0") -> bool:
    return os.environ.get(name, default) == "1"


IS_DEV = _is_on("LINLI_DEV")
IS_HTTPS = not IS_DEV and _is_on("LINLI_HTTPS", default="1")
DEBUG = False

SECRET_KEY = os.environ.get("LINLI_SECRET_KEY") or get_random_secret_key()
ALLOWED_HOSTS = [host.strip() for host in os.environ.get("LINLI_ALLOWED_HOSTS", "").split(",") if host.strip()]
if IS_DEV:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]

# The flow of the design, bottom first. A new app: its name here, its pages in urls.py.
LINLI_APPS = [
    "linli.trail",
    "linli.community",
    "linli.response",
    "linli.records",
    "linli.explorer",
    "linli.programs.keypeople",
    "linli.programs.observation",
    "linli.programs.medical",
    "linli.programs.sites",
    "linli.programs.health",
    "linli.programs.care",
    "linli.worklist",
    "linli.web",
]
INSTALLED_APPS = [
    *LINLI_APPS,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "linli.web.preferences.PreferencesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "linli.web.gate.ReachMiddleware",
    "linli.web.gate.GateMiddleware",
    "linli.web.packs_at_hand.PacksMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "linli.web.urls"
WSGI_APPLICATION = "linli.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "linli.web.shell.shell",
            ],
        },
    }
]

DATABASES = {"default": database_settings(os.environ.get("LINLI_DATABASE_URL") or DEFAULT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts and sign-in. Five wrong passwords for a name from one address close that door for a quarter of an hour,
# whether or not there is such an account.
AUTH_USER_MODEL = "community.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "linli.community.authentication.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "web:sign_in"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:home"
SESSION_COOKIE_AGE = 12 * 3600
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "linli.web.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "linli.web.gate.client_address"

# What a browser may do with our pages.
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "linli.web.views.form_expired"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if IS_HTTPS or IS_DEV else None
IS_BEHIND_PROXY = _is_on("LINLI_BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

# Chinese is what the product is written in; English is its translation.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("LINLI_STATIC_ROOT") or "data/static").absolute()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGGING = logging_settings()
