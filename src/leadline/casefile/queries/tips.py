"""Tips that an agency has: those of the sealed workspace that carry its code, with the row that points at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.casefile.evidence import agency_code, workspace
from leadline.casefile.models import Exhibit, Member, Tip
from leadline.casefile.policy import Verb, permit
from leadline.errors import NotThere
from leadline.inquiry.tips import RunLine, TipLine, runs_of, sealed_tips, tip_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.seal.manifest import TipManifest


@dataclass(frozen=True)
class TipEntry:
    """A sealed tip, its complete runs, the newest last, and the run that lists answer from (or nothing)."""

    sealed: TipLine
    runs: tuple[RunLine, ...]
    current_run: str


def list_tips(*, actor: Member) -> list[TipEntry]:
    """The agency's tips, the newest first."""
    permit(actor, Verb.TIP_READ)
    code = agency_code(actor)
    current = dict(Tip.scoped.visible_to(actor).values_list("tip", "current_run"))
    runs = runs_of(workspace())
    entries = [
        TipEntry(line, tuple(run for run in runs if run.tip == line.tip), current.get(line.tip, ""))
        for line in sealed_tips(workspace())
        if line.agency == code
    ]
    return entries[::-1]


def tip_entry(tip: str, *, actor: Member) -> tuple[TipEntry, TipManifest]:
    """One tip of the agency with its manifest; another agency's is not there."""
    found = next((entry for entry in list_tips(actor=actor) if entry.sealed.tip == tip), None)
    if found is None:
        raise NotThere("there is no such tip.", advice="See the list of tips.")
    return found, tip_manifest(workspace(), tip)


def exhibits_of(tip: str, *, actor: Member) -> Sequence[Exhibit]:
    """The register of exhibits of a tip."""
    return list(Exhibit.scoped.visible_to(actor).filter(tip__tip=tip).order_by("number"))
