"""`receive`: a tip bundle copied and hashed, checked as a whole, and only then sealed.

A fault anywhere refuses the whole bundle: no exhibit, no tip, and one log entry with digests and reason.
Damaged streams are sealed with their fault where ``as_is`` says so; files that are left out leave digest,
size and reason.
"""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leadline.errors import InputRefused, LeadlineError, WrongUsage
from leadline.facts.engine import Engine
from leadline.facts.runs import Silent
from leadline.reading.formats import LOG_FORMATS
from leadline.reading.reports import REPORT_FORMATS
from leadline.seal.canonical import canonical_json
from leadline.seal.files import make_folder
from leadline.seal.hashing import sha256_file
from leadline.seal.lock import locked
from leadline.seal.log import Log
from leadline.seal.manifest import TipManifest
from leadline.settings import FILE_NAME, read_settings
from leadline.stages.intake.bundle import open_bundle
from leadline.stages.intake.checking import Rules, check
from leadline.stages.intake.copying import copy_member, hash_left_out
from leadline.stages.intake.member import shown
from leadline.stages.intake.sealing import PREFIX, clear_leftovers, seal_tip
from leadline.stages.intake.tips import load_tip, sealed_tips
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.identifiers import tip_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leadline.facts.runs import Progress
    from leadline.seal.manifest import LeftOut
    from leadline.settings import Settings
    from leadline.stages.intake.bundle import Bundle
    from leadline.stages.intake.checking import Checked
    from leadline.stages.intake.copying import Copied
    from leadline.vocabulary.identifiers import TipId

REFUSED = "tip:bundle:refused"
SEEN_AGAIN = "tip:bundle:seen-again"
_SPARE = 64 << 20
"""Bytes that must stay free beyond the bundle's own."""


@dataclass(frozen=True)
class Received:
    """What was sealed. ``again``: the same bundle was there already, and nothing new was sealed."""

    manifest: TipManifest
    again: bool

    def to_json(self) -> dict[str, Any]:
        """The contract's object."""
        return {
            "tip": self.manifest.tip,
            "exhibits": [
                {
                    "path": file.path,
                    "sha256": file.sha256,
                    "bytes": file.bytes,
                    "kind": str(file.kind),
                    "format": file.format,
                }
                for file in self.manifest.files
            ],
            "left_out": self.manifest.to_json()["left_out"],
            "gaps": list(self.manifest.gaps),
        }

    def unmapped(self) -> dict[str, tuple[str, ...]]:
        """Path → the provider's columns that are not read, for those files that have any."""
        return {file.path: file.unmapped for file in self.manifest.files if file.unmapped}


def receive(
    workspace: Path,
    bundle: Path,
    *,
    as_is: bool = False,
    leave_out: Sequence[str] = (),
    progress: Progress | None = None,
    agency: str = "",
) -> Received:
    """Seal a tip bundle (folder or .zip) for ``agency``, by default the workspace's own.

    The same bundle is another tip for another agency, so that no agency learns what another one holds.

    :class:`InputRefused` (exit 3) where the bundle breaks a rule: then nothing of it is kept.
    :class:`WrongUsage` where there is no such bundle or no such file to leave out; :class:`Busy` where
    somebody else holds the workspace.
    """
    settings = read_settings(workspace)
    owner = agency or settings.agency
    LOG_FORMATS.allow(settings.plugins)
    REPORT_FORMATS.allow(settings.plugins)
    log = Log.open(workspace)
    _refuse_nesting(workspace, bundle)
    with locked(workspace, doing="receive", on=FILE_NAME):
        clear_leftovers(log)
        scratch = workspace / "tmp" / f"{PREFIX}{secrets.token_hex(8)}"
        make_folder(scratch)
        receipt = _Receipt(log, settings, owner, bundle, as_is, tuple(leave_out), scratch, progress or Silent())
        try:
            received = receipt.carry_out()
        except BaseException:
            clear_leftovers(log)
            raise
        shutil.rmtree(scratch, ignore_errors=True)
        return received


def _refuse_nesting(workspace: Path, bundle: Path) -> None:
    inner, outer = workspace.resolve(), bundle.resolve()
    if inner.is_relative_to(outer) or outer.is_relative_to(inner):
        raise WrongUsage("the bundle and the workspace lie in one another.", advice="Keep them apart.")


