"""A PostgreSQL server for a test: started in a folder of its own, reached over a socket file, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACCOUNT = "postgres"


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and not shutil.which("initdb"):
        pytest.skip("no PostgreSQL server: install the package postgresql")
    return (found[-1] if found else Path(str(shutil.which("initdb"))).resolve()).parent


@contextmanager
def postgresql() -> Iterator[str]:
    """Socket folder of a running server with the superuser `postgres` and trust for whoever reaches the socket."""
    programs, folder = _programs(), Path(tempfile.mkdtemp(prefix="leadline-pg-"))
    as_user = {"user": _ACCOUNT} if os.getuid() == 0 else {}
    if as_user:
        shutil.chown(folder, _ACCOUNT)

    def do(name: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / name), *arguments], check=True, capture_output=True, cwd=folder, timeout=120, **as_user
        )

    try:
        do("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=60"
        subprocess.run(
            [str(programs / "pg_ctl"), "-D", "data", "-w", "-l", "log", "-o", options, "start"],
            check=True, cwd=folder, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user,
        )  # fmt: skip
        yield str(folder)
    finally:
        subprocess.run(
            [str(programs / "pg_ctl"), "-D", "data", "-m", "immediate", "stop"],
            check=False, cwd=folder, capture_output=True, **as_user,
        )  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)
