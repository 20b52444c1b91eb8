"""What is installed, loaded, dated, missing, unsafe."""

from __future__ import annotations

import platform
import shutil
import stat
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from leadline import __version__
from leadline.errors import LeadlineError
from leadline.facts.runs import code_digest
from leadline.reading.formats import LOG_FORMATS
from leadline.reading.reports import REPORT_FORMATS
from leadline.reference.hashsets.store import editions as hashsets
from leadline.reference.store import editions
from leadline.seal.log import Log
from leadline.settings import read_settings
from leadline.stages.priority.contract import FACTORS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LIBRARIES = (
    "click",
    "cryptography",
    "defusedxml",
    "duckdb",
    "iptocc",
    "isal",
    "maxminddb",
    "numpy",
    "pyarrow",
    "tzdata",
    "zstandard",
)
_GIB = 1024**3


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report: `state` is ok, note, missing or unsafe."""

    subject: str
    state: str
    detail: str


def examine(workspace: Path) -> list[Finding]:
    """The report; works outside a workspace as well and then says so."""
    return [*_installed(), *_workspace(workspace)]


def _installed() -> Iterator[Finding]:
    yield Finding("leadline", "ok", f"{__version__}, code {code_digest()[:16]}")
    yield Finding("python", "ok", platform.python_version())
    for name in _LIBRARIES:
        try:
            yield Finding(name, "ok", version(name))
        except PackageNotFoundError:
            yield Finding(name, "missing", "is not installed")
    yield Finding("log formats", "ok", ", ".join(LOG_FORMATS.names()))
    yield Finding("report formats", "ok", ", ".join(REPORT_FORMATS.names()))
    yield Finding("factors", "ok", ", ".join(FACTORS.names()))


def _workspace(workspace: Path) -> Iterator[Finding]:
    try:
        settings = read_settings(workspace)
        entries = len(Log.open(workspace).entries())
    except LeadlineError as error:
        yield Finding("workspace", "missing", str(error))
        return
    yield Finding("workspace", "ok", f"{workspace}, agency {settings.agency}, {entries} log entries")
    for name, value in settings.parameters().items():
        yield Finding(f"setting {name}", "ok", str(value))
    yield from _tables(workspace)
    yield from _safety(workspace)


def _tables(workspace: Path) -> Iterator[Finding]:
    found = editions(workspace)
    for edition in found:
        yield Finding(f"table {edition.name}", "ok", f"{edition.kind}, as of {edition.as_of}, {edition.sha256[:16]}")
    for held in hashsets(workspace):
        yield Finding(f"hash set {held.name}", "ok", f"{held.kind}, as of {held.as_of}, {held.rows} rows")
    if not any(edition.kind == "networks" for edition in found):
        yield Finding(
            "address tables",
            "missing",
            "only the built-in country-of-registration table serves; add one with `leadline reference add networks`",
        )


def _safety(workspace: Path) -> Iterator[Finding]:
    if (workspace / "keys" / "log.key").stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding("keys/log.key", "unsafe", "others on this machine may read it; chmod 400")
    if workspace.stat().st_mode & stat.S_IRWXO:
        yield Finding("workspace folder", "unsafe", "others on this machine may enter it; chmod 700")
    free = shutil.disk_usage(workspace).free
    yield Finding("free disk", "ok" if free > 10 * _GIB else "unsafe", f"{free / _GIB:.1f} GiB")
    yield Finding(
        "checkpoints outside",
        "note",
        "a rollback of the whole workspace shows only against a checkpoint kept elsewhere: `leadline checkpoint`,"
        " then `leadline verify --witness FILE`",
    )
