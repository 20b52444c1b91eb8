"""The demo's sign-ins, which are no secret: kept in a file that only the demo writes, and shown in training alone."""

from __future__ import annotations

import json
import time
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings

from leadline.web.frame import is_training

FILE = "cache/demo-sign-ins.json"
_PERIOD = 30


def sign_ins() -> list[dict[str, str]]:
    """`login, roles, password, code` of each sign-in of the demo; an empty list where this is no demo."""
    path = Path(settings.LEADLINE_WORKSPACE) / FILE
    if not is_training() or not path.exists():
        return []
    told = json.loads(path.read_text(encoding="utf-8"))
    return [{**one, "code": code_now(one["secret"]), "secret": ""} for one in told]


def code_now(secret: str) -> str:
    """What an authenticator with this secret shows at this moment."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // _PERIOD)))
