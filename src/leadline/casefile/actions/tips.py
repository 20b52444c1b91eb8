"""Taking a sealed tip on, and choosing the run from whose index its lists answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.casefile.actions.audit import record
from leadline.casefile.evidence import run_of
from leadline.casefile.index.build import build_index
from leadline.casefile.models import Member, Tip
from leadline.casefile.policy import Verb, permit
from leadline.casefile.walls import decision
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from leadline.facts.runs import Progress


def list_run(run: str, *, progress: Progress | None = None, actor: Member) -> Tip:
    """Index a complete run of the actor's agency, then let the lists of its tip answer from it."""
    permit(actor, Verb.RUN_START)
    view = run_of(actor, run)
    build_index(view, actor=actor, progress=progress)
    return _answer_from(str(view.tip.tip), str(view.run), actor=actor)


@decision
def take_on(tip: str, *, actor: Member) -> Tip:
    """The tip is the agency's to work on; a tip that is taken on already stays as it is."""
    permit(actor, Verb.TIP_RECEIVE)
    return _row(tip, actor)


@decision
def _answer_from(tip: str, run: str, *, actor: Member) -> Tip:
    row = _row(tip, actor)
    before, row.current_run = row.current_run, run
    row.change(["current_run"])
    record(actor, "tip:list:answers-from", row.id, {"tip": tip, "before": before, "after": run})
    return row


def _row(tip: str, actor: Member) -> Tip:
    found = Tip.scoped.visible_to(actor).select_for_update().filter(tip=tip).first()
    if found is not None:
        return found
    row = Tip(agency_id=actor.agency_id, tip=tip, created_at=now()).insert()
    record(actor, "tip:register:taken-on", row.id, {"tip": tip})
    return row
