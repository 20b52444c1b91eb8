"""Makes a workspace's desk ready: its key, its folders, its tables, and Django in this process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leadline.errors import WrongUsage
from leadline.seal.desk_key import DESK_KEY, make_desk_key

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "leadline.web.settings"
FOLDERS = ("desk",)


def environment(workspace: Path) -> dict[str, str]:
    """What a process that stands at this desk finds in its environment."""
    return {"LEADLINE_WORKSPACE": str(workspace.resolve()), "DJANGO_SETTINGS_MODULE": SETTINGS}


def ready(workspace: Path) -> None:
    """Django in this process, for this workspace; :class:`WrongUsage` where no desk was set up or it cannot be."""
    if not (workspace / DESK_KEY).exists():
        raise WrongUsage("there is no desk in this workspace.", advice="Set one up: leadline desk setup")
    os.environ.update(environment(workspace))
    try:
        import django
    except ModuleNotFoundError as error:
        raise WrongUsage("the desk is not installed.", advice="pip install 'leadline[desk]'") from error
    django.setup()


def set_up(workspace: Path) -> None:
    """Key, folders and tables; done again, it brings the tables up to date and leaves the rest as it is."""
    make_desk_key(workspace)
    for name in FOLDERS:
        (workspace / name).mkdir(mode=0o700, exist_ok=True)
    ready(workspace)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