@dataclass
class _Receipt:
    """One receipt on its way; no other is under way in this workspace."""

    log: Log
    settings: Settings
    agency: str
    path: Path
    as_is: bool
    leave_out: tuple[str, ...]
    scratch: Path
    progress: Progress
    copies: list[Copied] = field(default_factory=list)

    def carry_out(self) -> Received:
        try:
            with open_bundle(self.path) as bundle:
                self._refuse_unknown(bundle)
                self._refuse_without_space(bundle)
                left_out = self._copy(bundle)
            return self._seal(left_out)
        except InputRefused as refused:
            self._note(refused)
            raise

    def _refuse_unknown(self, bundle: Bundle) -> None:
        paths = {member.path for member in bundle.members}
        unknown = [path for path in self.leave_out if path not in paths]
        if unknown:
            raise WrongUsage(
                f"--leave-out {unknown[0]}: there is no such file in the bundle.",
                advice="Name it exactly as the bundle has it, with / between folders.",
            )

    def _refuse_without_space(self, bundle: Bundle) -> None:
        wanted = sum(member.bytes for member in bundle.members if member.path not in self.leave_out) + _SPARE
        free = shutil.disk_usage(self.scratch).free
        if free < wanted:
            raise LeadlineError(
                f"the bundle needs {wanted >> 20} MiB and {free >> 20} MiB are free.",
                where=str(self.log.workspace),
                advice="Free space, then receive again. Nothing was kept.",
            )

    def _copy(self, bundle: Bundle) -> tuple[LeftOut, ...]:
        self.progress.begin("copying and hashing", sum(member.bytes for member in bundle.members))
        left_out = []
        for number, member in enumerate(bundle.members):
            if member.path in self.leave_out:
                left_out.append(hash_left_out(bundle, member, advance=self.progress.advance))
            else:
                target = self.scratch / str(number)
                self.copies.append(copy_member(bundle, member, target, advance=self.progress.advance))
        self.progress.end()
        return tuple(left_out)

    def _seal(self, left_out: tuple[LeftOut, ...]) -> Received:
        tip = self._tip(left_out)
        if tip in sealed_tips(self.log.workspace):
            self.log.append(SEEN_AGAIN, subject=tip, payload={"bundle": shown(self.path.name)})
            return Received(load_tip(self.log.workspace, tip), again=True)
        checked = self._checked(left_out)
        manifest = TipManifest(
            tip=tip,
            reference=checked.declaration.reference,
            provider=checked.declaration.provider,
            agency=self.agency,
            received_at=checked.declaration.received_at,
            cache_keys=checked.declaration.cache_keys,
            files=checked.files,
            left_out=left_out,
            gaps=checked.gaps,
        )
        copies = {copied.digest.sha256: copied.file for copied in self.copies}
        seal_tip(self.log, manifest, copies, scratch=self.scratch, bundle=shown(self.path.name))
        return Received(manifest, again=False)

    def _tip(self, left_out: tuple[LeftOut, ...]) -> TipId:
        """The name of the tip: a digest of its paths and bytes, the same for a folder and a zip."""
        content: dict[str, object] = {
            "files": sorted([copied.path, copied.digest.sha256] for copied in self.copies),
            "left_out": sorted([one.path, one.sha256] for one in left_out),
        }
        if self.agency != self.settings.agency:
            content["agency"] = self.agency
        return tip_id(sha256_of(canonical_json(content)))

    def _checked(self, left_out: tuple[LeftOut, ...]) -> Checked:
        with Engine(spill=self.log.workspace / "spill", threads=1, memory_mb=256) as engine:
            rules = Rules(LOG_FORMATS.all(), engine, as_is=self.as_is, left_out=tuple(one.path for one in left_out))
            return check(self.copies, rules, progress=self.progress, threads=self.settings.threads)

    def _note(self, refused: InputRefused) -> None:
        """The only trace of a refused bundle: digests and reason."""
        files = [
            {"path": shown(one.path), "sha256": one.digest.sha256, "bytes": one.digest.bytes} for one in self.copies
        ]
        digest = sha256_file(self.path) if self.path.is_file() else sha256_of(canonical_json(files))
        self.log.append(
            REFUSED,
            subject=digest,
            numbers={"files": len(files), "bytes": sum(one.digest.bytes for one in self.copies)},
            payload={
                "bundle": shown(self.path.name),
                "code": getattr(refused, "code", "refused"),
                "reason": shown(str(refused), 4000),
                "files": files,
            },
        )
