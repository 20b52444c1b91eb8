"""Settings of a workspace, read once from ``leadline.toml`` and the environment, then frozen."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from leadline.errors import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE_NAME = "leadline.toml"
_OF_THE_MACHINE = ("threads", "memory_mb")


@dataclass(frozen=True)
class Settings:
    """Every setting, with its default."""

    agency: str = "unassigned"
    """The agency that owns the tips of this workspace."""
    best_share: int = 700
    """Thousandths: an account whose best country has a smaller share is abstained on."""
    shared_address_accounts: int = 5
    """From this many accounts at one address in one period on, the address counts as shared."""
    table_old_days: int = 365
    """A table older than this at the access raises the caveat `table-old`."""
    plugins: tuple[str, ...] = ()
    """Names of installed distributions whose plug-ins may be loaded."""
    exposure_weekly: int = 300
    """Contents that one person may take to look at in a week, Monday to Sunday in UTC."""
    welfare_managers: tuple[str, ...] = ()
    """OS users who look after the staff and may see everybody's ledger of what was looked at."""
    database: str = ""
    """URL of the desk's PostgreSQL, without a password; empty: SQLite in the workspace."""
    incoming: str = ""
    """Folder whose subfolders, one an agency and named by its code, hold the bundles that the desk may receive;
    empty: the folder beside the workspace, with `-incoming` after its name."""
    proxies: int = 0
    """How many proxies of your own stand in front of the desk: the address that the first of them saw is the one that
    limits on sign-ins count by. 0 is right for a desk that is reached on its own machine alone."""
    identity_providers: str = ""
    """File that tells of the agencies' identity providers, with their pinned keys (docs/sign-in.md); empty: the desk
    is signed in to by password alone."""
    threads: int = 2
    """Threads of the engine, and how many access logs are read at a time. No result depends on it."""
    memory_mb: int = 2500
    """Memory of the engine in MiB before it spills to disk. No result depends on it."""

    def parameters(self) -> dict[str, int]:
        """The settings that change results; they are part of a run's identity."""
        return {
            "best_share": self.best_share,
            "shared_address_accounts": self.shared_address_accounts,
            "table_old_days": self.table_old_days,
        }


def read_settings(workspace: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Defaults, then ``leadline.toml``, then ``LEADLINE_<NAME>`` for threads and memory.

    Settings that change results come from the sealed file alone. :class:`WrongUsage` names a key that is
    unknown or of the wrong type.
    """
    path = workspace / FILE_NAME
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise WrongUsage(
            f"{workspace} is no workspace.",
            advice="Make one with `leadline init`, or name one with --workspace.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUsage(
            f"cannot be read: {error}", where=str(path), advice="Restore the file as it was logged."
        ) from error
    settings = Settings()
    for key, value in stated.items():
        settings = replace(settings, **{key: _fitting(key, value, where=str(path))})  # type: ignore[arg-type]
    given = os.environ if environment is None else environment
    for key in _OF_THE_MACHINE:
        if text := given.get(f"LEADLINE_{key.upper()}"):
            settings = replace(settings, **{key: _number(key, text)})  # type: ignore[arg-type]
    return settings


def settings_text(settings: Settings) -> str:
    """The contents of a new ``leadline.toml``: the settings that belong to a workspace."""
    return "\n".join(
        (
            "# Settings of this Leadline workspace. The file is sealed: change it only with `leadline set`.",
            f"agency = {json.dumps(settings.agency)}",
            f"best_share = {settings.best_share}",
            f"shared_address_accounts = {settings.shared_address_accounts}",
            f"table_old_days = {settings.table_old_days}",
            f"plugins = {json.dumps(list(settings.plugins))}",
            f"exposure_weekly = {settings.exposure_weekly}",
            f"welfare_managers = {json.dumps(list(settings.welfare_managers))}",
            *([f"database = {json.dumps(settings.database)}"] if settings.database else []),
            *([f"incoming = {json.dumps(settings.incoming)}"] if settings.incoming else []),
            *([f"proxies = {settings.proxies}"] if settings.proxies else []),
            *(
                [f"identity_providers = {json.dumps(settings.identity_providers)}"]
                if settings.identity_providers
                else []
            ),
            "",
        )
    )


def fitting_text(key: str, text: str) -> object:
    """The value of a setting written as text on the command line; lists are separated by commas."""
    known = getattr(Settings(), key, None)
    if key in _OF_THE_MACHINE:
        raise WrongUsage(f"{key} belongs to the machine.", advice=f"Set LEADLINE_{key.upper()} in the environment.")
    if isinstance(known, int):
        return _number(key, text)
    if isinstance(known, tuple):
        return tuple(part for part in text.split(",") if part)
    return _fitting(key, text, where="")


def _fitting(key: str, value: object, *, where: str) -> object:
    known = {field.name: getattr(Settings(), field.name) for field in fields(Settings)}
    if key not in known:
        raise WrongUsage(f"there is no setting {key!r}.", where=where, advice=f"Known: {', '.join(sorted(known))}.")
    if isinstance(known[key], tuple) and isinstance(value, list):
        return tuple(str(item) for item in value)
    if type(value) is not type(known[key]):
        raise WrongUsage(f"setting {key!r} must be of the kind of {known[key]!r}.", where=where)
    return value


def _number(key: str, text: str) -> int:
    least = 0 if key == "proxies" else 1
    if not text.isdecimal() or int(text) < least:
        raise WrongUsage(f"{key} must be a whole number, {least} or more, not {text!r}.")
    return int(text)
