"""What comes back after the tip (answers, checks, a device's result): sealed, each paper bound to one tip.

A paper is an exhibit with a record of its own, and an input of every later run of its tip. It is never changed;
a correction is one more paper. The order in which a paper reaches the disk is that of a receipt: a note of what
is about to be put in place, the exhibit, the record, then the entry of the log that vouches for both. What a
crash leaves without that entry is taken away by the next paper.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.seal.canonical import canonical_json
from leadline.seal.entry import ERASED, SEALED_OFF, Draft
from leadline.seal.exhibits import ExhibitStore
from leadline.seal.files import make_folder, rename, sync, write_durably
from leadline.seal.log import Log
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.identifiers import TipId

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SEALED = "returned:paper:sealed"
SEEN_AGAIN = "returned:paper:seen-again"
KINDS = ("answers", "checks", "devices")
FORMS = ("csv", "jsonl")
PREFIX = "returned-"
_NOTE = "sealing.json"
_OURS = re.compile(r"exhibits/(?:sha256/[0-9a-f]{2}/[0-9a-f]{64}|returned/RP-[0-9a-f]{16}\.json)\Z", re.ASCII)


@dataclass(frozen=True)
class Paper:
    """One paper that came back."""

    paper: str
    """``RP-`` and 16 hexadecimal digits, from the tip, the kind and the bytes: the same file twice is one."""
    tip: TipId
    kind: str
    """One of :data:`KINDS`."""
    form: str
    """One of :data:`FORMS`."""
    sha256: str
    bytes: int

    def to_json(self) -> dict[str, Any]:
        """Plain values, for canonical JSON: the input of a run, without the moment of receipt."""
        return asdict(self)


def paper_path(paper: str) -> str:
    """Where the record of a paper lies below the workspace."""
    return f"exhibits/returned/{paper}.json"


def paper_of(tip: TipId, kind: str, form: str, content: bytes) -> Paper:
    """The paper that these bytes are; :class:`WrongUsage` for a kind or form that there is not."""
    if kind not in KINDS or form not in FORMS:
        raise WrongUsage(f"nothing of the kind {kind!r} comes back as {form!r}.")
    digest = sha256(content).hexdigest()
    name = sha256_of(canonical_json([str(tip), kind, form, digest]))[:16]
    return Paper(f"RP-{name}", tip, kind, form, digest, len(content))


def seal_paper(
    log: Log, paper: Paper, content: bytes, *, numbers: Mapping[str, int], payload: Mapping[str, object]
) -> bool:
    """Seal a paper and leave an entry in the log; whether it is new.

    ``numbers`` go into the log and hold nothing personal; ``payload`` says who brought it and what it was called.
    """
    workspace = log.workspace
    with log.writing("seal what came back"):
        _clear_leftovers(log)
        if paper.paper in _vouched(log):
            log.append(SEEN_AGAIN, subject=paper.paper, payload=payload)
            return False
        scratch = workspace / "tmp" / f"{PREFIX}{secrets.token_hex(8)}"
        make_folder(scratch)
        _put_in_place(log, paper, content, scratch)
        log.append_all([_draft(log, paper, numbers, payload)])
        shutil.rmtree(scratch, ignore_errors=True)
    return True


def papers_of(workspace: Path, tip: TipId) -> tuple[Paper, ...]:
    """Every paper of a tip that the log vouches for, in the order of receipt."""
    found = [_read(workspace, paper, digest) for paper, digest in _vouched(Log.open(workspace)).items()]
    return tuple(paper for paper in found if paper.tip == tip)


def _put_in_place(log: Log, paper: Paper, content: bytes, scratch: Path) -> None:
    workspace, exhibit = log.workspace, ExhibitStore(log.workspace).relative(paper.sha256)
    new = [path for path in (exhibit, paper_path(paper.paper)) if not (workspace / path).exists()]
    write_durably(scratch / _NOTE, canonical_json(new))
    if exhibit in new:
        write_durably(workspace / exhibit, content, scratch=scratch)
    write_durably(workspace / paper_path(paper.paper), canonical_json(paper.to_json()), scratch=scratch)


def _draft(log: Log, paper: Paper, numbers: Mapping[str, int], payload: Mapping[str, object]) -> Draft:
    return Draft(
        SEALED,
        subject=paper.paper,
        digests={
            ExhibitStore(log.workspace).relative(paper.sha256): paper.sha256,
            paper_path(paper.paper): sha256_of(canonical_json(paper.to_json())),
        },
        numbers={**numbers, "bytes": paper.bytes},
        payload={**payload, "tip": paper.tip, "kind": paper.kind},
    )


def _vouched(log: Log) -> dict[str, str]:
    """Papers that the log knows and nobody has erased, with the SHA-256 of their records."""
    found: dict[str, str] = {}
    for entry in log.entries():
        if entry.action == SEALED:
            found[entry.subject] = entry.digests[paper_path(entry.subject)]
        if entry.action in {ERASED, SEALED_OFF}:
            found = {one: digest for one, digest in found.items() if paper_path(one) not in entry.digests}
    return found


def _read(workspace: Path, paper: str, digest: str) -> Paper:
    path = paper_path(paper)
    try:
        content = (workspace / path).read_bytes()
    except FileNotFoundError as error:
        raise IntegrityBroken("The record of a paper is gone.", where=path, advice="Run `leadline verify`.") from error
    if sha256_of(content) != digest:
        raise IntegrityBroken("The record of a paper was changed.", where=path, advice="Run `leadline verify`.")
    stated = json.loads(content)
    return Paper(**{**stated, "tip": TipId(stated["tip"])})


def _clear_leftovers(log: Log) -> None:
    """Take away what an interrupted sealing left; the caller holds the log for writing."""
    leftovers = sorted((log.workspace / "tmp").glob(f"{PREFIX}*"))
    vouched = {path for entry in log.entries() for path in entry.digests} if leftovers else set()
    for scratch in leftovers:
        for number, path in enumerate(_noted(scratch)):
            if path not in vouched and (log.workspace / path).exists():
                rename(log.workspace / path, scratch / f"taken-back-{number}")
                sync((log.workspace / path).parent)
        shutil.rmtree(scratch, ignore_errors=True)


def _noted(scratch: Path) -> list[str]:
    try:
        noted = json.loads((scratch / _NOTE).read_bytes())
    except (OSError, ValueError):
        return []
    return [path for path in noted if isinstance(path, str) and _OURS.match(path)]
