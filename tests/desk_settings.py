"""The desk's settings in tests: those of the product, over a workspace that is made for the test run."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from leadline.seal.desk_key import make_desk_key
from leadline.workspace import make_workspace

_FOLDER = Path(tempfile.mkdtemp(prefix="leadline-desk-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
make_workspace(_FOLDER / "workspace", agency="training")
make_desk_key(_FOLDER / "workspace")
(_FOLDER / "workspace" / "desk").mkdir()
os.environ["LEADLINE_WORKSPACE"] = str(_FOLDER / "workspace")

from leadline.web.settings import *  # noqa: E402, F403  the workspace must be there first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""A weak one, so that a cast of twenty is quick to hire; the product's own is checked in test_deployment.py."""

SECURE_SSL_REDIRECT = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
