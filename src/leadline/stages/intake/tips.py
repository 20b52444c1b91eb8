"""Sealed tips: which there are, and the manifest of one; only what the log vouches for is a tip."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.seal.entry import ERASED, SEALED_OFF
from leadline.seal.log import Log
from leadline.seal.manifest import TipManifest
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.identifiers import TipId

if TYPE_CHECKING:
    from pathlib import Path

RECEIVED = "tip:bundle:received"


def tip_path(tip: TipId) -> str:
    """Where the manifest of a tip lies below the workspace."""
    return f"exhibits/tips/{tip}.json"


def sealed_tips(workspace: Path) -> dict[TipId, str]:
    """Every tip that the log vouches for, in the order of receipt, with the SHA-256 of its manifest."""
    found: dict[TipId, str] = {}
    for entry in Log.open(workspace).entries():
        tip = TipId(entry.subject)
        if entry.action == RECEIVED and tip_path(tip) in entry.digests:
            found[tip] = entry.digests[tip_path(tip)]
        if entry.action in {ERASED, SEALED_OFF}:
            found = {one: digest for one, digest in found.items() if tip_path(one) not in entry.digests}
    return found


def load_tip(workspace: Path, tip: TipId | None = None) -> TipManifest:
    """The manifest of a tip; of the only one where ``tip`` is None.

    :class:`WrongUsage` where there is none, no such one, or several and none is named;
    :class:`IntegrityBroken` where the manifest is not what was sealed.
    """
    sealed = sealed_tips(workspace)
    if not sealed:
        raise WrongUsage("there is no tip yet.", advice="Seal one with `leadline receive BUNDLE`.")
    if tip is None and len(sealed) > 1:
        raise WrongUsage(f"there are {len(sealed)} tips.", advice=f"Name one: {', '.join(sealed)}.")
    wanted = tip or next(iter(sealed))
    if wanted not in sealed:
        raise WrongUsage(f"there is no tip {wanted}.", advice=f"There are: {', '.join(sealed)}.")
    return _read(workspace, wanted, sealed[wanted])


def _read(workspace: Path, tip: TipId, digest: str) -> TipManifest:
    path = tip_path(tip)
    try:
        content = (workspace / path).read_bytes()
    except FileNotFoundError as error:
        raise IntegrityBroken("The manifest of a tip is gone.", where=path, advice="Run `leadline verify`.") from error
    if sha256_of(content) != digest:
        raise IntegrityBroken("The manifest of a tip was changed.", where=path, advice="Run `leadline verify`.")
    return TipManifest.from_json(json.loads(content))
