"""The folder an invention goes to: remembered by its recipe, made anew where it is stale or was interrupted."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING

from leadline.errors import WrongUsage

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.synthetic.scale import Scale

PARTS = ("bundle", "tables", "truth")
_DONE, _BEGUN = "invention.json", "invention.begun"


def recipe(scale: Scale, seed: int) -> str:
    """Everything that an invention depends on, the inventor's own code included, as JSON."""
    return json.dumps({"inventor": _own_digest(), "scale": asdict(scale), "seed": seed}, sort_keys=True) + "\n"


def holds(folder: Path, wanted: str) -> bool:
    """Whether the folder holds this very invention, whole."""
    done = folder / _DONE
    return done.is_file() and done.read_text(encoding="utf-8") == wanted


def clear_for(folder: Path) -> None:
    """Make room for a new invention; :class:`WrongUsage` where the folder holds anything that is none."""
    if folder.exists() and not folder.is_dir():
        raise WrongUsage(f"{folder} is a file.", advice="Name a folder that is not there yet.")
    ours = (folder / _DONE).exists() or (folder / _BEGUN).exists()
    if folder.exists() and not ours and any(folder.iterdir()):
        raise WrongUsage(f"{folder} holds something else.", advice="Name a folder that is not there yet.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _BEGUN).touch()
    (folder / _DONE).unlink(missing_ok=True)
    for part in PARTS:
        shutil.rmtree(folder / part, ignore_errors=True)


def close(folder: Path, wanted: str) -> None:
    """Say that the invention is whole."""
    (folder / _DONE).write_text(wanted, encoding="utf-8")
    (folder / _BEGUN).unlink()


def _own_digest() -> str:
    sources = sorted(files("leadline.synthetic").iterdir(), key=lambda source: source.name)
    code = b"".join(source.read_bytes() for source in sources if source.name.endswith(".py"))
    return hashlib.sha256(code).hexdigest()
