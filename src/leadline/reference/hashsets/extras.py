"""Libraries of the extra `devices`, imported only where they are needed."""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from leadline.errors import LeadlineError

_PACKAGE = {
    "ijson": "ijson",
    "defusedxml.ElementTree": "defusedxml",
    "pyewf": "libewf-python",
    "pytsk3": "pytsk3",
    "pdqhash": "pdqhash",
    "av": "av",
}


def needed(module: str) -> Any:
    """The library's module; :class:`LeadlineError` names the extra where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise LeadlineError(
            f"this needs the package {_PACKAGE[module]}, which is not installed.",
            advice="Install Leadline with its extra: pip install 'leadline[devices]'.",
        ) from error


def present(module: str) -> bool:
    """Whether the library can be imported."""
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def versions() -> dict[str, str]:
    """Package of the extra → installed version, or ``not installed``."""
    return {package: _version(package) for package in sorted(_PACKAGE.values())}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
