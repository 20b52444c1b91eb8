"""Django's settings, from the workspace that LEADLINE_WORKSPACE names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from leadline.casefile.database import database_of
from leadline.seal.desk_key import DESK_KEY, derived_key

LEADLINE_WORKSPACE = Path(os.environ.get("LEADLINE_WORKSPACE") or ".").resolve()

SECRET_KEY = derived_key(LEADLINE_WORKSPACE, "django").hex() if (LEADLINE_WORKSPACE / DESK_KEY).exists() else ""
"""Empty where no desk was set up here: Django then refuses to work."""
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "leadline.casefile",
]
AUTH_USER_MODEL = "casefile.Member"
DATABASES: dict[str, dict[str, Any]] = {"default": database_of(LEADLINE_WORKSPACE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
