"""The papers for the defence as one file: the evidence's, the desk's, the schedule, and the verifier."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.evidence import agency_code, workspace
from leadline.casefile.export import clear_old, exported_file
from leadline.casefile.models import Lead
from leadline.casefile.policy import Verb, permit
from leadline.casefile.queries.disclosure import desk_papers
from leadline.casefile.rows import one
from leadline.dispatch.disclosing import disclose
from leadline.inquiry.runs import open_run
from leadline.seal.hashing import sha256_file

if TYPE_CHECKING:
    from leadline.casefile.models import Job, Member


def write_disclosure(job: Job, *, actor: Member) -> dict[str, Any]:
    """Write what a job asked for; returns `lead, files, runs, sign_key, sha256, bytes`."""
    found = one(Lead, job.arguments["lead"], actor=actor)
    permit(actor, Verb.ACCOUNT_DISCLOSE, found)
    clear_old()
    code, target = agency_code(actor), exported_file(job)
    provider = open_run(workspace(), found.run).tip.provider
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as name:
        papers = Path(name) / "papers"
        desk = desk_papers(found.account_key, code, provider=provider)
        told = disclose(workspace(), found.account_key, papers, agency_name=code, provider=provider, desk=desk)
        packed = Path(name) / target.name
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as whole:
            for path in sorted(path for path in papers.rglob("*") if path.is_file()):
                whole.write(path, path.relative_to(papers).as_posix())
        packed.chmod(0o600)
        shutil.move(packed, target)
    digest = sha256_file(target)
    record_reading(actor, "account:papers:written", found.pk, {"job": job.pk, "sha256": digest, "files": told["files"]})
    return {"lead": found.pk, **told, "sha256": digest, "bytes": target.stat().st_size}
