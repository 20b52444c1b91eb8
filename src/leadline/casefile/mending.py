"""Gives every step of a referral, and every change of the register, that stands in the log an entry in the audit.

A step is in the log before it is in the audit. What was made at the command line, or just before the desk died, is in
the log alone; it gets its entry here, under the machine's name, with the name that the log has for whoever did it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from leadline.casefile.actions.audit import record
from leadline.casefile.evidence import workspace
from leadline.casefile.machine import Machine
from leadline.casefile.models import Agency, AuditEvent
from leadline.casefile.queries.leads import detail_of
from leadline.casefile.referred import referrals_of
from leadline.casefile.walls import decision
from leadline.reference.partners.register import SEALED as REGISTER
from leadline.seal.log import Log
from leadline.vocabulary.instants import now, parse_zoned

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = timedelta(minutes=1)
"""A step younger than this may be having its entry written just now."""
CHANGED = "partner:register:changed"


def mend_all() -> int:
    """Mend the audit of every agency; returns how many entries were missing."""
    return sum(mend(agency) for agency in Agency.register.each())


def mend(agency: Agency) -> int:
    """Mend the audit of one agency."""
    machine = Machine(agency.id)
    missing = [*_steps(machine), *_changes(machine, agency.code)]
    if missing:
        _found(missing, actor=machine)
    return len(missing)


def _steps(machine: Machine) -> Iterator[tuple[str, str, dict[str, Any]]]:
    known = {
        (thing, action, detail_of(detail).get("logged_at"))
        for thing, action, detail in _entries(machine, "referral:").values_list("thing", "action", "detail")
    }
    for ref, one in referrals_of(machine).items():
        for step in one.referral.steps:
            if (ref, step.action, step.at) not in known and _is_settled(step.at):
                yield (
                    step.action,
                    ref,
                    {"logged_at": step.at, "by": str(step.facts.get("by", "")), "found": "in the log"},
                )


def _changes(machine: Machine, code: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Changes of the register by colleagues of the agency: their names in the log end with its code."""
    details = _entries(machine, "partner:").values_list("detail", flat=True)
    known = {detail_of(detail).get("register") for detail in details}
    log = Log.open(workspace())
    for entry in log.entries():
        if entry.action != REGISTER or not _is_settled(entry.at):
            continue
        facts = log.payload(entry) or {}
        (digest,) = entry.digests.values()
        if str(facts.get("by", "")).endswith(f"@{code}") and digest not in known:
            told = {"register": digest, "code": facts.get("code", ""), "by": facts["by"], "found": "in the log"}
            yield CHANGED, "", told


def _entries(machine: Machine, prefix: str) -> Any:
    return AuditEvent.scoped.visible_to(machine).filter(action__startswith=prefix)


def _is_settled(at: str) -> bool:
    moment = parse_zoned(at)
    return moment is not None and moment <= now() - PATIENCE


@decision
def _found(missing: list[tuple[str, str, dict[str, Any]]], *, actor: Machine) -> None:
    for action, thing, detail in missing:
        record(actor, action, thing, detail)
