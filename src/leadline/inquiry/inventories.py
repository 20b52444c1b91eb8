"""Where the inventory of a tip lies, for an examination that holds it against hash sets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leadline.errors import WrongUsage
from leadline.facts.lake import Lake
from leadline.facts.runs import COMPLETED
from leadline.facts.tables import InventoryRow
from leadline.seal.log import Log
from leadline.vocabulary.identifiers import parse_tip

if TYPE_CHECKING:
    from pathlib import Path


def inventory_of(workspace: Path, tip: str) -> Path:
    """The file of the inventory, as the newest complete run of the tip read it.

    :class:`WrongUsage` where there is no such run, or the tip lists nothing.
    """
    wanted = parse_tip(tip)
    for entry in reversed(Log.open(workspace).entries()):
        folder = workspace / "lake" / entry.subject
        if entry.action == COMPLETED and _tip_of(folder) == wanted:
            found = Lake(folder).paths(InventoryRow)
            if found:
                return found[0]
            break
    raise WrongUsage(f"no run read an inventory of {wanted}.", advice=f"`leadline run {wanted}` first.")


def _tip_of(folder: Path) -> str:
    return str(json.loads((folder / "run.json").read_bytes())["identity"]["tip"]["tip"])
