"""The country in which an address is registered, from an installed package: what serves where no table is loaded."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

import iptocc

from leadline.facts.runs import ReferenceEdition
from leadline.reference.countries import read_country
from leadline.seal.hashing import sha256_file

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "registration"
UNDATED = "1970-01-01"
"""Stands for the date of a package that does not tell when it was built, so that the table counts as old."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def registration_edition() -> ReferenceEdition:
    """The installed table, pinned by the digest of the library that holds it.

    Its date is the day on which the package was built, from the package's own bill of materials.
    """
    path = _library()
    digest = _digest(path)
    return ReferenceEdition(NAME, NAME, _built_on(), digest, digest, path)


def version() -> str:
    """Name and version of the package."""
    return f"iptocc {distribution('iptocc').version}"


def registered_countries(addresses: Sequence[str]) -> list[str]:
    """For each address as written the country of its registration, or `""`."""
    return [read_country(code or "") or "" for code in iptocc.country_code(list(addresses))]


def _library() -> Path:
    return Path(str(iptocc.iptocc.__file__))


@cache
def _digest(path: Path) -> str:
    return sha256_file(path)


@cache
def _built_on() -> str:
    for file in sorted(distribution("iptocc").files or (), key=str):
        if "sboms" not in file.parts or file.suffix != ".json":
            continue
        try:
            stated = json.loads(Path(str(file.locate())).read_bytes())["metadata"]["timestamp"][:10]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(stated, str) and _DATE.fullmatch(stated):
            return stated
    return UNDATED
