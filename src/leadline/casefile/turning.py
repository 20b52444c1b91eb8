"""Secrets of second factors at rest: closed by the sign-in's key in force, and closed anew when that key is turned."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from leadline.casefile.durable import durable
from leadline.errors import Conflict, IntegrityBroken
from leadline.seal.desk_key import drop_old_sign_in_keys, sign_in_keys, turn_sign_in_key

if TYPE_CHECKING:
    from collections.abc import Sequence

PURPOSE = "second-factor"
_MARK = '"gAAAA'
"""How every encrypted text begins, as it stands in JSON (Fernet's version 0x80 and its time)."""


def cipher() -> MultiFernet:
    """Closes by the key in force; opens by that or, while a key is being turned, by the one before."""
    return MultiFernet(_ciphers())


def turn_keys() -> int:
    """A new key for the sign-in, and every secret closed by it; returns how many factors that were.

    The key before still opens, for processes that have not been started anew, until :func:`finish_turning`.
    """
    turn_sign_in_key(_workspace())
    return _close_anew()


def finish_turning() -> int:
    """Close by the new key what was closed by the old one since, see that all of it opens, then drop the old one."""
    if len(_ciphers()) == 1:
        raise Conflict("no key is being turned.", advice="Begin: leadline desk turn-keys")
    count = _close_anew()
    drop_old_sign_in_keys(_workspace())
    return count


def _close_anew() -> int:
    """In one transaction: all or none. :class:`IntegrityBroken` where a secret opens by no key that is here."""
    new, several = _ciphers()[0], cipher()
    with durable():
        rows = list(Authenticator.objects.select_for_update().order_by("pk"))
        for row in rows:
            row.data = {name: _turned(value, several, new, row.pk) for name, value in row.data.items()}
            row.save(update_fields=["data"])
    return sum(_MARK in json.dumps(row.data) for row in rows)


def _turned(value: Any, several: MultiFernet, new: Fernet, factor: int) -> Any:
    """A value of a factor's data, with each encrypted text in it closed by the new key, which is tried at once."""
    if isinstance(value, list):
        return [_turned(one, several, new, factor) for one in value]
    if not isinstance(value, str) or not value.startswith(_MARK[1:]):
        return value
    try:
        closed = several.rotate(value.encode())
        same = new.decrypt(closed) == several.decrypt(value.encode())
    except InvalidToken:
        same = False
    if not same:
        raise IntegrityBroken(
            f"The secret of second factor {factor} opens by no key that is here; no secret was changed.",
            advice="Restore keys/ from a copy; else have the colleague's factor removed and set up again.",
        )
    return closed.decode()


def _ciphers() -> Sequence[Fernet]:
    keys = sign_in_keys(_workspace(), PURPOSE)
    return [Fernet(base64.urlsafe_b64encode(key)) for key in keys]


def _workspace() -> Path:
    return Path(settings.LEADLINE_WORKSPACE)
