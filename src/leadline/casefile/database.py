"""Which database the case file lies in: SQLite in the workspace, or PostgreSQL by URL."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from leadline.errors import WrongUsage
from leadline.settings import FILE_NAME, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SQLITE = "desk/casefile.sqlite3"
URL_VARIABLE = "LEADLINE_DATABASE"
PATIENCE = 20
"""Seconds that a writer waits for another one."""
_EACH_CONNECTION = "pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on;"


def database_url(workspace: Path, environment: Mapping[str, str] | None = None) -> str:
    """The URL of the desk's PostgreSQL: LEADLINE_DATABASE, else the sealed setting; empty means SQLite."""
    given = (os.environ if environment is None else environment).get(URL_VARIABLE, "")
    if given or not (workspace / FILE_NAME).exists():
        return given
    return read_settings(workspace, {}).database


def database_of(workspace: Path, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Django's description of the database; :class:`WrongUsage` for a URL that is no PostgreSQL one."""
    url = database_url(workspace, environment)
    return _postgresql(url) if url else _sqlite(workspace)


def _sqlite(workspace: Path) -> dict[str, Any]:
    # WAL without synchronous=FULL loses commits that were acknowledged when the power goes; IMMEDIATE lets writers
    # queue instead of failing in the middle.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(workspace / SQLITE),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": PATIENCE, "init_command": _EACH_CONNECTION},
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not name:
        raise WrongUsage(
            "the desk's database is no PostgreSQL URL.",
            where=URL_VARIABLE,
            advice="Write postgresql://name:password@host:port/database, or leave it out for SQLite.",
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "OPTIONS": options,
    }
