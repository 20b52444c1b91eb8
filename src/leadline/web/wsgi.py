"""The desk as a WSGI application, for the server that `leadline serve` starts."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadline.web.settings")
application = get_wsgi_application()
