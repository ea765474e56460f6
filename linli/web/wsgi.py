"""Where a WSGI server finds Linli. `linli serve` is the usual way to start one."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from linli.web.safety import require_safe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.web.settings")
require_safe(
    secret_key=os.environ.get("LINLI_SECRET_KEY", ""), allowed_hosts=settings.ALLOWED_HOSTS, is_dev=settings.IS_DEV
)
application = get_wsgi_application()
