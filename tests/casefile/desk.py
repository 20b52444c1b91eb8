"""A desk of its own: a workspace with a database file that other processes and `verify` can open."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.casefile.database import SQLITE
from leadline.seal.desk_key import make_desk_key
from leadline.workspace import make_workspace

if TYPE_CHECKING:
    from pathlib import Path

_PRELUDE = """
import os, sys
os.environ["LEADLINE_WORKSPACE"] = sys.argv[1]
os.environ["DJANGO_SETTINGS_MODULE"] = "leadline.web.settings"
import django
django.setup()
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
from django.core.management import call_command
"""


@dataclass(frozen=True)
class Desk:
    """A workspace with a migrated database."""

    workspace: Path
    environment: dict[str, str]

    @property
    def database(self) -> Path:
        return self.workspace / SQLITE

    def start(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        """Begin a Python program that stands at this desk; its arguments follow the workspace in `sys.argv`."""
        line = [sys.executable, "-c", _PRELUDE + program, str(self.workspace), *arguments]
        return subprocess.Popen(line, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def do(self, program: str, *arguments: str) -> str:
        """Carry a program out and give back what it printed; it must succeed."""
        process = self.start(program, *arguments)
        out, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        return out


def make_desk(folder: Path, environment: dict[str, str]) -> Desk:
    """A new workspace with a desk, its tables made."""
    workspace = make_workspace(folder / "workspace", agency="police")
    make_desk_key(workspace)
    (workspace / "desk").mkdir()
    desk = Desk(workspace, environment)
    desk.do('call_command("migrate", verbosity=0)')
    return desk
