"""The last step of a receipt: exhibits and the tip's manifest put in their places, then vouched for at once.

Order of what reaches the disk: a note of what is about to be put in place (``tmp/receive-…/sealing.json``), each
exhibit, the manifest, then all log entries under one checkpoint. A crash before the checkpoint leaves files
that nobody vouches for; the next receipt takes away those that such a note names, and no other file: a log
that was put back to an older state must never make evidence vanish.
"""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

from leadline.seal.canonical import canonical_json
from leadline.seal.entry import Draft
from leadline.seal.exhibits import ExhibitStore
from leadline.seal.files import make_folder, rename, sync, write_durably
from leadline.stages.intake.tips import RECEIVED, tip_path
from leadline.vocabulary.digests import sha256_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from leadline.seal.log import Log
    from leadline.seal.manifest import TipFile, TipManifest

SEALED = "exhibit:file:sealed"
PREFIX = "receive-"
_NOTE = "sealing.json"
_OURS = re.compile(r"exhibits/(?:sha256/[0-9a-f]{2}/[0-9a-f]{64}|tips/T-[0-9a-f]{16}\.json)\Z", re.ASCII)


def seal_tip(log: Log, manifest: TipManifest, copies: Mapping[str, Path], *, scratch: Path, bundle: str) -> None:
    """Seal a checked tip. ``copies`` maps SHA-256 → the copy in ``scratch``; ``bundle`` is what it was called."""
    workspace = log.workspace
    store = ExhibitStore(workspace)
    content = canonical_json(manifest.to_json())
    paths = [store.relative(file.sha256) for file in manifest.files] + [tip_path(manifest.tip)]
    new = [path for path in paths if not (workspace / path).exists()]
    write_durably(scratch / _NOTE, canonical_json(new))
    # Under the log's lock, so that nobody verifies between the files and the entries that vouch for them.
    with log.writing("receive"):
        for file in manifest.files:
            store.admit(copies[file.sha256], file.sha256)
        write_durably(workspace / tip_path(manifest.tip), content, scratch=scratch)
        log.append_all(_drafts(store, manifest, sha256_of(content), bundle))


def _drafts(store: ExhibitStore, manifest: TipManifest, digest: str, bundle: str) -> list[Draft]:
    files = [_sealed(store, manifest, file) for file in manifest.files]
    tip = Draft(
        RECEIVED,
        subject=manifest.tip,
        digests={tip_path(manifest.tip): digest},
        numbers={
            "files": len(manifest.files),
            "bytes": sum(file.bytes for file in manifest.files),
            "left_out": len(manifest.left_out),
        },
        payload={"bundle": bundle, "left_out": manifest.to_json()["left_out"], "gaps": list(manifest.gaps)},
    )
    return [*files, tip]


def _sealed(store: ExhibitStore, manifest: TipManifest, file: TipFile) -> Draft:
    return Draft(
        SEALED,
        subject=file.sha256,
        digests={store.relative(file.sha256): file.sha256},
        numbers={"bytes": file.bytes},
        payload={
            "tip": manifest.tip,
            "path": file.path,
            "also_as": list(file.also_as),
            "kind": str(file.kind),
            "format": file.format,
            "md5": file.md5,
            "sha1": file.sha1,
            "fault": file.fault,
        },
    )


def clear_leftovers(log: Log) -> None:
    """Take away what an interrupted receipt left; the caller holds the workspace for writing."""
    leftovers = sorted((log.workspace / "tmp").glob(f"{PREFIX}*"))
    if not leftovers:
        return
    vouched = {path for entry in log.entries() for path in entry.digests}
    for scratch in leftovers:
        for number, path in enumerate(_noted(scratch)):
            if path not in vouched:
                _take_back(log.workspace / path, scratch / f"taken-back-{number}")
        shutil.rmtree(scratch, ignore_errors=True)


def _noted(scratch: Path) -> list[str]:
    try:
        noted = json.loads((scratch / _NOTE).read_bytes())
    except (OSError, ValueError):
        return []
    return [path for path in noted if isinstance(path, str) and _OURS.match(path)] if isinstance(noted, list) else []


def _take_back(path: Path, target: Path) -> None:
    """Move an unvouched file out of the evidence, and folders that are empty without it."""
    if not path.exists():
        return
    make_folder(target.parent)
    rename(path, target)
    sync(path.parent)
    for folder in (path.parent, path.parent.parent):
        if folder.name not in {"exhibits", ""} and not any(folder.iterdir()):
            folder.rmdir()
