"""The settings under test: the product's, with fast password hashes, plain static files and the database to test on."""

import os

os.environ["LINLI_DEV"] = "1"
os.environ["LINLI_SECRET_KEY"] = "only-for-the-tests-and-nowhere-else-0123456789-abcdefghij"

from linli.web.database import database_settings
from linli.web.settings import *  # noqa: F403
from linli.web.settings import DATABASES

DATABASES["default"] = database_settings(os.environ.get("LINLI_TEST_DATABASE_URL") or ":memory:")
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
