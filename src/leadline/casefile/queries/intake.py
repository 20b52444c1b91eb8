"""What lies in an agency's intake folder, what a first look at a sealed tip found, and jobs for their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from leadline.casefile.actions.jobs import incoming_folder, is_bundle_name
from leadline.casefile.evidence import agency_code, workspace
from leadline.casefile.models import Job, Member
from leadline.casefile.policy import Verb, permit
from leadline.inquiry.tips import sealed_tips, tip_manifest
from leadline.vocabulary.casework import JobKind, JobState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from leadline.seal.manifest import TipManifest

MOST_JOBS = 100
"""Jobs of a list."""
_BOUND = 100_000
"""Files of a bundle that are counted before it is received."""


@dataclass(frozen=True)
class Waiting:
    """A bundle that lies in the folder: what it is, how large, when it changed last, and the newest job on its name."""

    name: str
    kind: str
    """folder, zip or file."""
    files: int
    bytes: int
    changed_at: datetime
    job: Job | None


@dataclass(frozen=True)
class Folder:
    """The agency's intake folder, what can be received from it, and how many entries cannot be by their names."""

    path: Path
    bundles: Sequence[Waiting]
    left_alone: int


def intake_folder(*, actor: Member) -> Folder:
    """What lies in the folder, by name; links and hidden entries are left alone."""
    permit(actor, Verb.TIP_RECEIVE)
    folder = incoming_folder(actor)
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name) if folder.is_dir() else []
    taken = [entry for entry in entries if is_bundle_name(entry.name) and not entry.is_symlink()]
    jobs = _newest_by_bundle(actor)
    return Folder(folder, [_waiting(entry, jobs.get(entry.name)) for entry in taken], len(entries) - len(taken))


def _waiting(entry: Path, job: Job | None) -> Waiting:
    sizes = [size for _, size in zip(range(_BOUND), _sizes(entry), strict=False)]
    kind = "folder" if entry.is_dir() else "zip" if entry.suffix.lower() == ".zip" else "file"
    changed = datetime.fromtimestamp(entry.stat().st_mtime, UTC)
    return Waiting(entry.name, kind, len(sizes), sum(sizes), changed, job)


def _sizes(entry: Path) -> Iterator[int]:
    for file in entry.rglob("*") if entry.is_dir() else (entry,):
        if file.is_file() and not file.is_symlink():
            yield file.stat().st_size


def _newest_by_bundle(actor: Member) -> dict[str, Job]:
    rows = Job.scoped.visible_to(actor).filter(kind=JobKind.RECEIVE).order_by("-created_at", "-pk")[:500]
    return {str(job.arguments.get("bundle")): job for job in reversed(rows)}


def first_look(tip: str, *, actor: Member) -> dict[str, Any] | None:
    """What the newest job that received a tip found in it (`pipeline.look_at_tip`); None where no job did."""
    done = Job.scoped.visible_to(actor).filter(kind=JobKind.RECEIVE, state=JobState.DONE, result__tip=tip)
    found = done.order_by("-ended_at").values_list("result", flat=True).first()
    return found.get("look") if found else None


def seen_before(manifest: TipManifest, *, actor: Member) -> dict[str, str]:
    """SHA-256 of each file of a tip that another tip of the agency holds too, with what the provider calls that tip."""
    code = agency_code(actor)
    found: dict[str, str] = {}
    ours = {file.sha256 for file in manifest.files}
    for line in sealed_tips(workspace()):
        if line.agency == code and line.tip != manifest.tip:
            other = tip_manifest(workspace(), line.tip)
            found |= {file.sha256: line.reference or line.tip for file in other.files if file.sha256 in ours}
    return found


def list_jobs(*, actor: Member) -> Sequence[Job]:
    """The agency's jobs, the newest first."""
    permit(actor, Verb.JOB_READ)
    return list(Job.scoped.visible_to(actor).select_related("asked_by").order_by("-created_at", "pk")[:MOST_JOBS])


def job_on(tip: str, kind: JobKind, *, actor: Member) -> Job | None:
    """A job of a kind on a tip that waits or runs."""
    rows = Job.scoped.visible_to(actor).filter(kind=kind, state__in=(JobState.WAITING, JobState.RUNNING))
    return next((job for job in rows if job.arguments.get("tip") == tip), None)
