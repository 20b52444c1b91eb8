"""Who was shown rows about accounts: one entry in the log for each reading, the filter outside the log."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

from leadline.seal.log import Log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def os_user() -> str:
    """The name of the person at the keyboard, as the operating system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def log_showing(
    workspace: Path, command: str, *, run: str, filters: Mapping[str, object], reason: str, rows: int
) -> None:
    """Leave the entry `rows:<command>:shown`: user, filter and reason go to its payload."""
    log = Log.open(workspace)
    stated = {key: value for key, value in filters.items() if value not in (None, "", ())}
    with log.writing():
        log.append(
            f"rows:{command}:shown",
            subject=run,
            numbers={"rows": rows},
            payload={
                "os_user": os_user(),
                "command": command,
                "filter": {key: str(value) for key, value in stated.items()},
                "reason": reason,
            },
        )
